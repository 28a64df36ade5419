//! Where bytes leave the program: standard output, standard error and report files, each behind the last filter, and
//! the streams by threads of their own, so that nothing waits for their readers. The only module that writes to the
//! standard streams.

mod place;
mod sink;
mod spinner;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use masking::Redactor;
use tempfile::NamedTempFile;

use super::format::Format;
use crate::base::surroundings::Surroundings;
use crate::base::worker::Worker;
use place::destination;
pub use place::reason;
pub use sink::{Patience, Sink, Stream};
pub use spinner::Spinner;

/// Whether standard output can be written to, as far as that can be known without writing: nothing is written, and
/// a full device, or a descriptor for reading only, is reported all the same.
///
/// # Errors
/// When it cannot.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "nothing is written, so nothing can block")]
pub fn accepts() -> io::Result<()> {
    use std::os::fd::AsFd as _;
    // Without a descriptor to spare nothing can be known.
    let Ok(same) = io::stdout().as_fd().try_clone_to_owned() else { return Ok(()) };
    std::fs::File::from(same).write(&[]).map(drop)
}

/// Whether standard output can be written to: on other systems only writing shows it.
#[cfg(not(unix))]
pub fn accepts() -> io::Result<()> {
    Ok(())
}

/// Standard output behind the filter. A reader that goes away (`| head -1`) is no reason to stop a run, which has an
/// object to clean up: the rest is simply not written.
pub struct Output {
    sink: Sink,
    redactor: Redactor,
}

impl Output {
    /// Writes to `sink` what `redactor` lets through.
    pub fn new(sink: Sink, redactor: Redactor) -> Self {
        Self { sink, redactor }
    }

    /// Queues a text, so that each line appears when it is ready, and returns at once.
    ///
    /// # Errors
    /// When it is known by now that something could not be written, for another reason than a reader that went away.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        let text = self.redactor.filter(text);
        self.sink.write(text.into_bytes())
    }

    /// Waits until all is written, but only for a while.
    ///
    /// # Errors
    /// When something could not be written, or not in time.
    pub fn drain(&self, patience: Patience) -> io::Result<()> {
        self.sink.drain(patience)
    }

    /// The same filter, for what goes elsewhere.
    pub fn redactor(&mut self) -> &mut Redactor {
        &mut self.redactor
    }
}

/// Standard error, once something is written there. The thread behind it keeps the stream's lock, so there is only one.
static STDERR: Mutex<Option<Sink>> = Mutex::new(None);

/// Standard error.
///
/// # Errors
/// When the system gives no thread to write from.
pub fn stderr() -> io::Result<Sink> {
    let mut kept = STDERR.lock().unwrap_or_else(PoisonError::into_inner);
    match &*kept {
        Some(sink) => Ok(sink.clone()),
        None => Ok(kept.insert(Sink::start(Stream::Stderr)?).clone()),
    }
}

/// Prints something on standard error. That may be full, held or closed: then there is no other place to print to.
pub fn print_error(text: String) {
    match stderr() {
        Ok(sink) => drop(sink.write(text.into_bytes()).and_then(|()| sink.drain(Patience::SHORT))),
        Err(_) => print_at_once(&text),
    }
}

/// Prints without a thread, as the last resort.
#[expect(clippy::disallowed_methods, reason = "the system gives no thread to write from")]
fn print_at_once(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The name that other programs have for standard output.
const STANDARD_OUTPUT: &str = "-";
/// The longest job's summary: GitHub refuses a longer one altogether.
const LONGEST_SUMMARY: u64 = 1024 * 1024;

/// Appends a text to an existing file.
///
/// # Errors
/// With a sentence without a subject, when it cannot be written, or would be too long for a job's summary.
#[expect(clippy::disallowed_methods, reason = "on a thread that is waited for with a bound")]
pub fn append(_: &Worker, path: &Path, text: &str) -> Result<(), String> {
    let reason = |error: &io::Error| {
        let is_missing = error.kind() == io::ErrorKind::NotFound;
        if is_missing { "there is no such file".to_owned() } else { reason(error) }
    };
    let mut file = std::fs::File::options().append(true).open(path).map_err(|error| reason(&error))?;
    let there = file.metadata().map_err(|error| reason(&error))?;
    if !there.is_file() {
        return Err("it is no file".to_owned());
    }
    if there.len() + text.len() as u64 > LONGEST_SUMMARY {
        return Err("it would become too long".to_owned());
    }
    file.write_all(text.as_bytes()).map_err(|error| reason(&error))
}

/// A report file that is ready to be written. It is opened before the run and moved into place after it, so that what
/// stands under its name is always a whole report.
pub struct ReportFile {
    /// Where it goes: links followed, so that they stay.
    pub path: PathBuf,
    /// The format that its extension selects.
    pub format: Format,
    file: NamedTempFile,
}

impl ReportFile {
    /// Prepares a file; only its owner may read it.
    ///
    /// # Errors
    /// With a sentence for the user, when the extension is unknown or the place cannot be written.
    pub fn open(_: &Worker, path: &Path, around: &Surroundings) -> Result<Self, String> {
        let shown = path.display();
        if path == Path::new(STANDARD_OUTPUT) {
            return Err(
                "--output needs a file; the report goes to standard output as well, as --format says"
                    .to_owned(),
            );
        }
        let format = Format::of_file(path).ok_or_else(|| {
            let endings = Format::endings();
            format!("cannot tell the form of `{shown}`: its name must end in {endings}")
        })?;
        let path = destination(path, &around.folder)
            .map_err(|reason| format!("cannot write `{shown}`: {reason}"))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let file = tempfile::Builder::new()
            .prefix(".r2-selftest-")
            .tempfile_in(folder)
            .map_err(|error| format!("cannot write `{shown}`: {}", reason(&error)))?;
        Ok(Self { path, format, file })
    }

    /// Writes the whole file and moves it into place.
    ///
    /// # Errors
    /// With a sentence for the user.
    pub fn finish(mut self, _: &Worker, text: &str) -> Result<(), String> {
        let describe = |error: &io::Error| format!("cannot write `{}`: {error}", self.path.display());
        // Not through `NamedTempFile`, whose errors name the temporary file.
        let file = self.file.as_file_mut();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| describe(&error))?;
        self.file
            .persist(&self.path)
            .map(drop)
            .map_err(|error| format!("cannot write `{}`: {}", self.path.display(), error.error))
    }
}
