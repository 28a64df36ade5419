//! A machine that has too little of something: told as that, with what to do, and neither as a bug nor as a fault of the
//! network or the server.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Output};

use crate::support::cli::{STAY_HERE, copy_program};
use crate::support::r2::{R2, Tls};
use crate::support::report::Report;
use crate::support::run::ALL;

const PROGRAM: &str = env!("CARGO_BIN_EXE_r2-selftest");
/// Nobody's number, so that no process of others counts.
const NOBODY: u32 = 54_321;

/// A shell that sets a limit and becomes the program, against a server.
fn limited(mut shell: Command, limit: &str, program: &str, r2: &R2, env: &[(&str, String)]) -> Output {
    let script = format!("{limit}; exec {program} --json --no-env-file --timeout 5s");
    shell.arg("-c").arg(script).current_dir("/").env_clear().envs(STAY_HERE).envs(r2.env());
    shell.envs(env.iter().cloned()).output().unwrap()
}

fn shell() -> Command {
    Command::new("bash")
}

/// The lack is told in the report, or, where not even that can be made, on standard error; by status 1.
fn is_told(output: &Output, words: &[&str]) -> bool {
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("bug") || output.status.code() != Some(1) {
        return false;
    }
    if output.stdout.is_empty() {
        return stderr.contains("this machine has too little")
            && words.iter().any(|word| stderr.contains(word));
    }
    let report = Report::read(&output.stdout);
    report.root_cause() == Some("run.exhausted")
        && words.iter().any(|word| report.evidence("run.exhausted").contains(word))
}

type Settings = Vec<(&'static str, String)>;

/// Servers that are reached by an address, by a name, and over TLS.
fn servers() -> Vec<(&'static str, R2, Settings)> {
    let named = R2::start();
    let by_name = vec![("R2_ENDPOINT", format!("http://localhost:{}", named.address.port()))];
    let tls = R2::builder().tls(Tls::Good).start();
    vec![("an address", R2::start(), Vec::new()), ("a name", named, by_name), ("TLS", tls, Vec::new())]
}

/// Below four, the system cannot even load the program.
#[test]
fn too_few_files_to_open_are_reported_whatever_they_are_needed_for() {
    for (name, r2, env) in servers() {
        let mut told = 0;
        for limit in 4..=16 {
            let output = limited(shell(), &format!("ulimit -n {limit}"), PROGRAM, &r2, &env);
            let is_pass = output.status.code() == Some(0) && r2.operations().ends_with(&ALL);
            let is_told = is_told(&output, &["Too many open files"]);
            let stdout = String::from_utf8_lossy(&output.stdout);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(is_pass || is_told, "{name}, {limit}: {} {stdout} {stderr}", output.status);
            assert!(r2.left().is_empty(), "{name}, {limit}");
            told += usize::from(is_told);
        }
        assert!((5..13).contains(&told), "{name}: {told}");
    }
}

/// The limit counts all of a user's processes, and none of root's.
#[test]
fn a_machine_without_threads_is_reported_when_a_name_is_to_be_looked_up() {
    let (_, r2, env) = servers().remove(1);
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("r2-selftest");
    copy_program(PROGRAM, &program);
    let mut shell = shell();
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        shell.uid(NOBODY).gid(NOBODY);
    }
    let output = limited(shell, "ulimit -u 1", program.to_str().unwrap(), &r2, &env);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(
        is_told(&output, &["no thread can be started"]),
        "{stdout} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(r2.operations().is_empty());
}

/// Where the program can be loaded at all, it says what it lacks before it begins, and is never aborted on its way. At the
/// one limit where it can be loaded and nothing more, Rust's runtime has no room for a message either.
#[test]
fn a_machine_without_memory_is_reported_before_anything_is_sent() {
    const SEGMENTATION_FAULT: i32 = 11;
    const ABORT: i32 = 6;
    let r2 = R2::start();
    let (mut told, mut works, mut aborted) = (0, false, 0);
    for mebibytes in (16..=320).step_by(4) {
        let output = limited(shell(), &format!("ulimit -v {}", mebibytes * 1024), PROGRAM, &r2, &[]);
        let status = output.status;
        let is_told = is_told(&output, &["225 MiB of address space"]);
        // In the place of the program, the loader: it has not begun.
        let not_loaded =
            status.signal() == Some(SEGMENTATION_FAULT) || status.code().is_some_and(|code| code >= 126);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let no_room = told == 0 && status.signal() == Some(ABORT) && r2.operations().is_empty();
        assert!(status.success() || is_told || not_loaded || no_room, "{mebibytes} MiB: {status} {stderr}");
        aborted += usize::from(no_room);
        told += usize::from(is_told);
        works = status.success();
    }
    assert!(told > 0 && works && aborted <= 1 && r2.left().is_empty());
}
