//! The request target of an operation, built from the endpoint's path, the bucket, the key and the query, each encoded once.
//!
//! It shares no code with the library that builds and signs the requests, nor with any URL parser, so that it can verify
//! that a request has the intended target.

use http::header::{HOST, HeaderMap, HeaderName, IF_NONE_MATCH};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::request::S3Request;
use crate::client::exchange::Operation;
use crate::client::network::Request;
use crate::settings::Settings;
use crate::settings::style::Style;

/// All but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same within a key, whose slashes are those of the path.
const WITHIN_KEY: &AsciiSet = &RESERVED.remove(b'/');
/// Header fields that turn a request into another operation.
const FOREIGN_FIELDS: [HeaderName; 4] = [
    HeaderName::from_static("x-amz-copy-source"),
    HeaderName::from_static("cf-create-bucket-if-missing"),
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-amz-bypass-governance-retention"),
];

/// The bucket, and where it is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The host, with its port unless that is the default.
    authority: String,
    /// The path below which the API is found.
    path: String,
    bucket: String,
    style: Style,
}

impl Place {
    /// The bucket that the settings name.
    pub fn of(settings: &Settings) -> Self {
        let authority = settings.endpoint.authority();
        Self {
            style: settings.style,
            authority: match settings.style {
                Style::Path => authority,
                Style::Host => format!("{}.{authority}", settings.bucket),
            },
            path: settings.endpoint.path().to_owned(),
            bucket: settings.bucket.clone(),
        }
    }

    /// Whether the bucket's name is one segment of a path for every reader.
    fn has_plain_name(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        !matches!(self.bucket.as_str(), "" | "." | "..") && self.bucket.bytes().all(plain)
    }

    /// The path of an object, or of the bucket itself.
    fn path_of(&self, key: Option<&str>) -> String {
        let bucket = utf8_percent_encode(&self.bucket, RESERVED);
        let key = utf8_percent_encode(key.unwrap_or_default(), WITHIN_KEY);
        match self.style {
            Style::Path => format!("{}/{bucket}/{key}", self.path),
            Style::Host => format!("{}/{key}", self.path),
        }
    }
}

/// Verifies that a request is exactly the intended one.
///
/// # Errors
/// With the difference, as a sentence.
pub fn verify(request: &Request, intended: &S3Request<'_>, place: &Place) -> Result<(), String> {
    if !place.has_plain_name() {
        return Err(format!("the bucket's name `{}` is more than a name in the path of a URL", place.bucket));
    }
    let (method, path) = (intended.operation().method(), place.path_of(intended.key()));
    let uri = request.uri();
    let is_asked_for = request.method() == method
        && uri.scheme().is_none()
        && uri.authority().is_none()
        && uri.path() == path
        && decoded(uri.query().unwrap_or_default()) == sorted(intended);
    if !is_asked_for {
        return Err(format!(
            "`{} {uri}` is not `{method} {path}` with the query that belongs to it",
            request.method()
        ));
    }
    verify_fields(request.headers(), intended.operation(), place)
}

/// Verifies the fields that decide the host, the operation, and that nothing is overwritten.
fn verify_fields(fields: &HeaderMap, operation: Operation, place: &Place) -> Result<(), String> {
    let is = |name: HeaderName, value: &str| {
        let mut values = fields.get_all(name).iter();
        values.next().is_some_and(|first| first == value) && values.next().is_none()
    };
    if !is(HOST, &place.authority) {
        return Err(format!("the field Host is not `{}`", place.authority));
    }
    if let Some(field) = FOREIGN_FIELDS.into_iter().find(|field| fields.contains_key(field)) {
        return Err(format!("the field {field} makes another operation of it"));
    }
    match operation {
        Operation::PutObject if !is(IF_NONE_MATCH, "*") => Err("it could overwrite an object".to_owned()),
        Operation::PutObject
        | Operation::ListObjectsV2
        | Operation::GetObject
        | Operation::DeleteObject
        | Operation::HeadBucket => Ok(()),
    }
}

fn sorted(intended: &S3Request<'_>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> =
        intended.query().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    pairs.sort();
    pairs
}

/// The parameters of a query, as servers read them.
fn decoded(query: &str) -> Vec<(String, String)> {
    let text = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (text(name), text(value))
    };
    let mut pairs: Vec<_> = query.split('&').filter(|part| !part.is_empty()).map(pair).collect();
    pairs.sort();
    pairs
}
