//! What the user has decided about findings: which are accepted, and whether warnings fail the run.

use super::catalogue;
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::checks::check::CheckResult;

/// What the user has decided about findings.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Whether warnings fail the run.
    pub strict: bool,
    /// The codes that are known and accepted.
    pub accepted: Vec<Code>,
}

impl Policy {
    /// Whether a code may be accepted at all.
    pub fn is_acceptable(code: Code) -> bool {
        catalogue::entry(code).is_some_and(|entry| entry.acceptable)
    }

    /// Makes a note of a finding that the user accepts. A claim that does not hold is failed by its outcome, so of the errors
    /// only those of a check whose claim holds can be accepted.
    pub fn apply(&self, finding: Finding, result: &CheckResult) -> Finding {
        let concerns_no_claim = finding.severity < Severity::Error || result.passed();
        let accepted =
            self.accepted.contains(&finding.code) && Self::is_acceptable(finding.code) && concerns_no_claim;
        if !accepted || finding.severity == Severity::Note {
            return finding;
        }
        Finding { severity: Severity::Note, ..finding }.because("accepted: this run takes it for a note")
    }
}
