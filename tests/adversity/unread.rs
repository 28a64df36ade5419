//! Readers that do not read: a full pipe on standard output or standard error holds nobody up, neither checks nor
//! cleaning up nor signals nor the end.

use std::io::{ErrorKind, PipeReader, Read as _, Write as _, pipe};
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::adversity::child::{Ended, Signal, Started, program};
use crate::support::r2::{Fault, Op, R2};
use crate::support::report::Report;
use crate::support::side_by_side::each;

/// What Linux lets wait in a pipe.
const CAPACITY: usize = 65_536;
/// What the end of the program waits for its reader.
const PATIENCE: Duration = Duration::from_secs(2);
/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(2);
const REQUESTS: usize = 7;

/// A pipe with this much room left, that is held by its reader and not read.
fn unread(room: usize) -> (PipeReader, Stdio) {
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(&vec![b'.'; CAPACITY - room]).unwrap();
    (reader, writer.into())
}

/// Runs with such a pipe as standard output.
fn ended(r2: &R2, arguments: &str, room: usize, meanwhile: impl FnOnce(&mut Started)) -> Ended {
    let (reader, stdout) = unread(room);
    let mut run = Started::with(&mut program(r2, arguments), Some(stdout), None);
    meanwhile(&mut run);
    let ended = run.end();
    drop(reader);
    ended
}

fn is_told(ended: &Ended, place: &str) {
    let told = "cannot write to standard output: nobody reads it; ";
    assert!(ended.stderr.contains(told) && ended.stderr.contains("not written"), "{place}: {}", ended.stderr);
}

#[test]
fn a_reader_that_does_not_read_keeps_no_run_from_ending() {
    let cases = ["", "--json", "--verbose", "--quiet"].map(|form| [0, 300].map(|room| (form, room)));
    each(cases.as_flattened(), |(form, room)| {
        let place = format!("`{form}` with room for {room} bytes");
        // A conclusion of one line may find room.
        if (*form, *room) == ("--quiet", 300) {
            return;
        }
        let r2 = R2::start();
        let ended = ended(&r2, form, *room, |_| {});
        assert_eq!(ended.status.code(), Some(2), "{place}: {}", ended.stderr);
        is_told(&ended, &place);
        assert_eq!((r2.requests().len(), r2.connections()), (REQUESTS, 1), "{place}");
        assert!(r2.left().is_empty(), "{place}");
        assert!(ended.took < PATIENCE + MARGIN, "{place}: {:?}", ended.took);
    });
}

#[test]
fn the_deadline_holds_whoever_reads() {
    each(&["", "--json"], |form| {
        let r2 = R2::builder().fault(Fault::on(Op::Get).silence()).start();
        let ended = ended(&r2, &format!("{form} --deadline 2s"), 0, |_| {});
        assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
        assert!(r2.left().is_empty(), "{form}");
        assert!(ended.took < Duration::from_secs(2) + PATIENCE + MARGIN, "{form}: {:?}", ended.took);
    });
}

#[test]
fn a_signal_is_heeded_whoever_reads() {
    each(&["", "--json"], |form| {
        let r2 = R2::builder().fault(Fault::on(Op::Get).first(1).silence()).start();
        let ended = ended(&r2, form, 0, |run| {
            run.until(|| !r2.requests_of(Op::Get).is_empty());
            run.signal(Signal::TERM);
        });
        assert_eq!(ended.status.code(), Some(143), "{}", ended.stderr);
        is_told(&ended, form);
        assert!(r2.left().is_empty(), "{form}");
        assert!(ended.took < Duration::from_secs(1) + 2 * MARGIN, "{form}: {:?}", ended.took);
    });
}

#[test]
fn a_second_signal_ends_a_run_that_nobody_reads_at_once() {
    each(&["", "--json"], |form| {
        let r2 = R2::builder().fault(Fault::on(Op::Any).after(2).silence()).start();
        let ended = ended(&r2, form, 0, |run| {
            run.until(|| !r2.requests_of(Op::Put).is_empty());
            run.signal(Signal::TERM);
            thread::sleep(Duration::from_millis(200));
            run.signal(Signal::TERM);
        });
        assert_eq!(ended.status.code(), Some(143), "{}", ended.stderr);
        assert!(ended.stderr.contains("second SIGTERM"), "{form}: {}", ended.stderr);
        assert!(ended.took < Duration::from_secs(1) + MARGIN, "{form}: {:?}", ended.took);
    });
}

#[test]
fn the_report_file_is_whole_although_nobody_reads_standard_output() {
    let (r2, folder) = (R2::start(), tempfile::tempdir().unwrap());
    let path = folder.path().join("a.json");
    let ended = ended(&r2, &format!("--output {}", path.display()), 0, |_| {});
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    assert_eq!(Report::read(&std::fs::read(path).unwrap()).exit_code(), 0);
}

