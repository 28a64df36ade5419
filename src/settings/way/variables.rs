//! The variables that determine the route: those of the process, and those that the application's loader adds.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Variables with their values, in the order of the environment, which Python's rules depend on.
#[derive(Clone, Default)]
pub struct Variables(Vec<(String, OsString)>);

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

    /// A path, in which a `~` at its beginning stands for the home folder.
    pub fn at_home(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.get("HOME")) {
            (Some(rest), Some(home)) => Path::new(home).join(rest),
            (Some(_) | None, _) => PathBuf::from(path),
        }
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
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_os_str()))
    }

    /// Adds what an env file sets. As with the application's loader, the environment wins.
    pub fn add<'a>(&mut self, file: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in file {
            if self.get(name).is_none() {
                self.0.push((name.to_owned(), value.into()));
            }
        }
    }
}

impl<K: Into<String>, V: Into<OsString>> FromIterator<(K, V)> for Variables {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
