//! A run as a step of GitHub Actions: its report goes to the job's summary as well, and each error becomes an annotation.
//! Neither changes the result of the run, nor standard output.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

use crate::base::surroundings::Surroundings;
use crate::base::worker::Task;
use crate::commands::signals::Signals;
use crate::report::Report;
use crate::report::format::github;
use crate::report::output;
use crate::report::redaction::Masked;

/// How long the file system may take.
const LIMIT: Duration = Duration::from_secs(2);

/// Whether this is a step of GitHub Actions.
pub(super) fn is_here(around: &Surroundings) -> bool {
    around.text("GITHUB_ACTIONS") == Some("true")
}

/// Passes a report to GitHub Actions, if this is a step of it.
pub(super) async fn tell(around: &Surroundings, report: &Masked<Report>, signals: &Signals) {
    if !is_here(around) {
        return;
    }
    let mut text = github::annotations(report);
    let summary = around.value("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = summary
        && let Err(reason) = append(path, github::summary(report), signals).await
    {
        text = [&text, "note: the job's summary lacks this report: ", &reason, "\n"].concat();
    }
    // GitHub reads commands from both streams, and standard output belongs to the report.
    if !text.is_empty() {
        output::print_error(text);
    }
}

/// Appends to the summary on a thread, which may hang with the file system; waits for it with a bound.
async fn append(path: PathBuf, text: String, signals: &Signals) -> Result<(), String> {
    let writing = Task::start("the job's summary", move |worker| output::append(worker, &path, &text));
    let mut writing = writing.map_err(|error| error.to_string())?;
    tokio::select! {
        biased;
        done = writing.done() => done.unwrap_or_else(|_| Err("r2-selftest met a bug of its own".to_owned())),
        signal = signals.second() => Err(format!("it was not waited for, because of {signal}")),
        () = sleep(LIMIT) => Err("the file system does not answer".to_owned()),
    }
}
