//! `delete`: the object is deleted, and that is verified. A success status verifies nothing here, since S3 also confirms the
//! deletion of an object that never existed: only a read that returns `NoSuchKey` does.
//!
//! The check also cleans up. Its claim is judged by as many attempts as any request has; clean-up continues after that until
//! the object is deleted, the server has refused for good, or the time is over.

mod work;

use super::listed_again::shows;
use super::{CheckId, CheckResult, Fault};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::probe::Probe;
use crate::client::exchange::{Answer, Exchange, Field, Operation};
use crate::client::storage::answer::{Document, document, is_readable};
use crate::client::storage::sdk::unframed;
use crate::client::storage::{Call, Deletable, Storage, is_gone, keeps_a_version};
pub use work::Patience;
use work::Work;

/// The result of clean-up.
pub struct Cleaned {
    /// The check.
    pub result: CheckResult,
    /// Whether the server confirmed the deletion.
    pub granted: bool,
    /// Whether a read verified that there is no such object.
    pub gone: bool,
}

impl Cleaned {
    fn of(result: CheckResult) -> Self {
        let granted = deletions(&result).any(is_granted);
        let listed = matches!(result.fault(), Some(Fault::StillListed));
        let gone = !listed && proof(&result).and_then(Call::last).is_some_and(is_gone);
        Self { result, granted, gone }
    }
}

/// Deletes the probe object if the run wrote it, and reads it afterwards, also if the deletion was refused: the report says
/// what is left. The earlier checks show who wrote the object; if they leave a doubt, it is read first.
pub async fn check(
    storage: &mut Storage,
    probe: &Probe,
    earlier: &[CheckResult],
    patience: Patience,
) -> Cleaned {
    let len = storage.longest(probe.body.len());
    let mut work = Work::new(storage, &probe.key, len, patience);
    let object = match known(earlier, probe) {
        Some(object) => Ok(object),
        None => own(&mut work, probe).await,
    };
    match object {
        Ok(object) => finish(work, &object, |body| unframed(body).unwrap_or(body) == probe.body).await,
        Err(fault) => Cleaned::of(CheckResult::of(CheckId::Delete, Err(fault), work.calls)),
    }
}

/// The same for an object that an earlier run left. At most `len` bytes are read to see whether it is still the same.
pub async fn delete(
    storage: &mut Storage,
    object: &Deletable,
    len: usize,
    is_same: impl Fn(&[u8]) -> bool,
    patience: Patience,
) -> Cleaned {
    finish(Work::new(storage, object.key(), len, patience), object, is_same).await
}

async fn finish(mut work: Work<'_>, object: &Deletable, is_same: impl Fn(&[u8]) -> bool) -> Cleaned {
    let (deletion, read) = work.delete(object).await;
    let still_there = read.answer().is_some_and(|answer| answer.is_success() && is_same(&answer.body));
    let verified =
        if is_granted(&deletion) { verify(&deletion, &read, still_there) } else { Err(Fault::Refused) };
    let first = work.calls.len();
    work.calls.extend([deletion, read]);
    work.persevere(object).await;
    let listing = work.list_in_doubt(first).await;
    let is_listed = listing.as_ref().is_some_and(|listing| shows(listing, object.key()));
    work.calls.extend(listing);
    let verified = if is_listed { verified.and(Err(Fault::StillListed)) } else { verified };
    let mut result = CheckResult::of(CheckId::Delete, verified, work.calls);
    result.findings = version_kept(&result).into_iter().collect();
    Cleaned::of(result)
}

/// The run's object, if the earlier checks leave no doubt that the run wrote it. The last read of it decides.
fn known(earlier: &[CheckResult], probe: &Probe) -> Option<Deletable> {
    let upload = earlier.iter().find(|result| result.id == CheckId::Upload)?;
    let download = earlier.iter().find(|result| result.id == CheckId::Download);
    let mut reads = upload.calls.iter().skip(1).chain(download.iter().flat_map(|download| &download.calls));
    let shows_an_object = |read: &&Call| read.answer().is_some_and(Answer::is_success);
    match reads.rfind(shows_an_object) {
        Some(read) => Deletable::read(read, probe),
        None => Deletable::written(upload.main_call()?, probe),
    }
}

