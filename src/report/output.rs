//! Where bytes leave the program: standard output, standard error and report files, each behind the last filter, and
//! none of them on the path of what must not wait. The only module that writes to the standard streams.

mod place;
mod sink;
mod spinner;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::format::Format;
use crate::base::redact::Redactor;
use crate::base::surroundings::Surroundings;
use crate::base::worker::Worker;
use place::destination;
pub use place::reason;
pub use sink::{Patience, Sink, Stream};
pub use spinner::Spinner;

/// Whether standard output takes what is written to it, as far as that can be known without writing: nothing is written,
/// and a device that is full, or a descriptor for reading only, says so all the same.
///
/// # Errors
/// When it does not.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "nothing is written, so nothing can block")]
pub fn accepts() -> io::Result<()> {
    use std::os::fd::AsFd as _;
    // Without a descriptor to spare nothing can be known.
    let Ok(same) = io::stdout().as_fd().try_clone_to_owned() else { return Ok(()) };
    std::fs::File::from(same).write(&[]).map(drop)
}

/// Whether standard output takes what is written to it: on other systems only writing tells.
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

    /// Puts a text on its way, so that each line appears when it is ready, and does not wait for it.
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

/// Says something on standard error, which may be full, held or closed: then nothing is left to say it with.
pub fn print_error(text: String) {
    match Sink::start(Stream::Stderr) {
        Ok(sink) => drop(sink.write(text.into_bytes()).and_then(|()| sink.drain(Patience::SHORT))),
        Err(_) => print_at_once(&text),
    }
}

/// Without a thread, as the last resort.
#[expect(clippy::disallowed_methods, reason = "the system gives no thread to write from")]
fn print_at_once(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// A report file that is ready to be written. It is opened before the run and moved into place after it, so that what
/// stands under its name is always a whole report.
pub struct ReportFile {
    /// Where it goes: links followed, so that they stay.
    pub path: PathBuf,
    /// What its ending asks for.
    pub format: Format,
    file: NamedTempFile,
}

impl ReportFile {
    /// Prepares a file; only its owner may read it.
    ///
    /// # Errors
    /// With a sentence for the user, when the ending is unknown or the place cannot be written.
    pub fn open(_: &Worker, path: &Path, around: &Surroundings) -> Result<Self, String> {
        let shown = path.display();
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
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.as_file().sync_all())
            .map_err(|error| describe(&error))?;
        self.file
            .persist(&self.path)
            .map(drop)
            .map_err(|error| format!("cannot write `{}`: {}", self.path.display(), error.error))
    }
}
