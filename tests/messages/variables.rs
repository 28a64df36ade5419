//! Values that cannot work, in the environment. Nothing is sent.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use super::Section;
use super::case::Case;
use crate::support::cli::Cli;
use crate::support::r2::{ACCOUNT, BUCKET};

const ENDPOINT: &str = "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com";
const KEY: &str = "4a5b6c7d8e9f0a1b2c3d4e5f60718293";
const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";
/// A value that its variable must not have: there is none.
const UNSET: &str = "\0";

/// Settings of R2 that no rule objects to.
pub const SOUND: [(&str, &str); 5] = [
    ("R2_ENABLED", "true"),
    ("R2_ENDPOINT", ENDPOINT),
    ("R2_ACCESS_KEY_ID", KEY),
    ("R2_SECRET_ACCESS_KEY", SECRET),
    ("R2_BUCKET_NAME", BUCKET),
];

/// What the verdict must name where nothing is set.
pub const ALL: &[&str] =
    &["R2_ENABLED, R2_ENDPOINT, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY and R2_BUCKET_NAME are not set"];

/// The sound settings, with these in the place of theirs.
fn sound_but(changes: &[(&str, &str)]) -> Cli {
    let untouched = SOUND.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let all = untouched.chain(changes.iter().copied()).filter(|(_, value)| *value != UNSET);
    Cli::new("--no-env-file").envs(all)
}

/// One value of a variable, and what the verdict must say of it.
const VALUES: &[(&str, &str, &[&str], &str)] = &[
    ("R2_ENABLED is not set", "R2_ENABLED", &["R2_ENABLED is not set"], UNSET),
    ("R2_ENABLED is `1`", "R2_ENABLED", &["R2_ENABLED is `1`, not `true`"], "1"),
    ("R2_ENABLED is `false`", "R2_ENABLED", &["R2_ENABLED is `false`"], "false"),
    ("R2_ENDPOINT is empty", "R2_ENDPOINT", &["R2_ENDPOINT is empty"], ""),
    (
        "R2_ENDPOINT is the line of an example",
        "R2_ENDPOINT",
        &["R2_ENDPOINT", "template text"],
        "https://your_account_id.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT has no scheme",
        "R2_ENDPOINT",
        &["R2_ENDPOINT has no `https://`"],
        "4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT begins with http",
        "R2_ENDPOINT",
        &["R2_ENDPOINT uses plain http"],
        "http://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT has a misspelt domain",
        "R2_ENDPOINT",
        &["R2_ENDPOINT misspells r2.cloudflarestorage.com"],
        "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.co",
    ),
    (
        "R2_ENDPOINT is the public address of a bucket",
        "R2_ENDPOINT",
        &["R2_ENDPOINT is a bucket's public address"],
        "https://pub-4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.dev",
    ),
    (
        "R2_ENDPOINT lacks a digit of the account id",
        "R2_ENDPOINT",
        &["R2_ENDPOINT", "account id of 31 characters"],
        "https://4f1c0e5ab27d4936a8c1f0b3d5e79a6.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT has the bucket before the host",
        "R2_ENDPOINT",
        &["R2_ENDPOINT", "`app-files`", "before the account id"],
        "https://app-files.4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com",
    ),
    ("R2_ENDPOINT is no URL", "R2_ENDPOINT", &["R2_ENDPOINT", "white space"], "not a url"),
    (
        "R2_ACCESS_KEY_ID is one of AWS",
        "R2_ACCESS_KEY_ID",
        &["R2_ACCESS_KEY_ID has 20 characters, not 32"],
        "AKIAIOSFODNN7EXAMPLF",
    ),
    (
        "R2_ACCESS_KEY_ID is the account id",
        "R2_ACCESS_KEY_ID",
        &["R2_ACCESS_KEY_ID holds the account id"],
        ACCOUNT,
    ),
    (
        "R2_ACCESS_KEY_ID ends with a blank",
        "R2_ACCESS_KEY_ID",
        &["R2_ACCESS_KEY_ID ends with a space"],
        "4a5b6c7d8e9f0a1b2c3d4e5f60718293 ",
    ),
    (
        "R2_SECRET_ACCESS_KEY lacks a character",
        "R2_SECRET_ACCESS_KEY",
        &["R2_SECRET_ACCESS_KEY has 63 characters"],
        SECRET.split_at(63).0,
    ),
    (
        "R2_SECRET_ACCESS_KEY is an API token",
        "R2_SECRET_ACCESS_KEY",
        &["R2_SECRET_ACCESS_KEY", "API token"],
        "cfut_Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1Ab1",
    ),
    (
        "R2_SECRET_ACCESS_KEY is a reference that Railway did not resolve",
        "R2_SECRET_ACCESS_KEY",
        &["R2_SECRET_ACCESS_KEY", "unresolved Railway reference"],
        "${{shared.R2_SECRET}}",
    ),
    (
        "R2_BUCKET_NAME is in quotation marks",
        "R2_BUCKET_NAME",
        &["R2_BUCKET_NAME", "single quote"],
        "'app-files'",
    ),
    (
        "R2_BUCKET_NAME has a comment behind it",
        "R2_BUCKET_NAME",
        &["R2_BUCKET_NAME", "a comment"],
        "app-files # production",
    ),
    (
        "R2_BUCKET_NAME has an invisible character",
        "R2_BUCKET_NAME",
        &["R2_BUCKET_NAME", "U+FEFF"],
        "\u{feff}app-files",
    ),
    ("R2_BUCKET_NAME has capital letters", "R2_BUCKET_NAME", &["R2_BUCKET_NAME is `App_Files`"], "App_Files"),
    (
        "R2_BUCKET_NAME is a whole URL",
        "R2_BUCKET_NAME",
        &["R2_BUCKET_NAME is a URL"],
        "https://example.com/app-files",
    ),
    ("R2_REGION is one of AWS", "R2_REGION", &["R2_REGION is `eu-west-1`"], "eu-west-1"),
    (
        "R2_ENDPOINT has its scheme twice",
        "R2_ENDPOINT",
        &["R2_ENDPOINT has two schemes, `https://https://`"],
        "https://https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT has a region in the place of the account id",
        "R2_ENDPOINT",
        &["R2_ENDPOINT has the AWS region `us-east-1`"],
        "https://us-east-1.r2.cloudflarestorage.com",
    ),
    (
        "R2_ENDPOINT has the bucket's name at its end",
        "R2_ENDPOINT",
        &["R2_ENDPOINT", "`/app-files`"],
        "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com/app-files",
    ),
    (
        "R2_ENDPOINT has a location hint for a jurisdiction",
        "R2_ENDPOINT",
        &["R2_ENDPOINT has the location hint `weur`"],
        "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.weur.r2.cloudflarestorage.com",
    ),
    ("R2_REGION is a jurisdiction", "R2_REGION", &["R2_REGION is `eu`"], "eu"),
];

