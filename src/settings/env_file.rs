//! The env file: which one, whether it can be read, and what it sets. The rules about variables are elsewhere.
//!
//! It is read as the application reads it, by python-dotenv's rules; `dotenvy` gives a second opinion. A file that would fill
//! the memory is refused, and one that blocks delays only its worker.

mod dotenv;
mod entries;
mod feeder;
mod place;
mod salvage;
mod seal;
mod second_opinion;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use masking::Secret;

use super::{EnvFile, Variable};
use crate::base::circumstance::Circumstance;
use crate::base::worker::{self, Worker};
pub use dotenv::Reference;
pub use entries::Known;
pub use place::Place;
pub use second_opinion::SecondOpinion;

/// Upper bound of an env file, in bytes.
const LONGEST: usize = 1024 * 1024;
/// The name that is searched for.
const NAME: &str = ".env";

/// The result of reading an env file.
#[derive(Default)]
pub struct FileRead {
    /// Whether one was wanted at all.
    pub wanted: bool,
    /// Its path as shown in reports, if there is one.
    pub shown: Option<String>,
    /// What it sets, in its order.
    pub entries: Vec<Entry>,
    /// The lines that cannot be parsed, which the application's loader skips.
    pub unreadable: Vec<Unreadable>,
    /// The last line on which one of our variables is without an equals sign, which withdraws its value.
    pub bare: BTreeMap<Variable, usize>,
    /// Why it cannot be read, or not completely.
    pub trouble: Option<Trouble>,
    /// What another loader reads.
    pub second_opinion: SecondOpinion,
    /// What seems to be a secret in the raw bytes, also in comments and in what cannot be parsed.
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
    /// Each `${NAME}` that was replaced.
    pub references: Vec<Reference>,
}

/// A line that cannot be read.
pub struct Unreadable {
    /// Its number, from 1.
    pub line: usize,
    /// The last line that is skipped with it.
    pub last: usize,
    /// The variable of ours that it names.
    pub variable: Option<Variable>,
    /// Why, as a half-sentence.
    pub reason: &'static str,
}

impl Unreadable {
    /// Whether the line may be why a variable is missing: it names it, or other lines that may are skipped with it.
    pub fn may_hide(&self, variable: Variable) -> bool {
        self.variable == Some(variable) || self.last > self.line
    }
}

/// Why an env file cannot be read.
pub struct Trouble {
    /// The evidence, which holds no text of the file except the name of one of our variables.
    pub evidence: Vec<String>,
    /// The bad line, from 1.
    pub line: Option<usize>,
    /// The kind of problem, which selects the fix.
    pub kind: Circumstance,
    /// Whether a file failed, and not only the search for one, which matters only if something is missing.
    pub found: bool,
    /// The command that helps, if one is known.
    pub command: Option<&'static str>,
}

impl Trouble {
    fn new(evidence: String, kind: Circumstance) -> Self {
        Self { evidence: vec![evidence], line: None, found: true, kind, command: None }
    }

    /// A line at which reading ends.
    fn at(line: usize, evidence: String) -> Self {
        Self { line: Some(line), ..Self::new(evidence, Circumstance::BadLine) }
    }
}

impl FileRead {
    /// The file's name in a sentence.
    pub fn name(&self) -> &str {
        self.shown.as_deref().unwrap_or("the env file")
    }

    fn broken(shown: String, evidence: impl Into<String>, kind: Circumstance) -> Self {
        let trouble = Trouble::new(evidence.into(), kind);
        Self { wanted: true, shown: Some(shown), trouble: Some(trouble), ..Self::default() }
    }

    /// A search that ended at a folder without permission to read it.
    fn cut_off(evidence: String) -> Self {
        let trouble = Trouble { found: false, ..Trouble::new(evidence, Circumstance::NoFile) };
        Self { wanted: true, trouble: Some(trouble), ..Self::default() }
    }

    /// A file that could not be read in time.
    pub fn unfinished(choice: &EnvFile, reason: &str) -> Self {
        match choice {
            EnvFile::None => Self::default(),
            EnvFile::Search => {
                Self::cut_off(format!("{NAME} was searched for in the folders above, and {reason}"))
            }
            EnvFile::Named(path) => {
                // The path is not resolved here, because that could block again.
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let shown: String = name.chars().filter(|letter| !letter.is_control()).collect();
                let evidence = format!("{shown} cannot be read: {reason}");
                Self::broken(shown, evidence, Circumstance::NoFile)
            }
        }
    }

