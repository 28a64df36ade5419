//! The variables that determine the route: those of the process, and those that the application's loader adds.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Variables with their values, in the order of the environment, which Python's rules depend on.
#[derive(Clone, Default)]
pub struct Variables(Vec<Named>);

/// A variable with its value.
#[derive(Clone)]
struct Named {
    name: String,
    value: OsString,
    /// The line of the env file on which it stands, if it comes from there.
    line: Option<usize>,
}

/// How the names begin of those that boto3 reads, or Python for it.
const CONCERN: [&str; 7] =
    ["AWS_", "BOTO", "SSL_CERT_", "SSLKEYLOGFILE", "REQUESTS_CA_BUNDLE", "REQUEST_METHOD", "HOME"];
/// What the names contain of those that no client reads which is handed its keys.
const KEYS: [&str; 2] = ["_ACCESS_KEY", "_TOKEN"];

impl Variables {
    /// Whether a variable of this name may change the route.
    pub fn concern(name: &str) -> bool {
        let begins = CONCERN.iter().any(|beginning| name.starts_with(beginning));
        let is_key = KEYS.iter().any(|part| name.contains(part));
        (begins && !is_key) || name.to_ascii_lowercase().ends_with("_proxy")
    }

    /// A path, in which a `~` at its beginning stands for the home folder. To Python, one without a name is the root.
    pub fn at_home(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.get("HOME")) {
            (Some(rest), Some(home)) if home.is_empty() => Path::new("/").join(rest),
            (Some(rest), Some(home)) => Path::new(home).join(rest),
            (Some(_) | None, _) => PathBuf::from(path),
        }
    }

    /// Names the home folder where no variable does: Python then asks the system for it.
    pub fn add_home(&mut self, home: &Path) {
        if self.get("HOME").is_none() {
            self.0.push(Named { name: "HOME".to_owned(), value: home.into(), line: None });
        }
    }

    /// A path with `$NAME` and `${NAME}` replaced, as far as the variable is known here, and then the home folder
    /// (`os.path.expandvars`, `os.path.expanduser`).
    pub fn expanded(&self, path: &str) -> PathBuf {
        let mut parts = path.split('$');
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let bare = || part.split_at(part.find(|c| !is_name(c)).unwrap_or(part.len()));
            let in_braces = part.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (name, rest) = in_braces.unwrap_or_else(bare);
            match self.text(name) {
                Some(value) => expanded.extend([value.as_str(), rest]),
                None => expanded.extend(["$", part]),
            }
        }
        self.at_home(&expanded)
    }

    /// The value of a variable, also an empty one.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The same as text; a value that is not UTF-8 with replacement characters, so that it names nothing that exists.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.to_string_lossy().into_owned())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.0.iter().map(|named| (named.name.as_str(), named.value.as_os_str()))
    }

    /// Those that come from the env file, with their lines.
    pub fn in_file(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().filter_map(|named| Some((named.name.as_str(), named.line?)))
    }

    /// Adds what a profile sets, unless it is set.
    pub fn add<'a>(&mut self, profile: impl IntoIterator<Item = (&'a str, &'a str)>) {
        self.extend(profile.into_iter().map(|(name, value)| (name, value, None)));
    }

    /// Adds what the lines of an env file set. As with the application's loader, the environment wins.
    pub fn add_file<'a>(&mut self, file: impl IntoIterator<Item = (&'a str, &'a str, usize)>) {
        self.extend(file.into_iter().map(|(name, value, line)| (name, value, Some(line))));
    }

    fn extend<'a>(&mut self, all: impl IntoIterator<Item = (&'a str, &'a str, Option<usize>)>) {
        for (name, value, line) in all {
            if self.get(name).is_none() {
                self.0.push(Named { name: name.to_owned(), value: value.into(), line });
            }
        }
    }
}

impl<K: Into<String>, V: Into<OsString>> FromIterator<(K, V)> for Variables {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        let named = |(name, value): (K, V)| Named { name: name.into(), value: value.into(), line: None };
        Self(pairs.into_iter().map(named).collect())
    }
}
