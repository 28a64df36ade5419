//! `list`: the object is in the listing of its prefix, with its size and `ETag`.

use super::mismatch::{self, ListingRequest};
use super::{CheckId, CheckResult, Fault, is_same_etag};
use crate::base::probe::Probe;
use crate::base::stop::Stop;
use crate::client::storage::Storage;
use crate::client::storage::answer::{Document, ListedObject};

/// More than the one expected object, so that unexpected ones are seen.
const MAX_KEYS: usize = 10;

/// Lists the prefix of this run, which has only its object.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let call = storage.list(&probe.own_prefix, MAX_KEYS, stop).await;
    let verified = match call.answer() {
        Some(answer) if answer.is_success() => {
            let requested = ListingRequest { bucket: storage.bucket(), prefix: &probe.own_prefix };
            mismatch::listing(answer, requested).and_then(|listing| verify(&listing.contents, probe))
        }
        Some(_) | None => Err(Fault::Refused),
    };
    CheckResult::of(CheckId::List, verified, vec![call])
}

fn verify(listed: &[ListedObject], probe: &Probe) -> Result<String, Fault> {
    let mut ours = listed.iter().filter(|object| object.key == probe.key);
    let Some(object) = ours.next() else {
        return Err(Fault::NotListed { others: listed.len() });
    };
    if ours.next().is_some() {
        return Err(Fault::NotS3(Document::Malformed("the object is listed twice".to_owned())));
    }
    let expected = probe.body.len() as u64;
    match object.size {
        None => return Err(Fault::NotS3(Document::Malformed("the object's entry has no Size".to_owned()))),
        Some(got) if got != expected => return Err(Fault::ListedSize { expected, got }),
        Some(_) => {}
    }
    let expected = probe.etag();
    match object.etag.as_deref().map(|etag| etag.trim_matches('"')).filter(|etag| !etag.is_empty()) {
        None => Ok("size matches, no ETag listed".to_owned()),
        Some(got) if is_same_etag(got, &expected) => Ok("size and ETag match".to_owned()),
        Some(got) => Err(Fault::ListedEtag { expected, got: got.to_owned() }),
    }
}
