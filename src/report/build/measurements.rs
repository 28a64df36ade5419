//! What several rounds measured, in the words of the report.

use std::time::Duration;

use super::milliseconds;
use crate::checks::check::CheckId;
use crate::checks::runner::{Rounds, Times};
use crate::client::exchange::Operation;
use crate::report::{CheckMeasurement, Measurements, OperationMeasurement};

/// The measurements of these rounds.
pub(super) fn of(rounds: &Rounds) -> Measurements {
    let remote = rounds.checks.iter().filter(|(id, _)| *id != CheckId::Config);
    let checks = remote.map(|(id, tally)| CheckMeasurement {
        name: id.name().to_owned(),
        passed: tally.passed,
        failed: tally.failed,
        skipped: tally.skipped,
    });
    let operations = Operation::ALL.iter().zip(&rounds.operations).filter(|(_, times)| times.sent > 0);
    Measurements {
        rounds_asked: rounds.asked,
        rounds: rounds.made,
        rounds_failed: rounds.failed,
        connections: rounds.connections,
        checks: checks.collect(),
        operations: operations.map(|(operation, times)| measured(*operation, times)).collect(),
    }
}

fn measured(operation: Operation, times: &Times) -> OperationMeasurement {
    let mut sorted = times.answered.clone();
    sorted.sort_unstable();
    let at = |percent| percentile(&sorted, percent).map(milliseconds);
    OperationMeasurement {
        operation: operation.name().to_owned(),
        count: times.sent,
        failed: times.failed,
        median_ms: at(50),
        p90_ms: at(90),
        max_ms: at(100),
    }
}

/// The smallest value that so many per cent of all do not exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<Duration> = (1..=10).map(Duration::from_millis).collect();
        for (percent, expected) in [(50, 5), (90, 9), (100, 10)] {
            assert_eq!(percentile(&values, percent), Some(Duration::from_millis(expected)));
        }
        assert_eq!(percentile(&values[..1], 50), Some(Duration::from_millis(1)));
        assert_eq!(percentile(&[], 90), None);
    }
}
