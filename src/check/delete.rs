//! `delete`: the object is deleted, and gone. A success status proves nothing here, since S3 deletes what was never
//! there just as gladly: only a read that finds no such key does.

use super::listed_again::{listed_again, shows};
use super::{CheckId, CheckResult, Fault};
use crate::exchange::Answer;
use crate::probe::Probe;
use crate::stop::Stop;
use crate::storage::answer::{Document, document};
use crate::storage::{Call, Storage};

/// Deletes the probe object and looks for it afterwards, also when deleting was refused: what is left must be known.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    delete(storage, &probe.key, probe.body.len(), |body| body == probe.body, stop).await
}

/// The same for any object that a run of this program wrote, at most `len` bytes of which tell whether it is still the
/// same one.
pub async fn delete(
    storage: &mut Storage,
    key: &str,
    len: usize,
    is_same: impl Fn(&[u8]) -> bool,
    stop: &Stop,
) -> CheckResult {
    let deletion = storage.delete(key, stop).await;
    let look = storage.get(key, len, stop).await;
    let listing = listed_again(storage, key, &deletion, &look, stop).await;
    let still_there = look.answer().is_some_and(|answer| answer.is_success() && is_same(&answer.body));
    let verified = if !is_granted(&deletion) {
        Err(Fault::Refused)
    } else if listing.as_ref().is_some_and(|listing| shows(listing, key)) {
        Err(Fault::StillListed)
    } else {
        verify(&deletion, &look, still_there)
    };
    let mut calls = vec![deletion, look];
    calls.extend(listing);
    CheckResult::of(CheckId::Delete, verified, calls)
}

/// Whether the server accepted the deletion. Some servers do not delete what is not there, which is what a second try
/// finds when only the answer to the first was lost.
pub fn is_granted(deletion: &Call) -> bool {
    let again = deletion.exchanges().len() > 1;
    deletion.answer().is_some_and(|answer| answer.is_success() || (again && is_no_such_key(answer)))
}

fn verify(deletion: &Call, look: &Call, still_there: bool) -> Result<String, Fault> {
    let found = deletion.answer().filter(|answer| answer.is_success()).map(document);
    let is_gone = look.answer().is_some_and(is_no_such_key);
    match found {
        Some(found @ Document::Error(_)) => Err(Fault::NotS3(found)),
        _ if is_gone => Ok("a read finds no such key".to_owned()),
        Some(found @ (Document::Foreign | Document::Malformed(_) | Document::Listing(_))) => {
            Err(Fault::NotS3(found))
        }
        Some(Document::Empty) | None if still_there => Err(Fault::StillThere),
        Some(Document::Empty) | None => Err(Fault::GoneUnproven),
    }
}

/// Whether the server says that it has no such object, in a bucket that it has.
pub fn is_no_such_key(answer: &Answer) -> bool {
    answer.status == 404 && matches!(document(answer), Document::Error(error) if error.code == "NoSuchKey")
}
