//! The program as a child that can be sent signals while it runs.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use crate::support::r2::R2;
use crate::support::report::Report;

/// Longer than anything that ends in order takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often a child is looked at of which a certain moment is waited for.
const INTERVAL: Duration = Duration::from_millis(1);
/// How often it is asked whether it has ended: many run side by side, and asking costs time of the processor, too.
const UNHURRIED: Duration = Duration::from_millis(5);

/// Names the program as it is shipped, built with `--release`, where that is to be tested.
const SHIPPED: &str = "R2_SELFTEST_SHIPPED";

/// Whether the program is the one that is shipped.
#[cfg(target_os = "linux")]
pub fn is_shipped() -> bool {
    std::env::var_os(SHIPPED).is_some() || !cfg!(debug_assertions)
}

/// The program's file.
pub fn file() -> PathBuf {
    let shipped = std::env::var_os(SHIPPED).map(PathBuf::from);
    let file = shipped.unwrap_or_else(|| env!("CARGO_BIN_EXE_r2-selftest").into());
    file.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The program with these arguments, separated by spaces, the server's settings, and nothing else around it.
pub fn program(r2: &R2, arguments: &str) -> Command {
    let mut command = Command::new(file());
    command.env_clear().envs(r2.env()).args(arguments.split_whitespace()).arg("--no-env-file");
    command
}

/// A child that runs.
pub struct Started {
    child: Child,
    stdout: File,
    stderr: File,
    at: Instant,
}

/// A child that has ended.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Started {
    /// Starts a command. Unless it is given one, its standard input is empty.
    pub fn new(command: &mut Command) -> Self {
        Self::with(command, None, None)
    }

    /// Starts a command that writes elsewhere, which is then not read.
    pub fn with(command: &mut Command, to_stdout: Option<Stdio>, to_stderr: Option<Stdio>) -> Self {
        let [stdout, stderr] = [(); 2].map(|()| tempfile::tempfile().unwrap());
        let files = [&stdout, &stderr].map(|file| Stdio::from(file.try_clone().unwrap()));
        let [stdout_file, stderr_file] = files;
        let at = Instant::now();
        command.stdout(to_stdout.unwrap_or(stdout_file)).stderr(to_stderr.unwrap_or(stderr_file));
        let child = command.spawn().unwrap();
        // What the command still holds would keep a pipe open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self { child, stdout, stderr, at }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Says whether it has printed something.
    pub fn printed(&self) -> impl Fn() -> bool + use<> {
        let stdout = self.stdout.try_clone().unwrap();
        move || stdout.metadata().unwrap().len() > 0
    }

    /// Sends a signal. That the child has already ended is no mistake.
    pub fn signal(&self, signal: Signal) {
        let id = self.id().try_into().ok().and_then(Pid::from_raw).unwrap();
        let sent = kill_process(id, signal);
        assert!(matches!(sent, Ok(()) | Err(Errno::SRCH)), "{sent:?}");
    }

    /// Waits until something has happened, or the child has ended, which is told as false.
    pub fn until(&mut self, happened: impl Fn() -> bool) -> bool {
        let started = Instant::now();
        while !happened() {
            if self.child.try_wait().unwrap().is_some() {
                return happened();
            }
            assert!(started.elapsed() < PATIENCE, "what was waited for does not happen");
            std::thread::sleep(INTERVAL);
        }
        true
    }

    /// Waits for the end, and looks at the child again and again until then.
    ///
    /// # Panics
    /// When it does not end.
    #[cfg(target_os = "linux")]
    pub fn end_watched(self, look: impl FnMut(u32)) -> Ended {
        self.end_looking(INTERVAL, look)
    }

    fn end_looking(mut self, interval: Duration, mut look: impl FnMut(u32)) -> Ended {
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if self.at.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("the program does not end");
            }
            look(self.id());
            std::thread::sleep(interval);
        };
        let took = self.at.elapsed();
        let [stdout, stderr] = [self.stdout, self.stderr].map(text);
        assert!(!stderr.contains("panicked"), "{stderr}");
        Ended { status, stdout, stderr, took }
    }

    /// Waits for the end.
    pub fn end(self) -> Ended {
        self.end_looking(UNHURRIED, |_| {})
    }
}

fn text(mut file: File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

impl Ended {
    pub fn report(&self) -> Report {
        let report = Report::read(self.stdout.as_bytes());
        assert_eq!(Some(report.exit_code()), self.status.code());
        report
    }
}

/// Runs to the end.
pub fn ended(command: &mut Command) -> Ended {
    Started::new(command).end()
}
