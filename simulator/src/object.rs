//! `PutObject`, `GetObject`, `HeadObject` and `DeleteObject`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::checksums::{SdkUploads, content};
use super::clock::http_date;
use super::error::S3Error;
use super::http::Request;
use super::reply::{Reply, hex};
use super::service::{Call, Twist, bucket};
use super::store::{Object, Store, etag_of};

const LONGEST_KEY: usize = 1024;
const MOST_METADATA: usize = 8192;
const KEPT_HEADERS: [&str; 3] = ["content-encoding", "content-disposition", "cache-control"];

/// Stores a new object.
pub fn put(call: &Call<'_>, store: &mut Store) -> Result<Reply, S3Error> {
    acceptable(call)?;
    let content = content(call.request, call.settings.sdk_uploads)?;
    let object = object_of(call, &content)?;
    let objects = bucket(call, store)?;
    let exists = objects.contains_key(&call.key);
    if let Some(status) = call.settings.lock_on(&call.key).filter(|_| exists) {
        return Err(locked(status));
    }
    let only_if_new = call.request.header("if-none-match") == Some("*") && !call.is(Twist::Overwrite);
    if exists && only_if_new {
        return Err(S3Error::precondition());
    }
    let etag = object.etag();
    if !call.is(Twist::Forget) {
        objects.insert(call.key.clone(), object);
    }
    let version = hex(&Sha256::digest(etag.as_bytes()))[..32].to_owned();
    Ok(Reply::new(200).header("ETag", etag).header("x-amz-version-id", version))
}

/// Reads an object, or its headers.
pub fn get(call: &Call<'_>, store: &mut Store) -> Result<Reply, S3Error> {
    let found = bucket(call, store)?.get(&call.key).cloned();
    let stale = || call.is(Twist::Stale).then(|| store.deleted(&call.place, &call.key)).flatten();
    let object = found.or_else(stale).ok_or_else(S3Error::no_such_key)?;
    let content_type = object.content_type.as_deref().unwrap_or("application/octet-stream");
    let mut reply = Reply::new(200)
        .header("Content-Type", content_type)
        .header("ETag", etag_of(&object.body))
        .header("Last-Modified", http_date(object.modified))
        .header("Accept-Ranges", "bytes");
    reply.headers.extend(object.headers);
    Ok(reply.body(object.body))
}

/// Deletes an object. One that is not there is deleted just as well.
pub fn delete(call: &Call<'_>, store: &mut Store) -> Result<Reply, S3Error> {
    let exists = bucket(call, store)?.contains_key(&call.key);
    if let Some(status) = call.settings.lock_on(&call.key).filter(|_| exists) {
        return Err(locked(status));
    }
    let stored = bucket(call, store)?.get(&call.key).map(Object::etag);
    if call.request.header("if-match").is_some_and(|wanted| stored.as_deref() != Some(wanted)) {
        return Err(S3Error::precondition());
    }
    if !call.is(Twist::Keep) {
        store.delete(&call.place, &call.key);
    }
    Ok(Reply::new(204))
}

fn locked(status: u16) -> S3Error {
    S3Error { status, ..S3Error::locked() }
}

fn acceptable(call: &Call<'_>) -> Result<(), S3Error> {
    let request = call.request;
    if call.key.len() > LONGEST_KEY {
        return Err(S3Error::invalid_object_name());
    }
    if request.header("content-length").or(request.header("x-amz-decoded-content-length")).is_none() {
        return Err(S3Error::missing_length());
    }
    if request.header("x-amz-acl").is_some() {
        return Err(S3Error::acl());
    }
    md5_matches(request)?;
    sha256_matches(request)
}

fn md5_matches(request: &Request) -> Result<(), S3Error> {
    let Some(announced) = request.header("content-md5") else { return Ok(()) };
    let digest = STANDARD.decode(announced).ok().filter(|digest| digest.len() == 16);
    let digest = digest.ok_or_else(S3Error::invalid_digest)?;
    if digest == md5::compute(&request.body).0 { Ok(()) } else { Err(S3Error::bad_digest()) }
}

fn sha256_matches(request: &Request) -> Result<(), S3Error> {
    match request.header("x-amz-content-sha256") {
        None | Some("UNSIGNED-PAYLOAD" | "STREAMING-UNSIGNED-PAYLOAD-TRAILER") => Ok(()),
        Some(announced) if announced.starts_with("STREAMING-") => Err(S3Error::streaming()),
        Some(announced) if announced == hex(&Sha256::digest(&request.body)) => Ok(()),
        Some(_) => Err(S3Error::bad_digest()),
    }
}

fn object_of(call: &Call<'_>, content: &[u8]) -> Result<Object, S3Error> {
    let lower = call.request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let kept = |name: &str| name.starts_with("x-amz-meta-") || KEPT_HEADERS.contains(&name);
    // S3 takes its own coding off before it stores.
    let is_frame = |value: &str| value == "aws-chunked" && call.settings.sdk_uploads != SdkUploads::KeepFrame;
    let headers: Vec<_> = lower.filter(|(name, value)| kept(name) && !is_frame(value)).collect();
    if headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST_METADATA {
        return Err(S3Error::metadata_too_large());
    }
    Ok(Object {
        content_type: call.request.header("content-type").map(str::to_owned),
        headers,
        listed: !call.is(Twist::Unlisted),
        ..Object::new(content, call.settings.clock.now())
    })
}
