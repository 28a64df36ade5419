//! The five S3 operations on one bucket, as facts: every attempt of every request, with its answer.
//!
//! The only module that names the crate `s3`. rust-s3 knows the protocol (URLs, headers, signatures); the bytes travel
//! over [`crate::client::network`], so that every layer below S3 stays visible. Nothing here judges an answer.

pub mod answer;
mod ask;
mod evidence;
mod retry;
pub mod sdk;
mod sender;
mod sign;
mod target;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use s3::creds::Credentials;
use tokio::time::Instant;

use crate::base::stop::Stop;
use crate::client::exchange::watch::{self, Outgoing, Seen, Watch};
use crate::client::exchange::{Answer, ConnectionFacts, Exchange, Stage, TransportError, TransportErrorKind};
use crate::client::network::{BodyLimit, Client, Destination, Family};
use crate::settings::Settings;
use crate::settings::style::{Style, virtual_host};
use crate::settings::way::Way;
use ask::Ask;
pub use ask::{NewObject, Scope};
pub use evidence::{Deletable, is_gone, keeps_a_version};
use retry::Try;
pub use retry::{Call, passes_by_itself, pause_in_cleanup, wait};
use sdk::Form;
use sender::Sender;
use sign::{Signed, under};
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
    /// Repetitions of a request that failed for a passing reason.
    pub retries: u32,
}

/// A client of one bucket.
pub struct Storage {
    bucket: Box<s3::Bucket>,
    sender: Sender,
    limits: Limits,
    form: Form,
    watch: Option<Watch>,
}

impl Storage {
    /// Prepares a client that asks for what is in the scope and nothing else; nothing is sent.
    ///
    /// # Errors
    /// When rust-s3 refuses the settings, in its own words, and where the bucket's name cannot stand where they want it.
    pub fn new(settings: &Settings, scope: Scope, way: Way, limits: Limits) -> Result<Self, String> {
        // Every value is passed: without a key, rust-s3 would look for AWS variables and profiles instead.
        let credentials = Credentials::new(
            Some(settings.access_key_id.expose()),
            Some(settings.secret_access_key.expose()),
            None,
            settings.session_token.as_ref().map(crate::base::secret::Secret::expose),
            None,
        )
        .map_err(|error| error.to_string())?;
        // Never from text: rust-s3 reads an unknown region's name as the name of a host.
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
        Ok(Self { bucket, sender, limits, form: Form::Plain, watch: None })
    }

    /// The same client, whose uploads have this form unless they are asked for in another one.
    #[must_use]
    pub fn sending(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same client, seen by who watches, if anybody does.
    #[must_use]
    pub fn watched(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// Goes on with another scope over the same connection.
    pub fn renew(&mut self, scope: Scope) {
        self.sender.renew(scope);
    }

    /// The form of uploads.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The length that an object of so many bytes has at most, should the frame of its upload be stored with it.
    pub fn longest(&self, content: usize) -> usize {
        if self.form == Form::Trailer { content + sdk::MOST_FRAMING } else { content }
    }

    /// The same client, for addresses of one kind only.
    #[must_use]
    pub fn over(mut self, family: Option<Family>) -> Self {
        self.sender.restrict(family);
        self
    }

    /// The name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket.name
    }

    /// What was seen of each connection, oldest first.
    pub fn connections(&self) -> &[ConnectionFacts] {
        self.sender.connections()
    }

    /// Lists at most `max_keys` objects under a prefix.
    pub async fn list(&mut self, prefix: &str, max_keys: usize, stop: &Stop) -> Call {
        self.list_page(prefix, max_keys, None, stop).await
    }

    /// Lists at most `max_keys` objects under a prefix, from where the last page ended.
    pub async fn list_page(
        &mut self,
        prefix: &str,
        max_keys: usize,
        from: Option<&str>,
        stop: &Stop,
    ) -> Call {
        self.call(Ask::List { prefix, max_keys, from }, XML_LIMIT, stop).await
    }

    /// Asks whether the bucket is there and may be used. The answer has no body.
    pub async fn head_bucket(&mut self, stop: &Stop) -> Call {
        self.call(Ask::HeadBucket, XML_LIMIT, stop).await
    }

    /// Writes an object unless its key is taken.
    pub async fn put(&mut self, object: NewObject<'_>, stop: &Stop) -> Call {
        self.call(Ask::Put(object), XML_LIMIT, stop).await
    }

    /// Reads an object, at most one byte more than `expected_len`, or an error of the usual size.
    pub async fn get(&mut self, key: &str, expected_len: usize, stop: &Stop) -> Call {
        self.call(Ask::Get(key), object_limit(expected_len), stop).await
    }

    /// Reads an object as [`Self::get`] does, once, in so much time or as much as any request has.
    pub async fn get_once(
        &mut self,
        (key, expected_len): (&str, usize),
        number: u32,
        time: Duration,
        stop: &Stop,
    ) -> Exchange {
        self.sender.limit(time.min(self.limits.timeout));
        self.exchange(Ask::Get(key), Try { number, condition: None }, object_limit(expected_len), stop).await
    }

    /// Deletes an object in the same way.
    pub async fn delete_once(
        &mut self,
        object: &Deletable,
        number: u32,
        time: Duration,
        stop: &Stop,
    ) -> Exchange {
        self.sender.limit(time.min(self.limits.timeout));
        let this = Try { number, condition: object.condition() };
        self.exchange(Ask::Delete(object.key()), this, XML_LIMIT, stop).await
    }

    /// How long and how often.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    async fn call(&mut self, ask: Ask<'_>, limit: BodyLimit, stop: &Stop) -> Call {
        let mut exchanges = Vec::new();
        self.sender.limit(self.limits.timeout);
        loop {
            let number = u32::try_from(exchanges.len()).unwrap_or(u32::MAX).saturating_add(1);
            let exchange = self.exchange(ask, Try { number, condition: None }, limit, stop).await;
            let pause = retry::pause_before_next(&exchange, self.limits.retries);
            exchanges.push(exchange);
            match pause {
                Some(pause) if retry::wait(pause, stop).await => {}
                unwaited => return Call::new(exchanges, unwaited),
            }
        }
    }

