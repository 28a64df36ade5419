//! The env file from inside: which one is read, and how one is reported that cannot be.

mod differential;

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
    let file = read(&WORKER, &EnvFile::Search, &place(&inner)).parse(&|_| None);
    assert_eq!(file.shown.as_deref(), Some("../../.env"));
    assert_eq!(file.entries[0].value.expose(), "auto");
    fs::write(inner.join(".env"), "").expect("file");
    assert_eq!(
        read(&WORKER, &EnvFile::Search, &place(&inner)).parse(&|_| None).shown.as_deref(),
        Some(".env")
    );
}

#[test]
fn a_named_file_that_cannot_be_read_says_why_at_once() {
    let root = tempfile::tempdir().expect("folder");
    fs::write(root.path().join("long"), vec![b'#'; 1024 * 1024 + 1]).expect("file");
    for (name, why) in [
        ("absent.env", "absent.env does not exist"),
        ("", "is a folder, not a file"),
        ("long", "long is longer than 1 MiB, which no env file is"),
        #[cfg(unix)]
        ("/dev/null", "/dev/null is a character device, not a file"),
    ] {
        let file = read(&WORKER, &EnvFile::Named(PathBuf::from(name)), &place(root.path())).parse(&|_| None);
        assert!(trouble(&file).contains(why), "{}", trouble(&file));
    }
}

#[test]
fn a_file_that_came_to_no_end_is_reported_by_its_name() {
    let named = EnvFile::Named(PathBuf::from("/srv/secrets/pipe\n"));
    assert_eq!(trouble(&FileRead::unfinished(&named, "too late")), "pipe cannot be read: too late");
    let searched = FileRead::unfinished(&EnvFile::Search, "it took too long");
    assert!(trouble(&searched).starts_with(".env was searched for") && searched.wanted);
    assert!(FileRead::unfinished(&EnvFile::None, "").trouble.is_none());
}

#[test]
fn utf_16_is_named_and_a_utf_8_mark_is_passed_over() {
    for bytes in [&b"\xFF\xFEA\0=\0b\0"[..], &b"\xFE\xFF\0A\0=\0b"[..], &b"A\0=\0b\0\n\0"[..]] {
        assert!(trouble(&FileRead::parse(".env".to_owned(), bytes, &|_| None)).contains("UTF-16"));
    }
    let file = FileRead::parse(".env".to_owned(), b"\xEF\xBB\xBFA=b", &|_| None);
    assert!(file.trouble.is_none() && file.entries[0].name == "A");
}

#[test]
fn no_env_file_is_read_when_none_is_wanted() {
    let file = read(&WORKER, &EnvFile::None, &place(Path::new("/"))).parse(&|_| None);
    assert!(!file.wanted && file.shown.is_none() && file.trouble.is_none());
}
