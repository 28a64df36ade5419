//! How long the failing runs are, and whether each verdict, a warning's too, says what is at fault.

use std::fmt::Write as _;

use super::case::{Case, Message};

/// The most lines that the failing run in the middle may have.
const MEDIAN: usize = 19;
/// The most lines that any failing run may have.
const LARGEST: usize = 24;

type Shown<'a> = [(&'a Case, &'a Message)];

/// What does not hold, a line for each.
pub fn broken(shown: &Shown<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let (median, largest) = median_and_largest(shown);
    if median > MEDIAN {
        broken.push(format!("the median is {median} lines; at most {MEDIAN} are allowed"));
    }
    if largest > LARGEST {
        broken.push(format!("the longest run has {largest} lines; at most {LARGEST} are allowed"));
    }
    for (case, message) in shown {
        let unnamed = case.unnamed_in(message).into_iter();
        broken.extend(unnamed.map(|name| format!("{}: no `{name}` in `{}`", case.name, message.statement())));
        broken.extend(case.names.is_empty().then(|| format!("{}: nothing to be named", case.name)));
    }
    broken
}

/// The lines of the failing runs: median and largest.
pub fn median_and_largest(shown: &Shown<'_>) -> (usize, usize) {
    let failing = shown.iter().filter(|(_, message)| message.fails());
    let mut lines: Vec<usize> = failing.map(|(_, message)| message.lines()).collect();
    lines.sort_unstable();
    (lines[lines.len() / 2], lines[lines.len() - 1])
}

/// Lines, whether the verdict names what is at fault, name and verdict of each run; the measures at the end.
pub fn table(shown: &Shown<'_>) -> String {
    let mut table = String::from("lines  named  case: verdict\n");
    for (case, message) in shown {
        let named = if case.unnamed_in(message).is_empty() { "yes" } else { "NO " };
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{:5}  {named}    {}: {}", message.lines(), case.name, message.verdict());
    }
    let (median, largest) = median_and_largest(shown);
    let named = shown.iter().filter(|(case, message)| case.unnamed_in(message).is_empty()).count();
    let count = shown.len();
    table + &format!("lines: median {median}, largest {largest}; named in the verdict: {named} of {count}\n")
}
