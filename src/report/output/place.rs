//! Where a report file goes: the way there, link by link. A link in a folder that others may write to is not followed,
//! because others may have put it there, to have a file overwritten that they cannot write themselves.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// How many links may follow one another, as many as for the system itself.
const LINKS: usize = 40;

/// The whole path of a file that may not exist yet, in a folder that must exist. No part of it is a link.
pub fn destination(path: &Path, folder: &io::Result<PathBuf>) -> Result<PathBuf, String> {
    let start = folder.as_ref().map_err(reason)?;
    let mut way = Way { whole: PathBuf::new(), links: 0 };
    way.follow(&start.join(path))?;
    match fs::metadata(&way.whole) {
        Ok(there) if !there.is_file() => Err("it exists and is no file".to_owned()),
        Err(_) if way.folder_is_missing() => {
            let folder = path.parent().unwrap_or(path);
            Err(format!("its folder `{}`: there is no such folder", folder.display()))
        }
        Ok(_) | Err(_) => Ok(way.whole),
    }
}

/// A path on which no link is left.
struct Way {
    whole: PathBuf,
    links: usize,
}

impl Way {
    fn follow(&mut self, path: &Path) -> Result<(), String> {
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => drop(self.whole.pop()),
                Component::Prefix(_) | Component::RootDir => self.whole.push(component),
                Component::Normal(name) => self.enter(Path::new(name))?,
            }
        }
        Ok(())
    }

    /// One folder further down, through a symbolic link if it is one.
    fn enter(&mut self, name: &Path) -> Result<(), String> {
        let next = self.whole.join(name);
        match fs::symlink_metadata(&next) {
            Ok(found) if found.is_symlink() => self.follow_link(name),
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound) => {
                Err(format!("`{}`: {}", name.display(), reason(&error)))
            }
            Ok(_) | Err(_) => {
                self.whole = next;
                Ok(())
            }
        }
    }

    fn follow_link(&mut self, name: &Path) -> Result<(), String> {
        let link = &self.whole.join(name);
        self.links += 1;
        let folder = fs::symlink_metadata(&self.whole).map_err(|error| reason(&error))?;
        if self.links > LINKS {
            return Err(format!("`{}` is a link that leads nowhere", name.display()));
        }
        if others_may_write(&folder) {
            return Err(format!(
                "`{}` is a link in a folder that other users may write to, and may be theirs; name the file that it \
                 leads to, or another folder",
                name.display()
            ));
        }
        let target = fs::read_link(link).map_err(|error| reason(&error))?;
        self.follow(&target)?;
        if self.whole.exists() {
            Ok(())
        } else {
            Err(format!("`{}` is a link that leads nowhere", name.display()))
        }
    }

    fn folder_is_missing(&self) -> bool {
        self.whole.parent().is_some_and(|folder| !folder.exists())
    }
}

/// Whether somebody else than this user and the superuser can put something into the folder.
#[cfg(unix)]
fn others_may_write(folder: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let own = rustix::process::geteuid().as_raw();
    folder.mode() & 0o022 != 0 || (folder.uid() != own && folder.uid() != 0)
}

/// Elsewhere, to make a link takes a right that only administrators have.
#[cfg(not(unix))]
fn others_may_write(_: &Metadata) -> bool {
    false
}

/// Why the system refuses, in plain words.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other errors of the system are named by the system")]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::NotADirectory => "it is no folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}
