//! Errors of TLS in words. Those of rustls about a certificate show times in UNIX seconds and names as Rust does.

use time::OffsetDateTime;
use tokio_rustls::rustls::pki_types::UnixTime;
use tokio_rustls::rustls::{CertificateError, Error};

/// How many names of a certificate are named.
const NAMES: usize = 3;

/// An error in words.
pub(super) fn in_words(error: &Error) -> String {
    let of_certificate =
        if let Error::InvalidCertificate(reason) = error { of_certificate(reason) } else { None };
    of_certificate.unwrap_or_else(|| error.to_string())
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls has words for the others, and may add some")]
fn of_certificate(reason: &CertificateError) -> Option<String> {
    Some(match reason {
        CertificateError::ExpiredContext { time, not_after } => {
            let (end, now) = (moment(*not_after)?, moment(*time)?);
            format!("the certificate expired at {end}, and this machine's clock shows {now}")
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let (begin, now) = (moment(*not_before)?, moment(*time)?);
            format!("the certificate is not valid before {begin}, and this machine's clock shows {now}")
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().take(NAMES).map(|name| bare(name)).collect();
            let held = if names.is_empty() { "no host".to_owned() } else { names.join(", ") };
            let more = if presented.len() > NAMES { " and others" } else { "" };
            format!("the certificate is valid for {held}{more}, not for {}", expected.to_str())
        }
        CertificateError::UnknownIssuer => {
            "the issuer of the certificate is not known here (UnknownIssuer)".to_owned()
        }
        _ => return None,
    })
}

/// A time to the minute; none, if it is beyond all calendars.
fn moment(time: UnixTime) -> Option<String> {
    let seconds = i64::try_from(time.as_secs()).ok()?;
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    Some(format!("{} {:02}:{:02} UTC", moment.date(), moment.hour(), moment.minute()))
}

/// `wrong.example` of `DnsName("wrong.example")`.
fn bare(name: &str) -> &str {
    let inside = name.split_once('(').map_or(name, |(_, inside)| inside);
    inside.trim_matches(['(', ')', '"'])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_rustls::rustls::pki_types::ServerName;

    use super::*;

    fn said(reason: CertificateError) -> String {
        in_words(&Error::InvalidCertificate(reason))
    }

    fn at(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    #[test]
    fn times_of_a_certificate_are_dates() {
        let (time, not_after) = (at(1_700_000_000), at(1_609_459_199));
        assert_eq!(
            said(CertificateError::ExpiredContext { time, not_after }),
            "the certificate expired at 2020-12-31 23:59 UTC, and this machine's clock shows 2023-11-14 22:13 UTC"
        );
        let not_before = at(3_786_912_000);
        assert_eq!(
            said(CertificateError::NotValidYetContext { time, not_before }),
            "the certificate is not valid before 2090-01-01 00:00 UTC, and this machine's clock shows \
             2023-11-14 22:13 UTC"
        );
        // Beyond all calendars, the library's own words are better than none.
        let endless = CertificateError::ExpiredContext { time, not_after: at(u64::MAX) };
        assert!(said(endless).contains("certificate expired"));
    }

    #[test]
    fn names_of_a_certificate_are_bare() {
        let expected = ServerName::try_from("files.example").expect("a name");
        let reason = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: expected.clone(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            said(reason(&["DnsName(\"wrong.example\")", "IpAddress(::1)"])),
            "the certificate is valid for wrong.example, ::1, not for files.example"
        );
        assert_eq!(said(reason(&[])), "the certificate is valid for no host, not for files.example");
        assert!(said(reason(&["a", "b", "c", "d"])).contains("for a, b, c and others,"));
    }
}
