//! One fault: how it is brought about, what the verdict must name, and what the program shows of it.

use std::any::Any;

use super::stable::stable;
use crate::support::cli::Cli;
use crate::support::side_by_side::each;

/// The program with what is wrong around it, and the servers that must live as long as its run.
pub struct Staged {
    /// The call to be made.
    pub cli: Cli,
    /// Servers and folders.
    pub kept: Vec<Box<dyn Any>>,
}

impl From<Cli> for Staged {
    fn from(cli: Cli) -> Self {
        Self { cli, kept: Vec::new() }
    }
}

/// One fault.
pub struct Case {
    /// What is wrong, in a few words: a heading of the page.
    pub name: String,
    /// What the verdict must say is at fault, all of it: a variable and what is wrong with its value, a host, a bucket, an
    /// operation, a server.
    pub names: &'static [&'static str],
    stage: Box<dyn Fn() -> Staged + Send + Sync>,
}

impl Case {
    /// A fault with this name, whose verdict must name these.
    pub fn new<S: Into<Staged>>(
        name: impl Into<String>,
        names: &'static [&'static str],
        stage: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), names, stage: Box::new(move || stage().into()) }
    }

    /// What of that a message does not name. That the fix names it is not enough.
    pub fn unnamed_in(&self, message: &Message) -> Vec<&'static str> {
        let stated = message.statement();
        self.names.iter().copied().filter(|name| !stated.contains(name)).collect()
    }

    fn run(&self) -> Message {
        let Staged { cli, kept } = (self.stage)();
        let ran = cli.args("--color never").run();
        drop(kept);
        assert_eq!(ran.stderr, "", "{}", self.name);
        Message { status: ran.status, text: stable(&without_announcement(&ran.stdout)) }
    }
}

/// What the demo says before its run is no part of the report, which begins with the program's name.
fn without_announcement(text: &str) -> String {
    let report = text.find("\nr2-selftest ").map(|end| &text[end + 1..]);
    report.filter(|_| !text.starts_with("r2-selftest ")).unwrap_or(text).to_owned()
}

/// What the program showed.
pub struct Message {
    /// The exit status.
    pub status: i32,
    /// Standard output, without what differs from run to run.
    pub text: String,
}

impl Message {
    /// Whether the run failed.
    pub fn fails(&self) -> bool {
        self.status != 0
    }

    /// How many lines the terminal shows.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The verdict as one line: from its word to the end of the paragraph.
    pub fn verdict(&self) -> String {
        let begins = |line: &&str| {
            let word = line.split_whitespace().next().unwrap_or_default();
            ["PASS", "WARN", "FAIL", "INTERRUPTED"].contains(&word)
        };
        let lines = self.text.lines().skip_while(|line| !begins(line)).take_while(|line| !line.is_empty());
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }

    /// What the verdict says is wrong.
    pub fn statement(&self) -> String {
        before_code(&self.verdict()).to_owned()
    }
}

/// What a verdict says before the code in brackets: what is wrong, without what to do about it.
fn before_code(verdict: &str) -> &str {
    let is_code = |text: &str| {
        let code = text.split_once(')').map_or("", |(code, _)| code);
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || b"-3".contains(&byte) || byte == b'2')
        };
        code.split_once('.').is_some_and(|(area, condition)| is_part(area) && is_part(condition))
    };
    let code = verdict.match_indices(" (").find(|(at, _)| is_code(&verdict[at + 2..]));
    code.map_or(verdict, |(at, _)| &verdict[..at])
}

/// Runs all cases, several beside each other, and returns what they showed in their order.
pub fn run_all(cases: &[&Case]) -> Vec<Message> {
    each(cases, |case| case.run())
}
