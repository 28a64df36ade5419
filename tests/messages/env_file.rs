//! Env files that cannot be read, or that hold something else than they seem to.

use super::Section;
use super::case::Case;
use super::variables::{ALL, SOUND};
use crate::support::cli::Cli;

/// Files with one line in the place of the bucket's, and what the verdict must name.
const LINES: &[(&str, &[&str], &str)] = &[
    (
        "A line of the env file has no equals sign",
        &["Line 5 of app.env", "R2_BUCKET_NAME", "no `=`"],
        "R2_BUCKET_NAME app-files",
    ),
    (
        "A quote of the env file is never closed",
        &["Line 5 of app.env", "R2_BUCKET_NAME", "unclosed quote"],
        "R2_BUCKET_NAME='app-files",
    ),
    (
        "A hash of the env file begins no comment",
        &["R2_BUCKET_NAME is `app-files#old`", "the character `#`"],
        "R2_BUCKET_NAME=app-files#old",
    ),
    ("The env file has an empty value", &["R2_BUCKET_NAME is empty"], "R2_BUCKET_NAME="),
    (
        "The env file refers to a variable that is not set",
        &["R2_BUCKET_NAME is empty"],
        "R2_BUCKET_NAME=${ABSENT}",
    ),
    (
        "The env file sets a variable twice",
        &["R2_ENABLED is `false`"],
        "R2_BUCKET_NAME=app-files\nR2_ENABLED=false",
    ),
];

/// The sound settings as an env file, with this in the place of the bucket's line.
fn with(line: &str) -> String {
    let kept = SOUND.iter().filter(|(name, _)| *name != "R2_BUCKET_NAME");
    kept.map(|(name, value)| format!("{name}={value}\n")).chain([format!("{line}\n")]).collect()
}

fn file(content: impl AsRef<[u8]>) -> Cli {
    Cli::new("--env-file app.env").file("app.env", content)
}

fn a_folder() -> Cli {
    let cli = Cli::new("--env-file app.env");
    std::fs::create_dir(cli.here().join("app.env")).unwrap();
    cli
}

fn utf_16() -> Vec<u8> {
    let content: Vec<u8> =
        with("R2_BUCKET_NAME=app-files").encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&[0xFF, 0xFE], &content[..]].concat()
}

pub fn section() -> Section {
    let mut cases = vec![
        Case::new("The env file does not exist", &["app.env", "does not exist"], || {
            Cli::new("--env-file app.env")
        }),
        Case::new("The env file is a folder", &["app.env", "is a folder"], a_folder),
        Case::new("The env file is UTF-16", &["app.env", "UTF-16"], || file(utf_16())),
        Case::new("There is no env file, and nothing is set", ALL, || Cli::new("")),
        Case::new("The environment hides a value of the env file", &["R2_BUCKET_NAME is empty"], || {
            file(with("R2_BUCKET_NAME=app-files")).env("R2_BUCKET_NAME", "")
        }),
    ];
    cases.extend(LINES.iter().map(|(title, names, line)| Case::new(*title, names, || file(with(line)))));
    Section { title: "Env files", about: "Nothing is sent.", cases }
}
