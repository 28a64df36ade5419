//! A comparison as text.

use super::{CheckPair, Comparison, Side};
use crate::report::Status;
use crate::report::text::{Layout, duration, hanging, paragraphs};

/// Width of a duration's column.
const TIME: usize = 10;
/// Width of a phase's name.
const NAME: usize = 10;

/// The whole comparison: the two reports, what differs, how long each phase took, and what explains the failure.
pub fn whole(comparison: &Comparison, layout: &Layout) -> String {
    let mut text = side("A", &comparison.a, layout) + &side("B", &comparison.b, layout);
    text.push('\n');
    if let Some(check) = &comparison.first_check {
        text.push_str(&first_check(check, layout));
        text.push('\n');
    }
    text.push_str(&differences(comparison, layout));
    text.push('\n');
    text.push_str(&timings(comparison, layout));
    text.push('\n');
    let obstacle =
        comparison.obstacle.as_ref().map(|obstacle| format!("These cannot be compared: {obstacle}."));
    text + &paragraphs(
        &obstacle.into_iter().chain([comparison.explanation.clone()]).collect::<Vec<_>>(),
        layout,
    )
}

fn side(name: &str, side: &Side, layout: &Layout) -> String {
    let verdict = layout.palette.verdict(side.verdict);
    let cause = side.root_cause.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let rest = format!("{}, {}, run {}", side.started_at, side.place, side.run_id);
    format!("{}  {verdict}{}\n", layout.palette.strong(name), layout.palette.plain(&cause))
        + &hanging("   ", "   ", &rest, layout)
}

fn first_check(check: &CheckPair, layout: &Layout) -> String {
    let outcome = |status: Status, detail: &str| {
        let word = match status {
            Status::Pass => "passes",
            Status::Warn => "passes with a warning",
            Status::Fail => "fails",
            Status::Skip => "is skipped",
        };
        if detail.is_empty() { word.to_owned() } else { format!("{word} ({detail})") }
    };
    let sentence = format!(
        "The first check that differs is {}: in A it {}, in B it {}.",
        check.name,
        outcome(check.a, &check.a_detail),
        outcome(check.b, &check.b_detail)
    );
    paragraphs(&[sentence], layout)
}

fn differences(comparison: &Comparison, layout: &Layout) -> String {
    if comparison.differences.is_empty() {
        return "Settings, client rules and the way to the server are the same.\n".to_owned();
    }
    let mut text = "What differs:\n".to_owned();
    for found in &comparison.differences {
        text.push_str(&hanging("  ", "  ", &layout.palette.strong(&found.name), layout));
        for (side, value) in [("A", &found.a), ("B", &found.b)] {
            text.push_str(&hanging(
                &format!("    {}  ", layout.palette.quiet(side)),
                "       ",
                value,
                layout,
            ));
        }
    }
    text
}

fn timings(comparison: &Comparison, layout: &Layout) -> String {
    let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), duration);
    let heading = format!("  {:NAME$}{:>TIME$}{:>TIME$}", "", "A", "B");
    let rows = comparison
        .timings
        .iter()
        .map(|row| format!("  {:NAME$}{:>TIME$}{:>TIME$}\n", row.name, time(row.a_ms), time(row.b_ms)));
    [layout.palette.quiet(&heading) + "\n"].into_iter().chain(rows).collect::<Vec<_>>().concat()
}
