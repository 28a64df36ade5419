//! Whether an answer that grants a request matches it: the whole object, the same bucket, the same prefix.

use super::{Fault, typed};
use crate::client::exchange::{Answer, Field};
use crate::client::storage::answer::{Document, Listing, document};
use crate::client::storage::sdk;

/// A difference between an answer and its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The differing part, in words.
    pub subject: &'static str,
    /// The value that matches the request.
    pub expected: String,
    /// The value in the answer.
    pub got: String,
}

impl Mismatch {
    fn fault(subject: &'static str, expected: impl Into<String>, got: impl Into<String>) -> Fault {
        Fault::Mismatch(Self { subject, expected: expected.into(), got: got.into() })
    }
}

/// Verifies that the head of an answer announces the whole object or listing, without a content coding.
pub fn whole(answer: &Answer) -> Result<(), Fault> {
    if answer.status != 200 {
        return Err(Mismatch::fault("the status", "200", answer.status.to_string()));
    }
    let coding = answer.header(Field::ContentEncoding).unwrap_or_default();
    if !(coding.is_empty() || coding.eq_ignore_ascii_case("identity")) {
        return Err(Mismatch::fault("Content-Encoding", "none", coding));
    }
    let marker = answer.header(Field::DeleteMarker).unwrap_or_default();
    if marker.eq_ignore_ascii_case("true") {
        return Err(Mismatch::fault("x-amz-delete-marker", "none", marker));
    }
    let length = answer.body.len();
    match answer.header(Field::ContentRange) {
        Some(range) if range.trim() != whole_range(length) => {
            Err(Mismatch::fault("Content-Range", "none", range))
        }
        Some(_) | None => Ok(()),
    }
}

/// Verifies the checksum that an answer has for its object, where the application's client compares it: the first of those
/// that it can calculate. One with a `-` is that of parts, which no client compares with the whole.
pub fn checksum(answer: &Answer, compared: bool) -> Result<(), Fault> {
    let told = |(field, calculate): (Field, sdk::Calculation)| {
        let told = answer.header(field).filter(|told| !told.contains('-'))?;
        Some((field, calculate(&answer.body), told))
    };
    match sdk::COMPARED.into_iter().filter(|_| compared).find_map(told) {
        Some((field, calculated, told)) if told != calculated => {
            Err(Mismatch::fault(field.name(), calculated, told))
        }
        Some(_) | None => Ok(()),
    }
}

/// Verifies the fields that boto3 reads as numbers and moments, as it reads an answer to the end before it returns it.
pub fn types(answer: &Answer, (numbers, moments): (&[Field], &[Field])) -> Result<(), Fault> {
    let of = |fields: &[Field], is_one: fn(&str) -> bool, wanted| {
        let told = |field: &Field| Some((*field, answer.header(*field)?));
        let odd = fields.iter().filter_map(told).find(|(_, told)| !is_one(told));
        odd.map_or(Ok(()), |(field, told)| Err(Mismatch::fault(field.name(), wanted, told)))
    };
    of(numbers, typed::is_number, typed::NUMBER)?;
    of(moments, typed::is_moment, typed::MOMENT)
}

/// The range of all bytes, which some servers send without a request for it.
fn whole_range(length: usize) -> String {
    format!("bytes 0-{}/{length}", length.saturating_sub(1))
}

/// The parameters of a listing request.
#[derive(Clone, Copy)]
pub struct ListingRequest<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The prefix.
    pub prefix: &'a str,
}

/// The listing in an answer, if it matches the request.
pub fn listing(answer: &Answer, requested: ListingRequest<'_>) -> Result<Box<Listing>, Fault> {
    whole(answer)?;
    match document(answer) {
        Document::Listing(listing) => fits(&listing, requested).map(|()| listing),
        found @ (Document::Error(_) | Document::Empty | Document::Malformed(_) | Document::Foreign) => {
            Err(Fault::NotS3(found))
        }
    }
}

/// Servers may leave out the bucket and the prefix; if they send them, they must be those of the request.
fn fits(listing: &Listing, requested: ListingRequest<'_>) -> Result<(), Fault> {
    let same = |named: &Option<String>, meant: &str| {
        named.as_ref().is_none_or(|named| named.trim().is_empty() || named.trim() == meant.trim())
    };
    if !same(&listing.name, requested.bucket) {
        let name = listing.name.clone().unwrap_or_default();
        return Err(Mismatch::fault("the listing's Name", requested.bucket, name));
    }
    if !same(&listing.prefix, requested.prefix) {
        let prefix = listing.prefix.clone().unwrap_or_default();
        return Err(Mismatch::fault("the listing's Prefix", requested.prefix, prefix));
    }
    let keys = || listing.contents.iter().map(|object| object.key.as_str());
    if let Some(stranger) = keys().find(|key| !key.starts_with(requested.prefix)) {
        return Err(Mismatch::fault("a key in the listing", format!("{}…", requested.prefix), stranger));
    }
    let goes_on = listing.truncated.as_ref().is_some_and(|word| word.trim().eq_ignore_ascii_case("true"));
    if goes_on && listing.next.as_ref().is_none_or(String::is_empty) {
        let expected = "a NextContinuationToken, or an end,";
        return Err(Mismatch::fault("the listing's IsTruncated", expected, "true, without a place to go on"));
    }
    if let Some(most) = listing.max_keys.as_deref().filter(|most| !typed::is_number(most)) {
        return Err(Mismatch::fault("the listing's MaxKeys", typed::NUMBER, most));
    }
    let mut moments = listing.contents.iter().filter_map(|object| object.last_modified.as_deref());
    if let Some(odd) = moments.find(|moment| !typed::is_moment(moment)) {
        return Err(Mismatch::fault("a LastModified of the listing", typed::MOMENT, odd));
    }
    if let Some(count) = listing.key_count.filter(|count| *count < listing.contents.len()) {
        let objects = listing.contents.len().to_string();
        return Err(Mismatch::fault("the listing's KeyCount", objects, count.to_string()));
    }
    Ok(())
}
