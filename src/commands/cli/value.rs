//! Values on the command line, each read by a small function that says what is wrong with a bad one.

use std::time::Duration;

use crate::base::code::Code;
use crate::base::probe::LONGEST_RUN;
use crate::diagnosis::Policy;

/// Longest time limit that is accepted, so that an object of a run that began longer ago is known to be left over.
const LONGEST: Duration = LONGEST_RUN;
/// Longest prefix, so that a key stays far below S3's 1,024 bytes.
const LONGEST_PREFIX: usize = 512;

pub(super) fn time_limit(text: &str) -> Result<Duration, String> {
    let duration =
        humantime::parse_duration(text).map_err(|error| format!("{error}; write it as 500ms, 10s or 2m"))?;
    if duration.is_zero() {
        Err("it must be longer than zero".to_owned())
    } else if duration > LONGEST {
        Err("it must not be longer than an hour".to_owned())
    } else {
        Ok(duration)
    }
}

/// Keys are kept to characters that no proxy and no signing code treats specially.
pub(super) fn prefix(text: &str) -> Result<String, String> {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "/-_.".contains(letter);
    if let Some(letter) = text.chars().find(|letter| !harmless(*letter)) {
        return Err(format!("{letter:?} is not among the characters A-Z a-z 0-9 / - _ ."));
    }
    if text.starts_with('/') || text.contains("//") || text.split('/').any(|part| part == "." || part == "..")
    {
        return Err("it must not begin with a slash or hold an empty part, `.` or `..`".to_owned());
    }
    if text.len() > LONGEST_PREFIX {
        return Err(format!("it must not have more than {LONGEST_PREFIX} characters"));
    }
    Ok(text.to_owned())
}

pub(super) fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        Some(_) | None => Err("write it as KEY=VALUE".to_owned()),
    }
}

/// A code whose findings may be accepted.
pub fn accepted(text: &str) -> Result<Code, String> {
    match Code::parse(text) {
        None => Err(format!("there is no code `{text}`; `r2-selftest explain` lists all codes")),
        Some(code) if Policy::is_acceptable(code) => Ok(code),
        Some(code) => Err(format!("`{code}` cannot be accepted: the application does not work with it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stays_within_its_characters() {
        for good in ["", "r2-selftest/", "a/b/", "x"] {
            assert_eq!(prefix(good).as_deref(), Ok(good));
        }
        for bad in ["/a", "a b/", "a//b", "../a", "ä/", "a?b"] {
            assert!(prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_limit_is_longer_than_zero_and_has_a_unit() {
        assert_eq!(time_limit("1500ms"), Ok(Duration::from_millis(1500)));
        for bad in ["0s", "", "ten", "-1s", "2h"] {
            assert!(time_limit(bad).is_err(), "{bad}");
        }
    }
}
