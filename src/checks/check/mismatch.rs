//! Whether an answer that grants a request fits it: says that it did what was asked, as a whole, to what was meant.

use super::Fault;
use crate::client::exchange::{Answer, Field};
use crate::client::storage::answer::{Document, Listing, document};

/// What an answer says, and what it would say if it fitted its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What it is about, in words.
    pub subject: &'static str,
    /// What would fit.
    pub expected: String,
    /// What the answer says.
    pub got: String,
}

impl Mismatch {
    fn fault(subject: &'static str, expected: impl Into<String>, got: impl Into<String>) -> Fault {
        Fault::Mismatch(Self { subject, expected: expected.into(), got: got.into() })
    }
}

/// Holds the head of an answer that brings something, an object or a listing, against what was asked for: all of it, as
/// it is.
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

/// The range of all bytes, which some servers name although nobody asked.
fn whole_range(length: usize) -> String {
    format!("bytes 0-{}/{length}", length.saturating_sub(1))
}

/// What a listing was asked for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// What all keys begin with.
    pub prefix: &'a str,
}

/// The listing that an answer brings, if it is one of what was asked for.
pub fn listing(answer: &Answer, asked: Asked<'_>) -> Result<Box<Listing>, Fault> {
    whole(answer)?;
    match document(answer) {
        Document::Listing(listing) => fits(&listing, asked).map(|()| listing),
        other => Err(Fault::NotS3(other)),
    }
}

/// Servers may leave out what they listed; what they say of it has to be what was asked for.
fn fits(listing: &Listing, asked: Asked<'_>) -> Result<(), Fault> {
    let same = |told: &Option<String>, meant: &str| {
        told.as_ref().is_none_or(|told| told.trim().is_empty() || told.trim() == meant.trim())
    };
    if !same(&listing.name, asked.bucket) {
        let name = listing.name.clone().unwrap_or_default();
        return Err(Mismatch::fault("the listing's Name", asked.bucket, name));
    }
    if !same(&listing.prefix, asked.prefix) {
        let prefix = listing.prefix.clone().unwrap_or_default();
        return Err(Mismatch::fault("the listing's Prefix", asked.prefix, prefix));
    }
    let keys = || listing.contents.iter().map(|object| object.key.as_str());
    if let Some(stranger) = keys().find(|key| !key.starts_with(asked.prefix)) {
        return Err(Mismatch::fault("a key in the listing", format!("{}…", asked.prefix), stranger));
    }
    let goes_on = listing.truncated.as_ref().is_some_and(|word| word.trim().eq_ignore_ascii_case("true"));
    if goes_on && listing.next.as_ref().is_none_or(String::is_empty) {
        let expected = "a NextContinuationToken, or an end,";
        return Err(Mismatch::fault("the listing's IsTruncated", expected, "true, without a place to go on"));
    }
    if let Some(count) = listing.key_count.filter(|count| *count < listing.contents.len()) {
        let objects = listing.contents.len().to_string();
        return Err(Mismatch::fault("the listing's KeyCount", objects, count.to_string()));
    }
    Ok(())
}
