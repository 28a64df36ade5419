//! What several rounds of the checks measured.

use serde::{Deserialize, Serialize};

use super::text::{Layout, duration};
use crate::base::text::counted;

/// What several rounds of the checks measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Measurements {
    /// How many rounds were asked for.
    pub rounds_asked: u32,
    /// How many were begun.
    pub rounds: u32,
    /// How many of these failed.
    pub rounds_failed: u32,
    /// How many connections were opened.
    pub connections: usize,
    /// The five checks that send something.
    pub checks: Vec<CheckMeasurement>,
    /// The operations, each attempt counted.
    pub operations: Vec<OperationMeasurement>,
}

/// How often a check came to what.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckMeasurement {
    /// Its name.
    pub name: String,
    /// How often its claim held.
    pub passed: u32,
    /// How often it did not.
    pub failed: u32,
    /// How often it could not be made.
    pub skipped: u32,
}

/// How long an operation takes, from sending a request to the head of its answer, connecting left aside.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationMeasurement {
    /// The S3 operation.
    pub operation: String,
    /// How many requests were sent.
    pub count: u32,
    /// How many of them got no answer, or one that does not grant them.
    pub failed: u32,
    /// The median of those that were answered, in milliseconds.
    pub median_ms: Option<f64>,
    /// Nine of ten took no longer.
    pub p90_ms: Option<f64>,
    /// The largest.
    pub max_ms: Option<f64>,
}

impl Measurements {
    /// As a table.
    pub fn text(&self, layout: &Layout) -> String {
        let rounds = counted(self.rounds as usize, "round");
        let connections = counted(self.connections, "connection");
        let heading = format!(
            "    {:15}{:>8}{:>8}{:>10}{:>10}{:>10}",
            "", "requests", "failed", "median", "p90", "largest"
        );
        let summary = format!("    {rounds} over {connections}, {} failed\n", self.rounds_failed);
        let rows: Vec<String> = self.operations.iter().map(OperationMeasurement::row).collect();
        summary + &layout.palette.quiet(&heading) + "\n" + &rows.concat()
    }
}

impl OperationMeasurement {
    fn row(&self) -> String {
        let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), duration);
        let [median, p90, largest] = [self.median_ms, self.p90_ms, self.max_ms].map(time);
        let Self { operation, count, failed, .. } = self;
        format!("    {operation:15}{count:>8}{failed:>8}{median:>10}{p90:>10}{largest:>10}\n")
    }
}
