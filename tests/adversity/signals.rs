//! Every signal that would end the program cleans up; one that is ignored from the start stays ignored; and one in the
//! first milliseconds leaves no file.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::adversity::child::{Ended, Signal, Started, file, program};
use crate::support::r2::{Fault, Op, R2, S3Error};
use crate::support::report::text;
use crate::support::side_by_side::each;

/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(2);

/// Each signal that ends a process by default and that a process may catch, with its number on Linux.
const ENDING: [(&str, &str, i32); 18] = [
    ("HUP", "SIGHUP", 1),
    ("INT", "SIGINT", 2),
    ("QUIT", "SIGQUIT", 3),
    ("ABRT", "SIGABRT", 6),
    ("USR1", "SIGUSR1", 10),
    ("USR2", "SIGUSR2", 12),
    ("ALRM", "SIGALRM", 14),
    ("TERM", "SIGTERM", 15),
    ("16", "SIGSTKFLT", 16),
    ("XCPU", "SIGXCPU", 24),
    ("XFSZ", "SIGXFSZ", 25),
    ("VTALRM", "SIGVTALRM", 26),
    ("PROF", "SIGPROF", 27),
    ("29", "SIGIO", 29),
    ("PWR", "SIGPWR", 30),
    ("34", "SIGRTMIN", 34),
    ("37", "SIGRTMIN+3", 37),
    ("64", "SIGRTMIN+30", 64),
];

/// A server whose answer to the download keeps the run waiting.
fn holding() -> R2 {
    R2::builder().fault(Fault::on(Op::Get).first(1).silence()).start()
}

/// Waits until the object is there, and sends a signal.
fn send(run: &mut Started, r2: &R2, signal: &str) {
    assert!(run.until(|| !r2.requests_of(Op::Get).is_empty()), "the run ended before its download");
    let sent = Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
    assert!(sent.success(), "{signal}");
}

#[test]
fn every_signal_that_would_end_the_program_cleans_up() {
    each(&ENDING, |(sent, name, number)| {
        let r2 = holding();
        let mut run = Started::new(&mut program(&r2, "--json"));
        send(&mut run, &r2, sent);
        let ended = run.end();
        assert_eq!(ended.status.code(), Some(128 + number), "{name}: {}", ended.stderr);
        let report = ended.report();
        assert_eq!(
            (report.verdict(), report.root_cause()),
            ("interrupted", Some("run.interrupted")),
            "{name}"
        );
        let told = format!("interrupted by {name}\"");
        assert!(report.finding("run.interrupted").to_string().contains(&told), "{name}: {}", ended.stdout);
        assert!(r2.left().is_empty(), "{name}: {:?}", r2.left());
        assert!(ended.took < 2 * MARGIN, "{name}: {:?}", ended.took);
    });
}

/// The pause is not too long for the run then: the signal ended it.
#[test]
fn a_signal_in_the_pause_before_another_attempt_is_called_that() {
    let r2 = R2::builder()
        .fault(Fault::on(Op::Put).error(S3Error::new(429, "TooManyRequests", "Reduce your request rate.")))
        .start();
    let mut run = Started::new(&mut program(&r2, "--json"));
    assert!(run.until(|| !r2.requests_of(Op::Put).is_empty()), "the run ended before its upload");
    thread::sleep(Duration::from_millis(300));
    run.signal(Signal::INT);
    let ended = run.end();
    let report = ended.report();
    assert_eq!((report.verdict(), r2.requests_of(Op::Put).len()), ("interrupted", 1), "{}", ended.stdout);
    let evidence = report.evidence("service.rate-limited");
    assert!(evidence.contains("PutObject was not repeated: interrupted by SIGINT"), "{evidence}");
    let summary = text(&report.0["summary"]);
    assert!(summary.starts_with("SIGINT stopped the run during `upload`, so this"), "{summary}");
}

/// A timer or a limit sends its signal again and again; that is no second request to end.
#[test]
fn a_timer_that_repeats_does_not_cut_the_cleaning_up_off() {
    each(&["ALRM", "PROF", "XCPU", "XFSZ"], |signal| {
        let r2 = R2::builder()
            .fault(Fault::on(Op::Get).first(1).silence())
            .fault(Fault::on(Op::Delete).delay(Duration::from_millis(500)))
            .start();
        let mut run = Started::new(&mut program(&r2, "--json"));
        for _ in 0..3 {
            send(&mut run, &r2, signal);
            thread::sleep(Duration::from_millis(100));
        }
        let ended = run.end();
        assert_eq!(ended.report().verdict(), "interrupted", "{signal}");
        assert!(r2.left().is_empty(), "{signal}");
    });
}

/// The program under a shell that ignores signals, as `nohup` does.
fn ignoring(r2: &R2, signals: &str) -> Started {
    let script = format!("trap '' {signals}; exec \"$0\" --json --no-env-file");
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().envs(r2.env()).args(["-c", &script]).arg(file());
    Started::new(&mut shell)
}

fn passed(ended: &Ended, r2: &R2, place: &str) {
    assert_eq!(ended.status.code(), Some(0), "{place}: {}", ended.stderr);
    assert_eq!(ended.report().root_cause(), None, "{place}");
    assert!(r2.left().is_empty(), "{place}");
}

#[test]
fn an_ignored_signal_stays_ignored() {
    each(&["HUP", "TERM", "INT", "QUIT", "USR1", "ALRM"], |signal| {
        let r2 = R2::builder().fault(Fault::on(Op::Get).first(1).delay(Duration::from_millis(500))).start();
        let mut run = ignoring(&r2, signal);
        send(&mut run, &r2, signal);
        passed(&run.end(), &r2, signal);
        // Only that one is.
        let r2 = holding();
        let mut run = ignoring(&r2, signal);
        let other = if *signal == "TERM" { "INT" } else { "TERM" };
        send(&mut run, &r2, other);
        let ended = run.end();
        assert_eq!(ended.report().verdict(), "interrupted", "{signal} ignored, {other} sent");
        assert!(r2.left().is_empty(), "{signal}");
    });
}

#[test]
fn a_signal_in_the_first_milliseconds_leaves_no_file() {
    // Each offset twice, for a run and for a demo: 0 to 30 ms after the process was asked for.
    let offsets: Vec<_> = (0..120).map(|step| Duration::from_micros(step * 250)).collect();
    let early = each(&offsets, |offset| {
        let mut early = 0;
        for arguments in ["--no-env-file --output a.json --output b.txt", "demo --output a.json"] {
            let folder = tempfile::tempdir().unwrap();
            let mut command = Command::new(file());
            command.env_clear().env("TMPDIR", folder.path()).current_dir(folder.path());
            let run = Started::new(command.args(arguments.split_whitespace()));
            thread::sleep(*offset);
            run.signal(Signal::TERM);
            let ended = run.end();
            let left: Vec<_> =
                fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            let whole = |name: &std::ffi::OsString| ["a.json", "b.txt"].iter().any(|whole| name == whole);
            assert!(left.iter().all(whole), "{arguments}, after {offset:?}: {left:?}, {}", ended.stderr);
            early += usize::from(ended.status.code() != Some(0));
        }
        early
    });
    println!(
        "signals in the first 30 ms: {} runs, {} of them cut off",
        2 * early.len(),
        early.iter().sum::<usize>()
    );
}
