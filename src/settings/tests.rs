//! The rules together: the findings about a set of variables.

mod endpoint;
mod example;
mod origin;
mod properties;
mod values;

use super::env_file::FileRead;
use super::{Environment, Loaded, Raw};
use crate::base::finding::{Finding, Severity};

pub const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
pub const KEY: &str = "fedcba9876543210fedcba9876543210";
pub const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Settings that pass every rule, with some of them replaced, or taken out by `None`.
pub fn environment(changes: &[(&str, Option<&str>)]) -> Environment {
    let endpoint = format!("https://{ACCOUNT}.r2.cloudflarestorage.com");
    let sound = [
        ("R2_ENABLED", "true"),
        ("R2_ENDPOINT", &endpoint),
        ("R2_ACCESS_KEY_ID", KEY),
        ("R2_SECRET_ACCESS_KEY", SECRET),
        ("R2_BUCKET_NAME", "photos"),
    ];
    let untouched = sound.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let replaced = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    Environment::from_pairs(untouched.chain(replaced))
}

/// Judges the sound settings with these changes, without an env file.
pub fn judged(changes: &[(&str, Option<&str>)]) -> Loaded {
    super::judge(&Raw::without_file(environment(changes)))
}

/// Judges with one value changed.
pub fn with(name: &str, value: &str) -> Loaded {
    judged(&[(name, Some(value))])
}

/// Judges an env file's text beside these variables of the environment alone.
pub fn with_file(pairs: &[(&str, &str)], text: &str) -> Loaded {
    let environment = Environment::from_pairs(pairs.iter().copied());
    super::judge(&Raw { environment, file: FileRead::parse(".env".to_owned(), text.as_bytes(), &|_| None) })
}

/// The codes without their area, each with a mark for a warning, and the variable.
pub fn found_codes(loaded: &Loaded) -> Vec<String> {
    loaded.findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let code = finding.code.as_str().trim_start_matches("config.");
    let mark = if finding.severity == Severity::Warning { "?" } else { "" };
    let variable = finding.values.get("variable").map_or("", |name| name.trim_start_matches("R2_"));
    format!("{code}{mark} {variable}")
}

pub fn evidence(loaded: &Loaded) -> String {
    loaded
        .findings
        .iter()
        .flat_map(|finding| finding.evidence.iter().map(ToString::to_string))
        .collect::<Vec<_>>()
        .join("\n")
}

pub fn suggestion(loaded: &Loaded) -> Option<&str> {
    loaded.findings.first()?.values.get("suggestion").map(|value| &**value)
}

#[test]
fn sound_settings_have_no_finding_and_are_used_as_they_stand() {
    let loaded = judged(&[("R2_REGION", Some("auto")), ("R2_SESSION_TOKEN", Some("token"))]);
    assert_eq!(found_codes(&loaded), [""; 0]);
    let settings = loaded.settings.expect("settings");
    assert_eq!((settings.bucket.as_str(), settings.region.as_str()), ("photos", "auto"));
    assert_eq!(settings.secret_access_key.expose(), SECRET);
    assert_eq!(settings.session_token.expect("token").expose(), "token");
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_the_variables() {
    let loaded = judged(&[
        ("R2_ENABLED", Some("yes")),
        (
            "R2_ENDPOINT",
            Some("http://0123456789abcdef0123456789abcdef.weur.r2.cloudflarestorage.com:8080/photos"),
        ),
        ("R2_ACCESS_KEY_ID", Some("\"AKIAIOSFODNN7EXAMPLE\"")),
        ("R2_SECRET_ACCESS_KEY", None),
        ("R2_REGION", Some("eu-west-1 ")),
    ]);
    let expected = [
        "enabled-not-true ENABLED",
        "endpoint-insecure ENDPOINT",
        "endpoint-jurisdiction ENDPOINT",
        "endpoint-path ENDPOINT",
        "quotes ACCESS_KEY_ID",
        "access-key-shape ACCESS_KEY_ID",
        "missing SECRET_ACCESS_KEY",
        "whitespace REGION",
        "region REGION",
    ];
    assert_eq!(found_codes(&loaded), expected);
    assert!(loaded.settings.is_none());
}

#[test]
fn no_settings_at_all_name_every_needed_variable() {
    let loaded = with_file(&[], "");
    let expected = [
        "missing ENABLED",
        "missing ENDPOINT",
        "missing ACCESS_KEY_ID",
        "missing SECRET_ACCESS_KEY",
        "missing BUCKET_NAME",
    ];
    assert_eq!(found_codes(&loaded), expected);
}
