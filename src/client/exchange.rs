//! Wire facts: what was sent to the server, what came back, and where a connection broke. No judgement.

pub mod billing;
mod connection;
mod headers;
mod tls;
pub mod watch;

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use crate::base::stop::StopReason;
use crate::settings::way::UnusableProxy;
pub use connection::{CertificateFacts, ConnectionFacts, Phases, ProxyFacts, TlsFacts};
pub use headers::{Field, Headers};

/// The S3 operations that the program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `ListObjectsV2`
    ListObjectsV2,
    /// `PutObject`
    PutObject,
    /// `GetObject`
    GetObject,
    /// `DeleteObject`
    DeleteObject,
    /// `HeadBucket`
    HeadBucket,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::ListObjectsV2, Self::PutObject, Self::GetObject, Self::DeleteObject, Self::HeadBucket];

    /// The name in the S3 API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ListObjectsV2 => "ListObjectsV2",
            Self::PutObject => "PutObject",
            Self::GetObject => "GetObject",
            Self::DeleteObject => "DeleteObject",
            Self::HeadBucket => "HeadBucket",
        }
    }

    /// The HTTP method.
    pub const fn method(self) -> &'static str {
        match self {
            Self::ListObjectsV2 | Self::GetObject => "GET",
            Self::PutObject => "PUT",
            Self::DeleteObject => "DELETE",
            Self::HeadBucket => "HEAD",
        }
    }
}

/// One request and its result.
#[derive(Debug)]
pub struct Exchange {
    /// The operation.
    pub operation: Operation,
    /// The bucket that it was sent to.
    pub bucket: String,
    /// The key of the object; empty for a listing and for the bucket itself.
    pub key: String,
    /// The full URL; signatures travel in headers, so it holds no secret.
    pub url: String,
    /// The text that was signed, if the request was not accepted: the time, the scope, and a hash of the request. It holds no
    /// secret, and none can be derived from it.
    pub signed_text: String,
    /// 1 for the first attempt, 2 for its first retry, and so on.
    pub attempt: u32,
    /// When it began, connecting included.
    pub started: Instant,
    /// The layers of the connection that was opened for it, if one was.
    pub opened: Option<Phases>,
    /// From before the request, connecting included, to the end of the answer's body.
    pub duration: Duration,
    /// Length of the request's body.
    pub bytes_sent: u64,
    /// Length of the answer's body, as far as it was read.
    pub bytes_received: u64,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, TransportError>,
}

impl Exchange {
    /// Whether the operation may have been performed although it was not confirmed: the answer was lost, or was an
    /// error of the server itself.
    pub fn may_have_been_performed(&self) -> bool {
        match &self.outcome {
            Ok(answer) => answer.status >= 500,
            Err(error) => {
                error.may_have_been_received() && !matches!(error.kind, TransportErrorKind::Unbuildable(_))
            }
        }
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The protocol that the server spoke.
    pub version: http::Version,
    /// The header fields.
    pub headers: Headers,
    /// The body, cut off at the limit of its kind.
    pub body: Vec<u8>,
    /// Whether the body was longer than the limit.
    pub cut_off: bool,
    /// Time from sending the request to the answer's header.
    pub first_byte: Duration,
    /// The local time half a round trip before the answer's header arrived: about when the server wrote its `Date`.
    pub local_time: OffsetDateTime,
}

impl Answer {
    /// Whether the status is in the 2xx range.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header field, if it is present.
    pub fn header(&self, field: Field) -> Option<&str> {
        self.headers.get(field)
    }

