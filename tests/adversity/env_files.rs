//! Whatever an env file holds, a run stays quick and small: what the filter costs grows with what is read, and no faster.

use std::process::Command;
use std::time::Duration;

use crate::adversity::child::{self, is_shipped};
use crate::adversity::memory::{Used, bound, measured};
use crate::support::r2::{R2, Tls};

/// The largest env file that is read. Without optimisation a quarter of it takes as long.
fn largest() -> usize {
    if is_shipped() { 1024 * 1024 } else { 256 * 1024 }
}

/// As many lines as fit, each made from its number.
fn lines(bytes: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        let line = line(number);
        if text.len() + line.len() > bytes {
            break;
        }
        text.push_str(&line);
    }
    text
}

/// Letters and digits that never repeat.
fn drawn(seed: usize, length: usize) -> String {
    let mut state = seed as u64;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(state >> 58) as usize],
        )
    });
    letters.take(length).collect()
}

/// Env files of this length, each hard in another way.
fn files(bytes: usize) -> Vec<(&'static str, String)> {
    let long = bytes / 64 - 32;
    vec![
        ("short values", lines(bytes, |n| format!("TOKEN_{n:06}={}\n", drawn(n, 7)))),
        ("64 long values", lines(bytes, |n| format!("SECRET_{n}={}\n", drawn(n, long)))),
        ("4,000 values", lines(bytes, |n| format!("A_SECRET_{n}={}\n", drawn(n, 245)))),
        ("values as short as can be", lines(bytes, |n| format!("TOKEN{n}={:04}\n", n % 10_000))),
        ("the same value", lines(bytes, |n| format!("TOKEN{n}=aaaaaaaa\n"))),
        ("one variable again and again", lines(bytes, |n| format!("R2_SECRET_ACCESS_KEY={}\n", drawn(n, 9)))),
        ("names nearly ours", lines(bytes, |n| format!("R2_SECRXT_ACCXSS_K{:02}=x{n}\n", n % 100))),
        ("escapes", lines(bytes, |n| format!("TOKEN_{n}=%2541&amp;\\\\{}\n", drawn(n, 12)))),
        ("comments", lines(bytes, |n| format!("# TOKEN_{n}={}\n", drawn(n, 20)))),
        ("a line that cannot be read first", lines(bytes, |n| format!("TOKEN {n}={}\n", drawn(n, 20)))),
        ("logins", lines(bytes, |n| format!("URL_{n}=https://u:{}@host\n", drawn(n, 10)))),
        (
            "values that grow",
            format!("A={}\n{}", drawn(1, 2000), lines(bytes - 4000, |n| format!("S_TOKEN_{n}=$A\n"))),
        ),
        ("one value", format!("A_SECRET={}\n", drawn(1, bytes - 10))),
    ]
}

/// What a run with this env file costs.
fn cost(r2: &R2, text: &str) -> Used {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.env");
    std::fs::write(&file, text).unwrap();
    let mut program = Command::new(child::file());
    program.env_clear().envs(r2.env()).args(["--json", "--env-file"]).arg(&file);
    let (ended, used) = measured(&program);
    assert!(matches!(ended.status.code(), Some(0 | 1)), "{}", ended.stderr);
    ended.report();
    used
}

#[test]
fn an_env_file_of_any_content_costs_little() {
    // TLS needs memory of its own.
    let r2 = R2::builder().tls(Tls::Good).start();
    for ((name, whole), (_, quarter)) in files(largest()).into_iter().zip(files(largest() / 4)) {
        let (Used { peak, processor: took }, part) = (cost(&r2, &whole), cost(&r2, &quarter).processor);
        println!("env file: {name}, {} bytes: {took:?} (a quarter {part:?}), {peak} KiB", whole.len());
        assert!(peak < bound(), "{name}: {peak} KiB");
        // Without optimisation the time itself says little, and its growth says all: four times as much must not take
        // sixteen times as long.
        let limit = Duration::from_millis(if is_shipped() { 300 } else { 5_000 });
        assert!(took < limit, "{name}: {took:?}");
        assert!(
            took < part * 8 + Duration::from_millis(200),
            "{name}: {took:?} after {part:?} for a quarter"
        );
    }
}
