//! A report for GitHub Actions: annotations, by workflow commands
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>), and the job's summary, in Markdown.

use masking::printable::printable;

use super::markdown;
use crate::base::finding::Severity;
use crate::report::folding::folded;
use crate::report::redaction::Masked;
use crate::report::{Finding, Report};

/// GitHub shows no more annotations of a kind for each step.
const MOST: usize = 10;

/// The report for the job's summary.
pub fn summary(report: &Masked<Report>) -> String {
    markdown::whole(report) + "\n"
}

/// A text of lines none of which begins as a command does; the runner passes over blanks before one.
pub fn without_commands(text: &str) -> String {
    let line = |line: &str| {
        let words = line.trim_start();
        match words.strip_prefix("::") {
            Some(rest) => [&line[..line.len() - words.len()], ": :", rest].concat(),
            None => line.to_owned(),
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// A text with this in the place of the beginning of a command in the old syntax, wherever it stands.
pub fn without_old_commands(text: &str, instead: &str) -> String {
    text.replace("##[", instead)
}

/// A workflow command for each error.
pub fn annotations(report: &Masked<Report>) -> String {
    let shown = folded(report);
    let errors =
        shown.iter().map(|shown| shown.finding).filter(|finding| finding.severity == Severity::Error);
    errors.take(MOST).map(annotation).collect()
}

fn annotation(finding: &Finding) -> String {
    let title = format!("{}: {}", finding.code, finding.title);
    let fix = finding.fix.first().map(|fix| format!(" Fix: {}", fix.text)).unwrap_or_default();
    format!("::error title={}::{}\n", property(&title), data(&format!("{}{fix}", finding.cause)))
}

/// A text as the data of a command: nothing in it ends the line.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25")
}

/// A text as a property of a command: nothing in it begins another one or the data.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
