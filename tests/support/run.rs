//! Runs the program against a server of the tests' own, with a clean environment, and reads its JSON report.
#![allow(dead_code, reason = "each file of tests uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::cli::STAY_HERE;
use super::r2::{Op, R2};
use super::report::Report;

/// What a run may write under.
pub const PREFIX: &str = "r2-selftest/";
/// The operations of a run in which everything is granted.
pub const ALL: [Op; 7] = [Op::List, Op::HeadBucket, Op::Put, Op::List, Op::Get, Op::Delete, Op::Get];
/// Those of a run that may not list: the bucket itself is not asked for.
pub const UNLISTED: [Op; 6] = [Op::List, Op::Put, Op::List, Op::Get, Op::Delete, Op::Get];
/// Those of a run whose upload is refused, and that may not read what is there.
pub const UNREADABLE: [Op; 3] = [Op::List, Op::Put, Op::Get];
/// Those of a run whose upload is refused: what is there is read, deleted if it is the run's, and looked for.
pub const REFUSED_UPLOAD: [Op; 6] = [Op::List, Op::HeadBucket, Op::Put, Op::Get, Op::Delete, Op::Get];

/// A finished run.
pub struct Run<'a> {
    r2: &'a R2,
    pub status: i32,
    pub report: Value,
    pub took: Duration,
}

/// Runs the six checks with the server's own settings.
pub fn run(r2: &R2) -> Run<'_> {
    run_with(r2, &[], &[])
}

/// Runs them with other values for some variables, and with options.
pub fn run_with<'a>(r2: &'a R2, env: &[(&str, &str)], options: &[&str]) -> Run<'a> {
    let mut all = options.to_vec();
    if r2.proxy().is_some() {
        // Such a server plays R2's own hosts, and an experiment without its proxy would look for the real ones.
        all.push("--no-experiments");
    }
    run_trying(r2, env, &all)
}

/// Runs them, experiments included.
pub fn run_trying<'a>(r2: &'a R2, env: &[(&str, &str)], options: &[&str]) -> Run<'a> {
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.env_clear();
    if !env.iter().any(|(name, _)| name.to_lowercase().ends_with("_proxy")) {
        command.envs(STAY_HERE);
    }
    command.envs(r2.env_with(env)).args(["--json", "--no-env-file"]).args(options);
    if !options.contains(&"--timeout") {
        command.args(["--timeout", "5s"]);
    }
    let output = command.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(!stdout.contains(&r2.token().secret), "the secret is in the report");
    let report = Report::read(stdout.as_bytes()).0;
    Run { r2, status: output.status.code().unwrap_or(-1), report, took: started.elapsed() }
}

