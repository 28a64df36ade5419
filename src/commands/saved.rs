//! Saved reports: read within bounds, found in logs too, and made safe to show before anything else uses them.

mod find;
mod understand;

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Problem, filter, unread};
use crate::base::surroundings::Surroundings;
use crate::base::worker::{Task, Worker};
use crate::report::Report;
use crate::report::redaction::Masked;
use crate::settings;

/// Longest file that is searched for a report, in bytes: a report has some ten thousand, a log may have many more.
const LONGEST: usize = 8 * 1024 * 1024;
/// How long the end of a file, a pipe or standard input is waited for.
const LIMIT: Duration = Duration::from_mins(1);
/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// A report that was saved, ready to be rendered.
pub struct Saved {
    /// The report.
    pub report: Masked<Report>,
    /// Remarks on it: values of a later version, further reports beside it.
    pub remarks: Vec<String>,
}

/// Reads the report in a file, or with `-` on standard input. Secrets of this environment are masked in it.
///
/// # Errors
/// With a sentence on what is there instead.
pub fn read(path: &Path, around: &Arc<Surroundings>) -> Result<Saved, Problem> {
    let name =
        if is_standard_input(path) { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let wanted = path.to_owned();
    let reading = Task::start("reading a report", move |worker| found(worker, &wanted))?;
    let found = reading
        .wait(LIMIT)
        .unwrap_or_else(|unfinished| Err(format!("cannot be read: {}", unread(unfinished, LIMIT))));
    let found = found.map_err(|reason| Problem::Usage(format!("{name} {reason}")))?;
    let mut redactor = filter(&settings::of_environment(around).secrets);
    let report = Masked::new(&found.report, &mut redactor)?;
    Ok(Saved {
        report,
        remarks: found.remarks.into_iter().map(|remark| format!("{name}: {remark}")).collect(),
    })
}

/// Whether a path stands for standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

fn found(worker: &Worker, path: &Path) -> Result<find::Found, String> {
    let bytes = if is_standard_input(path) {
        standard_input()?
    } else {
        worker.read(path, LONGEST).map_err(|unreadable| unreadable.reason())?
    };
    if let Some(kind) = compressed(&bytes) {
        return Err(format!("is compressed ({kind}): unpack it first"));
    }
    find::report(&text(&bytes))
}

/// How a file is compressed, by its first bytes.
fn compressed(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], _); 5] = [
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
    ];
    kinds.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| kind)
}

/// Reads standard input to its end.
#[expect(clippy::disallowed_methods, reason = "on a thread that is waited for with a bound")]
fn standard_input() -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() > LONGEST { Err("is too long".to_owned()) } else { Ok(bytes) }
}

/// The text of a file: UTF-8, or UTF-16 as older versions of `PowerShell` write with `>`.
fn text(bytes: &[u8]) -> String {
    let units = |pair: fn([u8; 2]) -> u16| -> Vec<u16> {
        bytes[2..].chunks_exact(2).map(|bytes| pair([bytes[0], bytes[1]])).collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => String::from_utf16_lossy(&units(u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => String::from_utf16_lossy(&units(u16::from_be_bytes)),
        _ => String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned(),
    }
}
