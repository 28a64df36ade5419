//! What the run left behind, or may have.

use super::{ByCheck, has, result};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::checks::check::{CheckId, delete};
use crate::checks::runner::{Cleanup, Run};
use crate::client::exchange::Answer;
use crate::client::storage::Call;
use crate::diagnosis::Context;

/// The finding for an object that is, or may be, still there.
pub fn finding(run: &Run, findings: &ByCheck, context: &Context<'_>) -> Option<Finding> {
    of(run, run.cleanup, context.key, findings)
        .or_else(|| of(run, run.second?, &run.probe.plain_key, findings))
}

fn of(run: &Run, cleanup: Cleanup, key: &str, findings: &ByCheck) -> Option<Finding> {
    if !cleanup.leftover() {
        return None;
    }
    let certainty = if cleanup.created { "was stored" } else { "may have been stored" };
    let evidence = format!("the object `{key}` {certainty} and is not known to be gone");
    if has(findings, CheckId::Delete, Code::CleanupNotOurs) {
        None
    } else if is_certain(run) {
        Some(Finding::error(Code::CleanupLeftover).because(evidence).with("key", key))
    } else if has(findings, CheckId::Delete, Code::CleanupUnknown) {
        None
    } else {
        Some(Finding::error(Code::CleanupUnknown).because(evidence).with("key", key))
    }
}

/// Whether the object was seen after the attempt to delete it, or was stored and its deletion refused.
fn is_certain(run: &Run) -> bool {
    let delete = result(run, CheckId::Delete);
    let look = delete.and_then(delete::proof).and_then(Call::answer);
    let deletion = delete.and_then(|delete| delete::deletions(delete).last()).and_then(Call::answer);
    let seen = look.is_some_and(|look| look.is_success() && look.body == run.probe.body);
    let refused = deletion.is_some_and(|deletion| !Answer::is_success(deletion));
    seen || (run.cleanup.created && refused)
}
