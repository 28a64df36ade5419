//! The second object of a run, which an upload in the plain form may leave beside the first.

use super::ledger::Cleanup;
use crate::checks::check::{CheckId, CheckResult, Fault};
use crate::client::exchange::{Answer, Exchange};
use crate::client::storage::sdk::Form;

/// Its state after the upload, or none if it was not attempted. After a panic, it may have been written.
pub(super) fn ledger(results: &[CheckResult], form: Form) -> Option<Cleanup> {
    let upload = results.iter().find(|result| result.id == CheckId::Upload)?;
    let Some(call) = upload.second_calls.first() else {
        let unclear = form.is_of_uploads_only() && matches!(upload.fault(), Some(Fault::Bug(_)));
        return unclear.then(|| Cleanup { maybe_created: true, ..Cleanup::default() });
    };
    let created = call.answer().is_some_and(Answer::is_success);
    let maybe_created = created || call.exchanges().iter().any(Exchange::may_have_been_performed);
    Some(Cleanup { created, maybe_created, ..Cleanup::default() })
}

/// Joins the results of two deletions: the one that failed is reported, with the requests of the other beside it.
pub(super) fn both(first: CheckResult, second: CheckResult) -> CheckResult {
    let (mut reported, mut other) = if first.passed() { (second, first) } else { (first, second) };
    reported.second_calls = std::mem::take(&mut other.calls);
    reported.findings.append(&mut other.findings);
    reported
}
