//! What the run left behind, or may have.

use super::{ByCheck, has, result};
use crate::check::CheckId;
use crate::code::Code;
use crate::diagnosis::Context;
use crate::exchange::Answer;
use crate::finding::Finding;
use crate::runner::Run;
use crate::storage::Call;

/// The finding for an object that is, or may be, still there.
pub fn finding(run: &Run, findings: &ByCheck, context: &Context<'_>) -> Option<Finding> {
    let cleanup = run.cleanup;
    if !cleanup.leftover() {
        return None;
    }
    let certainty = if cleanup.created { "was stored" } else { "may have been stored" };
    let evidence = format!("the object `{}` {certainty} and is not known to be gone", context.key);
    if is_certain(run) {
        Some(Finding::error(Code::CleanupLeftover).because(evidence))
    } else if has(findings, CheckId::Delete, Code::CleanupUnknown) {
        None
    } else {
        Some(Finding::error(Code::CleanupUnknown).because(evidence))
    }
}

/// Whether the object was seen after the attempt to delete it, or was stored and its deletion refused.
fn is_certain(run: &Run) -> bool {
    let answers = |number: usize| {
        result(run, CheckId::Delete).and_then(|delete| delete.calls.get(number)).and_then(Call::answer)
    };
    let seen = answers(1).is_some_and(|look| look.is_success() && look.body == run.probe.body);
    let refused = answers(0).is_some_and(|deletion| !Answer::is_success(deletion));
    seen || (run.cleanup.created && refused)
}
