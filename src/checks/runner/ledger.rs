//! The state of the object that a run wrote, as far as the answers show.

use crate::checks::check::{CheckResult, Fault, Outcome, Owner};
use crate::client::exchange::Exchange;
use crate::client::storage::Call;

/// The state of the object that a run wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a ledger: each is a fact of its own")]
pub struct Cleanup {
    /// The server confirmed that it stored the object.
    pub created: bool,
    /// The server may have stored it, though it did not confirm it.
    pub maybe_created: bool,
    /// The server confirmed that it deleted the object.
    pub deleted: bool,
    /// A read after the deletion found no such key.
    pub verified_gone: bool,
}

impl Cleanup {
    /// Whether the object is, or may be, still there.
    pub fn leftover(self) -> bool {
        (self.created || self.maybe_created) && !self.verified_gone
    }
}

/// The state of the object after the upload.
pub(super) fn ledger(upload: Option<&CheckResult>) -> Cleanup {
    let Some(upload) = upload else { return Cleanup::default() };
    let created = match upload.fault() {
        None => upload.passed(),
        Some(fault) => {
            matches!(fault, Fault::Etag { .. } | Fault::Framed { .. } | Fault::KeyTaken(Owner::ThisRun))
        }
    };
    let unclear =
        matches!(upload.fault(), Some(Fault::Bug(_) | Fault::NotS3(_) | Fault::KeyTaken(Owner::Unknown)));
    let attempts = upload.main_call().map_or(&[][..], Call::exchanges);
    let maybe_created = created || unclear || attempts.iter().any(Exchange::may_have_been_performed);
    Cleanup { created, maybe_created, ..Cleanup::default() }
}

/// Whether not even a part of the upload can have reached the server, so that there is nothing to clean up.
pub(super) fn upload_was_never_sent(upload: Option<&CheckResult>) -> bool {
    if upload.is_some_and(|upload| matches!(upload.outcome, Outcome::Failed(Fault::Bug(_)))) {
        return false;
    }
    !upload.and_then(CheckResult::main_call).is_some_and(Call::may_have_been_received)
}

/// Whether the upload was refused for an object that is not this run's, or not known to be: then it must not be deleted.
pub(super) fn key_is_not_ours(upload: Option<&CheckResult>) -> bool {
    let fault = upload.and_then(CheckResult::fault);
    matches!(fault, Some(Fault::KeyTaken(Owner::Other | Owner::Nobody | Owner::Unknown)))
}
