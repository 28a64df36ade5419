//! Whether to go on after a check, and which check is named as the reason if it does not.

use crate::base::stop::{Stop, StopReason};
use crate::checks::check::{CheckId, CheckResult, Fault, Outcome};
use crate::client::exchange::Answer;
use crate::client::storage::Call;
use crate::client::storage::answer::{Document, document};

/// What the port of a web console answers to every S3 request, one server with the code of a missing permission.
const WRONG_PORT: &str = "api port";

/// Why a run ended early: a signal, or a deadline that cut something off.
pub(super) fn stopped(results: &[CheckResult], stop: &Stop) -> Option<StopReason> {
    let cut_off = || results.iter().find_map(CheckResult::stopped);
    stop.signal().map(StopReason::Signal).or_else(cut_off)
}

pub(super) fn was_stopped(results: &[CheckResult]) -> bool {
    results.iter().any(|result| result.stopped().is_some())
}

/// The check that is named as the reason of a skip: the one that stopped the last result, or that result itself.
pub(super) fn blocker(last: &CheckResult) -> CheckId {
    match last.outcome {
        Outcome::Skipped { because } => because,
        Outcome::Passed { .. } | Outcome::Failed(_) => last.id,
    }
}

/// Whether the next checks can still show something although this one may have failed.
pub(super) fn goes_on(result: &CheckResult) -> bool {
    let fault = match &result.outcome {
        Outcome::Passed { .. } => return true,
        Outcome::Skipped { .. } => return false,
        Outcome::Failed(fault) => fault,
    };
    match (result.id, fault) {
        (CheckId::Connect, Fault::Refused) => {
            result.main_call().and_then(Call::answer).is_some_and(concerns_one_operation)
        }
        (CheckId::Upload, fault) => matches!(fault, Fault::Etag { .. } | Fault::Framed { .. }),
        (CheckId::Connect, _) => false,
        (CheckId::Config | CheckId::List | CheckId::Download | CheckId::Delete, _) => true,
    }
}

/// Whether a refusal concerns listing, not the credentials or the bucket as a whole. An error of the service does not:
/// during an incident a write shows nothing, and the object may not be deletable.
fn concerns_one_operation(answer: &Answer) -> bool {
    match document(answer) {
        Document::Error(error) => {
            let is_port = error.message.to_ascii_lowercase().contains(WRONG_PORT);
            error.code == "AccessDenied" && answer.status == 403 && !is_port
        }
        Document::Listing(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => false,
    }
}