    /// Parses a file of these bytes; references may be resolved from the environment.
    pub fn parse(shown: String, bytes: &[u8], environment: Known<'_>) -> Self {
        let refused = |evidence: &str, kind| {
            let evidence = format!("{shown} {evidence}");
            let salvaged = salvage::secrets(bytes, &[1..=usize::MAX]);
            Self { salvaged, ..Self::broken(shown.clone(), evidence, kind) }
        };
        if let Some(seal) = seal::seal(bytes) {
            let evidence = format!("is encrypted by {} ({}), so nothing in it is read", seal.by, seal.mark);
            let mut file = refused(&evidence, Circumstance::FileEncrypted);
            // The first line is only the header of the encryption.
            file.salvaged = salvage::secrets(bytes, &[2..=usize::MAX]);
            file.trouble.iter_mut().for_each(|trouble| trouble.command = Some(seal.command));
            return file;
        }
        if is_utf_16(bytes) {
            let evidence = "is stored as UTF-16; env files must be UTF-8, so nothing in it is read";
            return refused(evidence, Circumstance::BadEncoding);
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => with_line_feeds(text),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                let evidence = format!("is not UTF-8 on line {line}: load_dotenv() ends with an exception");
                return refused(&evidence, Circumstance::BadEncoding);
            }
        };
        let contents = entries::read(&text, &shown, environment);
        let mut salvaged = contents.secrets;
        salvaged.extend(salvage::secrets(text.as_bytes(), &contents.unread));
        Self {
            wanted: true,
            shown: Some(shown),
            entries: contents.entries,
            unreadable: contents.unreadable,
            bare: contents.bare,
            trouble: contents.trouble,
            second_opinion: second_opinion::ask(bytes),
            salvaged,
        }
    }

    /// A file that the application's loader is configured not to read.
    fn switched_off(shown: Option<String>, variable: &str) -> Self {
        let evidence = format!("{variable} is set in the environment, so load_dotenv() reads no env file");
        let trouble = Trouble { found: false, ..Trouble::new(evidence, Circumstance::LoaderOff) };
        Self { wanted: true, shown, trouble: Some(trouble), ..Self::default() }
    }

    /// Whether the file explains that a variable is missing.
    pub fn explains(&self, variable: Variable) -> bool {
        self.trouble.is_some() || self.unreadable.iter().any(|line| line.may_hide(variable))
    }

    /// The entry that counts for a variable: the last one, unless a later line has its name without a value.
    pub fn entry(&self, variable: Variable) -> Option<&Entry> {
        let entry = self.entries.iter().rfind(|entry| entry.name == variable.name())?;
        self.bare.get(&variable).is_none_or(|bare| *bare < entry.line).then_some(entry)
    }
}

/// The variable that switches `load_dotenv()` off, with the values that do (`dotenv/main.py`, `_load_dotenv_disabled`).
const SWITCH: &str = "PYTHON_DOTENV_DISABLED";
const ON: [&str; 5] = ["1", "true", "t", "yes", "y"];

/// The text as Python reads it in text mode: every line end is a line feed.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The result of reading, before parsing: a thread that reads keeps its memory afterwards, so parsing happens elsewhere.
pub enum Found {
    /// A file of these bytes, with its path as shown to a person.
    Bytes(String, Vec<u8>),
    /// No file, or one that cannot be read.
    Nothing(FileRead),
}

impl Found {
    /// Parses the file.
    pub fn parse(self, environment: Known<'_>) -> FileRead {
        let switched_off =
            environment(SWITCH).is_some_and(|value| ON.contains(&value.to_lowercase().as_str()));
        match self {
            Self::Bytes(shown, _) if switched_off => FileRead::switched_off(Some(shown), SWITCH),
            Self::Bytes(shown, bytes) => FileRead::parse(shown, &bytes, environment),
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

/// Searches the folder and its parents, and skips what is no file.
fn search(worker: &Worker, place: &Place) -> Found {
    for (height, folder) in place.folder.ancestors().enumerate() {
        let path = folder.join(NAME);
        let shown = format!("{}{NAME}", "../".repeat(height));
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => return read_file(worker, &path, shown),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let reason = worker::Unreadable::Io(error).reason();
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
        worker::Unreadable::TooLong => {
            let evidence = format!("{shown} is longer than 1 MiB, which no env file is");
            let kind = Circumstance::NoFile;
            let salvaged = salvage::secrets_of_file(worker, path);
            FileRead { salvaged, ..FileRead::broken(shown, evidence, kind) }
        }
        worker::Unreadable::Kind(_) | worker::Unreadable::Io(_) => {
            let evidence = format!("{shown} {}", why.reason());
            FileRead::broken(shown, evidence, Circumstance::NoFile)
        }
    })
}

/// Whether the text is UTF-16, which Windows editors write: it has a byte order mark, or every other byte is zero.
fn is_utf_16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let zeros = bytes.iter().take(64).filter(|byte| **byte == 0).count();
    marked || (bytes.len() >= 4 && zeros * 3 >= bytes.len().min(64))
}

#[cfg(test)]
mod tests;
