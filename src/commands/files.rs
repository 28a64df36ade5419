//! The report files of a command: opened and written on threads of their own, so that a file system that hangs blocks neither
//! the run nor its end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use masking::printable::printable;
use tokio::time::{Instant, sleep_until};

use super::Problem;
use crate::base::stop::{Stop, StopReason};
use crate::base::surroundings::Surroundings;
use crate::base::worker::{Task, Unfinished};
use crate::commands::signals::Signals;
use crate::report::Report;
use crate::report::output::ReportFile;
use crate::report::palette::Palette;
use crate::report::redaction::Masked;
use crate::report::text::Layout;

/// How text in a file is laid out.
const LAYOUT: Layout =
    Layout { width: 80, palette: Palette { colored: false, ascii: false }, full: true, requests: true };
/// How long a file system may take to open a file.
const TO_OPEN: Duration = Duration::from_secs(5);
/// How long it may take to write all of them, once the run is over.
const TO_WRITE: Duration = Duration::from_secs(5);
/// The same after a signal.
const IN_A_HURRY: Duration = Duration::from_secs(2);

/// Prepares the report files.
pub(super) async fn open(
    paths: &[PathBuf],
    around: &Arc<Surroundings>,
    stop: &Stop,
) -> Result<Vec<ReportFile>, Problem> {
    let mut files: Vec<ReportFile> = Vec::new();
    for path in paths {
        let shown = path.display();
        let (wanted, around) = (path.clone(), around.clone());
        let opening =
            Task::start("opening a report file", move |worker| ReportFile::open(worker, &wanted, &around))?;
        let file = match opening.within(TO_OPEN, stop).await {
            Ok(file) => file.map_err(Problem::Usage)?,
            Err(Unfinished::Stopped(StopReason::Signal(signal))) => return Err(Problem::Interrupted(signal)),
            Err(Unfinished::Late | Unfinished::Stopped(StopReason::Deadline)) => {
                return Err(Problem::Usage(format!(
                    "cannot write `{shown}`: the file system does not answer; name a file elsewhere with --output"
                )));
            }
            Err(Unfinished::Died) => return Err(Problem::Panicked),
        };
        if files.iter().any(|known| known.path == file.path) {
            return Err(Problem::Usage(format!("`{shown}` is named twice with --output")));
        }
        files.push(file);
    }
    Ok(files)
}

/// The report in the format of each file.
pub(super) fn rendered(
    files: Vec<ReportFile>,
    report: &Masked<Report>,
) -> Result<Vec<(ReportFile, String)>, Problem> {
    let whole = |file: ReportFile| file.format.render(report, &LAYOUT).map(|text| (file, text));
    Ok(files.into_iter().map(whole).collect::<Result<_, _>>()?)
}

/// The list of files that were written, by their names as given; empty without any.
pub(super) fn list(names: &[PathBuf], palette: Palette) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<_> = names.iter().map(|name| printable(&name.to_string_lossy())).collect();
    format!("\nThe report is also in {}.\n", palette.plain(&names.join(", ")))
}

/// A file that is being written.
struct Writing {
    path: PathBuf,
    task: Task<Result<(), String>>,
}

/// Writes all files concurrently; the first failure is reported.
pub(super) async fn write(texts: Vec<(ReportFile, String)>, signals: &Signals) -> Result<(), Problem> {
    let limit = if signals.first.borrow().is_some() { IN_A_HURRY } else { TO_WRITE };
    let end = Instant::now() + limit;
    let mut outcome = Ok(());
    let mut under_way = Vec::new();
    for (file, text) in texts {
        let path = file.path.clone();
        match Task::start("writing a report file", move |worker| file.finish(worker, &text)) {
            Ok(task) => under_way.push(Writing { path, task }),
            Err(error) => outcome = outcome.and(Err(format!("cannot write `{}`: {error}", path.display()))),
        }
    }
    for writing in under_way {
        outcome = outcome.and(written(writing, end, signals).await);
    }
    outcome.map_err(Problem::Unwritable)
}

async fn written(mut writing: Writing, end: Instant, signals: &Signals) -> Result<(), String> {
    let path = writing.path.display();
    tokio::select! {
        biased;
        done = writing.task.done() => {
            done.unwrap_or_else(|_| Err(format!("cannot write `{path}`: r2-selftest met a bug of its own")))
        }
        signal = signals.second() => Err(format!("did not wait for `{path}` to be written, because of {signal}")),
        () = sleep_until(end) => Err(format!(
            "cannot write `{path}`: the file system does not answer; a file `.r2-selftest-…` may be left beside it"
        )),
    }
}