    async fn exchange(&mut self, ask: Ask<'_>, this: Try<'_>, limit: BodyLimit, stop: &Stop) -> Exchange {
        let started = Instant::now();
        let key = ask.key().unwrap_or_default();
        let (sent, known) = (ask.body().len(), self.connections().len());
        let signed = self.sign(ask).and_then(|signed| under(this.condition, signed));
        let (url, signed_text, outcome) = match signed {
            Ok(signed) => {
                let known = self.announce(ask, &signed, this);
                let outcome = self.sender.send(&ask, &signed.request, limit, stop).await;
                self.show(|| self.connections()[known..].iter().map(Seen::Connection).collect());
                (signed.url, signed.text, outcome)
            }
            Err(reason) => (String::new(), String::new(), Err(unbuildable(reason))),
        };
        let exchange = Exchange {
            operation: ask.operation(),
            bucket: self.bucket.name.clone(),
            key: key.to_owned(),
            url,
            signed_text,
            attempt: this.number,
            started,
            opened: self.connections().get(known..).and_then(<[_]>::last).map(|facts| facts.phases),
            duration: started.elapsed(),
            bytes_sent: sent as u64,
            bytes_received: outcome.as_ref().map_or(0, |answer: &Answer| answer.body.len() as u64),
            outcome,
        };
        self.show(|| vec![Seen::Answer(&exchange)]);
        exchange
    }

    /// Shows what is about to be sent; how many connections were opened before.
    fn announce(&self, ask: Ask<'_>, signed: &Signed, this: Try<'_>) -> usize {
        if let Some(watch) = &self.watch {
            watch.see(&Seen::Request(&Outgoing {
                operation: ask.operation(),
                bucket: self.bucket.name.clone(),
                url: signed.url.clone(),
                attempt: this.number,
                headers: watch::shown(signed.request.headers()),
                bytes: ask.body().len(),
            }));
        }
        self.connections().len()
    }

    fn show<'a>(&self, seen: impl FnOnce() -> Vec<Seen<'a>>) {
        if let Some(watch) = &self.watch {
            for seen in seen() {
                watch.see(&seen);
            }
        }
    }
}

fn object_limit(expected_len: usize) -> BodyLimit {
    BodyLimit { success: expected_len + 1, error: XML }
}

fn unbuildable(reason: String) -> TransportError {
    TransportError {
        stage: Stage::Dns,
        kind: TransportErrorKind::Unbuildable(reason),
        chain: Vec::new(),
        connection: Box::default(),
        status: None,
    }
}