/// Variables with their values.
type Changes = &'static [(&'static str, &'static str)];

/// Values of several variables.
const SEVERAL: &[(&str, &[&str], Changes)] = &[
    (
        "R2_BUCKET_NAME is set under another name",
        &["R2_BUCKET_NAME is not set"],
        &[("R2_BUCKET_NAME", UNSET), ("R2_BUCKET", BUCKET)],
    ),
    (
        "The keys are set under the names of AWS",
        &["R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY are not set"],
        &[
            ("R2_ACCESS_KEY_ID", UNSET),
            ("R2_SECRET_ACCESS_KEY", UNSET),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
        ],
    ),
    (
        "The keys are swapped",
        &["R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY are swapped"],
        &[("R2_ACCESS_KEY_ID", SECRET), ("R2_SECRET_ACCESS_KEY", KEY)],
    ),
    (
        "Three values are wrong",
        &["R2_ENABLED is `yes`"],
        &[
            ("R2_ENABLED", "yes"),
            ("R2_ENDPOINT", "https://<ACCOUNT_ID>.r2.cloudflarestorage.com"),
            ("R2_BUCKET_NAME", "App_Files"),
        ],
    ),
];

pub fn section() -> Section {
    let mut cases = vec![
        Case::new("Nothing is set", ALL, || Cli::new("--no-env-file")),
        Case::new("R2_BUCKET_NAME is not UTF-8", &["R2_BUCKET_NAME is not valid UTF-8"], || {
            sound_but(&[]).env("R2_BUCKET_NAME", OsString::from_vec(b"app\xFFfiles".to_vec()))
        }),
    ];
    cases.extend(VALUES.iter().map(|(title, variable, names, value)| {
        Case::new(*title, names, move || sound_but(&[(variable, value)]))
    }));
    cases.extend(
        SEVERAL.iter().map(|(title, names, changes)| Case::new(*title, names, move || sound_but(changes))),
    );
    Section { title: "Variables", about: "Values in the environment. Nothing is sent.", cases }
}
