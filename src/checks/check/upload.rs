//! `upload`: a new object is stored. The answer's `ETag` shows that the server holds the bytes that were sent.

use super::{CheckId, CheckResult, Fault, Outcome, Owner, is_same_etag, mismatch};
use crate::base::probe::{CONTENT_TYPE, Probe};
use crate::base::stop::Stop;
use crate::client::exchange::{Answer, Field};
use crate::client::storage::answer::{Document, document, is_readable};
use crate::client::storage::sdk::{Form, framed};
use crate::client::storage::{Call, NewObject, Storage};

/// The status by which S3 grants an upload.
pub const GRANTING: u16 = 200;

/// Writes the probe object, unless its key is taken, in the form of the application's SDK. If that is refused, a second
/// object in the plain form shows whether the form is the cause.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let mut result = in_form(storage, probe, storage.form(), stop).await;
    let reached = result.main_call().is_some_and(Call::may_have_been_received);
    let refused = matches!(result.fault(), Some(Fault::Refused)) && result.stopped().is_none() && reached;
    if !storage.form().is_of_uploads_only() || !refused || stop.reason().is_some() {
        return result;
    }
    let plain = in_form(storage, &probe.second(), Form::Plain, stop).await;
    if plain.passed() {
        let unhashed = storage.form() == Form::Unhashed;
        result.outcome = Outcome::Failed(if unhashed { Fault::UnsignedPayload } else { Fault::SdkForm });
    }
    result.second_calls = plain.calls;
    result
}

/// Says in the detail that the form of the application's SDK was not used, for it is not known; in the place of the size, so
/// that both facts fit into the row on a terminal of 80 columns.
pub fn in_plain_form(mut result: CheckResult) -> CheckResult {
    if let Outcome::Passed { detail } = &mut result.outcome {
        let fact = detail.split_once(" bytes, ").map_or(detail.as_str(), |(_, fact)| fact);
        *detail = format!("{fact}; SDK unknown");
    }
    result
}

async fn in_form(storage: &mut Storage, probe: &Probe, form: Form, stop: &Stop) -> CheckResult {
    let object = NewObject { key: &probe.key, body: &probe.body, content_type: CONTENT_TYPE, form };
    let call = storage.put(object, stop).await;
    let verified = match call.answer() {
        Some(answer) if answer.is_success() => verify(answer, probe, form),
        Some(answer) if is_taken(answer) && call.may_have_been_stored_before() => {
            Ok("stored by an attempt whose response was lost".to_owned())
        }
        Some(answer) if is_taken(answer) => return taken(call, storage, probe, stop).await,
        Some(_) | None => Err(Fault::Refused),
    };
    CheckResult::of(CheckId::Upload, verified, vec![call])
}

fn verify(answer: &Answer, probe: &Probe, form: Form) -> Result<String, Fault> {
    let expected = probe.etag();
    let size = probe.body.len();
    mismatch::types(answer, (&[Field::ObjectSize], &[]))?;
    match (answer.etag(), document(answer)) {
        (_, found) if !is_readable(answer) => Err(Fault::NotS3(found)),
        (_, found @ (Document::Error(_) | Document::Malformed(_)))
        | (None, found @ (Document::Foreign | Document::Listing(_))) => Err(Fault::NotS3(found)),
        (None, Document::Empty) => Ok(format!("{size} bytes, no ETag given")),
        (Some(got), _) if is_same_etag(got, &expected) => Ok(format!("{size} bytes, ETag matches")),
        (Some(got), _) if form == Form::Trailer && is_same_etag(got, &etag_of_frame(probe)) => {
            Err(Fault::Framed { sent: size, stored: framed(&probe.body).len() })
        }
        (Some(got), _) => Err(Fault::Etag { expected, got: got.to_owned() }),
    }
}

/// The `ETag` of an object whose content is the upload with its frame.
fn etag_of_frame(probe: &Probe) -> String {
    format!("{:x}", md5::compute(framed(&probe.body)))
}

/// Whether the server refuses the upload because there is such an object. Servers check a lock rule before the condition,
/// and then its error comes instead.
fn is_taken(answer: &Answer) -> bool {
    let codes = ["PreconditionFailed", "ObjectLockedByBucketPolicy"];
    matches!(document(answer), Document::Error(error) if codes.contains(&error.code.as_str()))
}

/// Reads the object that has the key, although nobody else can know it: its owner decides whether it may be deleted.
async fn taken(upload: Call, storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let read = storage.get(&probe.key, probe.body.len(), stop).await;
    let owner = match read.answer() {
        Some(answer) if answer.is_success() && answer.body == probe.body && !answer.cut_off => Owner::ThisRun,
        Some(answer) if answer.is_success() => Owner::Other,
        Some(answer) if super::delete::is_no_such_key(answer) => Owner::Nobody,
        Some(_) | None => Owner::Unknown,
    };
    CheckResult::of(CheckId::Upload, Err(Fault::KeyTaken(owner)), vec![upload, read])
}
