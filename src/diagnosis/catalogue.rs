//! The catalogue: what each diagnosis code says to a person. Data only, one TOML file an area (three for
//! `config`), read when first needed.
//!
//! It is the single source of every title, cause and fix, for the reports, for `explain` and for the documentation.
//! Texts may hold `{placeholders}`, which a finding's values fill; without a value, `{bucket}` reads `<bucket>`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::circumstance::Circumstances;
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
    /// The cause and the fix that suit a finding at R2, or elsewhere.
    pub fn advice(&self, on_r2: bool) -> (&str, &[Step]) {
        match &self.elsewhere {
            Some(elsewhere) if !on_r2 => (&elsewhere.cause, &elsewhere.fix),
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
    /// A finding has it only under all of these circumstances.
    #[serde(default)]
    pub when: Circumstances,
    /// A finding has it under none of these.
    #[serde(default)]
    pub unless: Circumstances,
}

impl Step {
    /// Whether it is of use where this is known.
    pub fn fits(&self, known: &Circumstances) -> bool {
        self.when.is_subset(known) && self.unless.is_disjoint(known)
    }
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
    "elsewhere",
    "endpoint",
    "env_file",
    "host",
    "issuer",
    "jurisdiction",
    "key",
    "length",
    "offset",
    "other",
    "operation",
    "port",
    "prefix",
    "proxy",
    "proxy_variable",
    "line",
    "ca_file",
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
mod tests;
