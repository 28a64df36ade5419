//! HTTP/1.1 over one stream: a request and its answer, both bounded.

use http::response::Parts;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::meter::{Allowance, Metered};
use super::payload::{self, Payload};
use super::proxy::Forwarding;
use super::{BodyLimit, BoxedStream, Failed, Lost, Request, Step, classify, head};
use crate::base::clock;
use crate::client::exchange::{Answer, ConnectionFacts, Stage, TransportErrorKind};

/// Upper bound of an answer's header section.
const HEADER_LIMIT: usize = 64 * 1024;
/// Upper bound of the number of header fields.
const HEADER_FIELDS: usize = 128;

/// How often the driver is polled after an answer, to see whether the server sent more than that.
const TURNS: usize = 3;

/// A live connection.
pub struct Connection {
    sender: http1::SendRequest<Payload>,
    /// Whether the last request was answered before its body was sent: what follows could be taken for that body.
    unfinished: bool,
    allowance: Allowance,
    /// Whether the application reads its answers with Python's HTTP client.
    by_python: bool,
    /// How a proxy wants the requests that it passes on, if one does.
    forwarding: Option<Forwarding>,
    /// The task that moves the bytes; its result is why it stopped.
    driver: Option<JoinHandle<hyper::Result<()>>>,
}

impl Connection {
    /// Starts HTTP on a stream, without sending anything.
    pub async fn start(
        stream: BoxedStream,
        forwarding: Option<Forwarding>,
        by_python: bool,
    ) -> Result<Self, Failed> {
        let (stream, allowance) = Metered::new(stream);
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(HEADER_LIMIT)
            .max_headers(HEADER_FIELDS)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| {
                Failed::new(Stage::Header, classify::http_kind(&error, Stage::Header)).caused_by(&error)
            })?;
        let driver = Some(tokio::spawn(connection));
        Ok(Self { sender, unfinished: false, allowance, by_python, forwarding, driver })
    }

    /// Whether the connection is open, as far as is known.
    pub fn is_open(&self) -> bool {
        !self.unfinished && !self.sender.is_closed()
    }

    /// Sends one request and reads its answer.
    pub async fn exchange(
        &mut self,
        request: &Request,
        limit: BodyLimit,
        step: &Step<'_>,
    ) -> Result<Answer, Lost> {
        if let Err(error) = step.bound(Stage::Header, self.sender.ready()).await.map_err(unsent)? {
            return Err(unsent(self.broken(error, step).await));
        }
        let request = request.clone();
        let method = request.method().clone();
        let request = match &self.forwarding {
            Some(forwarding) => forwarding.of(request).map_err(unsent)?,
            None => request,
        };
        self.allowance.renew();
        let (prepared, opened, interim) = payload::prepared(&request);
        let sent = Instant::now();
        let response =
            match step.bound(Stage::Header, self.sender.try_send_request(prepared)).await.map_err(lost)? {
                Ok(response) => response,
                Err(mut error) => {
                    let unsent = error.take_message().is_some();
                    return Err(Lost { unsent, ..lost(self.broken(error.into_error(), step).await) });
                }
            };
        self.unfinished = !opened.is();
        let first_byte = sent.elapsed();
        let local_time = clock::now() - first_byte / 2;
        let (head, body) = response.into_parts();
        let with_status = |failed: Failed| lost(Failed { status: Some(head.status.as_u16()), ..failed });
        let untrue = |reason| with_status(Failed::new(Stage::Header, TransportErrorKind::Malformed(reason)));
        let headers = head::read(&head).map_err(untrue)?;
        if self.by_python {
            let begins_empty = self.allowance.begins_with_an_empty_line();
            head::fits_python(&head, interim.status(), begins_empty).map_err(untrue)?;
        }
        let (body, cut_off) = read(body, limit.of(&head), step).await.map_err(with_status)?;
        if !cut_off {
            // An answer to HEAD announces the length of a body that it does not have (RFC 9110, section 9.3.2).
            if method != http::Method::HEAD {
                head::has_length(&head, &headers, body.len()).map_err(untrue)?;
            }
            self.ended().await.map_err(untrue)?;
        }
        let (status, version) = (head.status.as_u16(), head.version);
        Ok(Answer { status, version, headers, body, cut_off, first_byte, local_time })
    }

    /// Fails if more bytes follow the answer at once: they belong to no request. What a server sends later, as some do before
    /// they close an idle connection, is not part of this answer.
    async fn ended(&mut self) -> Result<(), String> {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        let Some(driver) = self.driver.take_if(|driver| driver.is_finished()) else { return Ok(()) };
        match driver.await {
            Ok(Err(error)) if classify::is_unasked(&error) => {
                Err("more came than the body that its head announces".to_owned())
            }
            Ok(Ok(()) | Err(_)) | Err(_) => Ok(()),
        }
    }
}

impl Connection {
    /// What broke the connection. A request on a closed connection fails without a reason; the reason, such as a reset or
    /// bytes that answer no request, is in the result of the driver.
    async fn broken(&mut self, error: hyper::Error, step: &Step<'_>) -> Failed {
        if !(error.is_closed() || error.is_canceled()) {
            return failed(&error, Stage::Header);
        }
        let Some(driver) = self.driver.take() else { return failed(&error, Stage::Header) };
        match step.bound(Stage::Header, driver).await {
            Ok(Ok(Err(reason))) => failed(&reason, Stage::Header),
            Ok(Ok(Ok(())) | Err(_)) | Err(_) => failed(&error, Stage::Header),
        }
    }
}

impl BodyLimit {
    fn of(self, head: &Parts) -> usize {
        if head.status.is_success() { self.success } else { self.error }
    }
}

/// Reads a body up to its limit; the flag is true if there was more.
async fn read(mut body: Incoming, limit: usize, step: &Step<'_>) -> Result<(Vec<u8>, bool), Failed> {
    let mut bytes = Vec::new();
    while let Some(frame) = step.bound(Stage::Body, body.frame()).await? {
        let frame = frame.map_err(|error| failed(&error, Stage::Body))?;
        let Some(data) = frame.data_ref() else { continue };
        let room = limit - bytes.len();
        bytes.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Ok((bytes, true));
        }
    }
    Ok((bytes, false))
}

fn failed(error: &hyper::Error, stage: Stage) -> Failed {
    Failed::new(stage, classify::http_kind(error, stage)).caused_by(error)
}

fn lost(failed: Failed) -> Lost {
    Lost { error: failed.into_error(ConnectionFacts::default()), unsent: false }
}

fn unsent(failed: Failed) -> Lost {
    Lost { unsent: true, ..lost(failed) }
}
