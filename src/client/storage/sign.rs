//! Requests as rust-s3 builds and signs them, and uploads in the SDK's form, which rust-s3 does not support.

use http::HeaderMap;
use http_body_util::Full;
use hyper::body::Bytes;
use s3::command::Command;
use s3::request::Request as _;
use s3::request::blocking::AttoRequest;
use time::OffsetDateTime;
use url::Url;

use super::request::S3Request;
use super::sdk;
use super::{Storage, USER_AGENT};
use crate::base::clock;
use crate::client::network;
use crate::settings::payload::Payload;

impl Storage {
    /// Builds and signs a request with rust-s3; called for every attempt, so that its date is that of the attempt.
    pub(super) fn sign(&self, intended: S3Request<'_>) -> Result<Signed, String> {
        self.sign_at(intended, clock::now())
    }

    /// The same with a given time.
    pub(super) fn sign_at(&self, intended: S3Request<'_>, time: OffsetDateTime) -> Result<Signed, String> {
        let describe = |error: s3::error::S3Error| error.to_string();
        let key = intended.key().unwrap_or_default();
        let mut signer = AttoRequest::new(&self.bucket, key, command(intended)).map_err(describe)?;
        signer.datetime = time;
        let url = signer.url().map_err(describe)?;
        let headers = signer.headers().map_err(describe)?;
        let anew = sdk::Signer { settings: &self.bucket, time: signer.datetime, url: &url };
        let method = signer.command.http_verb().to_string();
        let changes = self.changes(&intended);
        let headers = match intended.upload() {
            Some(object) if object.form.is_the_sdks() => {
                sdk::head((object.form, object.body), headers, changes, &anew)?
            }
            Some(_) | None if !changes.is_empty() => sdk::changed(&method, headers, changes, &anew)?,
            Some(_) | None => headers,
        };
        let body = intended.body();
        let target =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let mut request = http::Request::builder()
            .method(method.as_str())
            .uri(target)
            .body(Full::new(Bytes::from(body.into_owned())))
            .map_err(|error| error.to_string())?;
        *request.headers_mut() = headers;
        request.headers_mut().insert(http::header::USER_AGENT, http::HeaderValue::from_static(USER_AGENT));
        Ok(Signed { url, request, time })
    }

    /// The text that the signature of a request was made from; empty if it cannot be made again, which would be a bug.
    pub(super) fn signed_text(&self, signed: &Signed) -> String {
        let Signed { url, request, time } = signed;
        let mut fields = request.headers().clone();
        let stated = fields.remove(http::header::AUTHORIZATION);
        let stated = stated.as_ref().and_then(|stated| stated.to_str().ok()).unwrap_or_default();
        let names = stated.split_once("SignedHeaders=").and_then(|(_, rest)| rest.split(',').next());
        let names: Vec<&str> = names.unwrap_or_default().split(';').collect();
        let unsigned: Vec<_> =
            fields.keys().filter(|name| !names.contains(&name.as_str())).cloned().collect();
        for name in unsigned {
            fields.remove(name);
        }
        let anew = sdk::Signer { settings: &self.bucket, time: *time, url };
        sdk::text(request.method().as_str(), &fields, &anew).unwrap_or_default()
    }

    /// The fields by which the application's client has a request differ from rust-s3's.
    fn changes(&self, intended: &S3Request<'_>) -> HeaderMap {
        let never = self.payload == Payload::Unsigned;
        let unhashed = intended.upload().map_or(never, |object| object.form.is_unhashed(never));
        let compares = self.compares && matches!(intended, S3Request::Get(_));
        let mut changes = HeaderMap::new();
        changes.extend(unhashed.then(|| sdk::UNHASHED.clone()));
        changes.extend(compares.then(|| sdk::WITH_CHECKSUM.clone()));
        changes
    }
}

/// An operation as a command of rust-s3.
fn command(intended: S3Request<'_>) -> Command<'_> {
    match intended {
        S3Request::List { prefix, max_keys, from } => Command::ListObjectsV2 {
            prefix: prefix.to_owned(),
            delimiter: None,
            continuation_token: from.map(str::to_owned),
            start_after: None,
            max_keys: Some(max_keys),
        },
        S3Request::Put(object) => {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::IF_NONE_MATCH, http::HeaderValue::from_static("*"));
            Command::PutObject {
                content: object.body,
                content_type: object.content_type,
                custom_headers: Some(headers),
                multipart: None,
            }
        }
        S3Request::Get(_) => Command::GetObject,
        S3Request::Delete(_) => Command::DeleteObject,
        // The library has no command for a bucket; that of an object without a key is the same request.
        S3Request::HeadBucket => Command::HeadObject,
    }
}

/// A request ready to be sent.
pub(super) struct Signed {
    pub(super) url: Url,
    pub(super) request: network::Request,
    /// The time that is stated in it.
    time: OffsetDateTime,
}

/// Adds `If-Match`, unsigned: only `Host` and the `x-amz-` header fields have to be signed.
pub(super) fn under(condition: Option<&str>, mut signed: Signed) -> Result<Signed, String> {
    let condition =
        condition.map(http::HeaderValue::from_str).transpose().map_err(|error| error.to_string())?;
    signed.request.headers_mut().extend(condition.map(|etag| (http::header::IF_MATCH, etag)));
    Ok(signed)
}