#[test]
fn a_message_that_nobody_reads_keeps_nobody_waiting() {
    each(&["--output /absent/x.json", "--unknown", "explain no.such", "--json"], |arguments| {
        let r2 = R2::start();
        let (readers, [stdout, stderr]) = {
            let [(first, stdout), (second, stderr)] = [unread(0), unread(0)];
            ([first, second], [stdout, stderr])
        };
        let ended = Started::with(&mut program(&r2, arguments), Some(stdout), Some(stderr)).end();
        drop(readers);
        assert_eq!(ended.status.code(), Some(2), "{arguments}");
        assert!(ended.took < PATIENCE + 2 * MARGIN, "{arguments}: {:?}", ended.took);
        assert!(r2.left().is_empty(), "{arguments}");
    });
}

#[test]
fn what_only_prints_ends_whoever_reads() {
    each(&["demo", "explain auth", "clean --yes", "demo --fault help"], |arguments| {
        let (key, body) = crate::adversity::probes::leftover();
        let r2 = R2::builder().object(&key, &body).start();
        let ended = match *arguments {
            "clean --yes" => ended(&r2, arguments, 0, |_| {}),
            other => {
                let (reader, stdout) = unread(0);
                let mut command = std::process::Command::new(crate::adversity::child::file());
                command.env_clear().args(other.split_whitespace());
                let ended = Started::with(&mut command, Some(stdout), None).end();
                drop(reader);
                ended
            }
        };
        assert_eq!(ended.status.code(), Some(2), "{arguments}: {}", ended.stderr);
        is_told(&ended, arguments);
        assert!(ended.took < PATIENCE + MARGIN, "{arguments}: {:?}", ended.took);
        // What is to be deleted was named with `--yes`, and is deleted.
        assert_eq!(r2.left().is_empty(), *arguments == "clean --yes", "{arguments}");
    });
}

/// Nobody can have agreed to a question that nobody could read.
#[test]
fn clean_deletes_nothing_when_its_question_is_not_read() {
    let (key, body) = crate::adversity::probes::leftover();
    let r2 = R2::builder().object(&key, &body).start();
    let (reader, stdout) = unread(0);
    let mut command = program(&r2, "clean");
    let (answer, mut yes) = pipe().unwrap();
    yes.write_all(b"y\n").unwrap();
    let ended = Started::with(command.stdin(answer), Some(stdout), None).end();
    drop(reader);
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    is_told(&ended, "clean");
    assert_eq!(r2.left().len(), 1);
    assert!(ended.took < PATIENCE + MARGIN, "{:?}", ended.took);
}

#[test]
fn a_signal_ends_the_waiting_for_an_answer() {
    let (key, body) = crate::adversity::probes::leftover();
    let r2 = R2::builder().object(&key, &body).start();
    let (answer, nobody) = pipe().unwrap();
    let mut run = Started::new(program(&r2, "clean").stdin(answer));
    run.until(|| r2.requests().len() == 2);
    thread::sleep(Duration::from_millis(300));
    run.signal(Signal::TERM);
    let ended = run.end();
    drop(nobody);
    assert_ne!(ended.status.code(), Some(0));
    assert!(ended.took < 2 * MARGIN, "{:?}", ended.took);
    assert_eq!(r2.left().len(), 1);
}

#[test]
fn a_reader_that_comes_late_gets_everything() {
    let r2 = R2::start();
    let (mut reader, stdout) = unread(0);
    let run = Started::with(&mut program(&r2, "--json"), Some(stdout), None);
    thread::sleep(Duration::from_secs(1));
    let mut text = Vec::new();
    reader.read_to_end(&mut text).unwrap();
    let ended = run.end();
    assert_eq!((ended.status.code(), ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(Report::read(&text[CAPACITY..]).exit_code(), 0);
}

/// Another program may have made the stream non-blocking: full is then an error, which passes.
#[test]
fn a_stream_that_does_not_block_gets_everything_too() {
    let r2 = R2::start();
    let (mut reader, mut writer) = UnixStream::pair().unwrap();
    writer.set_nonblocking(true).unwrap();
    let mut filled = 0;
    loop {
        match writer.write(&[b'.'; 4096]) {
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    let stdout = std::os::fd::OwnedFd::from(writer).into();
    let run = Started::with(&mut program(&r2, "--json"), Some(stdout), None);
    thread::sleep(Duration::from_millis(500));
    let mut text = Vec::new();
    reader.read_to_end(&mut text).unwrap();
    let ended = run.end();
    assert_eq!((ended.status.code(), ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(Report::read(&text[filled..]).exit_code(), 0);
}
