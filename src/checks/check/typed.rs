//! Texts in answers that boto3 reads as numbers and moments, and fails where it cannot (`botocore/parsers.py`).

use time::format_description::well_known::{Iso8601, Rfc2822, Rfc3339};
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::client::exchange::parse_http_date;

/// What is wanted of a number, in words.
pub const NUMBER: &str = "a whole number";
/// The same of a moment.
pub const MOMENT: &str = "a date and time";
/// Python's time: from the beginning of the year 1 to the end of the year 9999, in seconds since 1970.
const TIME: std::ops::RangeInclusive<f64> = -62_135_596_800.0..=253_402_300_799.0;

/// Whether a text is a whole number.
pub fn is_number(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a moment in one of the forms that servers write: that of HTTP, those of ISO 8601, seconds since 1970.
/// boto3 reads some more, which no server is known for.
pub fn is_moment(text: &str) -> bool {
    let text = text.trim();
    let leaps = text.contains(":60");
    let of_iso = || {
        OffsetDateTime::parse(text, &Rfc3339).is_ok()
            || OffsetDateTime::parse(text, &Iso8601::PARSING).is_ok()
            || PrimitiveDateTime::parse(text, &Iso8601::PARSING).is_ok()
    };
    let of_http = || parse_http_date(text).is_some() || OffsetDateTime::parse(text, &Rfc2822).is_ok();
    let seconds = || text.parse::<f64>().is_ok_and(|seconds| TIME.contains(&seconds));
    // Python has no leap seconds.
    !leaps && (of_http() || of_iso() || seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_that_boto3_reads() {
        for moment in [
            "Wed, 21 Oct 2026 07:28:00 GMT",
            "Wed, 21 Oct 2026 07:28:00 +0000",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.123456789Z",
            "2026-01-01T00:00:00+02:00",
            "2026-01-01T00:00:00",
            "1767225600",
            "0",
            "-1",
            "1767225600.5",
        ] {
            assert!(is_moment(moment), "{moment}");
        }
        for other in
            ["", "x", "true", "Tue, 31 Feb 2026 00:00:00 GMT", "99999999999999999999", "2026-12-31T23:59:60Z"]
        {
            assert!(!is_moment(other), "{other}");
        }
    }

    #[test]
    fn numbers_are_whole() {
        for (text, is) in
            [("0", true), (" 12 ", true), ("-1", true), ("", false), ("1.5", false), ("1e9", false)]
        {
            assert_eq!(is_number(text), is, "{text}");
        }
    }
}
