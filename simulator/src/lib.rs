//! A server that behaves as Cloudflare R2's S3 API does, seen from outside, and misbehaves as it is told to.
//!
//! It listens on loopback, on the caller's runtime, until it is dropped, and keeps everything in memory:
//!
//! ```
//! use simulator::{Fault, Op, R2, Token};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let r2 = R2::builder()
//!     .token(Token::read_only())
//!     .fault(Fault::on(Op::List).first(1).reset())
//!     .try_start()?;
//! println!("{} {}", r2.endpoint(), r2.token().id);
//! assert!(r2.left().is_empty());
//! # Ok(())
//! # }
//! ```
//! With the feature `testing`, `start` gives it a thread of its own, and `env` the variables that lead to it.
//!
//! It imports nothing of the program that is tested with it, and shares neither an S3 nor an XML library with it, so that
//! each checks the other. What it refuses, and in which words, has its source in `error.rs`.
//!
//! Only what R2's users see is here: no multipart uploads, no presigned URLs, no ranges.
#![expect(
    clippy::must_use_candidate,
    reason = "builders are marked; a getter needs no mark in a crate of two users"
)]
#![allow(clippy::format_collect, reason = "short texts, made for reading")]

mod address;
mod auth;
mod background;
mod builder;
mod checksums;
mod clock;
mod connection;
mod dead_end;
mod error;
mod fault;
mod http;
mod journal;
mod list;
mod object;
mod op;
mod proxy;
mod reply;
mod service;
mod settings;
pub mod sigv4;
mod store;
#[cfg(feature = "testing")]
mod testing;
mod tls;
mod token;
mod wire;
mod xml;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use background::Background;
use connection::Shared;

pub use address::{DOMAIN, Jurisdiction};
pub use builder::Builder;
pub use checksums::SdkUploads;
pub use dead_end::DeadEnd;
pub use error::S3Error;
pub use fault::Fault;
pub use http::Request;
pub use journal::Seen;
pub use op::Op;
pub use proxy::{Asked, Does, Proxy, ProxyBuilder};
pub use reply::Reply;
pub use settings::{ACCOUNT, BUCKET, Place};
pub use store::{Object, etag_of};
pub use tls::Tls;
pub use token::{Permission, Token};
pub use xml::Xml;

/// A running server.
pub struct R2 {
    shared: Arc<Shared>,
    /// Where it listens.
    pub address: SocketAddr,
    token: Token,
    cloudflare: Option<(Jurisdiction, Proxy)>,
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "kept for as long as the server"))]
    background: Background,
    #[cfg(feature = "testing")]
    authority_file: testing::AuthorityFile,
}

impl R2 {
    /// One in the making.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What `R2_ENDPOINT` has to be.
    pub fn endpoint(&self) -> String {
        let settings = &self.shared.service.settings;
        if let Some((jurisdiction, _)) = &self.cloudflare {
            return format!("https://{}", jurisdiction.host(&settings.account));
        }
        let scheme = if settings.speaks_tls() { "https" } else { "http" };
        format!("{scheme}://{}{}", self.address, settings.path_prefix)
    }

    /// The first token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The first bucket's name.
    pub fn bucket(&self) -> String {
        self.shared.service.settings.buckets.first().map_or(BUCKET, |place| &place.bucket).to_owned()
    }

    /// The proxy through which `r2_host` is reached.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.cloudflare.as_ref().map(|(_, proxy)| proxy)
    }

    /// One more fault, from now on.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// No more faults, from now on.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// From now on the server's clock is so many seconds ahead of the machine's.
    pub fn shift_clock(&self, seconds: i64) {
        self.shared.service.settings.clock.shift_to(seconds);
    }

    /// Every request so far, in the order in which their heads came.
    pub fn requests(&self) -> Vec<Seen> {
        self.shared.journal.requests()
    }

    /// Forgets all requests and all deleted objects, as a server does that serves for long.
    pub fn forget(&self) {
        self.shared.journal.forget();
        self.shared.service.store().forget();
    }

    /// The requests of one operation.
    pub fn requests_of(&self, op: Op) -> Vec<Seen> {
        self.requests().into_iter().filter(|seen| op.selects(seen.op)).collect()
    }

    /// The operations asked for, in their order.
    pub fn operations(&self) -> Vec<Op> {
        self.requests().iter().map(|seen| seen.op).collect()
    }

    /// The requests that would change something whose key does not begin like this.
    pub fn writes_outside(&self, prefix: &str) -> Vec<Seen> {
        let outside = |seen: &Seen| seen.key.as_ref().is_none_or(|key| !key.starts_with(prefix));
        self.requests().into_iter().filter(|seen| seen.is_write() && outside(seen)).collect()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.shared.journal.connections()
    }

    /// The server names in the TLS clients' greetings, in their order.
    pub fn server_names(&self) -> Vec<Option<String>> {
        self.shared.journal.server_names()
    }

    /// The keys of all buckets' objects, as `bucket/key`.
    pub fn left(&self) -> Vec<String> {
        self.shared.service.store().all_keys()
    }

    /// The objects of all buckets of this name.
    pub fn objects(&self, bucket: &str) -> BTreeMap<String, Object> {
        let store = self.shared.service.store();
        let here = store.buckets.iter().filter(|(place, _)| place.bucket == bucket);
        here.flat_map(|(_, objects)| objects.clone()).collect()
    }

    /// Whether a bucket of this name exists anywhere.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.shared.service.store().buckets.keys().any(|place| place.bucket == bucket)
    }

    /// Puts an object into each bucket of this name, as somebody else would.
    pub fn put_object(&self, bucket: &str, key: &str, body: &[u8]) {
        let object = Object::new(body, self.shared.service.settings.clock.now());
        let mut store = self.shared.service.store();
        for (_, objects) in store.buckets.iter_mut().filter(|(place, _)| place.bucket == bucket) {
            objects.insert(key.to_owned(), object.clone());
        }
    }
}
