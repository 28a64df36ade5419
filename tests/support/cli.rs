//! The program from outside, in a world of its own: an empty environment, an empty folder, an empty temporary folder.
#![allow(dead_code, reason = "each file of tests uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::report::Report;

/// No run of these tests takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Settings that no rule objects to, for an endpoint where nothing listens.
pub const NOWHERE: [(&str, &str); 5] = [
    ("R2_ENABLED", "true"),
    ("R2_ENDPOINT", "http://127.0.0.1:9"),
    ("R2_ACCESS_KEY_ID", "4a5b6c7d8e9f0a1b2c3d4e5f60718293"),
    ("R2_SECRET_ACCESS_KEY", "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0"),
    ("R2_BUCKET_NAME", "app-files"),
];

/// A proxy that nobody runs, and the hosts that need none: whatever a test asks of the program, it stays on this machine.
pub const STAY_HERE: [(&str, &str); 2] =
    [("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "127.0.0.1,localhost,::1")];

/// One call of the program, to be made.
pub struct Cli {
    command: Command,
    home: TempDir,
}

impl Cli {
    /// The program with these arguments, separated by spaces.
    pub fn new(arguments: &str) -> Self {
        Self::new_program(env!("CARGO_BIN_EXE_r2-selftest")).args(arguments)
    }

    /// Another program in the same world, such as a shell that starts ours.
    pub fn new_program(program: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        for folder in ["here", "tmp"] {
            fs::create_dir(home.path().join(folder)).unwrap();
        }
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(STAY_HERE)
            .env("TMPDIR", home.path().join("tmp"))
            .current_dir(home.path().join("here"))
            .stdin(Stdio::null());
        Self { command, home }
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments, separated by spaces.
    pub fn args(mut self, arguments: &str) -> Self {
        self.command.args(arguments.split_whitespace());
        self
    }

    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    /// A file in the current folder.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.here().join(name), content).unwrap();
        self
    }

    /// The current folder.
    pub fn here(&self) -> PathBuf {
        self.home.path().join("here")
    }

    /// For what the others do not offer.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    pub fn spawn(&mut self) -> Child {
        self.command.spawn().unwrap()
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it does not end, or ends as no program of ours may: by a panic or a signal.
    pub fn run(mut self) -> Ran {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn();
        self.ran(child.wait_with_output().unwrap())
    }

    /// What came of a child that was started by [`Self::spawn`] and has ended.
    pub fn ran(self, output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let ran = Ran {
            status: output.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", output.status)),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            home: self.home,
        };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }
}

/// Copies a program, by way of another process. A file that is open for writing cannot be started, and while this process
/// writes one, whatever other tests start at that moment has it open as well.
///
/// # Panics
/// When it cannot be copied.
pub fn copy_program(from: impl AsRef<Path>, to: &Path) {
    assert!(Command::new("cp").arg(from.as_ref()).arg(to).status().unwrap().success());
}

/// Waits for a child, but not for ever.
///
/// # Panics
/// When it does not end.
pub fn wait(child: &mut Child) -> i32 {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or_else(|| panic!("ended by a signal: {status}"));
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the program does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a call did.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    home: TempDir,
}

impl Ran {
    /// The JSON report on standard output, which is alone there and names the exit status.
    ///
    /// # Panics
    /// When it is not, or breaks a promise.
    pub fn report(&self) -> Report {
        assert_eq!(self.stderr, "");
        let report = Report::read(self.stdout.as_bytes());
        assert_eq!(report.exit_code(), self.status);
        report
    }

    /// The report of a run that failed at `config` because of these codes.
    ///
    /// # Panics
    /// When it did not.
    pub fn config_failure(&self) -> Report {
        let report = self.report();
        assert_eq!(self.status, 1);
        assert_eq!(report.verdict(), "fail");
        assert_eq!(report.statuses(), ["fail", "skip", "skip", "skip", "skip", "skip"]);
        for skipped in &report.0["checks"].as_array().unwrap()[1..] {
            assert_eq!(skipped["skipped_because"], "config");
        }
        assert!(report.requests().is_empty());
        report
    }

    /// Asserts that the command line was refused: status 2, nothing on standard output, and these words in the message.
    ///
    /// # Panics
    /// When it was not.
    pub fn refused(&self, words: &[&str]) -> &Self {
        assert_eq!(self.status, 2, "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in: {}", self.stderr);
        }
        self
    }

    /// A file in the folder that was current.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("here").join(name)
    }

    /// The names of what is in the folder that was current.
    pub fn files(&self) -> Vec<String> {
        names(&self.home.path().join("here"))
    }

    /// The names of what is left in the temporary folder.
    pub fn temporary(&self) -> Vec<String> {
        names(&self.home.path().join("tmp"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.collect();
    names.sort();
    names
}
