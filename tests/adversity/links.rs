//! `--output` follows no link that somebody else may have put there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::adversity::child::{Ended, ended, file};
use crate::support::report::Report;

/// A folder with these rights, and a file elsewhere that no run may touch.
fn folder(mode: u32) -> TempDir {
    let outer = tempfile::tempdir().unwrap();
    fs::create_dir(outer.path().join("shared")).unwrap();
    fs::create_dir(outer.path().join("own")).unwrap();
    fs::write(outer.path().join("own/precious.json"), "precious").unwrap();
    fs::set_permissions(outer.path().join("shared"), fs::Permissions::from_mode(mode)).unwrap();
    outer
}

fn demo(current: &Path, output: &str) -> Ended {
    ended(Command::new(file()).env_clear().current_dir(current).args(["demo", "--output", output]))
}

fn is_untouched(outer: &TempDir) {
    assert_eq!(fs::read_to_string(outer.path().join("own/precious.json")).unwrap(), "precious");
    assert_eq!(fs::read_dir(outer.path().join("own")).unwrap().count(), 1);
}

#[test]
fn a_link_in_a_folder_that_others_may_write_to_is_refused() {
    for mode in [0o1777, 0o777, 0o775, 0o757] {
        let outer = folder(mode);
        let shared = outer.path().join("shared");
        symlink("../own/precious.json", shared.join("a.json")).unwrap();
        symlink("absent.json", shared.join("b.json")).unwrap();
        // A link on the way there is as good as one at its end.
        symlink("../own", shared.join("way")).unwrap();
        for output in ["shared/a.json", "shared/b.json", "shared/way/precious.json", "shared/way/new.json"] {
            let ended = demo(outer.path(), output);
            assert_eq!(ended.status.code(), Some(2), "{mode:o}, {output}: {}", ended.stderr);
            let words = [output, "is a link in a folder that other users may write to"];
            assert!(words.iter().all(|word| ended.stderr.contains(word)), "{}", ended.stderr);
            assert_eq!(ended.stdout, "");
            is_untouched(&outer);
        }
        assert!(fs::symlink_metadata(shared.join("a.json")).unwrap().is_symlink());
        assert_eq!(fs::read_dir(&shared).unwrap().count(), 3, "no other file is left");
    }
}

/// A link in a private folder may lead into a shared one, but not on from there.
#[test]
fn a_link_by_way_of_a_private_folder_is_refused_all_the_same() {
    let outer = folder(0o1777);
    symlink("../own/precious.json", outer.path().join("shared/a.json")).unwrap();
    symlink("shared/a.json", outer.path().join("a.json")).unwrap();
    symlink("shared", outer.path().join("way")).unwrap();
    for output in ["a.json", "way/a.json", "own/../way/./a.json"] {
        let ended = demo(outer.path(), output);
        assert_eq!(ended.status.code(), Some(2), "{output}: {}", ended.stderr);
        is_untouched(&outer);
    }
}

#[test]
fn a_file_in_such_a_folder_is_written_and_a_private_link_is_followed() {
    let outer = folder(0o1777);
    symlink("shared/deep.json", outer.path().join("link.json")).unwrap();
    fs::write(outer.path().join("shared/deep.json"), "old").unwrap();
    for (output, written) in [("shared/new.json", "shared/new.json"), ("link.json", "shared/deep.json")] {
        let ended = demo(outer.path(), output);
        assert_eq!(ended.status.code(), Some(0), "{output}: {}", ended.stderr);
        assert_eq!(Report::read(&fs::read(outer.path().join(written)).unwrap()).exit_code(), 0);
    }
    is_untouched(&outer);
}

/// Whoever owns the folder can put links into it, the superuser's and one's own aside.
#[test]
fn a_link_in_somebody_elses_folder_is_refused() {
    let outer = folder(0o755);
    let shared = outer.path().join("shared");
    symlink("../own/precious.json", shared.join("a.json")).unwrap();
    if std::os::unix::fs::chown(&shared, Some(65_534), None).is_err() {
        return; // Only the superuser can give a folder away.
    }
    let ended = demo(outer.path(), "shared/a.json");
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    is_untouched(&outer);
}
