//! What a difference between this machine's clock and the server's means.

use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::client::exchange::Answer;

/// Clocks that differ by more are refused (<https://developers.cloudflare.com/r2/api/error-codes/>), in seconds.
pub const SKEW_LIMIT: i64 = 900;
/// Clocks that differ by more are worth a word, in seconds.
pub const NOTABLE: i64 = 60;
/// Time zones differ by multiples of this, in seconds.
const ZONE_STEP: i64 = 1800;
/// How far a fault of time zones may be from such a multiple, in seconds.
const ZONE_SLACK: i64 = 120;
/// Differences above this, in seconds, are given in whole minutes.
const ROUNDED: i64 = 120;

/// Whether the answer's `Date` is so far from this machine's time that every signature is refused.
pub fn is_skewed(answer: &Answer) -> bool {
    answer.clock_offset().is_some_and(|offset| offset.abs() > SKEW_LIMIT)
}

/// Adds how far the clocks are apart, if that is worth a word.
pub fn describe(finding: Finding, answer: &Answer) -> Finding {
    match answer.clock_offset() {
        Some(offset) if offset.abs() > NOTABLE => with_offset(finding, offset),
        Some(_) | None => finding,
    }
}

fn with_offset(finding: Finding, offset: i64) -> Finding {
    let finding = finding
        .because(format!("the server's clock is {} {} this one", apart(offset), direction(offset)))
        .with("offset", apart(offset));
    match zone(offset) {
        Some(hours) => finding.because(format!(
            "the difference is {hours} to within two minutes: local time is taken for UTC, or the other way round"
        )),
        None => finding,
    }
}

fn direction(offset: i64) -> &'static str {
    if offset < 0 { "behind" } else { "ahead of" }
}

/// A difference in the two largest units that it has, without seconds if it is long: a `Date` has whole seconds, and an
/// answer is on its way for a while.
fn apart(offset: i64) -> String {
    let seconds = offset.unsigned_abs();
    let seconds = if offset.abs() > ROUNDED { (seconds + 30) / 60 * 60 } else { seconds };
    let units = [
        ("day", seconds / 86_400),
        ("hour", seconds / 3600 % 24),
        ("minute", seconds / 60 % 60),
        ("second", seconds % 60),
    ];
    let largest =
        units.into_iter().skip_while(|(_, count)| *count == 0).take(2).filter(|(_, count)| *count > 0);
    let words: Vec<_> =
        largest.map(|(unit, count)| counted(usize::try_from(count).unwrap_or(usize::MAX), unit)).collect();
    words.join(" and ")
}

/// The difference of two time zones that an offset looks like, `+5:30 h` for one.
fn zone(offset: i64) -> Option<String> {
    let steps = (offset.abs() + ZONE_STEP / 2) / ZONE_STEP;
    let is_near = (offset.abs() - steps * ZONE_STEP).abs() <= ZONE_SLACK;
    let sign = if offset < 0 { '-' } else { '+' };
    (steps > 0 && is_near).then(|| format!("{sign}{}:{:02} h", steps / 2, steps % 2 * 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_as_people_say_it() {
        for (offset, words) in [
            (3599, "1 hour"),
            (-3600, "1 hour"),
            (3601, "1 hour"),
            (19_799, "5 hours and 30 minutes"),
            (-1000, "17 minutes"),
            (-90, "1 minute and 30 seconds"),
            (299, "5 minutes"),
            (86_400 + 7200 + 5, "1 day and 2 hours"),
            (61, "1 minute and 1 second"),
        ] {
            assert_eq!(apart(offset), words, "{offset}");
        }
    }

    #[test]
    fn whole_and_half_hours_look_like_time_zones() {
        for (offset, hours) in [
            (3600, Some("+1:00 h")),
            (-7200 - 119, Some("-2:00 h")),
            (19_800 + 60, Some("+5:30 h")),
            (1800 - 120, Some("+0:30 h")),
            (1800 - 121, None),
            (4000, None),
            (100, None),
            (0, None),
            (-90, None),
        ] {
            assert_eq!(zone(offset).as_deref(), hours, "{offset}");
        }
    }
}
