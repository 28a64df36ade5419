//! What answers prove of an object: that it is not there, or that it is this program's, which alone makes it deletable.
//!
//! A deletion takes a [`Deletable`], and a `Deletable` is made here only: there is no other way to write one.

use percent_encoding::percent_decode_str;

use super::answer::{Document, document};
use super::retry::Call;
use super::sdk::unframed;
use crate::base::probe::{self, Marked, Probe};
use crate::client::exchange::{Answer, Exchange, Field, Operation};

/// An object that may be deleted: the program's own, or one that is not there and can only be the program's if it
/// appears after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletable {
    key: String,
    /// The `ETag` that it must still have, as the server wrote it.
    etag: Option<String>,
}

impl Deletable {
    /// Its key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What `If-Match` has to say.
    pub(super) fn condition(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The object of a run, which an upload under `If-None-Match` was told to have made. No read may have shown
    /// anything else since.
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

    /// The object of a run, which a read returned byte for byte, or with the `ETag` that only these bytes have.
    pub fn read(look: &Call, probe: &Probe) -> Option<Self> {
        let answer = object(look, &probe.key)?;
        let content = unframed(&answer.body).unwrap_or(&answer.body);
        let has_bytes = is_whole(answer) && content == probe.body;
        let has_etag = answer.etag().is_some_and(|etag| etag.eq_ignore_ascii_case(&probe.etag()));
        (has_bytes || has_etag).then(|| Self::of(&probe.key))
    }

    /// The object of a run whose upload was attempted, and which a read did not find: should it still arrive, it is the
    /// run's, for nobody else knows the key.
    pub fn absent(look: &Call, probe: &Probe) -> Option<Self> {
        let last = look.last().filter(|last| is_about(last, Operation::GetObject, &probe.key))?;
        is_gone(last).then(|| Self::of(&probe.key))
    }

    /// The object of an earlier run: its key is exactly a key of a run, and its bytes, all of them, are what that run
    /// writes. It is deleted only as long as it is the same.
    pub fn left(look: &Call, prefix: &str) -> Option<(Self, Marked)> {
        let key = &look.last()?.key;
        let answer = object(look, key).filter(|answer| is_whole(answer))?;
        let content = unframed(&answer.body).unwrap_or(&answer.body);
        let marked = probe::recognise(probe::run_of_key(key, prefix)?, content)?;
        // A weak tag never matches (RFC 9110, section 13.1.1): the condition would refuse every deletion.
        let etag = answer.header(Field::ETag).filter(|etag| etag.starts_with('"')).map(str::to_owned);
        Some((Self { key: key.clone(), etag }, marked))
    }

    /// The same without its condition, for servers that do not know it. To be read again right before.
    #[must_use]
    pub fn unconditional(self) -> Self {
        Self { etag: None, ..self }
    }

    fn of(key: &str) -> Self {
        Self { key: key.to_owned(), etag: None }
    }
}

/// The answer of a read that returned an object.
fn object<'a>(look: &'a Call, key: &str) -> Option<&'a Answer> {
    let last = look.last().filter(|last| is_about(last, Operation::GetObject, key))?;
    last.outcome.as_ref().ok().filter(|answer| answer.is_success())
}

fn is_about(exchange: &Exchange, operation: Operation, key: &str) -> bool {
    exchange.operation == operation && exchange.key == key
}

/// Whether an answer is a whole object and not a part of one, nor another form of it.
fn is_whole(answer: &Answer) -> bool {
    answer.status == 200
        && !answer.cut_off
        && answer.header(Field::ContentRange).is_none()
        && (is_plain(answer) || keeps_the_frame(answer))
}

/// Whether the store kept the frame of an upload, and says so: then the bytes are those that were sent, and no coding of them.
fn keeps_the_frame(answer: &Answer) -> bool {
    answer.header(Field::ContentEncoding) == Some("aws-chunked")
}

/// Whether a read proves that there is no such object: the store itself says so, of this very key, and says nothing
/// else.
pub fn is_gone(look: &Exchange) -> bool {
    let Ok(answer) = &look.outcome else { return false };
    let Document::Error(error) = document(answer) else { return false };
    answer.status == 404
        && error.code == "NoSuchKey"
        && error.is_all
        && !answer.cut_off
        && names(error.key.as_deref(), &look.key)
        && names(error.bucket.as_deref(), &look.bucket)
        && is_plain(answer)
        && !is_from_a_cache(answer)
}

/// Whether what an error is about, if it says so, is what was asked for.
fn names(told: Option<&str>, asked: &str) -> bool {
    let Some(told) = told.map(str::trim).filter(|told| !told.is_empty()) else { return true };
    told == asked || percent_decode_str(told).decode_utf8().is_ok_and(|told| told == asked)
}

/// Whether a body is what the store sent, and not another coding of it.
fn is_plain(answer: &Answer) -> bool {
    answer.header(Field::ContentEncoding).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"))
}

/// Whether a cache spoke in the place of the store: RFC 9111, section 5.1, RFC 9211, and what caches said before that.
fn is_from_a_cache(answer: &Answer) -> bool {
    let says = |field: Field, hit: &dyn Fn(&str) -> bool| {
        let told = answer.header(field).unwrap_or_default().to_ascii_lowercase();
        !told.is_empty() && told.split(',').any(hit)
    };
    let stored = ["hit", "stale", "updating", "revalidated"];
    says(Field::Age, &|age| age.trim() != "0")
        || says(Field::CacheStatus, &|status| stored.contains(&status.trim()))
        || says(Field::Caches, &|status| status.split(';').any(|part| part.trim() == "hit"))
        || says(Field::OldCaches, &|status| status.contains("hit") && !status.contains("miss"))
}

/// Whether an answer says that a version of the object stays: the bucket is versioned, or was.
pub fn keeps_a_version(answer: &Answer) -> bool {
    let version = answer.header(Field::VersionId);
    let marker = answer.header(Field::DeleteMarker).is_some_and(|marker| marker.eq_ignore_ascii_case("true"));
    // `null` is the version of objects that have none.
    (marker || version.is_some()) && version != Some("null")
}

#[cfg(test)]
mod tests;
