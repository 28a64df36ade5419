//! The one place that sends requests to a bucket. A request that is not the intended one, or is outside the scope of the
//! client, is not sent.

use std::time::Duration;

use super::request::{S3Request, Scope};
use super::target::{self, Place};
use crate::base::stop::Stop;
use crate::client::exchange::{Answer, ConnectionFacts, Stage, TransportError, TransportErrorKind};
use crate::client::network::{BodyLimit, Client, Destination, Family, Request};

/// A client that sends only what its scope allows. Nothing else holds the connection.
pub struct Sender {
    client: Client,
    place: Place,
    scope: Scope,
}

impl Sender {
    /// A sender for the bucket at this place, within this scope.
    pub fn new(client: Client, place: Place, scope: Scope) -> Self {
        Self { client, place, scope }
    }

    /// Replaces the scope.
    pub fn renew(&mut self, scope: Scope) {
        self.scope = scope;
    }

    /// As [`Client::restrict`].
    pub fn restrict(&mut self, family: Option<Family>) {
        self.client.restrict(family);
    }

    /// As [`Client::limit`].
    pub fn limit(&mut self, timeout: Duration) {
        self.client.limit(timeout);
    }

    /// As [`Client::connections`].
    pub fn connections(&self) -> &[ConnectionFacts] {
        self.client.connections()
    }

    /// Sends a request and reads its answer, if [`Self::permit`] allows it.
    ///
    /// # Errors
    /// When no complete answer came; as [`TransportErrorKind::Foreign`] when it is not allowed, so that nothing was sent.
    pub async fn send(
        &mut self,
        intended: &S3Request<'_>,
        request: &Request,
        limit: BodyLimit,
        stop: &Stop,
    ) -> Result<Answer, TransportError> {
        self.permit(intended, request).map_err(foreign)?;
        self.client.send(request, limit, stop).await
    }

    /// Where requests go.
    pub fn destination(&self) -> &Destination {
        self.client.destination()
    }

    /// Checks that a request is the intended one and within the scope.
    ///
    /// # Errors
    /// With the difference, as a sentence.
    pub fn permit(&self, intended: &S3Request<'_>, request: &Request) -> Result<(), String> {
        if !self.scope.holds(intended) {
            let what = request.uri();
            return Err(format!(
                "`{} {what}` concerns something that is not this program's own",
                request.method()
            ));
        }
        target::verify(request, intended, &self.place)
    }
}

fn foreign(reason: String) -> TransportError {
    TransportError {
        stage: Stage::Dns,
        kind: TransportErrorKind::Foreign(reason),
        chain: Vec::new(),
        connection: Box::default(),
        status: None,
    }
}