    /// The entity tag without its quotes, if it is not empty.
    pub fn etag(&self) -> Option<&str> {
        self.header(Field::ETag).map(|tag| tag.trim_matches('"')).filter(|tag| !tag.is_empty())
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Server clock minus local clock, in whole seconds, from the `Date` header field.
    pub fn clock_offset(&self) -> Option<i64> {
        let date = parse_http_date(self.header(Field::Date)?)?;
        Some((date - self.local_time).whole_seconds())
    }
}

/// Reads the preferred form of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
pub fn parse_http_date(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim().strip_suffix("GMT")?;
    OffsetDateTime::parse(&format!("{text}+0000"), &time::format_description::well_known::Rfc2822).ok()
}

/// How far a request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Looking up the host's name.
    Dns,
    /// Opening the TCP connection.
    Tcp,
    /// Requesting a tunnel from a proxy.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Waiting for the answer's header.
    Header,
    /// Reading the answer's body.
    Body,
}

/// Why there is no complete answer.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    /// How far the request got.
    pub stage: Stage,
    /// What happened.
    pub kind: TransportErrorKind,
    /// The chain of causes in the words of the libraries, outermost first.
    pub chain: Vec<String>,
    /// What was known of the connection by then.
    pub connection: Box<ConnectionFacts>,
    /// The status, if the answer's header had come.
    pub status: Option<u16>,
}

impl TransportError {
    /// Whether the request may have reached the server, so that a write may have happened.
    pub fn may_have_been_received(&self) -> bool {
        self.stage >= Stage::Header
    }
}

/// What broke a connection.
#[derive(Debug, thiserror::Error)]
pub enum TransportErrorKind {
    /// The name could not be looked up.
    #[error("the name `{0}` could not be resolved")]
    Dns(String),
    /// Nothing listens at the address.
    #[error("connection refused")]
    Refused,
    /// There is no route to the address.
    #[error("network unreachable")]
    Unreachable,
    /// It took longer than `--timeout`.
    #[error("timed out after {:?}", .0)]
    TimedOut(Duration),
    /// The peer reset the connection.
    #[error("connection reset")]
    Reset,
    /// The peer closed the connection without an answer.
    #[error("connection closed without a response")]
    Closed,
    /// The connection ended in the middle of the answer.
    #[error("the response broke off before its end")]
    Truncated,
    /// The answer is HTTP, but contradicts its own header; with the contradiction, as a sentence without a subject.
    #[error("the response cannot be trusted: {0}")]
    Malformed(String),
    /// The answer is not HTTP.
    #[error("the response is not HTTP")]
    NotHttp,
    /// The proxy could not be reached.
    #[error("the proxy cannot be reached")]
    ProxyUnreachable,
    /// The variable that names the proxy cannot be parsed in one way only, so no part of it is looked up.
    #[error("{} {}", .0.variable, .0.reason)]
    ProxyUnreadable(UnusableProxy),
    /// The application's client fails on the value of the variable that names the proxy.
    #[error("{} {}", .0.variable, .0.reason)]
    ProxyUnsupported(UnusableProxy),
    /// The proxy answered the request for a tunnel with this status.
    #[error("the proxy refused the tunnel with status {0}")]
    ProxyRefused(u16),
    /// The TLS handshake failed.
    #[error("TLS: {}", tls::in_words(.0))]
    Tls(tokio_rustls::rustls::Error),
    /// No root certificate could be loaded.
    #[error("no root certificates could be loaded")]
    NoRoots,
    /// The request could not be built from the settings.
    #[error("the request could not be built: {0}")]
    Unbuildable(String),
    /// The request is not the intended one, or is outside the client's scope: it was not sent.
    #[error("not sent: {0}")]
    Foreign(String),
    /// The run ended before the request was complete.
    #[error("{0}")]
    Stopped(StopReason),
    /// This machine has no file descriptors, threads or memory left.
    #[error("this machine is out of something: {0}")]
    Exhausted(String),
    /// None of the others.
    #[error("{0}")]
    Other(String),
}

impl TransportErrorKind {
    /// What ended the run before the request was complete, if that is what broke the connection.
    pub fn stopped(&self) -> Option<StopReason> {
        if let Self::Stopped(reason) = self { Some(*reason) } else { None }
    }
}

#[cfg(test)]
mod tests;
