//! The attempts of one request: each is signed anew, passed to the watcher, sent, and recorded with its answer.

use tokio::time::Instant;

use super::Storage;
use super::request::S3Request;
use super::retry::{self, Call, Unwaited};
use super::sign::{Signed, under};
use crate::base::stop::Stop;
use crate::client::exchange::watch::{self, Outgoing, Seen};
use crate::client::exchange::{Answer, Exchange, Stage, TransportError, TransportErrorKind};
use crate::client::network::BodyLimit;

/// One attempt of a request.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// Counted from 1.
    pub(super) number: u32,
    /// The value of its `If-Match`.
    pub(super) condition: Option<&'a str>,
}

impl Storage {
    /// Sends a request, with retries as long as one may help and time is left.
    pub(super) async fn call(&mut self, request: S3Request<'_>, limit: BodyLimit, stop: &Stop) -> Call {
        let mut exchanges = Vec::new();
        self.sender.limit(self.limits.timeout);
        loop {
            let number = u32::try_from(exchanges.len()).unwrap_or(u32::MAX).saturating_add(1);
            let exchange = self.exchange(request, Attempt { number, condition: None }, limit, stop).await;
            let pause = retry::pause_before_next(&exchange, self.limits.retries);
            exchanges.push(exchange);
            let Some(pause) = pause else { return Call::new(exchanges, None) };
            if let Err(because) = retry::wait(pause, stop).await {
                return Call::new(exchanges, Some(Unwaited { pause, because }));
            }
        }
    }

    /// Makes one attempt; the exchange holds the answer or the error.
    pub(super) async fn exchange(
        &mut self,
        request: S3Request<'_>,
        attempt: Attempt<'_>,
        limit: BodyLimit,
        stop: &Stop,
    ) -> Exchange {
        let started = Instant::now();
        let key = request.key().unwrap_or_default();
        let (sent, known) = (request.body().len(), self.connections().len());
        let signed = self.sign(request).and_then(|signed| under(attempt.condition, signed));
        let (url, signed_text, outcome) = match signed {
            Ok(signed) => {
                let known = self.announce(request, &signed, attempt);
                let outcome = self.sender.send(&request, &signed.request, limit, stop).await;
                self.show(|| self.connections()[known..].iter().map(Seen::Connection).collect());
                // What was accepted was signed as the server does it.
                let is_accepted = outcome.as_ref().is_ok_and(Answer::is_success);
                let text = if is_accepted { String::new() } else { self.signed_text(&signed) };
                (signed.url.into(), text, outcome)
            }
            Err(reason) => (String::new(), String::new(), Err(unbuildable(reason))),
        };
        let exchange = Exchange {
            operation: request.operation(),
            bucket: self.bucket.name.clone(),
            key: key.to_owned(),
            url,
            signed_text,
            attempt: attempt.number,
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

    /// Passes the request to the watcher; returns the number of connections so far.
    fn announce(&self, request: S3Request<'_>, signed: &Signed, attempt: Attempt<'_>) -> usize {
        if let Some(watch) = &self.watch {
            watch.see(&Seen::Request(&Outgoing {
                operation: request.operation(),
                bucket: self.bucket.name.clone(),
                url: signed.url.as_str().to_owned(),
                attempt: attempt.number,
                headers: watch::shown(signed.request.headers()),
                bytes: request.body().len(),
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

fn unbuildable(reason: String) -> TransportError {
    TransportError {
        stage: Stage::Dns,
        kind: TransportErrorKind::Unbuildable(reason),
        chain: Vec::new(),
        connection: Box::default(),
        status: None,
    }
}
