//! The server's own clock, which a test can shift, and the ways a time is written on the wire.

use std::sync::atomic::{AtomicI64, Ordering};

use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

const HTTP: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const ISO: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const AMZ: StaticFormatDescription = format_description!("[year][month][day]T[hour][minute][second]Z");

// All three forms hold for every time, so that formatting one cannot fail.

/// Now, plus a shift in seconds.
#[derive(Debug, Default)]
pub struct Clock(AtomicI64);

impl Clock {
    pub fn shifted(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    pub fn shift_to(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    pub fn now(&self) -> OffsetDateTime {
        of_this_machine().saturating_add(Duration::seconds(self.0.load(Ordering::Relaxed)))
    }
}

/// Now, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
pub fn of_this_machine() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// As in `Date` and `Last-Modified`.
pub fn http_date(time: OffsetDateTime) -> String {
    time.format(HTTP).unwrap_or_default()
}

/// As in a listing.
pub fn iso_date(time: OffsetDateTime) -> String {
    time.format(ISO).unwrap_or_default()
}

/// An `x-amz-date` read.
pub fn from_amz_date(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, AMZ).ok().map(PrimitiveDateTime::assume_utc)
}
