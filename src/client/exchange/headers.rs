//! The header fields of an answer, as far as the program reads them.
//!
//! All fields of [`Field`] are kept, whatever other fields an answer has and in whichever order, so that none that decides
//! something is lost. A field that cannot be kept as it is, is an error and does not count as absent.

use std::collections::BTreeMap;

use http::HeaderMap;
use masking::printable::printable;

/// Longest value that is kept, in bytes; those of S3 are shorter than a tenth of it. Every attempt keeps its answer.
const LONGEST: usize = 1024;

macro_rules! fields {
    ($($field:ident = $name:literal, $weight:ident;)*) => {
        /// A header field that the program reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $(#[doc = concat!("`", $name, "`")] $field,)* }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$field),*];

            /// The name, in lower case.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name),* }
            }

            const fn weight(self) -> Weight {
                match self { $(Self::$field => Weight::$weight),* }
            }
        }
    };
}

fields! {
    Age = "age", Judged;
    CacheStatus = "cf-cache-status", Judged;
    Crc32 = "x-amz-checksum-crc32", Judged;
    Sha1 = "x-amz-checksum-sha1", Judged;
    Sha256 = "x-amz-checksum-sha256", Judged;
    Sha512 = "x-amz-checksum-sha512", Judged;
    ContentEncoding = "content-encoding", Judged;
    ContentLength = "content-length", Judged;
    ContentRange = "content-range", Judged;
    ContentType = "content-type", Judged;
    DeleteMarker = "x-amz-delete-marker", Judged;
    ETag = "etag", Judged;
    Expires = "expires", Judged;
    LastModified = "last-modified", Judged;
    LockedUntil = "x-amz-object-lock-retain-until-date", Judged;
    HeldForDays = "x-amz-object-lock-event-hold-duration-days", Judged;
    HeldForYears = "x-amz-object-lock-event-hold-duration-years", Judged;
    MissingMeta = "x-amz-missing-meta", Judged;
    ObjectSize = "x-amz-object-size", Judged;
    PartsCount = "x-amz-mp-parts-count", Judged;
    TaggingCount = "x-amz-tagging-count", Judged;
    TransferEncoding = "transfer-encoding", Judged;
    VersionId = "x-amz-version-id", Judged;
    BucketRegion = "x-amz-bucket-region", Reported;
    Date = "date", Reported;
    ErrorType = "cf-error-type", Reported;
    Expiration = "x-amz-expiration", Reported;
    Location = "location", Reported;
    Mitigated = "cf-mitigated", Reported;
    Caches = "cache-status", Reported;
    OldCaches = "x-cache", Reported;
    Ray = "cf-ray", Reported;
    MinioDeployment = "x-minio-deployment-id", Reported;
    RequestId = "x-amz-request-id", Reported;
    RetryAfter = "retry-after", Reported;
    Server = "server", Reported;
    Via = "via", Reported;
    WasabiReference = "x-wasabi-cm-reference-id", Reported;
}

/// What a field is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// A pass may depend on it, so it is read exactly or rejected.
    Judged,
    /// It explains a failure: a long value is cut, and several values become one list.
    Reported,
}

/// The fields that an answer has.
#[derive(Clone, Debug, Default)]
pub struct Headers(BTreeMap<Field, String>);

impl Headers {
    /// Keeps what is read of a header section.
    ///
    /// # Errors
    /// With a sentence, when a field that a pass may depend on is too long, not text, or present twice with different
    /// values. An answer that refuses a request verifies nothing, except a 404, which verifies a deletion: of all
    /// others, as much is kept as possible, because it may show the cause.
    pub fn read(status: u16, all: &HeaderMap) -> Result<Self, String> {
        let proves = matches!(status, 200..=299 | 404);
        let mut kept = BTreeMap::new();
        for field in Field::ALL.iter().copied() {
            let value = match field.weight() {
                Weight::Judged if proves => exact(field, all)?,
                Weight::Judged | Weight::Reported => list(field, all),
            };
            kept.extend(value.map(|value| (field, value)));
        }
        Ok(Self(kept))
    }

    /// The value of a field, if the answer has it.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    #[cfg(test)]
    pub fn with(mut self, field: Field, value: &str) -> Self {
        self.0.insert(field, value.to_owned());
        self
    }
}

/// The one value of a field.
fn exact(field: Field, all: &HeaderMap) -> Result<Option<String>, String> {
    let name = field.name();
    let mut only: Option<&str> = None;
    for value in all.get_all(name) {
        if value.len() > LONGEST {
            return Err(format!("its header field {name} has {} bytes, more than {LONGEST}", value.len()));
        }
        let text = value.to_str().map_err(|_| format!("its header field {name} is no text"))?.trim();
        if only.is_some_and(|known| known != text) {
            return Err(format!("its header field {name} is given twice, with different values"));
        }
        only = Some(text);
    }
    Ok(only.map(str::to_owned))
}

/// All values of a field as one list, up to a bound, without control characters.
fn list(field: Field, all: &HeaderMap) -> Option<String> {
    let mut text: Option<String> = None;
    for value in all.get_all(field.name()) {
        let value = printable(&String::from_utf8_lossy(&value.as_bytes()[..value.len().min(LONGEST)]));
        let joined = match text {
            None => value,
            Some(text) if text.len() >= LONGEST => return Some(text),
            Some(text) => format!("{text}, {value}"),
        };
        text = Some(joined);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn read(status: u16, fields: &[(&'static str, &str)]) -> Result<Headers, String> {
        let filler = (0..100).map(|number| (format!("x-{number}"), "y".repeat(600)));
        let mut all: HeaderMap = filler
            .map(|(name, value)| {
                (HeaderName::try_from(name).expect("name"), HeaderValue::try_from(value).expect("value"))
            })
            .collect();
        for (name, value) in fields {
            all.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("value"));
        }
        Headers::read(status, &all)
    }

    #[test]
    fn each_field_is_kept_behind_whatever_comes_before_it() {
        for field in Field::ALL {
            let headers = read(200, &[(field.name(), "value")]).expect("headers");
            assert_eq!(headers.get(*field), Some("value"), "{field:?}");
        }
    }

    #[test]
    fn what_cannot_be_kept_exactly_is_no_absence() {
        let long = "x".repeat(LONGEST + 1);
        for field in Field::ALL.iter().filter(|field| field.weight() == Weight::Judged) {
            let name = field.name();
            for fields in
                [vec![(name, long.as_str())], vec![(name, "a"), (name, "b")], vec![(name, "\u{e9}")]]
            {
                for status in [200, 204, 404] {
                    let fault = read(status, &fields).expect_err("a fault");
                    assert!(fault.contains(name), "{fault}");
                }
                assert!(read(403, &fields).is_ok(), "{name}: a refusal has a cause of its own to tell");
            }
            assert!(read(200, &[(name, "a"), (name, " a ")]).is_ok(), "{name}: twice the same");
        }
    }

    #[test]
    fn what_only_explains_is_cut_and_joined() {
        let long = "x".repeat(60_000);
        for field in Field::ALL.iter().filter(|field| field.weight() == Weight::Reported) {
            let name = field.name();
            let headers = read(200, &[(name, "a"), (name, "b")]).expect("headers");
            assert_eq!(headers.get(*field), Some("a, b"));
            let headers = read(200, &[(name, &long), (name, &long), (name, &long)]).expect("headers");
            assert!(headers.get(*field).is_some_and(|value| value.len() <= 2 * LONGEST + 2));
            let headers = read(200, &[(name, "\u{9b}2J")]).expect("headers");
            assert_eq!(headers.get(*field), Some("\u{fffd}2J"));
        }
    }
}
