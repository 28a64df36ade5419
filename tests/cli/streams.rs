//! Standard output and standard error may be closed, full or read to the first line only: the run goes on to its end.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::cli::{Cli, NOWHERE, wait};
use crate::support::r2::{Fault, Op, R2};

/// Calls the program with standard output closed by its reader once the first line has come.
fn first_line_only(mut cli: Cli) -> (String, i32) {
    cli.command().stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = cli.spawn();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (line, wait(&mut child))
}

#[test]
fn a_reader_that_leaves_after_the_first_line_changes_neither_the_run_nor_its_status() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).delay(std::time::Duration::from_millis(300))).start();
    let (line, status) = first_line_only(Cli::new("--no-env-file").envs(r2.env()));
    assert!(line.starts_with("r2-selftest "), "{line}");
    assert_eq!(status, 0);
    assert_eq!(r2.operations(), [Op::List, Op::HeadBucket, Op::Put, Op::List, Op::Get, Op::Delete, Op::Get]);
    assert!(r2.left().is_empty(), "the object is deleted all the same");
}

#[test]
fn a_failing_run_whose_reader_leaves_still_ends_with_1() {
    let (_, status) = first_line_only(Cli::new("--no-env-file"));
    assert_eq!(status, 1);
}

#[test]
fn a_reader_that_was_never_there_changes_nothing() {
    for (call, expected) in
        [("demo", 0), ("demo --json", 0), ("--no-env-file --json", 1), ("explain", 0), ("--help", 0)]
    {
        let mut cli = Cli::new(call);
        cli.command().stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = cli.spawn();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let ran = cli.ran(output);
        assert_eq!((ran.status, ran.stderr.as_str()), (expected, ""), "{call}");
    }
}

#[test]
fn a_closed_standard_error_changes_nothing() {
    for (call, expected) in
        [("demo", 0), ("--no-env-file", 1), ("--unknown", 2), ("--output /absent/x.json", 2)]
    {
        let mut cli = Cli::new(call);
        cli.command().stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = cli.spawn();
        drop(child.stderr.take());
        assert_eq!(wait(&mut child), expected, "{call}");
    }
}

/// `>&-`: the descriptor itself is closed, so that the next file that is opened could take its number.
#[test]
fn closed_descriptors_change_nothing() {
    for (redirection, expected) in [(">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0)] {
        let script = format!("exec \"{}\" demo {redirection}", env!("CARGO_BIN_EXE_r2-selftest"));
        let status =
            std::process::Command::new("/bin/sh").args(["-c", &script]).stdout(Stdio::null()).status();
        assert_eq!(status.unwrap().code(), Some(expected), "{redirection}");
    }
}

/// What is known to take nothing is told before anything is sent.
#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_that_takes_nothing_is_told_before_anything_is_sent() {
    let r2 = R2::start();
    for call in ["--no-env-file", "--no-env-file --json", "demo", "clean --no-env-file"] {
        for stdout in
            [File::options().write(true).open("/dev/full").unwrap(), File::open("/dev/null").unwrap()]
        {
            let mut cli = Cli::new(call).envs(r2.env());
            cli.command().stdout(stdout).stderr(Stdio::piped());
            let child = cli.spawn();
            let ran = cli.ran(child.wait_with_output().unwrap());
            assert_eq!(ran.status, 2, "{call}: {}", ran.stderr);
            assert!(ran.stderr.contains("standard output"), "{}", ran.stderr);
        }
    }
    assert_eq!(r2.operations(), []);
}

/// A disk that is full once the report is written is no bug of the program, and no pass either: nobody has seen it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_told_and_the_object_deleted() {
    let r2 = R2::start();
    for call in ["--no-env-file", "--no-env-file --json"] {
        let program = env!("CARGO_BIN_EXE_r2-selftest");
        let script = format!("trap '' XFSZ; ulimit -f 0; exec {program} {call}");
        let mut cli = Cli::new_program("sh").arg("-c").arg(script).envs(r2.env()).file("out", "");
        let full = File::options().write(true).open(cli.here().join("out")).unwrap();
        cli.command().stdout(full).stderr(Stdio::piped());
        let child = cli.spawn();
        let ran = cli.ran(child.wait_with_output().unwrap());
        assert_ne!(ran.status, 0, "{call}");
        assert!(ran.stderr.contains("standard output"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("bug"), "{}", ran.stderr);
        assert!(r2.left().is_empty());
    }
    assert_eq!(r2.requests_of(Op::Delete).len(), 2);
}

#[test]
fn nothing_but_the_report_is_on_the_streams() {
    for (call, expected) in [("demo --json", 0), ("--no-env-file --json", 1), ("--no-env-file --json -v", 1)]
    {
        let ran = Cli::new(call).run();
        ran.report();
        assert_eq!(ran.status, expected);
        assert!(ran.stdout.starts_with("{\n") && ran.stdout.ends_with("\n}\n"));
    }
}

#[test]
fn text_has_no_spinner_when_it_is_piped() {
    for call in ["demo", "--no-env-file --retries 0"] {
        let ran = Cli::new(call).envs(NOWHERE).env("TERM", "xterm-256color").run();
        assert_eq!(ran.stderr, "");
        assert!(!ran.stdout.contains(['\r', '\u{1b}']), "{:?}", ran.stdout);
    }
}

/// What only prints, on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_what_only_prints_is_told() {
    let r2 = R2::start();
    for call in [
        "--help",
        "--version",
        "explain",
        "explain auth.signature",
        "demo --fault help",
        "clean --no-env-file",
    ] {
        let mut cli = Cli::new(call).envs(r2.env());
        cli.command().stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::piped());
        let child = cli.spawn();
        let ran = cli.ran(child.wait_with_output().unwrap());
        assert_eq!(ran.status, 2, "{call}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("standard output") && !ran.stderr.contains("bug"),
            "{call}: {}",
            ran.stderr
        );
    }
}

/// `clean` asks on standard input; whatever cannot be read there is no yes.
#[test]
fn an_answer_that_cannot_be_read_is_a_no() {
    let left = "r2-selftest/0195f000-0000-7000-8000-000000000000/csvs/probe.csv";
    let body = include_str!("left.csv");
    let r2 = R2::start();
    r2.put_object(&r2.bucket(), left, body.as_bytes());
    for (index, stdin) in
        [&b""[..], b"\xFF\xFE\n", b"yes \xFF\n", &[b'y'; 5000], b"\n"].into_iter().enumerate()
    {
        let cli = Cli::new("clean --no-env-file").envs(r2.env()).file("stdin", stdin);
        let mut cli = cli;
        let stdin = File::open(cli.here().join("stdin")).unwrap();
        cli.command().stdin(stdin);
        let ran = cli.run();
        assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{index}: {}", ran.stdout);
        assert!(ran.stdout.contains("Nothing was deleted"), "{index}: {}", ran.stdout);
    }
    let mut cli = Cli::new("clean --no-env-file").envs(r2.env());
    let folder = File::open(cli.here()).unwrap();
    cli.command().stdin(folder);
    let ran = cli.run();
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
    assert_eq!(r2.left().len(), 1);
    assert!(r2.requests_of(Op::Delete).is_empty());
}
