//! A run as a step of GitHub Actions: its report goes to the job's summary as well, and each error becomes an annotation.
//! Neither changes what the run came to, nor what stands on standard output.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::base::surroundings::Surroundings;
use crate::base::worker::Task;
use crate::report::Report;
use crate::report::format::github;
use crate::report::output;
use crate::report::redaction::Masked;

/// How long the file system may take.
const LIMIT: Duration = Duration::from_secs(2);

/// Tells GitHub Actions of a report, if this is a step of it.
pub(super) fn tell(around: &Arc<Surroundings>, report: &Masked<Report>) {
    if around.text("GITHUB_ACTIONS") != Some("true") {
        return;
    }
    // GitHub reads commands from both streams, and standard output belongs to the report.
    let annotations = github::annotations(report);
    let summary = around.value("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
    let told = summary.map_or(Ok(()), |path| append(path, github::summary(report)));
    let trouble = told.err().map(|reason| format!("note: the job's summary lacks this report: {reason}\n"));
    let text = annotations + &trouble.unwrap_or_default();
    if !text.is_empty() {
        output::complain(text);
    }
}

/// Waits for it on a thread that may hang with the file system.
fn append(path: PathBuf, text: String) -> Result<(), String> {
    let writing = Task::start("the job's summary", move |worker| output::append(worker, &path, &text));
    let waited = writing.map_err(|error| error.to_string())?.wait(LIMIT);
    waited.unwrap_or_else(|_| Err("the file system does not answer".to_owned()))
}
