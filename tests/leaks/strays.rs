//! Secrets in places from which they would travel: nothing is sent or looked up, and nothing is shown.

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::encoding::ENCODINGS;
use super::searcher::Searcher;
use crate::support::cli::{Cli, Ran};
use crate::support::r2::{R2, Token};
use crate::support::report::Report;

const RUN: &str = "--no-env-file --retries 0 -v --timeout 2s --output report.json --output report.txt --output report.md --output report.html";

fn refuses(ran: &Ran, r2: &R2, secret: &str) {
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    let report = Report::read(&std::fs::read(ran.file("report.json")).unwrap());
    assert_eq!(report.finding("config.secret-elsewhere")["severity"], "error");
    assert_eq!(report.statuses(), ["fail", "skip", "skip", "skip", "skip", "skip"]);
    assert_eq!(report.0["experiments"].as_array().unwrap().len(), 0);
    assert!(r2.requests().is_empty());
    Searcher::new(&[secret]).finds_nothing_in(ran);
}

#[test]
fn a_setting_that_holds_another_ones_secret_is_refused_before_anything_is_sent() {
    let r2 = R2::start();
    let secret = r2.token().secret.clone();
    let endpoint = r2.env().into_iter().find(|(name, _)| name == "R2_ENDPOINT").unwrap().1;
    let hex: String = secret.bytes().take(12).map(|byte| format!("{byte:02x}")).collect();
    for (name, value) in [
        ("R2_BUCKET_NAME", secret.clone()),
        ("R2_BUCKET_NAME", secret[20..30].to_owned()),
        ("R2_BUCKET_NAME", format!("files-{}", secret[40..48].to_uppercase())),
        ("R2_BUCKET_NAME", hex.clone()),
        ("R2_REGION", secret[..10].to_owned()),
        ("R2_ENDPOINT", format!("{endpoint}/{}", &secret[8..20])),
        ("R2_ENDPOINT", format!("https://{}.localhost:9", &secret[8..20])),
        ("R2_ENDPOINT", format!("https://{hex}.localhost:9/")),
        ("R2_ACCESS_KEY_ID", format!("key-{}", &secret[8..40])),
    ] {
        refuses(&Cli::new(RUN).envs(r2.env()).env(name, &value).run(), &r2, &secret);
    }
}

#[test]
fn a_session_token_in_a_bucket_name_is_refused_too() {
    let mut token = Token::read_write();
    token.session = Some("IQoJb3JpZ2luX2VjEHMaCXVzLWVhc3QtMSJHMEUCIQ".to_owned());
    let r2 = R2::builder().token(token).start();
    refuses(
        &Cli::new(RUN).envs(r2.env()).env("R2_BUCKET_NAME", "x-b3JpZ2luX2VjE-x").run(),
        &r2,
        "IQoJb3JpZ2luX2VjEHMaC",
    );
}

#[test]
fn an_option_that_holds_a_secret_is_refused_before_anything_is_sent() {
    let r2 = R2::start();
    let secret = r2.token().secret.clone();
    let searcher = Searcher::new(&[&secret]);
    for command in ["--no-env-file", "clean --yes --no-env-file"] {
        for part in [&secret[..], &secret[30..38], &secret[5..20].to_uppercase()] {
            let ran = Cli::new(command).arg(format!("--prefix=a-{part}/")).envs(r2.env()).run();
            ran.refused(&["--prefix holds a part of the secret of R2_SECRET_ACCESS_KEY", "nothing was sent"]);
            searcher.finds_nothing_in(&ran);
        }
    }
    for (name, encode) in ENCODINGS {
        let encoded = encode(&secret);
        if encoded.contains('\0') {
            continue;
        }
        for tag in [format!("--tag=a={encoded}"), format!("--tag=a{}=b", encoded.replace('=', ""))] {
            let ran = Cli::new("--no-env-file --output report.json").arg(tag).envs(r2.env()).run();
            ran.refused(&["--tag holds a part of the secret"]);
            searcher.finds_nothing_in(&ran);
            assert_eq!(ran.files(), [""; 0], "{name}");
        }
    }
    assert!(r2.requests().is_empty());
}

#[test]
fn swapped_keys_of_any_shape_are_told_before_the_secret_is_sent_as_an_id() {
    for (id, secret) in [
        (
            "4a5b6c7d8e9f0a1b2c3d4e5f60718293",
            "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
        ),
        ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE"),
    ] {
        let r2 = R2::builder().token(Token::read_write().credentials(id, secret)).start();
        let ran = Cli::new(RUN)
            .envs(r2.env())
            .env("R2_ACCESS_KEY_ID", secret)
            .env("R2_SECRET_ACCESS_KEY", id)
            .run();
        assert_eq!(ran.status, 1);
        let report = Report::read(&std::fs::read(ran.file("report.json")).unwrap());
        assert_eq!(report.finding("config.keys-swapped")["severity"], "error");
        let sent = r2.requests();
        assert!(sent.iter().all(|seen| !format!("{seen:?}").contains(&secret[..20])), "{sent:?}");
        Searcher::new(&[secret, id]).finds_nothing_in(&ran);
    }
}

/// Of R2's shape, and of AWS's with letters and digits in turn, so that none looks written by a person.
fn secret() -> impl Strategy<Value = String> {
    let pair = ("[A-Za-z]", "[0-9]").prop_map(|(letter, digit)| letter + &digit);
    let drawn = prop::collection::vec(pair, 20).prop_map(|pairs| pairs.concat());
    let hex = "[0-9a-f]{64}".prop_filter("many digits", |text| distinct(text) >= 8);
    prop_oneof![hex, drawn.prop_filter("many characters", |text| distinct(text) >= 12)]
}

fn distinct(text: &str) -> usize {
    text.chars().collect::<std::collections::BTreeSet<_>>().len()
}

proptest! {
    #![proptest_config(Config { cases: 25, failure_persistence: None, ..Config::default() })]

    /// Whatever the secret is and wherever a part of it stands, no byte of it goes to the server.
    #[test]
    fn no_part_of_a_secret_travels(secret in secret(), start in 0_usize..32, place in 0..3) {
        let r2 = R2::builder().token(Token::read_write().credentials("minio", &secret)).start();
        let part = &secret[start..start + 8];
        let cli = Cli::new(RUN).envs(r2.env());
        let ran = match place {
            0 => cli.env("R2_BUCKET_NAME", part).run(),
            1 => cli.env("R2_REGION", part).run(),
            _ => cli.env("R2_ENDPOINT", format!("http://127.0.0.1:9/{part}")).run(),
        };
        refuses(&ran, &r2, &secret);
    }
}
