//! The catalogue: what each diagnosis code says to a person. Data only, one TOML file an area (four for
//! `config`), read when first needed.
//!
//! It is the single source of every title, cause and fix, for the reports, for `explain` and for the documentation.
//! Texts may hold `{placeholders}`, which a finding's values fill; without a value, `{bucket}` reads `<bucket>`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Line};

/// The data files, in the order of the register's areas.
const FILES: &[&str] = &[
    include_str!("catalogue/config.toml"),
    include_str!("catalogue/config-endpoint.toml"),
    include_str!("catalogue/config-values.toml"),
    include_str!("catalogue/config-extra.toml"),
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
const STEPS: &str = include_str!("catalogue/steps.toml");
const AREAS: &str = include_str!("catalogue/areas.toml");

/// The files' whole texts, which are the same for everyone.
pub fn texts() -> impl Iterator<Item = &'static str> {
    FILES.iter().copied().chain([STEPS, AREAS])
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
    /// The same with `{placeholders}`, as a finding says it, if that differs: it names what is at fault.
    pub headline: Option<String>,
    /// The cause in one sentence, as a finding says it.
    pub cause: String,
    /// What the code means, independent of a run, as `explain` says it.
    pub meaning: String,
    /// What it typically looks like: error texts, statuses, symptoms.
    pub evidence: Vec<String>,
    /// Whether `--accept` may make a note of it: a warning, or an error that some applications can live with.
    #[serde(default)]
    pub acceptable: bool,
    /// Whether its texts hold for several variables too: `{variable}` then reads `A, B and C`, `{is}` `are`, and `{s}` nothing.
    #[serde(default)]
    pub together: bool,
    /// The causes in order of likelihood.
    pub causes: Vec<String>,
    /// What to do, in order.
    pub fix: Vec<Step>,
    /// What a finding says where the server is not R2, as far as that differs.
    pub elsewhere: Option<Advice>,
    /// What a finding says where something in front of the server may have changed the request.
    pub gateway: Option<Advice>,
    /// Where the vendor documents it.
    pub docs: String,
}

/// What a finding says in a certain place. What is left out is as in the entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// As [`Entry::headline`].
    pub headline: Option<String>,
    /// As [`Entry::cause`].
    pub cause: Option<String>,
    /// As [`Entry::fix`].
    #[serde(default)]
    pub fix: Vec<Step>,
    /// As [`Entry::docs`]; without it, S3's own list of errors stands for pages of Cloudflare's, as other servers follow it.
    pub docs: Option<String>,
}

/// What Cloudflare's pages begin with.
const DOCS_OF_R2: &str = "https://developers.cloudflare.com/";
/// S3's own list of errors.
const DOCS_OF_S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html";

impl Entry {
    /// What is said in the place of a finding, if that differs.
    fn place(&self, finding: &Finding) -> Option<&Advice> {
        let gateway = self.gateway.as_ref().filter(|_| finding.behind_gateway);
        gateway.or(self.elsewhere.as_ref().filter(|_| !finding.on_r2))
    }

    /// The title of a finding, before its placeholders are filled.
    pub fn headline(&self, finding: &Finding) -> &str {
        let of_place = self.place(finding).and_then(|advice| advice.headline.as_deref());
        of_place.or(self.headline.as_deref()).unwrap_or(&self.title)
    }

    /// The cause, the fix and the documentation that suit the place of a finding.
    pub fn advice(&self, finding: &Finding) -> (&str, &[Step], &str) {
        let Some(advice) = self.place(finding) else { return (&self.cause, &self.fix, &self.docs) };
        let fix = if advice.fix.is_empty() { &self.fix } else { &advice.fix };
        let neutral = if self.docs.starts_with(DOCS_OF_R2) { DOCS_OF_S3 } else { &self.docs };
        (advice.cause.as_ref().unwrap_or(&self.cause), fix, advice.docs.as_deref().unwrap_or(neutral))
    }

    /// What it says in other places, each with the name of the place.
    pub fn places(&self) -> impl Iterator<Item = (&'static str, &Advice)> {
        let elsewhere = self.elsewhere.iter().map(|advice| ("not R2", advice));
        elsewhere.chain(self.gateway.iter().map(|advice| ("gateway", advice)))
    }
}

/// One step of a fix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What must be known of the run for this step to be shown, one thing or several; always shown without it.
    #[serde(default, deserialize_with = "one_or_several")]
    pub when: Vec<Circumstance>,
    /// The step as an instruction.
    pub text: String,
    /// A command that does or checks it.
    pub command: Option<String>,
    /// The page on which it is done.
    pub url: Option<String>,
}

impl Step {}

fn one_or_several<'de, D: Deserializer<'de>>(data: D) -> Result<Vec<Circumstance>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Conditions {
        One(Circumstance),
        Several(Vec<Circumstance>),
    }
    Ok(match Conditions::deserialize(data)? {
        Conditions::One(condition) => vec![condition],
        Conditions::Several(conditions) => conditions,
    })
}

static ENTRIES: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    FILES.iter().flat_map(|file| toml::from_str::<HashMap<String, Entry>>(file).unwrap_or_default()).collect()
});

static FIRST: LazyLock<HashMap<String, Vec<Step>>> =
    LazyLock::new(|| toml::from_str(STEPS).unwrap_or_default());

/// The steps that come before those of any code, where they hold.
pub fn first_steps() -> &'static [Step] {
    FIRST.get("step").map_or(&[], Vec::as_slice)
}

static BY_AREA: LazyLock<HashMap<String, Area>> = LazyLock::new(|| toml::from_str(AREAS).unwrap_or_default());

/// What is said of an area; every one is described, which a test proves.
pub fn area(name: &str) -> Option<&'static Area> {
    BY_AREA.get(name)
}

/// The entry of a code; every code has one, which a test proves.
pub fn entry(code: Code) -> Option<&'static Entry> {
    ENTRIES.get(code.as_str())
}

/// What a finding says that it is: the headline of its code, filled.
pub fn headline(finding: &Finding) -> String {
    entry(finding.code).map(|entry| fill(entry.headline(finding), &finding.values)).unwrap_or_default()
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
    "check",
    "class",
    "command",
    "date",
    "days",
    "deadline",
    "elsewhere",
    "endpoint",
    "env_file",
    "expected",
    "extra",
    "host",
    "is",
    "issuer",
    "jurisdiction",
    "key",
    "length",
    "no_proxy",
    "offset",
    "other",
    "operation",
    "port",
    "prefix",
    "proxy",
    "proxy_variable",
    "reason",
    "line",
    "part",
    "ca_file",
    "region",
    "resolve",
    "roots_variable",
    "s",
    "s3_code",
    "server",
    "set_proxy",
    "stand_in",
    "status",
    "subject",
    "suggestion",
    "them",
    "through",
    "timeout",
    "variable",
    "where",
    "where_bucket",
    "where_endpoint",
    "where_keys",
    "where_no_proxy",
    "where_proxy",
    "where_roots",
    "where_variable",
];

fn is_placeholder(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests;
