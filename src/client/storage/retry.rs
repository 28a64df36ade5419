//! Which failures are temporary, and how long to wait before the next attempt.

use std::time::Duration;

use super::answer::{Document, document};
use crate::base::stop::{Stop, StopReason};
use crate::client::exchange::{Answer, Exchange, Field, TransportErrorKind, parse_http_date};

/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Two writes to one key within a second are refused by R2
/// (<https://developers.cloudflare.com/r2/platform/limits/>), so a refused one must wait at least that long.
const RATE_PAUSE: Duration = Duration::from_millis(1100);

/// The longest pause between two attempts to clean up.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// No attempt is made in less time than this.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(100);
/// Up to this many attempts of a request are kept.
const MOST_KEPT: usize = 12;
/// The S3 codes of temporary failures, with whatever status.
const PASSING: [&str; 8] = [
    "RequestTimeout",
    "SlowDown",
    "TooManyRequests",
    "InternalError",
    "ServiceUnavailable",
    "OperationAborted",
    "ConditionalRequestConflict",
    "ClientDisconnect",
];

/// All attempts of one request, the first one first; never empty.
#[derive(Debug)]
pub struct Call {
    exchanges: Vec<Exchange>,
    unwaited: Option<Unwaited>,
}

/// The pause before an attempt that was not made.
#[derive(Clone, Copy, Debug)]
pub struct Unwaited {
    /// How long it would have been.
    pub pause: Duration,
    /// What ends the run first, or has ended it.
    pub because: StopReason,
}

impl Call {
    pub(super) fn new(exchanges: Vec<Exchange>, unwaited: Option<Unwaited>) -> Self {
        Self { exchanges, unwaited }
    }

    /// A request with one attempt so far.
    pub fn first(exchange: Exchange) -> Self {
        Self::new(vec![exchange], None)
    }

    /// Adds an attempt. Beyond [`MOST_KEPT`], attempts in the middle are dropped; their numbers are missing.
    pub fn add(&mut self, exchange: Exchange) {
        if self.exchanges.len() >= MOST_KEPT {
            self.exchanges.remove(MOST_KEPT / 2);
        }
        self.exchanges.push(exchange);
    }

    /// The pause before an attempt that was not made, because the run would have ended first.
    pub fn unwaited(&self) -> Option<Unwaited> {
        self.unwaited
    }

    /// Whether an attempt before the last one may have been performed although it was not confirmed.
    pub fn may_have_been_stored_before(&self) -> bool {
        let earlier = self.exchanges.split_last().map_or(&[][..], |(_, earlier)| earlier);
        earlier.iter().any(Exchange::may_have_been_performed)
    }

    /// Every attempt.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Every attempt, by value.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.exchanges
    }

    /// The last attempt, which decides.
    pub fn last(&self) -> Option<&Exchange> {
        self.exchanges.last()
    }

    /// The answer to the last attempt.
    ///
    /// # Errors
    /// When the last attempt got no complete answer.
    pub fn answer(&self) -> Option<&Answer> {
        self.last().and_then(|exchange| exchange.outcome.as_ref().ok())
    }

    /// Whether any attempt may have reached the server, so that a write may have happened.
    pub fn may_have_been_received(&self) -> bool {
        self.exchanges.iter().any(|exchange| match &exchange.outcome {
            Ok(_) => true,
            Err(error) => error.may_have_been_received(),
        })
    }
}

/// The pause before the next attempt, if there should be one.
pub fn pause_before_next(exchange: &Exchange, retries: u32) -> Option<Duration> {
    if exchange.attempt > retries {
        return None;
    }
    let backoff = FIRST_PAUSE * 2_u32.saturating_pow(exchange.attempt - 1);
    match &exchange.outcome {
        Ok(answer) => match answer.status {
            429 => Some(retry_after(answer).unwrap_or(backoff.max(RATE_PAUSE))),
            500 | 502 | 503 | 504 => Some(retry_after(answer).unwrap_or(backoff)),
            _ => None,
        },
        Err(error) => was_lost(&error.kind).then_some(backoff),
    }
}

