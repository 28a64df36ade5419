//! Classifies transport errors by type, then by the `source()` chain and `io::ErrorKind`, never by text.

use std::error::Error;
use std::io::{self, ErrorKind};

use tokio_rustls::rustls;

use crate::base::machine;
use crate::client::exchange::{Stage, TransportErrorKind};

/// Upper bound of the causes of an error that are kept.
const CHAIN_LIMIT: usize = 12;

/// The texts of an error and its sources, outermost first, without duplicates.
pub fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for cause in sources(error) {
        let text = cause.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
    .take(CHAIN_LIMIT)
}

/// The kind of an input or output error at some stage.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other errors of the system are named by the system")]
pub fn io_kind(error: &io::Error, stage: Stage) -> TransportErrorKind {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return TransportErrorKind::Tls(tls.clone());
    }
    if machine::lacks(error).is_some() {
        return TransportErrorKind::Exhausted(error.to_string());
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => TransportErrorKind::Refused,
        // `TimedOut`: the limit of the kernel was reached before that of the request.
        ErrorKind::TimedOut
        | ErrorKind::NetworkUnreachable
        | ErrorKind::HostUnreachable
        | ErrorKind::AddrNotAvailable
        | ErrorKind::NetworkDown => TransportErrorKind::Unreachable,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            TransportErrorKind::Reset
        }
        ErrorKind::UnexpectedEof => ended(stage),
        _ => TransportErrorKind::Other(error.to_string()),
    }
}

/// The kind of an HTTP error at some stage.
pub fn http_kind(error: &hyper::Error, stage: Stage) -> TransportErrorKind {
    if error.is_parse() {
        return TransportErrorKind::NotHttp;
    }
    if let Some(io) = sources(error).find_map(|cause| cause.downcast_ref::<io::Error>()) {
        let of_tls = io.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>);
        // The body's decoder found an invalid chunk header or the like.
        let is_malformed = matches!(io.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData) && !of_tls;
        return if is_malformed { TransportErrorKind::NotHttp } else { io_kind(io, stage) };
    }
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return ended(stage);
    }
    // What remains are bytes that answer no request, for which hyper has no predicate.
    if error.is_user() || error.is_timeout() || error.is_body_write_aborted() || error.is_shutdown() {
        TransportErrorKind::Other(error.to_string())
    } else {
        TransportErrorKind::NotHttp
    }
}

/// Whether a connection ended because of bytes that answer no request.
pub fn is_unasked(error: &hyper::Error) -> bool {
    matches!(http_kind(error, Stage::Body), TransportErrorKind::NotHttp)
}

/// What the end of the stream means at a stage.
fn ended(stage: Stage) -> TransportErrorKind {
    match stage {
        Stage::Body => TransportErrorKind::Truncated,
        Stage::Dns | Stage::Tcp | Stage::Proxy | Stage::Tls | Stage::Header => TransportErrorKind::Closed,
    }
}
