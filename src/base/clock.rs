//! The time of day, whatever the machine's clock says.
//!
//! `OffsetDateTime::now_utc` panics on a clock beyond the year 9999, and with it every request would, those of clean-up
//! included.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::macros::datetime;

/// The latest time that is reported; it leaves room for adding to it.
const LATEST: OffsetDateTime = datetime!(9999-01-01 00:00 UTC);

/// The time of day, or the nearest one that can be reported.
#[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
pub fn now() -> OffsetDateTime {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(OffsetDateTime::UNIX_EPOCH, reportable)
}

fn reportable(since_1970: Duration) -> OffsetDateTime {
    let nanoseconds = i128::try_from(since_1970.as_nanos()).unwrap_or(i128::MAX);
    let now = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(LATEST);
    now.min(LATEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_at_the_end_of_all_time_panics_nowhere() {
        assert!((OffsetDateTime::now_utc() - now()).abs() < time::Duration::MINUTE);
        for seconds in [253_402_300_799, 253_402_300_800, u64::from(u32::MAX) * 1000, u64::MAX] {
            let latest = reportable(Duration::from_secs(seconds));
            assert_eq!(latest, LATEST);
            let _ = latest + Duration::from_hours(1);
        }
    }
}
