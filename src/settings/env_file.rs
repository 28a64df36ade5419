//! The env file: which one, whether it can be read, and what stands in it. It knows no rule about any variable.
//!
//! Reading follows `dotenvy`, as the application's own loading does; a file that would block or fill the memory is
//! refused.

mod feeder;
mod lines;
mod place;
mod salvage;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::EnvFile;
use crate::secret::Secret;
pub use place::Place;

/// No sensible env file is longer, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// The name that is searched for, as `dotenvy` does.
const NAME: &str = ".env";

/// What came of looking for an env file.
#[derive(Default)]
pub struct FileRead {
    /// Whether one was wanted at all.
    pub wanted: bool,
    /// Its path as shown to a person, if there is one.
    pub shown: Option<String>,
    /// What it sets, in its order, up to the first line that cannot be read.
    pub entries: Vec<Entry>,
    /// Why it cannot be read, or not to its end.
    pub trouble: Option<Trouble>,
    /// What seems to be a secret in the raw bytes, in comments and behind what cannot be read too.
    pub salvaged: Vec<Secret>,
}

/// One variable that an env file sets.
pub struct Entry {
    /// The variable's name.
    pub name: String,
    /// Its value, as the application gets it.
    pub value: Secret,
    /// The line on which it stands, from 1.
    pub line: usize,
    /// What follows each `$` that the loader replaced.
    pub substituted: Vec<String>,
}

/// Why an env file cannot be read.
pub struct Trouble {
    /// What was seen, never text of the file but the name of a variable of ours.
    pub evidence: Vec<String>,
    /// The bad line, from 1.
    pub line: Option<usize>,
    /// Whether a file failed, and not only the search for one, which matters only if something is missing.
    pub found: bool,
}

impl FileRead {
    /// The file's name in a sentence.
    pub fn name(&self) -> &str {
        self.shown.as_deref().unwrap_or("the env file")
    }

    fn broken(shown: String, evidence: impl Into<String>) -> Self {
        let trouble = Trouble { evidence: vec![evidence.into()], line: None, found: true };
        Self { wanted: true, shown: Some(shown), trouble: Some(trouble), ..Self::default() }
    }

    /// A search that ended at a folder which may not be looked into.
    fn cut_off(evidence: String) -> Self {
        let trouble = Trouble { evidence: vec![evidence], line: None, found: false };
        Self { wanted: true, trouble: Some(trouble), ..Self::default() }
    }

    /// What stands in a file of these bytes.
    pub fn parse(shown: String, bytes: &[u8]) -> Self {
        if let Some(evidence) = foreign_encoding(bytes) {
            let evidence = format!("{shown} {evidence}");
            let salvaged = salvage::secrets(bytes, Some(1));
            return Self { salvaged, ..Self::broken(shown, evidence) };
        }
        let mut salvaged = Vec::new();
        let (entries, trouble) = lines::parse(bytes, &shown, &mut salvaged);
        let unread = trouble.as_ref().and_then(|trouble| trouble.line);
        salvaged.extend(salvage::secrets(bytes, unread));
        Self { wanted: true, shown: Some(shown), entries, trouble, salvaged }
    }
}

/// Finds and reads the env file.
pub fn read(choice: &EnvFile, place: &Place) -> FileRead {
    match choice {
        EnvFile::None => FileRead::default(),
        EnvFile::Named(path) => read_file(&place.folder.join(path), place.show(path)),
        EnvFile::Search => search(place),
    }
}

/// Looks in the folder and its parents, passing over what is no file, as `dotenvy` does.
fn search(place: &Place) -> FileRead {
    for (height, folder) in place.folder.ancestors().enumerate() {
        let path = folder.join(NAME);
        let shown = format!("{}{NAME}", "../".repeat(height));
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => return read_file(&path, shown),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return FileRead::cut_off(unreadable(&shown, &error)),
        }
    }
    FileRead { wanted: true, ..FileRead::default() }
}

fn read_file(path: &Path, shown: String) -> FileRead {
    match bytes_of(path) {
        Ok(bytes) => FileRead::parse(shown, &bytes),
        Err(Refusal::Kind(kind)) => {
            let evidence = format!("{shown} is {kind}, not a file");
            FileRead::broken(shown, evidence)
        }
        Err(Refusal::TooLong) => {
            let evidence = format!("{shown} is longer than 1 MiB, which no env file is");
            FileRead { salvaged: salvage::secrets_of_file(path), ..FileRead::broken(shown, evidence) }
        }
        Err(Refusal::Io(error)) => {
            let evidence = unreadable(&shown, &error);
            FileRead::broken(shown, evidence)
        }
    }
}

