//! The one place that reads files whose paths come from outside: only regular files and pipes, and only up to a bound.

use std::collections::BTreeSet;
use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::Worker;

/// Why a file was not read.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not a file, but this.
    Kind(&'static str),
    /// It is longer than the bound.
    TooLong,
    /// The system refuses.
    Io(io::Error),
}

impl Unreadable {
    /// The reason, as the end of a sentence that begins with the name of the file.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other errors of the system are named by the system"
    )]
    pub fn reason(&self) -> String {
        match self {
            Self::Kind(kind) => format!("is {kind}, not a file"),
            Self::TooLong => "is too long".to_owned(),
            Self::Io(error) => match error.kind() {
                ErrorKind::NotFound => "does not exist".to_owned(),
                ErrorKind::PermissionDenied => "may not be read by this user (permission denied)".to_owned(),
                kind => format!("cannot be read: {kind}"),
            },
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Worker {
    /// The content of a file or a pipe (`<(…)`) of at most `limit` bytes. Devices, sockets and folders are not opened: some
    /// never end, and opening some has effects.
    ///
    /// # Errors
    /// When it is neither a file nor a pipe, too long, or cannot be read.
    pub fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, Unreadable> {
        let (file, size) = self.open(path)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(limit).min(limit) + 1);
        file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > limit { Err(Unreadable::TooLong) } else { Ok(bytes) }
    }

    /// A reader for the beginning of a file that is too long to be kept in memory. A pipe cannot be read a second time.
    ///
    /// # Errors
    /// As [`Self::read`], and for pipes.
    pub fn beginning(&self, path: &Path, limit: u64) -> Result<impl io::Read + use<>, Unreadable> {
        if !fs::metadata(path)?.is_file() {
            return Err(Unreadable::Kind("a pipe"));
        }
        Ok(self.open(path)?.0.take(limit))
    }

    /// Why nothing can be added to a file, as far as that is plain without opening or making it: the end of a sentence that
    /// begins with the file.
    #[expect(clippy::unused_self, reason = "that there is a worker is the point")]
    pub fn unwritable(&self, path: &Path) -> Option<&'static str> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Some("is a folder"),
            Ok(_) => (!may_write(path)).then_some("may not be written by this user (permission denied)"),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                if !folder.is_dir() {
                    return Some("would be in a folder that does not exist");
                }
                (!may_write(folder)).then_some("does not exist, and this user may not make it")
            }
            Err(_) => Some("cannot be opened"),
        }
    }

    /// A file or a pipe, with its size.
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
    #[expect(clippy::unused_self, reason = "that there is a worker is the point")]
    fn open(&self, path: &Path) -> Result<(File, u64), Unreadable> {
        let size = has_an_end(&fs::metadata(path)?)?;
        let file = File::open(path)?;
        // The file may have been replaced in the meantime.
        has_an_end(&file.metadata()?)?;
        Ok((file, size))
    }
}

/// Whether this user may write there, as far as the system says so beforehand.
fn may_write(path: &Path) -> bool {
    #[cfg(unix)]
    return rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    #[cfg(not(unix))]
    return fs::metadata(path).is_ok_and(|found| !found.permissions().readonly());
}

/// What folders have shown so far: each file counts once, whatever names lead to it, in whichever folder.
pub struct Seen {
    left: usize,
    known: BTreeSet<Identity>,
}

impl Seen {
    /// No files yet, and a limit on the number of entries.
    pub fn up_to(entries: usize) -> Self {
        Self { left: entries, known: BTreeSet::new() }
    }

    /// Whether the limit was reached.
    pub fn is_cut_off(&self) -> bool {
        self.left == 0
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let file = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        file.is_some_and(|file| self.known.insert(identity(&file, path)))
    }
}

impl Worker {
    /// Notes a file that is read by its own name, so that folders do not return it again.
    #[expect(clippy::unused_self, reason = "that there is a worker is the point")]
    pub fn note(&self, path: &Path, seen: &mut Seen) {
        seen.is_new(path);
    }

    /// The files in a folder that were not seen before. Other entries, pipes included, are left out.
    ///
    /// # Errors
    /// When the folder cannot be read.
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
    #[expect(clippy::unused_self, reason = "that there is a worker is the point")]
    pub fn files(&self, folder: &Path, seen: &mut Seen) -> Result<Vec<PathBuf>, Unreadable> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)?.map_while(Result::ok) {
            if seen.is_cut_off() {
                break;
            }
            seen.left -= 1;
            let path = entry.path();
            if seen.is_new(&path) {
                found.push(path);
            }
        }
        Ok(found)
    }
}

impl Worker {
    /// The names in a folder, up to a limit; none of a folder that cannot be read.
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
    #[expect(clippy::unused_self, reason = "that there is a worker is the point")]
    pub fn names(&self, folder: &Path, most: usize) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().take(most).map_while(Result::ok);
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }
}

/// The identity of a file, whatever its name.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(unix)]
fn identity(file: &fs::Metadata, _: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata, path: &Path) -> Identity {
    path.to_owned()
}

/// The size of a file; an error for anything that may have no end.
fn has_an_end(metadata: &fs::Metadata) -> Result<u64, Unreadable> {
    let file_type = metadata.file_type();
    if metadata.is_file() || is_pipe(file_type) {
        return Ok(metadata.len());
    }
    Err(Unreadable::Kind(if metadata.is_dir() { "a folder" } else { special(file_type) }))
}

#[cfg(unix)]
fn is_pipe(file_type: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&file_type)
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

#[cfg(unix)]
fn special(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if file_type.is_char_device() {
        "a character device"
    } else if file_type.is_block_device() {
        "a block device"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "something else"
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "something else"
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKER: Worker = Worker::of_a_test();

    #[cfg(unix)]
    fn kind(path: &str) -> &'static str {
        match WORKER.read(Path::new(path), 10) {
            Err(Unreadable::Kind(kind)) => kind,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        fs::write(&path, "0123456789").expect("file");
        assert_eq!(WORKER.read(&path, 10).expect("bytes"), b"0123456789");
        assert!(matches!(WORKER.read(&path, 9), Err(Unreadable::TooLong)));
        let absent = WORKER.read(&folder.path().join("absent"), 9).expect_err("nothing there");
        assert_eq!(absent.reason(), "does not exist");
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_not_opened() {
        assert_eq!(kind("/dev/zero"), "a character device");
        assert_eq!(kind("/dev"), "a folder");
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).expect("socket");
        assert_eq!(kind(path.to_str().expect("text")), "a socket");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_read_up_to_its_bound() {
        use std::io::Write as _;
        let read = |text: &'static [u8]| {
            let (reader, mut writer) = io::pipe().expect("pipe");
            writer.write_all(text).expect("room");
            drop(writer);
            let number = std::os::fd::AsRawFd::as_raw_fd(&reader);
            WORKER.read(Path::new(&format!("/dev/fd/{number}")), 10)
        };
        assert_eq!(read(b"A=b\n").expect("bytes"), b"A=b\n");
        assert!(matches!(read(b"0123456789x"), Err(Unreadable::TooLong)));
    }
}
