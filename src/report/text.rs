//! The report as text for a terminal: a row a check, then what was found, then the verdict in one sentence.
//!
//! Every function returns text; where it goes, and when, is decided elsewhere.

mod answer;
mod paragraph;
mod rows;

use super::cost;
use super::palette::Palette;
use super::redaction::Masked;
use super::{Report, Target};
use crate::base::text::counted;

pub use answer::finding;
pub use paragraph::{block, hanging, paragraphs, steps};
pub use rows::{check, duration, skipped};

/// Lines are not made longer than this, however wide the terminal is: nobody reads them.
const MAX_WIDTH: usize = 110;
/// A screen's height: no answer is longer, unless all is wanted. Terminals have had 24 rows since the VT100.
const SCREEN: usize = 24;
/// The narrowest terminal that text is laid out for.
const MIN_WIDTH: usize = 40;

/// How to lay text out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The terminal's width in columns.
    pub width: usize,
    /// Colours and glyphs.
    pub palette: Palette,
    /// Whether everything that is known of a finding is shown, and not only what to act on.
    pub full: bool,
    /// Whether each request gets a line.
    pub requests: bool,
}

impl Layout {
    fn width(&self) -> usize {
        self.width.clamp(MIN_WIDTH, MAX_WIDTH)
    }
}

/// A finished report from its first line to its last.
pub fn whole(report: &Masked<Report>, layout: &Layout) -> String {
    let checks = rows::all(&report.checks, layout);
    top(&report.target, layout) + &checks + &experiments(report, layout) + "\n" + &conclusion(report, layout)
}

/// The first lines: what is checked.
pub fn header(target: &Masked<Target>, layout: &Layout) -> String {
    top(target, layout)
}

fn top(target: &Target, layout: &Layout) -> String {
    let name = layout.palette.strong(concat!("r2-selftest ", env!("CARGO_PKG_VERSION")));
    let set = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    match (set(&target.bucket), set(&target.endpoint)) {
        (Some(bucket), Some(endpoint)) => {
            let plain = |text: &str| layout.palette.plain(text);
            let (bucket, endpoint) = (plain(&format!("bucket `{bucket}`")), plain(&format!("at {endpoint}")));
            let width = |text: &str| textwrap::core::display_width(text);
            let is_long = width(&name) + width(&bucket) + width(&endpoint) + 3 > layout.width;
            // Before the terminal would break the line within the endpoint.
            format!("{name}  {bucket}{}{endpoint}\n\n", if is_long { "\n  " } else { " " })
        }
        _ => format!("{name}\n\n"),
    }
}

/// How many experiments were run after a failure, and how long that took; nothing if none was.
pub fn experiments(report: &Masked<Report>, layout: &Layout) -> String {
    let experiments = &report.experiments;
    if experiments.is_empty() || !layout.full {
        return String::new();
    }
    let time: f64 = experiments.iter().map(|experiment| experiment.duration_ms).sum();
    let count = counted(experiments.len(), "experiment");
    let proven = experiments.iter().any(|experiment| experiment.proves);
    let outcome = if proven { "the cause is proven" } else { "the cause is not proven" };
    let line = format!("    {count} after the failure, read-only, in {}: {outcome}", duration(time));
    let mut text = layout.palette.quiet(&line) + "\n";
    if layout.requests {
        let requests = experiments.iter().flat_map(|experiment| &experiment.requests);
        text.extend(requests.map(|sent| rows::request(sent, layout.palette)));
    }
    "\n".to_owned() + &text
}

/// Everything after the checks: the findings, the worst first, and the verdict.
pub fn conclusion(report: &Masked<Report>, layout: &Layout) -> String {
    let (measured, verdict) = (measured(report, layout), verdict(report, layout));
    let around =
        top(&report.target, layout) + &rows::all(&report.checks, layout) + "\n" + &measured + &verdict;
    let room = SCREEN.saturating_sub(answer::rows(&around, layout));
    measured + &answer::findings(report, layout, room) + &cost(report, layout) + &verdict
}

/// What several rounds measured, if there were several.
fn measured(report: &Report, layout: &Layout) -> String {
    let table = report.measurements.as_ref().map(|measurements| measurements.text(layout) + "\n");
    table.unwrap_or_default()
}

/// What the run cost, where everything is shown.
fn cost(report: &Report, layout: &Layout) -> String {
    if !layout.full {
        return String::new();
    }
    paragraph::wrap(&layout.palette.quiet(&cost::line(report.usage)), "", "", layout) + "\n\n"
}

/// The last line: the result of the run, in one sentence.
pub fn verdict(report: &Masked<Report>, layout: &Layout) -> String {
    let text =
        format!("{}  {}", layout.palette.verdict(report.verdict), layout.palette.plain(&report.summary));
    paragraph::wrap(&text, "", "      ", layout) + "\n"
}