/// Reads the object under the run's key, to see whether the run wrote it.
async fn own(work: &mut Work<'_>, probe: &Probe) -> Result<Deletable, Fault> {
    let read = work.read_until_final().await;
    let object = Deletable::read(&read, probe).or_else(|| Deletable::absent(&read, probe));
    let fault = not_own(&read);
    work.calls.push(read);
    object.ok_or(fault)
}

/// Why an object is not deleted that the run may not have written.
fn not_own(read: &Call) -> Fault {
    let Some(answer) = read.answer().filter(|answer| answer.is_success()) else { return Fault::Refused };
    match document(answer) {
        Document::Empty => Fault::NotOurs,
        // Without an `ETag` it is no object of S3, but for instance the page of a proxy.
        found if answer.etag().is_none() => Fault::NotS3(found),
        Document::Foreign | Document::Error(_) | Document::Malformed(_) | Document::Listing(_) => {
            Fault::NotOurs
        }
    }
}

/// Every deletion of a check, the first one first.
pub fn deletions(result: &CheckResult) -> impl Iterator<Item = &Call> {
    of_operation(result, Operation::DeleteObject)
}

/// The last read after a deletion, which verifies it.
pub fn proof(result: &CheckResult) -> Option<&Call> {
    deletions(result).next()?;
    of_operation(result, Operation::GetObject).last()
}

fn of_operation(result: &CheckResult, operation: Operation) -> impl Iterator<Item = &Call> {
    result.calls.iter().filter(move |call| call.last().is_some_and(|last| last.operation == operation))
}

/// Whether the server accepted the deletion. Some servers refuse to delete an object that does not exist, as a second attempt
/// shows if only the answer to the first was lost.
pub fn is_granted(deletion: &Call) -> bool {
    let again = deletion.exchanges().len() > 1;
    deletion.answer().is_some_and(|answer| answer.is_success() || (again && is_no_such_key(answer)))
}

fn verify(deletion: &Call, read: &Call, still_there: bool) -> Result<String, Fault> {
    let found = deletion.answer().filter(|answer| answer.is_success()).map(document);
    let is_gone = read.last().is_some_and(is_gone);
    match found {
        Some(found @ Document::Error(_)) => Err(Fault::NotS3(found)),
        Some(found) if deletion.answer().is_some_and(|answer| !is_readable(answer)) => {
            Err(Fault::NotS3(found))
        }
        _ if is_gone => Ok("key not found after delete".to_owned()),
        Some(found @ (Document::Foreign | Document::Malformed(_) | Document::Listing(_))) => {
            Err(Fault::NotS3(found))
        }
        Some(Document::Empty) | None if still_there => Err(Fault::StillThere),
        Some(Document::Empty) | None => Err(Fault::DeletionUnverified),
    }
}

/// The warning that a bucket with versions keeps the object, although it is no longer listed.
fn version_kept(result: &CheckResult) -> Option<Finding> {
    let answers = deletions(result).chain(proof(result)).flat_map(Call::exchanges);
    let kept = answers.filter_map(|exchange| Some((exchange, exchange.outcome.as_ref().ok()?)));
    let (exchange, answer) =
        kept.into_iter().find(|(exchange, answer)| reports_kept_version(exchange, answer))?;
    let fields = [Field::DeleteMarker, Field::VersionId].into_iter();
    let told = fields.filter_map(|field| Some(format!("{}: {}", field.name(), answer.header(field)?)));
    let told = told.collect::<Vec<_>>().join(", ");
    let evidence = format!("{} returned {} with {told}", exchange.operation.name(), answer.status);
    Some(Finding::warning(Code::CleanupVersionKept).because(evidence))
}

fn reports_kept_version(exchange: &Exchange, answer: &Answer) -> bool {
    let speaks = answer.is_success() || exchange.operation == Operation::GetObject;
    let of_deletion = exchange.operation == Operation::DeleteObject || !answer.is_success();
    speaks && of_deletion && keeps_a_version(answer)
}

/// Whether the server answers `NoSuchKey`. To verify a deletion takes more: see [`is_gone`].
pub fn is_no_such_key(answer: &Answer) -> bool {
    answer.status == 404 && matches!(document(answer), Document::Error(error) if error.code == "NoSuchKey")
}
