//! The five S3 operations on one bucket, as facts: every attempt of every request, with its answer.
//!
//! The only module that names the crate `s3`. rust-s3 knows the protocol (URLs, headers, signatures); the bytes travel
//! over [`crate::client::network`], so that every layer below S3 stays visible. It does not judge answers.

pub mod answer;
mod attempt;
mod evidence;
mod request;
mod retry;
pub mod sdk;
mod sender;
mod sign;
mod target;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use crate::base::stop::Stop;
use crate::client::exchange::watch::Watch;
use crate::client::exchange::{ConnectionFacts, Exchange};
use crate::client::network::{BodyLimit, Client, Destination, Family};
use crate::settings::Settings;
use crate::settings::payload::Payload;
use crate::settings::style::{Style, virtual_host};
use crate::settings::way::Way;
use attempt::Attempt;
pub use evidence::{Deletable, is_gone, keeps_a_version};
use request::S3Request;
pub use request::{NewObject, Scope};
pub use retry::{Call, Unwaited, is_temporary, pause_in_cleanup, wait};
use s3::creds::Credentials;
use sdk::Form;
use sender::Sender;
use target::Place;
pub use wire::Wire;

/// Upper bound of an error's or a listing's body.
const XML: usize = 64 * 1024;
/// The bounds of an answer that is XML whether it succeeds or fails.
const XML_LIMIT: BodyLimit = BodyLimit { success: XML, error: XML };
/// How the program names itself to servers, proxies and firewalls.
const USER_AGENT: &str = concat!("r2-selftest/", env!("CARGO_PKG_VERSION"));

/// How long and how often to attempt a request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One request, connecting included.
    pub timeout: Duration,
    /// Retries of a request that failed for a temporary reason.
    pub retries: u32,
}

/// A client of one bucket.
pub struct Storage {
    bucket: Box<s3::Bucket>,
    sender: Sender,
    limits: Limits,
    form: Form,
    payload: Payload,
    compares: bool,
    watch: Option<Watch>,
}

impl Storage {
    /// Prepares a client that sends only requests within the scope. Nothing is sent yet.
    ///
    /// # Errors
    /// When rust-s3 refuses the settings, in its own words, and where the bucket's name cannot stand where they want it.
    pub fn new(settings: &Settings, scope: Scope, way: Way, limits: Limits) -> Result<Self, String> {
        // Every value is passed: without a key, rust-s3 would look for AWS variables and profiles instead.
        let credentials = Credentials::new(
            Some(settings.access_key_id.expose()),
            Some(settings.secret_access_key.expose()),
            None,
            settings.session_token.as_ref().map(masking::Secret::expose),
            None,
        )
        .map_err(|error| error.to_string())?;
        // Not parsed from text: rust-s3 takes the name of an unknown region for a host name.
        let region = s3::Region::Custom {
            region: settings.region.clone(),
            endpoint: settings.endpoint.as_str().to_owned(),
        };
        let bucket =
            s3::Bucket::new(&settings.bucket, region, credentials).map_err(|error| error.to_string())?;
        let destination = Destination {
            host: match settings.style {
                Style::Path => settings.endpoint.host().to_owned(),
                Style::Host => {
                    virtual_host(settings).ok_or("the bucket's name cannot stand before the host's")?
                }
            },
            port: settings.endpoint.port(),
            tls: settings.endpoint.is_tls(),
            family: None,
        };
        let client = Client::new(destination, way, limits.timeout);
        let sender = Sender::new(client, Place::of(settings), scope);
        let bucket = match settings.style {
            Style::Path => bucket.with_path_style(),
            Style::Host => bucket,
        };
        Ok(Self {
            bucket,
            sender,
            limits,
            form: Form::Plain,
            payload: settings.payload,
            compares: false,
            watch: None,
        })
    }

    /// The same client, with this as the default form of uploads.
    #[must_use]
    pub fn sending(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same client, which asks for the checksums of objects or does not.
    #[must_use]
    pub fn comparing(self, compares: bool) -> Self {
        Self { compares, ..self }
    }

    /// Whether it asks for the checksums of objects.
    pub fn compares(&self) -> bool {
        self.compares
    }

    /// The same client with a watcher, if there is one.
    #[must_use]
    pub fn watched(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// Replaces the scope and keeps the connection.
    pub fn renew(&mut self, scope: Scope) {
        self.sender.renew(scope);
    }

    /// The form of uploads.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The maximum length of a stored object with this content, in case the server stores the frame of the upload too.
    pub fn longest(&self, content: usize) -> usize {
        if self.form == Form::Trailer { content + sdk::MOST_FRAMING } else { content }
    }

    /// The same client, for addresses of one family only.
    #[must_use]
    pub fn over(mut self, family: Option<Family>) -> Self {
        self.sender.restrict(family);
        self
    }

    /// The name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket.name
    }

    /// The facts of each connection, oldest first.
    pub fn connections(&self) -> &[ConnectionFacts] {
        self.sender.connections()
    }

    /// Lists at most `max_keys` objects under a prefix.
    pub async fn list(&mut self, prefix: &str, max_keys: usize, stop: &Stop) -> Call {
        self.list_page(prefix, max_keys, None, stop).await
    }

    /// Lists at most `max_keys` objects under a prefix, from the end of the last page on.
    pub async fn list_page(
        &mut self,
        prefix: &str,
        max_keys: usize,
        from: Option<&str>,
        stop: &Stop,
    ) -> Call {
        self.call(S3Request::List { prefix, max_keys, from }, XML_LIMIT, stop).await
    }

    /// Requests the head of the bucket: whether it exists and may be used. The answer has no body.
    pub async fn head_bucket(&mut self, stop: &Stop) -> Call {
        self.call(S3Request::HeadBucket, XML_LIMIT, stop).await
    }

    /// Writes an object unless its key is taken.
    pub async fn put(&mut self, object: NewObject<'_>, stop: &Stop) -> Call {
        self.call(S3Request::Put(object), XML_LIMIT, stop).await
    }

    /// Reads an object, at most one byte more than `expected_len`, or an error of the usual size.
    pub async fn get(&mut self, key: &str, expected_len: usize, stop: &Stop) -> Call {
        self.call(S3Request::Get(key), object_limit(expected_len), stop).await
    }

    /// Reads an object as [`Self::get`] does, in one attempt with this time limit, or with that of any request if shorter.
    pub async fn get_once(
        &mut self,
        (key, expected_len): (&str, usize),
        number: u32,
        time: Duration,
        stop: &Stop,
    ) -> Exchange {
        self.sender.limit(time.min(self.limits.timeout));
        self.exchange(
            S3Request::Get(key),
            Attempt { number, condition: None },
            object_limit(expected_len),
            stop,
        )
        .await
    }

    /// Deletes an object in one attempt with such a time limit.
    pub async fn delete_once(
        &mut self,
        object: &Deletable,
        number: u32,
        time: Duration,
        stop: &Stop,
    ) -> Exchange {
        self.sender.limit(time.min(self.limits.timeout));
        let attempt = Attempt { number, condition: object.condition() };
        self.exchange(S3Request::Delete(object.key()), attempt, XML_LIMIT, stop).await
    }

    /// The time limit and the retries of a request.
    pub fn limits(&self) -> Limits {
        self.limits
    }
}

fn object_limit(expected_len: usize) -> BodyLimit {
    BodyLimit { success: expected_len + 1, error: XML }
}
