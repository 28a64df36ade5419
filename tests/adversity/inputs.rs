//! Env files that never end, or never begin: a pipe, a device, a file of the kernel's that waits for news.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::adversity::child::{Ended, Signal, Started, file};
use crate::support::r2::{Op, R2};
use crate::support::side_by_side::each;

/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);

/// A pipe with a name.
pub fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// The program in this folder, with the arguments and nothing in its environment.
fn program(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(file());
    command.env_clear().current_dir(folder).args(arguments.split_whitespace());
    command
}

/// What the env file of a server's settings holds.
pub fn settings(r2: &R2) -> String {
    let lines: Vec<_> = r2.env().iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.join("\n")
}

/// The evidence that the env file cannot be read.
fn evidence(ended: &Ended) -> String {
    assert_eq!(ended.status.code(), Some(1), "{}{}", ended.stdout, ended.stderr);
    let report = ended.report();
    report.finding("config.env-file")["evidence"].to_string()
}

#[test]
fn a_pipe_that_nobody_writes_to_is_abandoned_in_time() {
    let folder = tempfile::tempdir().unwrap();
    fifo(&folder.path().join("pipe"));
    for limit in ["--timeout 1s", "--deadline 1s"] {
        let run = format!("--json --env-file pipe {limit}");
        let ended = Started::new(&mut program(folder.path(), &run)).end();
        let told = evidence(&ended);
        assert!(told.contains("pipe cannot be read") && told.contains("come"), "{limit}: {told}");
        assert!(ended.took < SECOND + MARGIN, "{limit}: {:?}", ended.took);
    }
    let clean = Started::new(&mut program(folder.path(), "clean --env-file pipe --timeout 1s")).end();
    assert_eq!(clean.status.code(), Some(1), "{}", clean.stderr);
    assert!(clean.stdout.contains("config.env-file"), "{}", clean.stdout);
    // A message waits for the secrets that it must not hold, but not for ever.
    let refused = Started::new(&mut program(folder.path(), "--env-file pipe --unknown")).end();
    assert!(refused.status.code() == Some(2) && refused.stderr.contains("--unknown"), "{}", refused.stderr);
    assert!(refused.took < SECOND + MARGIN, "{:?}", refused.took);
}

#[test]
fn a_pipe_that_is_written_to_is_read_once_and_the_run_passes() {
    let (r2, folder) = (R2::start(), tempfile::tempdir().unwrap());
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let text = settings(&r2);
    let writer = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(pipe).unwrap();
        thread::sleep(Duration::from_millis(300));
        pipe.write_all(text.as_bytes()).unwrap();
    });
    let ended = Started::new(&mut program(folder.path(), "--json --env-file pipe")).end();
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(r2.left().is_empty());
    writer.join().unwrap();
}

/// What came through the pipe is gone, and still no message repeats it.
#[test]
fn a_message_keeps_the_secrets_of_a_pipe_that_was_read() {
    let (r2, folder) = (R2::start(), tempfile::tempdir().unwrap());
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let secret = r2.env().into_iter().find(|(name, _)| name == "R2_SECRET_ACCESS_KEY").unwrap().1;
    let other = folder.path().join(&secret);
    fs::create_dir(&other).unwrap();
    let text = settings(&r2);
    let writer =
        thread::spawn(move || File::options().write(true).open(pipe).unwrap().write_all(text.as_bytes()));
    let run = format!("--json --env-file pipe --output {secret}/a.json");
    r2.add_fault(crate::support::r2::Fault::on(Op::Put).delay(SECOND));
    let mut run = Started::new(&mut program(folder.path(), &run));
    assert!(run.until(|| !r2.requests_of(Op::Put).is_empty()));
    writer.join().unwrap().unwrap();
    fs::remove_dir_all(&other).unwrap();
    let ended = run.end();
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("cannot write") && !ended.stderr.contains(&secret), "{}", ended.stderr);
}

#[test]
fn what_never_ends_is_refused_by_its_kind_or_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let endless = folder.path().join("endless");
    fifo(&endless);
    let writer = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(endless).unwrap();
        let lines = b"A=b\n".repeat(4096);
        while pipe.write_all(&lines).is_ok() {}
    });
    for (path, words) in [
        ("/dev/zero", "/dev/zero is a character device, not a file"),
        ("/dev/full", "/dev/full is a character device, not a file"),
        ("endless", "endless is longer than 1 MiB"),
    ] {
        let ended = Started::new(&mut program(folder.path(), &format!("--json --env-file {path}"))).end();
        let told = evidence(&ended);
        assert!(told.contains(words), "{path}: {told}");
        assert!(ended.took < MARGIN, "{path}: {:?}", ended.took);
    }
    writer.join().unwrap();
}

/// For the superuser only: a regular file, as far as the system says, that waits for the kernel's next message.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_waits_for_news_is_abandoned_in_time() {
    if File::open("/proc/kmsg").is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let run = "--json --env-file /proc/kmsg --timeout 1s";
    let ended = Started::new(&mut program(folder.path(), run)).end();
    evidence(&ended);
    assert!(ended.took < SECOND + MARGIN, "{:?}", ended.took);
}

#[test]
fn the_search_passes_over_what_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fifo(&folder.path().join("inner/.env"));
    fs::write(folder.path().join(".env"), "R2_REGION=auto\n").unwrap();
    let ended = Started::new(&mut program(&folder.path().join("inner"), "--json --deadline 2s")).end();
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    assert!(ended.stdout.contains("env-file"), "{}", ended.stdout);
    assert!(ended.took < MARGIN, "{:?}", ended.took);
}

#[test]
fn a_signal_ends_the_waiting_for_a_file_and_there_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    fifo(&folder.path().join("pipe"));
    each(&[("TERM", Signal::TERM, 143), ("INT", Signal::INT, 130)], |(name, signal, status)| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        let run = format!("--json --env-file pipe --output {name}/a.json");
        let mut run = Started::new(&mut program(folder.path(), &run));
        run.until(|| fs::read_dir(&path).unwrap().count() == 1);
        thread::sleep(Duration::from_millis(100));
        run.signal(*signal);
        let ended = run.end();
        assert_eq!(ended.status.code(), Some(*status), "{}", ended.stderr);
        let report = ended.report();
        assert_eq!(report.verdict(), "interrupted");
        let told = report.finding("config.env-file").to_string();
        assert!(told.contains(&format!("interrupted by SIG{name}")), "{told}");
        let files: Vec<_> = fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, ["a.json"]);
        assert!(ended.took < SECOND + MARGIN, "{:?}", ended.took);
    });
}
