//! Root certificates: read once, and never without a bound.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::adversity::child::{Ended, Signal, Started, program};
use crate::adversity::inputs::fifo;
use crate::support::r2::{Fault, Op, R2, Tls};
use crate::support::side_by_side::each;

/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);

fn server() -> R2 {
    R2::builder().tls(Tls::Good).start()
}

/// A run that trusts what these variables name.
fn run(r2: &R2, arguments: &str, variables: &[(&str, &Path)]) -> Ended {
    let mut command = program(r2, &format!("--json --client native {arguments}"));
    command.env_remove("SSL_CERT_FILE").envs(variables.iter().copied());
    Started::new(&mut command).end()
}

/// A pipe out of which the file of trusted certificates comes, once.
fn piped(r2: &R2, folder: &Path) -> (PathBuf, JoinHandle<()>) {
    let (pipe, text) = (folder.join("roots"), fs::read(r2.authority_file()).unwrap());
    fifo(&pipe);
    let path = pipe.clone();
    let writer = thread::spawn(move || {
        File::options().write(true).open(path).unwrap().write_all(&text).unwrap();
    });
    (pipe, writer)
}

/// `SSL_CERT_FILE=<(cat ca.pem)` comes to its end with the first connection, and the server closes each.
#[test]
fn roots_that_can_be_read_once_do_for_all_connections() {
    let folder = tempfile::tempdir().unwrap();
    let r2 = R2::builder().tls(Tls::Good).fault(Fault::on(Op::Any).last_answer()).start();
    let (pipe, writer) = piped(&r2, folder.path());
    let ended = run(&r2, "", &[("SSL_CERT_FILE", &pipe)]);
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(r2.connections() > 1 && r2.left().is_empty());
    writer.join().unwrap();
}

/// They are read at the first need, whatever happens to the file in the meantime.
#[test]
fn roots_that_go_away_during_the_run_are_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let r2 = R2::builder()
        .tls(Tls::Good)
        .fault(Fault::on(Op::Any).last_answer())
        .fault(Fault::on(Op::Put).delay(SECOND))
        .start();
    let roots = folder.path().join("roots.pem");
    fs::copy(r2.authority_file(), &roots).unwrap();
    let mut command = program(&r2, "--json --client native");
    let mut run = Started::new(command.env("SSL_CERT_FILE", &roots));
    run.until(|| !r2.requests_of(Op::Put).is_empty());
    fs::remove_file(&roots).unwrap();
    let ended = run.end();
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(r2.left().is_empty());
}

#[test]
fn roots_that_never_come_are_abandoned_in_time_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    fifo(&folder.path().join("pipe"));
    let pipe = folder.path().join("pipe");
    let cases = [
        ("/dev/zero", "what SSL_CERT_FILE names is a character device, not a file"),
        ("/dev", "what SSL_CERT_FILE names is a folder, not a file"),
        ("/no-such-folder/roots.pem", "what SSL_CERT_FILE names does not exist"),
        (pipe.to_str().unwrap(), "SSL_CERT_FILE: what it names did not come to its end within"),
    ];
    each(&cases, |(path, words)| {
        let r2 = server();
        for limit in ["--timeout 1s", "--timeout 1s --deadline 3s --no-experiments"] {
            let ended = run(&r2, limit, &[("SSL_CERT_FILE", Path::new(path))]);
            assert_eq!(ended.status.code(), Some(1), "{path}: {}", ended.stderr);
            let report = ended.report();
            let told = report.finding("tls.no-roots")["evidence"].to_string();
            assert!(told.contains(words), "{path}: {told}");
            assert!(ended.took < SECOND + MARGIN, "{path}: {:?}", ended.took);
        }
        assert!(r2.requests().is_empty());
    });
}

#[test]
fn the_deadline_and_a_signal_end_the_waiting_for_roots() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let r2 = server();
    let ended = run(&r2, "--deadline 1s", &[("SSL_CERT_FILE", &pipe)]);
    assert_eq!(ended.report().root_cause(), Some("run.deadline"));
    assert!(ended.took < SECOND + MARGIN, "{:?}", ended.took);
    let mut command = program(&r2, "--json --client native");
    let mut run = Started::new(command.env("SSL_CERT_FILE", &pipe));
    run.until(|| r2.connections() == 2);
    thread::sleep(Duration::from_millis(100));
    run.signal(Signal::TERM);
    let ended = run.end();
    assert_eq!(ended.status.code(), Some(143), "{}", ended.stderr);
    assert!(ended.took < SECOND + MARGIN, "{:?}", ended.took);
}

#[test]
fn a_folder_of_roots_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    let r2 = server();
    fifo(&folder.path().join("a-pipe"));
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("b-device")).unwrap();
    fs::create_dir(folder.path().join("c-folder")).unwrap();
    fs::write(folder.path().join("d-long"), vec![b'x'; 3 << 20]).unwrap();
    fs::copy(r2.authority_file(), folder.path().join("e.pem")).unwrap();
    std::os::unix::fs::symlink("e.pem", folder.path().join("0a1b2c3d.0")).unwrap();
    let ended = run(&r2, "", &[("SSL_CERT_DIR", folder.path())]);
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
    // One of several folders will do, and so will it beside a file that cannot be read.
    let folders = format!("/absent::{}", folder.path().display());
    let ended =
        run(&r2, "", &[("SSL_CERT_DIR", Path::new(&folders)), ("SSL_CERT_FILE", Path::new("/dev/zero"))]);
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
}

/// What could not be read is named where it may be the reason for which a server is not trusted.
#[test]
fn roots_that_could_not_be_read_are_reported_of_a_server_that_is_not_trusted() {
    let (r2, other) = (server(), server());
    let folder = tempfile::tempdir().unwrap();
    fs::copy(other.authority_file(), folder.path().join("other.pem")).unwrap();
    let long = folder.path().join("long.pem");
    fs::write(&long, vec![b'x'; 3 << 20]).unwrap();
    let ended = run(&r2, "", &[("SSL_CERT_DIR", folder.path()), ("SSL_CERT_FILE", &long)]);
    let report = ended.report();
    let told = report.finding("tls.untrusted")["evidence"].to_string();
    assert!(told.contains("SSL_CERT_FILE names something longer than 2 MiB"), "{told}");
}
