//! The surroundings of the program: the environment, the folders, the machine. Read once, when the program starts, and passed
//! on from there; nothing else reads them from the process. The meaning of variables is not known here.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// The files that Docker and Podman put into containers.
const OF_CONTAINERS: [&str; 2] = ["/.dockerenv", "/run/.containerenv"];

/// The surroundings of the program. They cannot be printed: an environment holds secrets.
pub struct Surroundings {
    variables: Vec<(OsString, OsString)>,
    /// The working folder, or why it cannot be known.
    pub folder: io::Result<PathBuf>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The program's own file.
    pub program: Option<PathBuf>,
    /// Whether there is a file that only containers have.
    pub has_container_file: bool,
}

impl Surroundings {
    /// Reads those of this process.
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
    pub fn read() -> Self {
        Self {
            variables: std::env::vars_os().map(|(name, value)| (as_looked_up(name), value)).collect(),
            folder: std::env::current_dir(),
            home: std::env::home_dir(),
            program: std::env::current_exe().ok(),
            has_container_file: OF_CONTAINERS.iter().any(|path| Path::new(path).exists()),
        }
    }

    /// Only these variables, in the root folder, for tests.
    #[cfg(test)]
    pub fn of_a_test(variables: &[(&str, &str)]) -> Self {
        Self {
            variables: variables.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            folder: Ok(PathBuf::from("/")),
            home: None,
            program: None,
            has_container_file: false,
        }
    }

    /// The variables in the order of the environment, except those whose names are not Unicode.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.variables.iter().filter_map(|(name, value)| Some((name.to_str()?, value.as_os_str())))
    }

    /// The value of a variable, also an empty one.
    pub fn value(&self, name: &str) -> Option<&OsStr> {
        self.variables().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The same as text; nothing if it is not Unicode.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.to_str()
    }
}

/// The name by which a variable is found: on Windows in any case, so that Python keeps all names in upper case there.
fn as_looked_up(name: OsString) -> OsString {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_found_by_its_name_also_if_it_is_empty() {
        let around = Surroundings::of_a_test(&[("A", ""), ("B", "b")]);
        assert_eq!((around.text("A"), around.text("B"), around.text("C")), (Some(""), Some("b"), None));
    }

    #[test]
    fn the_variables_keep_their_order() {
        let around = Surroundings::of_a_test(&[("z", "1"), ("a", "2")]);
        assert_eq!(around.variables().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "a"]);
    }
}
