//! The current folder, and how paths are shown relative to it: never with the name of the home folder.

use std::path::{Component, Path, PathBuf};

use masking::printable;

use crate::base::surroundings::Surroundings;

/// The folders that paths are shown relative to.
pub struct Place {
    /// The current folder.
    pub folder: PathBuf,
    /// The user's home.
    pub home: Option<PathBuf>,
}

impl Place {
    /// The place of the program.
    pub fn of(around: &Surroundings) -> Self {
        let folder = around.folder.as_ref().cloned().unwrap_or_default();
        Self { folder, home: around.home.clone() }
    }

    /// The path as shown: relative to the current folder, or with `~` for the home.
    pub fn show(&self, path: &Path) -> String {
        let full = plain(&self.folder.join(path));
        let below_home =
            self.homes().iter().find_map(|home| full.strip_prefix(home).ok().map(Path::to_owned));
        if let Ok(below) = full.strip_prefix(&self.folder) {
            printable(if below.as_os_str().is_empty() { Path::new(".") } else { below })
        } else if let Some(below) = below_home {
            format!("~/{}", printable(&below))
        } else {
            printable(path)
        }
    }
}

impl Place {
    /// The home as configured, and with links resolved; none if it is the root of the file system.
    fn homes(&self) -> Vec<PathBuf> {
        let named = self.home.iter().filter(|home| home.parent().is_some());
        named.flat_map(|home| std::iter::once(home.clone()).chain(home.canonicalize().ok())).collect()
    }
}

/// The path with `.` and `..` resolved, without access to the file system.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(component),
        }
    }
    plain
}

fn printable(path: &Path) -> String {
    printable::printable(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_is_shown_without_the_home_folders_name() {
        let place = Place { folder: "/home/ada/app".into(), home: Some("/home/ada".into()) };
        for (path, shown) in [
            ("prod.env", "prod.env"),
            ("./x/../prod.env", "prod.env"),
            ("/home/ada/app/conf/prod.env", "conf/prod.env"),
            ("/home/ada/secrets/r2.env", "~/secrets/r2.env"),
            ("../../ada/other.env", "~/other.env"),
            ("/etc/r2.env", "/etc/r2.env"),
            (".", "."),
        ] {
            assert_eq!(place.show(Path::new(path)), shown);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_home_behind_a_link_is_known_by_both_its_names() {
        let root = tempfile::tempdir().expect("folder");
        let root = root.path().canonicalize().expect("path");
        std::fs::create_dir(root.join("real")).expect("folder");
        std::os::unix::fs::symlink(root.join("real"), root.join("link")).expect("link");
        let place = Place { folder: "/app".into(), home: Some(root.join("link")) };
        for home in ["real", "link"] {
            assert_eq!(place.show(&root.join(home).join("r2.env")), "~/r2.env");
        }
    }

    #[test]
    fn a_home_at_the_root_abbreviates_nothing() {
        let place = Place { folder: "/app".into(), home: Some("/".into()) };
        assert_eq!(place.show(Path::new("/etc/r2.env")), "/etc/r2.env");
    }
}
