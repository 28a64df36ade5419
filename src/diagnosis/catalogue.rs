//! The catalogue: what each diagnosis code says to a person. Data only, one TOML file an area (three for
//! `config`), read when first needed.
//!
//! It is the single source of every title, cause and fix, for the reports, for `explain` and for the documentation.
//! Texts may hold `{placeholders}`, which a finding's values fill; without a value, `{bucket}` reads `<bucket>`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::code::Code;
use crate::base::finding::Line;

/// The data files, in the order of the register's areas.
const FILES: &[&str] = &[
    include_str!("catalogue/config.toml"),
    include_str!("catalogue/config-endpoint.toml"),
    include_str!("catalogue/config-values.toml"),
    include_str!("catalogue/network.toml"),
    include_str!("catalogue/proxy.toml"),
    include_str!("catalogue/tls.toml"),
    include_str!("catalogue/http.toml"),
    include_str!("catalogue/auth.toml"),
    include_str!("catalogue/permission.toml"),
    include_str!("catalogue/account.toml"),
    include_str!("catalogue/bucket.toml"),
    include_str!("catalogue/integrity.toml"),
    include_str!("catalogue/service.toml"),
    include_str!("catalogue/cleanup.toml"),
    include_str!("catalogue/run.toml"),
];
const AREAS: &str = include_str!("catalogue/areas.toml");

/// The files' whole texts, which are the same for everyone.
pub fn texts() -> impl Iterator<Item = &'static str> {
    FILES.iter().copied().chain([AREAS])
}

/// What the codes of one area have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// What it is about, in a few words.
    pub title: String,
    /// What it means that a finding is of this area.
    pub about: String,
}

/// What one code says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The condition in a few words, without a full stop.
    pub title: String,
    /// The cause in one sentence, as a finding says it.
    pub cause: String,
    /// What the code means, independent of a run, as `explain` says it.
    pub meaning: String,
    /// What it typically looks like: error texts, statuses, symptoms.
    pub evidence: Vec<String>,
    /// Whether `--accept` may make a note of it: a warning, or an error that some applications can live with.
    #[serde(default)]
    pub acceptable: bool,
    /// The causes in order of likelihood.
    pub causes: Vec<String>,
    /// What to do, in order.
    pub fix: Vec<Step>,
    /// What a finding says in their place where the endpoint is not R2's, if that differs.
    pub elsewhere: Option<Advice>,
    /// Where the vendor documents it.
    pub docs: String,
}

/// The cause and the fix of a finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// As [`Entry::cause`].
    pub cause: String,
    /// As [`Entry::fix`].
    pub fix: Vec<Step>,
}

impl Entry {
    /// The cause and the fix that suit a finding. Its values hold an account only where the endpoint is R2's.
    pub fn advice(&self, values: &BTreeMap<&'static str, Line>) -> (&str, &[Step]) {
        match &self.elsewhere {
            Some(elsewhere) if !values.contains_key("account") => (&elsewhere.cause, &elsewhere.fix),
            Some(_) | None => (&self.cause, &self.fix),
        }
    }
}

/// One step of a fix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The step as an instruction.
    pub text: String,
    /// A command that does or checks it.
    pub command: Option<String>,
    /// The page on which it is done.
    pub url: Option<String>,
}

static ENTRIES: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    FILES.iter().flat_map(|file| toml::from_str::<HashMap<String, Entry>>(file).unwrap_or_default()).collect()
});

static BY_AREA: LazyLock<HashMap<String, Area>> = LazyLock::new(|| toml::from_str(AREAS).unwrap_or_default());

/// What is said of an area; every one is described, which a test proves.
pub fn area(name: &str) -> Option<&'static Area> {
    BY_AREA.get(name)
}

/// The entry of a code; every code has one, which a test proves.
pub fn entry(code: Code) -> Option<&'static Entry> {
    ENTRIES.get(code.as_str())
}

