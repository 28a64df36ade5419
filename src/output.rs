//! Where bytes leave the program: standard output and report files, each behind the last filter.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::redact::Redactor;

/// Whether a stream takes what is written to it, as far as that can be known without writing: nothing is written, and a
/// device that is full, or a descriptor for reading only, says so all the same.
///
/// # Errors
/// When it does not.
#[cfg(unix)]
pub fn accepts(stream: &impl std::os::fd::AsFd) -> io::Result<()> {
    // Without a descriptor to spare nothing can be known.
    let Ok(same) = stream.as_fd().try_clone_to_owned() else { return Ok(()) };
    std::fs::File::from(same).write(&[]).map(drop)
}

/// Whether a stream takes what is written to it: on other systems only writing tells.
#[cfg(not(unix))]
pub fn accepts<S>(_stream: &S) -> io::Result<()> {
    Ok(())
}

/// Standard output behind the filter. A reader that goes away (`| head -1`) is no reason to stop a run, which has an
/// object to clean up: the rest is simply not written.
pub struct Output<W> {
    writer: W,
    redactor: Redactor,
    closed: bool,
}

impl<W: Write> Output<W> {
    /// Writes to `writer` what `redactor` lets through.
    pub fn new(writer: W, redactor: Redactor) -> Self {
        Self { writer, redactor, closed: false }
    }

    /// Writes a text and flushes it, so that each line appears when it is ready.
    ///
    /// # Errors
    /// When writing fails for another reason than a reader that went away.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        let text = self.redactor.filter(text);
        self.write_clean(&text)
    }

    /// Writes what was made of a report whose texts have gone through the filter. To filter the document again would
    /// endanger its form: a secret may look like a part of it.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_clean(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        match self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }

    /// The same filter, for what goes elsewhere.
    pub fn redactor(&mut self) -> &mut Redactor {
        &mut self.redactor
    }
}

/// The form of a report file, which its ending picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// `.json`
    Json,
    /// `.txt`
    Text,
}

/// A report file that is ready to be written. It is opened before the run and moved into place after it, so that what
/// stands under its name is always a whole report.
pub struct ReportFile {
    /// Where it goes: links followed, so that they stay.
    pub path: PathBuf,
    /// What its ending asks for.
    pub format: FileFormat,
    file: NamedTempFile,
}

impl ReportFile {
    /// Prepares a file; only its owner may read it.
    ///
    /// # Errors
    /// With a sentence for the user, when the ending is unknown or the place cannot be written.
    pub fn open(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let format = match ending.as_deref() {
            Some("json") => FileFormat::Json,
            Some("txt") => FileFormat::Text,
            Some(_) | None => {
                return Err(format!("cannot tell the form of `{shown}`: its name must end in .json or .txt"));
            }
        };
        if path.exists() && !path.is_file() {
            return Err(format!("cannot write `{shown}`: it exists and is no file"));
        }
        let path = destination(path).map_err(|reason| format!("cannot write `{shown}`: {reason}"))?;
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
    pub fn finish(mut self, text: &str) -> Result<(), String> {
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

/// The whole path of a file that may not be there yet, in a folder that must be.
fn destination(path: &Path) -> Result<PathBuf, String> {
    if let Ok(existing) = path.canonicalize() {
        return Ok(existing);
    }
    if path.is_symlink() {
        return Err("it is a link that leads nowhere".to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = folder
        .canonicalize()
        .map_err(|error| format!("its folder `{}`: {}", folder.display(), reason(&error)))?;
    Ok(whole.join(path.file_name().unwrap_or_default()))
}

/// Why the system refuses a file or a folder, in plain words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::NotADirectory => "it is no folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}