impl Run<'_> {
    /// The first failed check is this one, its cause has this code, and the status says failure.
    pub fn fails_at(&self, check: &str, code: &str) -> &Self {
        let report = &self.report;
        assert_eq!(self.root(), code, "{report:#}");
        assert_eq!((self.status, &report["exit_code"], self.verdict()), (1, &1.into(), "fail"), "{report:#}");
        let first = self.checks().iter().find(|check| check["status"] == "fail").unwrap();
        assert_eq!(first["name"], check, "{report:#}");
        let finding = self.finding(code);
        assert!(first["findings"].as_array().unwrap().contains(finding), "{report:#}");
        assert_eq!(finding["severity"], "error");
        assert!(!finding["evidence"].as_array().unwrap().is_empty());
        self.each_failure_is_accounted_for();
        self.stays_inside()
    }

    /// All six checks hold, and the only remarks are these; the one on the endpoint goes without saying.
    pub fn passes_with(&self, remarks: &[&str]) -> &Self {
        let report = &self.report;
        assert_eq!((self.status, report["root_cause"].is_null()), (0, true), "{report:#}");
        assert!(matches!(self.verdict(), "pass" | "warn"), "{report:#}");
        let mut codes = self.codes();
        codes.retain(|code| *code != "config.endpoint-not-r2");
        assert_eq!(codes, remarks, "{report:#}");
        assert_eq!(self.leftover(), Vec::<&str>::new());
        self.stays_inside()
    }

    /// A failed check has a cause of its own, or says which check it follows from.
    fn each_failure_is_accounted_for(&self) {
        for check in self.checks().iter().filter(|check| check["status"] == "fail") {
            let findings = check["findings"].as_array().unwrap();
            let own = findings.iter().any(|finding| finding["severity"] == "error");
            assert!(own != check["follows_from"].is_string(), "{check:#}");
        }
    }

    fn stays_inside(&self) -> &Self {
        let outside = self.r2.writes_outside(PREFIX);
        assert!(outside.is_empty(), "{outside:#?}");
        self
    }

    /// The server saw exactly these operations.
    pub fn sends(&self, operations: &[Op]) -> &Self {
        assert_eq!(self.r2.operations(), operations, "{:#}", self.report);
        self
    }

    /// Nothing is left, and the report knows it.
    pub fn leaves_nothing(&self) -> &Self {
        assert_eq!(self.r2.left(), Vec::<String>::new());
        assert_eq!(self.leftover(), Vec::<&str>::new(), "{:#}", self.report);
        self
    }

    /// The probe object is left, and the report says so, with its key.
    pub fn leaves_the_probe(&self) -> &Self {
        self.leaves_it("cleanup.leftover")
    }

    /// The same where the deadline may cut the last deletion off: what became of the object is unknown then.
    pub fn leaves_the_probe_at_the_deadline(&self) -> &Self {
        let is_known = self.codes().contains(&"cleanup.leftover");
        self.leaves_it(if is_known { "cleanup.leftover" } else { "cleanup.unknown" })
    }

    fn leaves_it(&self, code: &str) -> &Self {
        self.may_leave(code);
        assert_eq!(self.r2.left(), [format!("{}/{}", self.r2.bucket(), self.leftover()[0])]);
        self
    }

    /// The report says, with the key and this finding, that the probe object may be left.
    pub fn may_leave(&self, code: &str) -> &Self {
        let [key] = self.leftover()[..] else { panic!("{:#}", self.report) };
        assert!(key.starts_with(PREFIX));
        assert!(self.finding(code).to_string().contains(key), "{:#}", self.report);
        self
    }

    /// The evidence of the root cause has this text.
    pub fn says(&self, text: &str) -> &Self {
        let finding = self.finding(self.root());
        let evidence = finding["evidence"].as_array().unwrap();
        assert!(evidence.iter().any(|line| line.as_str().unwrap().contains(text)), "{text}: {finding:#}");
        self
    }

    /// The statuses of the six checks, in their order: `pass warn fail skip`, by their first letters.
    pub fn statuses(&self, expected: &str) -> &Self {
        let letters: String =
            self.checks().iter().map(|check| &check["status"].as_str().unwrap()[..1]).collect();
        assert_eq!(letters, expected, "{:#}", self.report);
        self
    }

    pub fn checks(&self) -> &Vec<Value> {
        self.report["checks"].as_array().unwrap()
    }

    pub fn check(&self, name: &str) -> &Value {
        self.checks().iter().find(|check| check["name"] == name).unwrap()
    }

    pub fn verdict(&self) -> &str {
        self.report["verdict"].as_str().unwrap()
    }

    pub fn root(&self) -> &str {
        self.report["root_cause"].as_str().unwrap_or_default()
    }

    /// All findings' codes, in the order of the checks.
    pub fn codes(&self) -> Vec<&str> {
        self.findings().map(|finding| finding["code"].as_str().unwrap()).collect()
    }

    /// The finding with this code; the error, if there is a warning too.
    pub fn finding(&self, code: &str) -> &Value {
        let all: Vec<_> = self.findings().filter(|finding| finding["code"] == code).collect();
        let error = all.iter().find(|finding| finding["severity"] == "error");
        error.or(all.first()).unwrap_or_else(|| panic!("no {code}: {:#}", self.report))
    }

    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.checks().iter().flat_map(|check| check["findings"].as_array().unwrap())
    }

    fn leftover(&self) -> Vec<&str> {
        let keys = self.report["cleanup"]["leftover"].as_array().unwrap();
        keys.iter().map(|key| key.as_str().unwrap()).collect()
    }
}
