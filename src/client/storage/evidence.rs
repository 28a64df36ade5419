//! What answers prove of an object: that it does not exist, or that this program wrote it.
//!
//! A deletion takes a [`Deletable`], and only this module can make one.

use percent_encoding::percent_decode_str;

use super::answer::{Document, document};
use super::retry::Call;
use super::sdk::unframed;
use crate::base::probe::{self, Marked, Probe};
use crate::client::exchange::{Answer, Exchange, Field, Operation};

/// An object that may be deleted: one that the program wrote, or one that does not exist and can only be the program's if
/// it appears later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletable {
    key: String,
    /// The `ETag` that it must still have, as the server sent it.
    etag: Option<String>,
}

impl Deletable {
    /// Its key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value of `If-Match`.
    pub(super) fn condition(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The object of a run whose upload under `If-None-Match` was confirmed. No later read may have shown anything else.
    pub fn written(upload: &Call, probe: &Probe) -> Option<Self> {
        let last = upload.last().filter(|last| is_about(last, Operation::PutObject, &probe.key))?;
        let answer = last.outcome.as_ref().ok().filter(|answer| answer.is_success())?;
        let confirms = match document(answer) {
            Document::Empty => true,
            Document::Foreign | Document::Listing(_) => answer.etag().is_some(),
            Document::Error(_) | Document::Malformed(_) => false,
        };
        confirms.then(|| Self::of(&probe.key))
    }

    /// The object of a run that a read returned byte for byte, or with the `ETag` that only these bytes have.
    pub fn read(read: &Call, probe: &Probe) -> Option<Self> {
        let answer = object(read, &probe.key)?;
        let content = unframed(&answer.body).unwrap_or(&answer.body);
        let has_bytes = is_whole(answer) && content == probe.body;
        let has_etag = answer.etag().is_some_and(|etag| etag.eq_ignore_ascii_case(&probe.etag()));
        (has_bytes || has_etag).then(|| Self::of(&probe.key))
    }

    /// The object of a run whose upload was attempted and that a read did not find. If the upload still arrives, the object
    /// is the run's, because nobody else knows the key.
    pub fn absent(read: &Call, probe: &Probe) -> Option<Self> {
        let last = read.last().filter(|last| is_about(last, Operation::GetObject, &probe.key))?;
        is_gone(last).then(|| Self::of(&probe.key))
    }

    /// The object of an earlier run: its key is exactly a key of a run, and all its bytes are those that this run writes. It
    /// is deleted under `If-Match`, so only if it has not changed.
    pub fn left(read: &Call, prefix: &str) -> Option<(Self, Marked)> {
        let key = &read.last()?.key;
        let answer = object(read, key).filter(|answer| is_whole(answer))?;
        let content = unframed(&answer.body).unwrap_or(&answer.body);
        let marked = probe::recognise(probe::run_of_key(key, prefix)?, content)?;
        // A weak tag never matches (RFC 9110, section 13.1.1), so every deletion would be refused.
        let etag = answer.header(Field::ETag).filter(|etag| etag.starts_with('"')).map(str::to_owned);
        Some((Self { key: key.clone(), etag }, marked))
    }

    /// The same without its condition, for servers that do not support it. The object must be read again right before.
    #[must_use]
    pub fn unconditional(self) -> Self {
        Self { etag: None, ..self }
    }

    fn of(key: &str) -> Self {
        Self { key: key.to_owned(), etag: None }
    }
}

/// The answer of a read that returned an object.
fn object<'a>(read: &'a Call, key: &str) -> Option<&'a Answer> {
    let last = read.last().filter(|last| is_about(last, Operation::GetObject, key))?;
    last.outcome.as_ref().ok().filter(|answer| answer.is_success())
}

fn is_about(exchange: &Exchange, operation: Operation, key: &str) -> bool {
    exchange.operation == operation && exchange.key == key
}

/// Whether an answer is a whole object, neither a part of it nor an encoded form.
fn is_whole(answer: &Answer) -> bool {
    answer.status == 200
        && !answer.cut_off
        && answer.header(Field::ContentRange).is_none()
        && (is_plain(answer) || keeps_the_frame(answer))
}

/// Whether the store kept the frame of an upload and declares it: then the bytes are exactly those that were sent.
fn keeps_the_frame(answer: &Answer) -> bool {
    answer.header(Field::ContentEncoding) == Some("aws-chunked")
}

/// Whether a read proves that there is no such object: the store itself answers `NoSuchKey` for this key, and nothing
/// else.
pub fn is_gone(read: &Exchange) -> bool {
    let Ok(answer) = &read.outcome else { return false };
    let Document::Error(error) = document(answer) else { return false };
    answer.status == 404
        && error.code == "NoSuchKey"
        && error.is_all
        && !answer.cut_off
        && names(error.key.as_deref(), &read.key)
        && names(error.bucket.as_deref(), &read.bucket)
        && is_plain(answer)
        && !is_from_a_cache(answer)
}

/// Whether a name in an error, if there is one, is that of the request.
fn names(named: Option<&str>, requested: &str) -> bool {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else { return true };
    named == requested || percent_decode_str(named).decode_utf8().is_ok_and(|decoded| decoded == requested)
}

/// Whether a body has no content coding.
fn is_plain(answer: &Answer) -> bool {
    answer.header(Field::ContentEncoding).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"))
}

/// Whether a cache answered in place of the store: RFC 9111, section 5.1, RFC 9211, and older header fields.
fn is_from_a_cache(answer: &Answer) -> bool {
    let has_item = |field: Field, hit: &dyn Fn(&str) -> bool| {
        let value = answer.header(field).unwrap_or_default().to_ascii_lowercase();
        !value.is_empty() && value.split(',').any(hit)
    };
    let stored = ["hit", "stale", "updating", "revalidated"];
    has_item(Field::Age, &|age| age.trim() != "0")
        || has_item(Field::CacheStatus, &|status| stored.contains(&status.trim()))
        || has_item(Field::Caches, &|status| status.split(';').any(|part| part.trim() == "hit"))
        || has_item(Field::OldCaches, &|status| status.contains("hit") && !status.contains("miss"))
}

/// Whether an answer shows that a version of the object is kept: the bucket is or was versioned.
pub fn keeps_a_version(answer: &Answer) -> bool {
    let version = answer.header(Field::VersionId);
    let marker = answer.header(Field::DeleteMarker).is_some_and(|marker| marker.eq_ignore_ascii_case("true"));
    // `null` is the version of objects that have none.
    (marker || version.is_some()) && version != Some("null")
}

#[cfg(test)]
mod tests;