/// Fills the `{placeholders}` of a text. One without a value is shown as `<placeholder>`.
pub fn fill(text: &str, values: &BTreeMap<&'static str, Line>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if is_placeholder(name) => {
                match values.get(name) {
                    Some(value) => filled.push_str(value),
                    None => filled.extend(["<", name, ">"]),
                }
                rest = tail;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The names that titles, causes and fixes may use. Whoever makes a finding supplies those that its entry needs.
#[cfg(test)]
pub const PLACEHOLDERS: &[&str] = &[
    "account",
    "address",
    "bucket",
    "class",
    "date",
    "days",
    "deadline",
    "endpoint",
    "env_file",
    "host",
    "issuer",
    "jurisdiction",
    "key",
    "length",
    "offset",
    "operation",
    "port",
    "prefix",
    "proxy",
    "proxy_variable",
    "region",
    "s3_code",
    "status",
    "subject",
    "suggestion",
    "timeout",
    "variable",
];

fn is_placeholder(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_matches_the_register_both_ways() {
        let mut named = Vec::new();
        for file in FILES {
            let entries: BTreeMap<String, Entry> = toml::from_str(file).expect("catalogue file");
            named.extend(entries.into_keys());
        }
        named.sort();
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
        codes.sort();
        assert_eq!(named, codes);
    }

    #[test]
    fn every_area_is_described_and_no_other() {
        let described: BTreeMap<String, Area> = toml::from_str(AREAS).expect("areas");
        let mut areas: Vec<_> = Code::areas().collect();
        areas.sort_unstable();
        assert!(described.keys().eq(&areas));
    }

    #[test]
    fn every_entry_says_what_to_do() {
        for code in Code::ALL {
            let entry = entry(*code).expect("entry");
            assert!(
                !entry.fix.is_empty() && !entry.evidence.is_empty() && !entry.causes.is_empty(),
                "{code}"
            );
            assert!(
                !entry.title.ends_with('.') && entry.cause.ends_with('.') && entry.meaning.ends_with('.'),
                "{code}"
            );
            assert!(entry.docs.starts_with("https://"), "{code}");
        }
    }

    /// All steps, those for other servers than R2 included.
    fn steps(entry: &Entry) -> impl Iterator<Item = &Step> {
        entry.fix.iter().chain(entry.elsewhere.iter().flat_map(|advice| &advice.fix))
    }

    fn placeholders(text: &str) -> impl Iterator<Item = &str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .filter(|name| is_placeholder(name))
    }

    #[test]
    fn findings_texts_use_known_placeholders_only() {
        for code in Code::ALL {
            let entry = entry(*code).expect("entry");
            let steps = steps(entry).flat_map(|step| [Some(&step.text), step.command.as_ref()]).flatten();
            let elsewhere = entry.elsewhere.iter().map(|advice| &advice.cause);
            let texts = [&entry.title, &entry.cause].into_iter().chain(elsewhere).chain(steps);
            for name in texts.flat_map(|text| placeholders(text)) {
                assert!(PLACEHOLDERS.contains(&name), "{code} uses {{{name}}}");
            }
        }
    }

    #[test]
    fn explanations_and_addresses_hold_no_placeholder() {
        for code in Code::ALL {
            let entry = entry(*code).expect("entry");
            let urls = steps(entry).filter_map(|step| step.url.as_ref());
            let texts = [&entry.meaning, &entry.docs]
                .into_iter()
                .chain(&entry.evidence)
                .chain(&entry.causes)
                .chain(urls);
            for text in texts {
                assert_eq!(placeholders(text).next(), None, "{code}: {text}");
            }
        }
    }

    #[test]
    fn a_fix_is_one_to_four_steps_with_whole_sentences() {
        for code in Code::ALL {
            let entry = entry(*code).expect("entry");
            let elsewhere = entry.elsewhere.iter().map(|advice| advice.fix.len());
            assert!(
                [entry.fix.len()].into_iter().chain(elsewhere).all(|steps| (1..=4).contains(&steps)),
                "{code}"
            );
            for step in steps(entry) {
                assert!(step.text.ends_with(['.', '?']), "{code}: {}", step.text);
                assert!(step.url.as_ref().is_none_or(|url| url.starts_with("https://")), "{code}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_no_value_is_filled_again(text in "[a-z{}_ \\PC]{0,60}", value in "[{}a-z\\PC]{0,20}") {
            let value = Line::from(value);
            let values = BTreeMap::from([("host", value.clone())]);
            let filled = fill(&text, &values);
            let longest = text.len() + text.matches("{host}").count() * value.len();
            proptest::prop_assert!(filled.len() <= longest);
            proptest::prop_assert_eq!(fill("a {host} b", &values), format!("a {value} b"));
            if !text.contains('{') {
                proptest::prop_assert_eq!(filled, text);
            }
        }
    }

    #[test]
    fn placeholders_are_filled_or_shown_as_such() {
        let values = [("bucket", "photos"), ("s3_code", "NoSuchBucket")];
        let values = values.map(|(name, value)| (name, Line::from(value))).into();
        let text = "{s3_code}: `{bucket}` at {host}, {Not} one {";
        assert_eq!(fill(text, &values), "NoSuchBucket: `photos` at <host>, {Not} one {");
    }
}