/// Whether a request of clean-up should be sent again: there a retry does no harm, and giving up may. Every transport
/// error may be temporary. An S3 error is final unless its code or status is that of a temporary failure; a refusal that is
/// no S3 error may come from something in between, and is not final.
pub fn is_temporary(exchange: &Exchange) -> bool {
    let answer = match &exchange.outcome {
        Ok(answer) => answer,
        Err(error) => {
            return !matches!(error.kind, TransportErrorKind::Unbuildable(_));
        }
    };
    let code = match document(answer) {
        Document::Error(error) => Some(error.code).filter(|code| !code.is_empty()),
        Document::Listing(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => None,
    };
    match (answer.status, code) {
        (501, _) => false,
        (408 | 425 | 429 | 500.., _) | (403 | 409, None) => true,
        (_, Some(code)) => PASSING.contains(&code.as_str()),
        (_, None) => false,
    }
}

/// The pause before a further attempt of clean-up with `left` time, or none if that is too little. A `Retry-After` of more
/// than half of that time is ignored, so that there is another attempt at all.
pub fn pause_in_cleanup(exchange: &Exchange, attempts: u32, left: Duration) -> Option<Duration> {
    if left < SHORTEST_ATTEMPT {
        return None;
    }
    let backoff =
        FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_PAUSE);
    let answer = exchange.outcome.as_ref().ok();
    let backoff =
        if answer.is_some_and(|answer| answer.status == 429) { backoff.max(RATE_PAUSE) } else { backoff };
    let requested =
        answer.and_then(retry_after).filter(|requested| *requested <= left / 2).unwrap_or_default();
    Some(requested.max(backoff.min(left / 4)))
}

/// Whether a connection was lost so that a new one may help. A refused connection, a bad certificate and a timeout after the
/// full time are final.
fn was_lost(kind: &TransportErrorKind) -> bool {
    match kind {
        TransportErrorKind::Reset | TransportErrorKind::Closed | TransportErrorKind::Truncated => true,
        TransportErrorKind::Dns(_)
        | TransportErrorKind::Refused
        | TransportErrorKind::Unreachable
        | TransportErrorKind::TimedOut(_)
        | TransportErrorKind::Malformed(_)
        | TransportErrorKind::NotHttp
        | TransportErrorKind::ProxyUnreachable
        | TransportErrorKind::ProxyUnreadable(_)
        | TransportErrorKind::ProxyUnsupported(_)
        | TransportErrorKind::ProxyRefused(_)
        | TransportErrorKind::Tls(_)
        | TransportErrorKind::NoRoots
        | TransportErrorKind::Unbuildable(_)
        | TransportErrorKind::Foreign(_)
        | TransportErrorKind::Stopped(_)
        | TransportErrorKind::Exhausted(_)
        | TransportErrorKind::Other(_) => false,
    }
}

/// `Retry-After`, in seconds or as a date by the server's own clock (RFC 9110, section 10.2.3).
fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header(Field::RetryAfter)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = answer.header(Field::Date).and_then(parse_http_date).unwrap_or(answer.local_time);
    Some((parse_http_date(value)? - now).try_into().unwrap_or(Duration::ZERO))
}

/// Waits.
///
/// # Errors
/// With what ends the run first, at once if that is known before.
pub async fn wait(pause: Duration, stop: &Stop) -> Result<(), StopReason> {
    let fits = tokio::time::Instant::now().checked_add(pause).is_some_and(|until| until < stop.deadline());
    if !fits {
        return Err(stop.reason().unwrap_or(StopReason::Deadline));
    }
    tokio::select! {
        reason = stop.wait() => Err(reason),
        () = tokio::time::sleep(pause) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::exchange::Headers;
    use proptest::prelude::*;
    use time::OffsetDateTime;

    fn answer(status: u16, headers: &[(Field, &str)]) -> Answer {
        let with = |kept: Headers, (field, text): &(Field, &str)| kept.with(*field, text);
        Answer {
            status,
            version: http::Version::HTTP_11,
            headers: headers.iter().fold(Headers::default(), with),
            body: Vec::new(),
            cut_off: false,
            first_byte: Duration::ZERO,
            local_time: OffsetDateTime::UNIX_EPOCH,
        }
    }

    fn pause(value: &str) -> Option<Duration> {
        retry_after(&answer(503, &[(Field::RetryAfter, value)]))
    }

    #[test]
    fn a_pause_is_read_as_seconds_or_as_a_date_and_never_as_less_than_none() {
        assert_eq!(pause(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(pause("Thu, 01 Jan 1970 00:01:00 GMT"), Some(Duration::from_mins(1)));
        assert_eq!(pause("Fri, 31 Dec 1965 23:59:59 GMT"), Some(Duration::ZERO), "a date that is over");
        for text in ["-1", "1.5", "soon", "", "99999999999999999999999"] {
            assert_eq!(pause(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_pause_that_a_server_asks_for_panics(value in prop_oneof!["\\PC{0,40}", "[0-9]{1,20}"], date in "\\PC{0,40}") {
            let headers = [(Field::RetryAfter, value.as_str()), (Field::Date, date.as_str())];
            let pause = retry_after(&answer(429, &headers)).unwrap_or_default();
            let _ = tokio::time::Instant::now().checked_add(pause);
        }
    }
}
