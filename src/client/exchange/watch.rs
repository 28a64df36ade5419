//! Requests, connections and answers, passed to a watcher as they happen.

use std::sync::Arc;

use http::HeaderMap;

use super::{ConnectionFacts, Exchange, Operation};

/// The header fields of requests that may be shown: no signature, no token, no hash.
const SHOWN: [&str; 8] = [
    "content-type",
    "content-length",
    "content-encoding",
    "if-match",
    "if-none-match",
    "x-amz-decoded-content-length",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-trailer",
];

/// One event for a watcher.
pub enum Seen<'a> {
    /// A request is about to be sent.
    Request(&'a Outgoing),
    /// A connection was opened for it, or could not be.
    Connection(&'a ConnectionFacts),
    /// Its answer arrived, or the request failed.
    Answer(&'a Exchange),
}

/// A request that is about to be sent.
pub struct Outgoing {
    /// The operation.
    pub operation: Operation,
    /// The bucket.
    pub bucket: String,
    /// The full URL.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The fields of its header that may be shown.
    pub headers: Vec<(&'static str, String)>,
    /// The length of its body.
    pub bytes: usize,
}

/// The fields of a request that may be shown, by an allow-list.
pub fn shown(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let value = |name: &'static str| Some((name, headers.get(name)?.to_str().ok()?.to_owned()));
    SHOWN.into_iter().filter_map(value).collect()
}

/// A watcher; clones share it.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(&Seen<'_>) + Send + Sync>);

impl Watch {
    /// A watcher that calls `see` with each event. `see` must not block.
    pub fn new(see: impl Fn(&Seen<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    /// Passes an event to the watcher.
    pub fn see(&self, seen: &Seen<'_>) {
        (self.0)(seen);
    }
}
