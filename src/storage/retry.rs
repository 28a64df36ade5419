//! Which failures may pass by themselves, and how long to wait before the next try.

use std::time::Duration;

use crate::exchange::{Answer, Exchange, TransportErrorKind, parse_http_date};
use crate::stop::Stop;

/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Two writes to one key within a second are refused by R2
/// (<https://developers.cloudflare.com/r2/platform/limits/>), so a refused one must wait at least that long.
const RATE_PAUSE: Duration = Duration::from_millis(1100);

/// All tries of one request, the first one first; never empty.
#[derive(Debug)]
pub struct Call {
    exchanges: Vec<Exchange>,
    unwaited: Option<Duration>,
}

impl Call {
    pub(super) fn new(exchanges: Vec<Exchange>, unwaited: Option<Duration>) -> Self {
        Self { exchanges, unwaited }
    }

    /// The pause before a further try that was not made, because the run would have ended first.
    pub fn unwaited(&self) -> Option<Duration> {
        self.unwaited
    }

    /// Whether a try before the last one may have done its work although it did not say so.
    pub fn may_have_been_stored_before(&self) -> bool {
        let earlier = self.exchanges.split_last().map_or(&[][..], |(_, earlier)| earlier);
        earlier.iter().any(Exchange::may_have_been_performed)
    }

    /// Every try.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Every try, to be kept.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.exchanges
    }

    /// The last try, which decides.
    pub fn last(&self) -> Option<&Exchange> {
        self.exchanges.last()
    }

    /// The answer to the last try.
    ///
    /// # Errors
    /// When the last try brought no whole answer.
    pub fn answer(&self) -> Option<&Answer> {
        self.last().and_then(|exchange| exchange.outcome.as_ref().ok())
    }

    /// Whether any try may have reached the server, so that a write may have happened.
    pub fn may_have_been_received(&self) -> bool {
        self.exchanges.iter().any(|exchange| match &exchange.outcome {
            Ok(_) => true,
            Err(error) => error.may_have_been_received(),
        })
    }
}

/// The pause before the next try, if there should be one.
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

/// Whether a connection was lost that a new one may replace. A refusal, a bad certificate or a timeout that already
/// took its full time is an answer of its own.
fn was_lost(kind: &TransportErrorKind) -> bool {
    match kind {
        TransportErrorKind::Reset | TransportErrorKind::Closed | TransportErrorKind::Truncated => true,
        TransportErrorKind::Dns(_)
        | TransportErrorKind::Refused
        | TransportErrorKind::Unreachable
        | TransportErrorKind::TimedOut(_)
        | TransportErrorKind::NotHttp
        | TransportErrorKind::ProxyUnreachable
        | TransportErrorKind::ProxyUnreadable { .. }
        | TransportErrorKind::ProxyRefused(_)
        | TransportErrorKind::Tls(_)
        | TransportErrorKind::NoRoots
        | TransportErrorKind::Unbuildable(_)
        | TransportErrorKind::Stopped(_)
        | TransportErrorKind::Exhausted(_)
        | TransportErrorKind::Other(_) => false,
    }
}

/// `Retry-After`, in seconds or as a date by the server's own clock (RFC 9110, section 10.2.3).
fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = answer.header("date").and_then(parse_http_date).unwrap_or(answer.local_time);
    Some((parse_http_date(value)? - now).try_into().unwrap_or(Duration::ZERO))
}

/// Waits, unless the run ends first or would end before the pause is over; tells whether to go on.
pub async fn wait(pause: Duration, stop: &Stop) -> bool {
    let fits = tokio::time::Instant::now().checked_add(pause).is_some_and(|until| until < stop.deadline());
    if !fits {
        return false;
    }
    tokio::select! {
        _ = stop.wait() => false,
        () = tokio::time::sleep(pause) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::OffsetDateTime;

    fn answer(status: u16, headers: &[(http::HeaderName, &str)]) -> Answer {
        let headers = headers.iter().filter_map(|(name, text)| Some((name.clone(), text.parse().ok()?)));
        Answer {
            status,
            version: http::Version::HTTP_11,
            headers: headers.collect(),
            body: Vec::new(),
            cut_off: false,
            first_byte: Duration::ZERO,
            local_time: OffsetDateTime::UNIX_EPOCH,
        }
    }

    fn pause(value: &str) -> Option<Duration> {
        retry_after(&answer(503, &[(http::header::RETRY_AFTER, value)]))
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
            let headers = [(http::header::RETRY_AFTER, value.as_str()), (http::header::DATE, date.as_str())];
            let pause = retry_after(&answer(429, &headers)).unwrap_or_default();
            let _ = tokio::time::Instant::now().checked_add(pause);
        }
    }
}
