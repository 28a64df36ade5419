//! Zero false passes and zero false alarms: everything that the tests' server can do wrong, at every request of a run,
//! must fail; everything that is right, however odd it looks, must pass. One table, and all wrong rows at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod healthy;
mod wrong;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::support::r2::{Builder, R2};
use crate::support::run::{PREFIX, Run, run_with};
use crate::support::side_by_side::each_taken;

/// Somebody else's file, which must outlive every row.
const NEIGHBOUR: &str = "patients/recording.csv";

type Settings = Box<dyn Fn(&R2) -> Vec<(&'static str, String)> + Send>;

/// A server, and what a run against it must come to.
struct Row {
    name: String,
    server: Builder,
    settings: Settings,
    options: Vec<&'static str>,
    expected: Expected,
}

enum Expected {
    /// This check is the first to fail.
    FailsAt(&'static str),
    /// All six hold, with these remarks. The one on the endpoint goes without saying.
    Passes(Vec<&'static str>),
}

impl Row {
    fn new(name: impl Into<String>, server: Builder, expected: Expected) -> Self {
        let settings: Settings = Box::new(|_| Vec::new());
        Self { name: name.into(), server, settings, options: Vec::new(), expected }
    }

    /// With other values for some variables.
    fn settings(mut self, settings: impl Fn(&R2) -> Vec<(&'static str, String)> + Send + 'static) -> Self {
        self.settings = Box::new(settings);
        self
    }

    fn options(mut self, options: &[&'static str]) -> Self {
        self.options.extend(options);
        self
    }

    /// What is wrong with the verdict, or with what the run did.
    fn complaint(self) -> Option<String> {
        let (name, expected) = (self.name, self.expected);
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let r2 = self.server.object(NEIGHBOUR, b"time,value\n").start();
            let before: BTreeSet<String> = r2.left().into_iter().collect();
            let env = (self.settings)(&r2);
            let env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
            // Cleaning up goes on until then where a fault lasts.
            let options = [&["--deadline", "10s"], &self.options[..]].concat();
            let run = run_with(&r2, &env, &options);
            judge(&run, &expected).or_else(|| harm(&r2, &run, &before))
        }));
        let complaint = judged.unwrap_or_else(|_| Some("panicked; its words stand above".to_owned()));
        complaint.map(|complaint| format!("{name}: {complaint}"))
    }
}

fn judge(run: &Run<'_>, expected: &Expected) -> Option<String> {
    let codes: Vec<_> = run.codes().into_iter().filter(|code| *code != "config.endpoint-not-r2").collect();
    let first =
        run.checks().iter().find(|check| check["status"] == "fail").map(|check| check["name"].clone());
    let is_right = match expected {
        Expected::FailsAt(check) => {
            let failed = (run.status, run.verdict()) == (1, "fail") && run.report["exit_code"] == 1;
            failed && first.as_ref().is_some_and(|first| first == check) && names_a_cause(run)
        }
        Expected::Passes(remarks) => {
            let passed = run.status == 0 && matches!(run.verdict(), "pass" | "warn") && first.is_none();
            passed && run.report["root_cause"].is_null() && codes == *remarks
        }
    };
    let told =
        format!("status {}, {}, first failed: {first:?}, findings: {codes:?}", run.status, run.verdict());
    let wanted = match expected {
        Expected::FailsAt(check) => format!("should fail at {check}"),
        Expected::Passes(remarks) => format!("should pass with {remarks:?}"),
    };
    (!is_right).then(|| format!("{wanted}; {told}"))
}

fn names_a_cause(run: &Run<'_>) -> bool {
    !run.root().is_empty() && run.root() != "run.internal"
}

/// Whatever the verdict is: others' objects are as they were, and what is left of the run's own is told.
fn harm(r2: &R2, run: &Run<'_>, before: &BTreeSet<String>) -> Option<String> {
    let after: BTreeSet<String> = r2.left().into_iter().collect();
    let untold: Vec<_> = after.difference(before).filter(|key| !is_told(run, r2, key)).collect();
    let lost: Vec<_> = before.difference(&after).collect();
    let outside = r2.writes_outside(PREFIX);
    if !lost.is_empty() || !outside.is_empty() {
        return Some(format!("others' objects were touched: {lost:?} {outside:?}"));
    }
    (!untold.is_empty()).then(|| format!("left without a word: {untold:?}"))
}

fn is_told(run: &Run<'_>, r2: &R2, key: &str) -> bool {
    let told = run.report["cleanup"]["leftover"].as_array();
    told.is_some_and(|told| {
        told.iter().any(|left| format!("{}/{}", r2.bucket(), left.as_str().unwrap()) == key)
    })
}

/// Judges all rows, and names each that is wrong.
fn all_are_right(rows: Vec<Row>, at_least: usize) {
    let names: BTreeSet<_> = rows.iter().map(|row| row.name.clone()).collect();
    assert_eq!(names.len(), rows.len(), "two rows have one name");
    assert!(rows.len() >= at_least, "only {} rows", rows.len());
    let wrong: Vec<String> = each_taken(rows, Row::complaint).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{} of {} rows are wrong:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}

#[test]
fn no_fault_passes() {
    all_are_right(wrong::rows(), 600);
}

#[test]
fn nothing_healthy_fails_or_is_remarked_upon() {
    all_are_right(healthy::rows(), 100);
}
