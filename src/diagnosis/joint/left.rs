//! What the run left behind, or may have.

use super::{ByCheck, has, result};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::checks::check::CheckId;
use crate::checks::runner::{Cleanup, Run};
use crate::client::exchange::Operation;
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
    let evidence = format!("`{key}` {certainty}, and its deletion is not verified");
    if has(findings, CheckId::Delete, Code::CleanupNotOurs) {
        None
    } else if is_certain(run, cleanup, key) {
        Some(Finding::error(Code::CleanupLeftover).because(evidence).with("key", key))
    } else if has(findings, CheckId::Delete, Code::CleanupUnknown) {
        None
    } else {
        Some(Finding::error(Code::CleanupUnknown).because(evidence).with("key", key))
    }
}

/// Whether the object was seen after the attempt to delete it, or was stored and its deletion refused.
fn is_certain(run: &Run, cleanup: Cleanup, key: &str) -> bool {
    let last = |operation: Operation| {
        let result = result(run, CheckId::Delete)?;
        let mut calls = result.calls.iter().chain(&result.second_calls);
        let about = |call: &&Call| call.last().is_some_and(|it| it.key == key && it.operation == operation);
        calls.rfind(about)?.answer()
    };
    let deletion = last(Operation::DeleteObject);
    let seen = deletion.is_some()
        && last(Operation::GetObject).is_some_and(|look| look.is_success() && look.body == run.probe.body);
    let refused = deletion.is_some_and(|deletion| !deletion.is_success());
    seen || (cleanup.created && refused)
}
