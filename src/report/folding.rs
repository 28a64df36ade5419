//! The findings of a report in the order in which to act on them, with echoes folded: what several checks remark upon is
//! shown once. This is presentation; in the report each check keeps its own findings.

use std::cmp::Reverse;

use super::{Check, Finding, Report};
use crate::base::code::Code;
use crate::base::finding::Severity;

/// A finding as it is shown.
pub struct Shown<'a> {
    /// The finding itself.
    pub finding: &'a Finding,
    /// The first evidence of each other check that has the same finding, behind that check's name.
    pub echoes: Vec<String>,
    /// The checks that failed because of it and have no error of their own.
    pub affects: Vec<&'a str>,
}

/// The findings: the root cause first, then other errors, warnings and notes.
pub fn folded(report: &Report) -> Vec<Shown<'_>> {
    let mut shown: Vec<(&str, Shown<'_>)> = Vec::new();
    for check in &report.checks {
        for finding in &check.findings {
            let same =
                shown.iter_mut().find(|(name, first)| *name != check.name && is_echo(finding, first.finding));
            match (same, finding.evidence.first()) {
                (Some((_, first)), Some(evidence)) => {
                    first.echoes.push(format!("{}: {evidence}", check.name));
                }
                (Some(_), None) => {}
                (None, _) => shown.push((
                    &check.name,
                    Shown { finding, echoes: Vec::new(), affects: affected(report, check, finding) },
                )),
            }
        }
    }
    let is_root = |finding: &Finding| report.root_cause.as_deref() == Some(finding.code.as_str());
    let mut shown: Vec<_> = shown.into_iter().map(|(_, shown)| shown).collect();
    shown.sort_by_key(|shown| (Reverse(shown.finding.severity), !is_root(shown.finding)));
    shown
}

/// The findings as a reader who was not there needs them: the one that the verdict states, apart from the others.
pub struct Parted<'a> {
    /// The root cause; or the first warning, where nothing is worse.
    pub stated: Option<Shown<'a>>,
    /// All others, in the order of [`folded`].
    pub others: Vec<Shown<'a>>,
}

/// The findings of a report in these two parts.
pub fn parted(report: &Report) -> Parted<'_> {
    let mut others = folded(report);
    let is_stated = others.first().is_some_and(|first| first.finding.severity > Severity::Note);
    Parted { stated: is_stated.then(|| others.remove(0)), others }
}

impl Parted<'_> {
    /// Whether the one that the verdict states is the root cause.
    pub fn states_root(&self, report: &Report) -> bool {
        let code = self.stated.as_ref().map(|stated| stated.finding.code.as_str());
        code.is_some() && code == report.root_cause.as_deref()
    }

    /// What the one that the verdict states is called.
    pub fn stated_is(&self, report: &Report) -> &'static str {
        if self.states_root(report) { ROOT } else { FOUND }
    }

    /// What the others are called.
    pub fn others_are(&self) -> &'static str {
        if self.stated.is_some() { "Other findings" } else { FOUND }
    }
}

/// What the root cause is called where it stands.
pub const ROOT: &str = "Root cause";
/// What findings are called that are neither the root cause nor beside one that the verdict states.
const FOUND: &str = "What was found";

/// Whether a remark repeats an earlier finding of another check. Which requests were repeated is worth reading at
/// each check, and so is each error.
fn is_echo(finding: &Finding, first: &Finding) -> bool {
    finding.severity < Severity::Error
        && finding.severity <= first.severity
        && finding.code == first.code
        && finding.code != Code::ServiceRetried.as_str()
}

/// The checks that follow from this check's first error.
fn affected<'a>(report: &'a Report, check: &Check, finding: &Finding) -> Vec<&'a str> {
    let first = check.findings.iter().find(|finding| finding.severity == Severity::Error);
    if !first.is_some_and(|first| std::ptr::eq(first, finding)) {
        return Vec::new();
    }
    let follows = |other: &&Check| other.follows_from.as_deref() == Some(check.name.as_str());
    report.checks.iter().filter(follows).map(|other| other.name.as_str()).collect()
}

/// How many different errors these checks have.
pub fn errors(checks: &[Check]) -> usize {
    let all = checks.iter().flat_map(|check| &check.findings);
    all.filter(|finding| finding.severity == Severity::Error).count()
}
