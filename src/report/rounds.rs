//! What several rounds measured, as the table that each format lays out in its own way.

use super::measured::{Measurements, OperationMeasurement};
use super::text::{Layout, duration, hanging};
use crate::base::text::counted;

/// The columns of the table of operations, which every format lays out in its own way.
pub const COLUMNS: [&str; 6] = ["operation", "requests", "failed", "median", "p90", "largest"];

impl Measurements {
    /// How many rounds there were, how many of them failed, and which one the checks of the report are.
    pub fn summary(&self) -> String {
        let asked = counted(self.rounds_asked as usize, "round");
        let rounds =
            if self.rounds == self.rounds_asked { asked } else { format!("{} of {asked}", self.rounds) };
        let connections = counted(self.connections, "connection");
        format!("{rounds} over {connections}, {} failed; the six checks are those of one", self.rounds_failed)
    }

    /// The rows of the table of operations, under [`COLUMNS`]; not escaped for any format.
    pub fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.operations.iter().map(OperationMeasurement::row)
    }

    /// The table as text.
    pub fn text(&self, layout: &Layout) -> String {
        let [_, others @ ..] = COLUMNS.map(str::to_owned);
        let heading = aligned("", &others);
        let rows =
            self.rows().map(|[name, others @ ..]| aligned(&layout.palette.plain(&name), &others) + "\n");
        format!("{}{}\n", hanging("    ", "    ", &self.summary(), layout), layout.palette.quiet(&heading))
            + &rows.collect::<String>()
    }
}

/// A row of the table as text: the operation, then numbers and times flush right.
fn aligned(operation: &str, [count, failed, median, p90, largest]: &[String; 5]) -> String {
    format!("    {operation:15}{count:>8}{failed:>8}{median:>10}{p90:>10}{largest:>10}")
}

impl OperationMeasurement {
    fn row(&self) -> [String; 6] {
        let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), duration);
        let [count, failed] = [self.count, self.failed].map(|number| number.to_string());
        let [median, p90, largest] = [self.median_ms, self.p90_ms, self.max_ms].map(time);
        [self.operation.clone(), count, failed, median, p90, largest]
    }
}
