//! `download`: the object comes back byte for byte, with its length and content type.

use super::{CheckId, CheckResult, Difference, EtagMatch, Fault, is_same_etag, mismatch};
use crate::base::probe::{CONTENT_TYPE, Probe};
use crate::base::stop::Stop;
use crate::client::exchange::{Answer, Field};
use crate::client::storage::Storage;
use crate::client::storage::answer::{Document, document};
use crate::client::storage::sdk::unframed;

/// The fields of a download that boto3 reads as numbers.
const NUMBERS: [Field; 5] =
    [Field::MissingMeta, Field::PartsCount, Field::TaggingCount, Field::HeldForDays, Field::HeldForYears];
/// Those that it reads as moments; `Expires` in some versions only.
const MOMENTS: [Field; 3] = [Field::LastModified, Field::Expires, Field::LockedUntil];
/// How many differing bytes are kept to be shown.
const SHOWN: usize = 16;

/// Reads the probe object back.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let call = storage.get(&probe.key, storage.longest(probe.body.len()), stop).await;
    let verified = match call.answer() {
        Some(answer) if answer.is_success() => verify(answer, probe)
            .and_then(|detail| mismatch::checksum(answer, storage.compares()).map(|()| detail)),
        Some(_) | None => Err(Fault::Refused),
    };
    CheckResult::of(CheckId::Download, verified, vec![call])
}

fn verify(answer: &Answer, probe: &Probe) -> Result<String, Fault> {
    if unframed(&answer.body).is_some_and(|content| content == probe.body) {
        return Err(Fault::Framed { sent: probe.body.len(), stored: answer.body.len() });
    }
    if let Some(difference) = difference(&probe.body, &answer.body, answer.cut_off) {
        return Err(page(answer).map_or_else(
            || Fault::Content(Difference { etag_match: etag_match(answer, probe), ..difference }),
            Fault::NotS3,
        ));
    }
    mismatch::whole(answer)?;
    mismatch::types(answer, (&NUMBERS, &MOMENTS))?;
    let expected = probe.etag();
    if let Some(got) = answer.etag().filter(|got| !is_same_etag(got, &expected)) {
        return Err(Fault::DownloadedEtag { expected, got: got.to_owned() });
    }
    let got = answer.header(Field::ContentType);
    let media_type = got.map(|value| value.split(';').next().unwrap_or_default().trim());
    if media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case(CONTENT_TYPE)) {
        Ok(format!("{} bytes, {CONTENT_TYPE}", answer.body.len()))
    } else {
        Err(Fault::ContentType { expected: CONTENT_TYPE.to_owned(), got: got.map(str::to_owned) })
    }
}

/// The first difference between the bytes that were sent and those that came back.
fn difference(expected: &[u8], got: &[u8], cut_off: bool) -> Option<Difference> {
    if expected == got && !cut_off {
        return None;
    }
    let offset = expected.iter().zip(got).take_while(|(sent, back)| sent == back).count();
    let from = |bytes: &[u8]| bytes.iter().skip(offset).take(SHOWN).copied().collect();
    Some(Difference {
        offset,
        expected: from(expected),
        got: from(got),
        expected_len: expected.len(),
        got_len: got.len(),
        cut_off,
        etag_match: EtagMatch::Nothing,
    })
}

/// The kind of the body if it is no file, but an S3 document, a web page or JSON.
fn page(answer: &Answer) -> Option<Document> {
    let text = answer.text().trim_start().to_ascii_lowercase();
    let is_json = answer.header(Field::ContentType).is_some_and(|kind| kind.starts_with("application/json"));
    match document(answer) {
        found @ (Document::Error(_) | Document::Listing(_) | Document::Malformed(_)) => Some(found),
        Document::Foreign if text.starts_with("<!doctype html") || text.starts_with("<html") => {
            Some(Document::Foreign)
        }
        Document::Foreign if is_json && text.starts_with(['{', '[']) => Some(Document::Foreign),
        Document::Foreign | Document::Empty => None,
    }
}

/// Which bytes the answer's `ETag` belongs to, if the bytes differ from those that were sent.
fn etag_match(answer: &Answer, probe: &Probe) -> EtagMatch {
    match answer.etag() {
        None => EtagMatch::Nothing,
        Some(etag) if is_same_etag(etag, &probe.etag()) => EtagMatch::Sent,
        Some(etag) if is_same_etag(etag, &format!("{:x}", md5::compute(&answer.body))) => EtagMatch::Received,
        Some(_) => EtagMatch::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_no_difference() {
        assert_eq!(difference(b"abc", b"abc", false), None);
    }

    #[test]
    fn a_difference_is_found_where_the_bytes_part_or_end() {
        for (expected, got, offset) in
            [(&b"abc"[..], &b"abd"[..], 2), (b"abc", b"ab", 2), (b"abc", b"", 0), (b"abc", b"abcd", 3)]
        {
            assert_eq!(difference(expected, got, false).map(|found| found.offset), Some(offset));
        }
        assert!(difference(b"abc", b"abc", true).is_some());
    }
}