enum Refusal {
    Kind(&'static str),
    TooLong,
    Io(io::Error),
}

/// Opens nothing but a plain file: opening a pipe that nobody writes to would block for ever.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Refusal> {
    let metadata = fs::metadata(path).map_err(Refusal::Io)?;
    if metadata.is_dir() {
        return Err(Refusal::Kind("a folder"));
    }
    if !metadata.is_file() {
        return Err(Refusal::Kind("a pipe or device"));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)).map_err(Refusal::Io)?;
    if bytes.len() as u64 > LONGEST { Err(Refusal::TooLong) } else { Ok(bytes) }
}

fn unreadable(shown: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{shown} does not exist"),
        io::ErrorKind::PermissionDenied => {
            format!("{shown} may not be read by this user (permission denied)")
        }
        kind => format!("{shown} cannot be read: {kind}"),
    }
}

/// UTF-16, which Windows editors write, told by its mark or by every other byte being zero.
fn foreign_encoding(bytes: &[u8]) -> Option<&'static str> {
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let zeros = bytes.iter().take(64).filter(|byte| **byte == 0).count();
    let unmarked = bytes.len() >= 4 && zeros * 3 >= bytes.len().min(64);
    (marked || unmarked).then_some("is stored as UTF-16; env files must be UTF-8, so nothing in it is read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn place(folder: &Path) -> Place {
        Place { folder: folder.to_owned(), home: None }
    }

    fn trouble(file: &FileRead) -> &str {
        &file.trouble.as_ref().expect("trouble").evidence[0]
    }

    #[test]
    fn the_nearest_env_file_is_found_and_its_path_shown_relative() {
        let root = tempfile::tempdir().expect("folder");
        let inner = root.path().join("a/b");
        fs::create_dir_all(&inner).expect("folders");
        fs::create_dir(root.path().join("a/.env")).expect("a folder of that name is passed over");
        fs::write(root.path().join(".env"), "R2_REGION=auto\n").expect("file");
        let file = read(&EnvFile::Search, &place(&inner));
        assert_eq!(file.shown.as_deref(), Some("../../.env"));
        assert_eq!(file.entries[0].value.expose(), "auto");
        fs::write(inner.join(".env"), "").expect("file");
        assert_eq!(read(&EnvFile::Search, &place(&inner)).shown.as_deref(), Some(".env"));
    }

    #[test]
    fn a_named_file_that_cannot_be_read_says_why_at_once() {
        let root = tempfile::tempdir().expect("folder");
        fs::write(root.path().join("long"), vec![b'#'; 1024 * 1024 + 1]).expect("file");
        for (name, why) in [
            ("absent.env", "absent.env does not exist"),
            ("", "is a folder, not a file"),
            ("long", "long is longer than 1 MiB, which no env file is"),
            ("/dev/null", "/dev/null is a pipe or device, not a file"),
        ] {
            let file = read(&EnvFile::Named(PathBuf::from(name)), &place(root.path()));
            assert!(trouble(&file).contains(why), "{}", trouble(&file));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_writes_to_does_not_block() {
        let root = tempfile::tempdir().expect("folder");
        let made =
            std::process::Command::new("mkfifo").arg(root.path().join("pipe")).status().expect("mkfifo");
        assert!(made.success());
        let file = read(&EnvFile::Named(PathBuf::from("pipe")), &place(root.path()));
        assert_eq!(trouble(&file), "pipe is a pipe or device, not a file");
    }

    #[test]
    fn utf_16_is_named_and_a_utf_8_mark_is_passed_over() {
        for bytes in [&b"\xFF\xFEA\0=\0b\0"[..], &b"\xFE\xFF\0A\0=\0b"[..], &b"A\0=\0b\0\n\0"[..]] {
            assert!(trouble(&FileRead::parse(".env".to_owned(), bytes)).contains("UTF-16"));
        }
        let file = FileRead::parse(".env".to_owned(), b"\xEF\xBB\xBFA=b");
        assert!(file.trouble.is_none() && file.entries[0].name == "A");
    }

    #[test]
    fn no_env_file_is_read_when_none_is_wanted() {
        let file = read(&EnvFile::None, &place(Path::new("/")));
        assert!(!file.wanted && file.shown.is_none() && file.trouble.is_none());
    }
}
