//! The env file: which one, whether it can be read, and what stands in it. It knows no rule about any variable.
//!
//! Reading follows `dotenvy`, as the application's own loading does; a file that would fill the memory is refused, and
//! one that blocks keeps only its worker waiting.

mod feeder;
mod lines;
mod place;
mod salvage;

use std::fs;
use std::io;
use std::path::Path;

use super::EnvFile;
use crate::base::secret::Secret;
use crate::base::worker::{Unreadable, Worker};
pub use place::Place;

/// No sensible env file is longer, in bytes.
const LONGEST: usize = 1024 * 1024;
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

    /// A file that did not come to its end.
    pub fn unfinished(choice: &EnvFile, reason: &str) -> Self {
        match choice {
            EnvFile::None => Self::default(),
            EnvFile::Search => {
                Self::cut_off(format!("{NAME} was searched for in the folders above, and {reason}"))
            }
            EnvFile::Named(path) => {
                // The file system is not asked again for the path as it is best shown.
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let shown: String = name.chars().filter(|letter| !letter.is_control()).collect();
                let evidence = format!("{shown} cannot be read: {reason}");
                Self::broken(shown, evidence)
            }
        }
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

/// What reading came to, before anything of it is taken apart: a thread that reads keeps the memory that it used, so it
/// does no more than that.
pub enum Found {
    /// A file of these bytes, with its path as shown to a person.
    Bytes(String, Vec<u8>),
    /// None, or one that cannot be read.
    Nothing(FileRead),
}

impl Found {
    /// What stands in the file.
    pub fn parse(self) -> FileRead {
        match self {
            Self::Bytes(shown, bytes) => FileRead::parse(shown, &bytes),
            Self::Nothing(reason) => reason,
        }
    }
}

/// Finds and reads the env file.
pub fn read(worker: &Worker, choice: &EnvFile, place: &Place) -> Found {
    match choice {
        EnvFile::None => Found::Nothing(FileRead::default()),
        EnvFile::Named(path) => read_file(worker, &place.folder.join(path), place.show(path)),
        EnvFile::Search => search(worker, place),
    }
}

/// Looks in the folder and its parents, passing over what is no file, as `dotenvy` does.
fn search(worker: &Worker, place: &Place) -> Found {
    for (height, folder) in place.folder.ancestors().enumerate() {
        let path = folder.join(NAME);
        let shown = format!("{}{NAME}", "../".repeat(height));
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => return read_file(worker, &path, shown),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let reason = Unreadable::Io(error).reason();
                return Found::Nothing(FileRead::cut_off(format!("{shown} {reason}")));
            }
        }
    }
    Found::Nothing(FileRead { wanted: true, ..FileRead::default() })
}

fn read_file(worker: &Worker, path: &Path, shown: String) -> Found {
    let why = match worker.read(path, LONGEST) {
        Ok(bytes) => return Found::Bytes(shown, bytes),
        Err(why) => why,
    };
    Found::Nothing(match why {
        Unreadable::TooLong => {
            let evidence = format!("{shown} is longer than 1 MiB, which no env file is");
            FileRead { salvaged: salvage::secrets_of_file(worker, path), ..FileRead::broken(shown, evidence) }
        }
        Unreadable::Kind(_) | Unreadable::Io(_) => {
            let evidence = format!("{shown} {}", why.reason());
            FileRead::broken(shown, evidence)
        }
    })
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

    const WORKER: Worker = Worker::of_a_test();

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
        let file = read(&WORKER, &EnvFile::Search, &place(&inner)).parse();
        assert_eq!(file.shown.as_deref(), Some("../../.env"));
        assert_eq!(file.entries[0].value.expose(), "auto");
        fs::write(inner.join(".env"), "").expect("file");
        assert_eq!(read(&WORKER, &EnvFile::Search, &place(&inner)).parse().shown.as_deref(), Some(".env"));
    }

    #[test]
    fn a_named_file_that_cannot_be_read_says_why_at_once() {
        let root = tempfile::tempdir().expect("folder");
        fs::write(root.path().join("long"), vec![b'#'; 1024 * 1024 + 1]).expect("file");
        for (name, why) in [
            ("absent.env", "absent.env does not exist"),
            ("", "is a folder, not a file"),
            ("long", "long is longer than 1 MiB, which no env file is"),
            ("/dev/null", "/dev/null is a character device, not a file"),
        ] {
            let file = read(&WORKER, &EnvFile::Named(PathBuf::from(name)), &place(root.path())).parse();
            assert!(trouble(&file).contains(why), "{}", trouble(&file));
        }
    }

    #[test]
    fn a_file_that_came_to_no_end_is_told_by_its_name() {
        let named = EnvFile::Named(PathBuf::from("/srv/secrets/pipe\n"));
        assert_eq!(trouble(&FileRead::unfinished(&named, "too late")), "pipe cannot be read: too late");
        let searched = FileRead::unfinished(&EnvFile::Search, "it took too long");
        assert!(trouble(&searched).starts_with(".env was searched for") && searched.wanted);
        assert!(FileRead::unfinished(&EnvFile::None, "").trouble.is_none());
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
        let file = read(&WORKER, &EnvFile::None, &place(Path::new("/"))).parse();
        assert!(!file.wanted && file.shown.is_none() && file.trouble.is_none());
    }
}
