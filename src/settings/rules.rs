//! The rules, one small function each: raw values in, findings out. They read nothing and send nothing.
//!
//! One fault makes one finding. The rules about characters ([`text`], [`invisible`]) look at the raw value; the rules
//! about shape look at its core: the value without quotes, whitespace and invisible characters, and, if the rest is
//! well-formed, without all other extra text ([`extra`]). So a quoted key is not also called too long, and a
//! key that is both quoted and too long has both findings.

pub mod bucket;
pub mod elsewhere;
pub mod enabled;
pub mod endpoint;
pub mod endpoint_faults;
pub mod endpoint_host;
pub mod endpoint_view;
pub mod extra;
pub mod invisible;
pub mod keys;
pub mod loaders;
pub mod missing;
pub mod near_miss;
pub mod origin;
pub mod placeholder;
pub mod reference;
pub mod region;
pub mod shape;
pub mod text;

use masking::Secret;

use super::disclosure::Disclosure;
use super::extra::Peeled;
use super::{Setting, Source, Variable, characters};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;

/// Maximum number of places that are listed one by one.
const LISTED: usize = 5;

/// A value to be judged: set, Unicode and not empty.
pub struct Subject {
    /// Its variable.
    pub variable: Variable,
    from: String,
    raw: Secret,
    core: Secret,
    peeled: Option<Peeled>,
}

impl Subject {
    /// The value of a setting, if there is one to judge.
    pub fn of(setting: &Setting, file: &str) -> Option<Self> {
        let raw = setting.value.clone().filter(|value| !value.expose().is_empty())?;
        let core = Secret::new(characters::core(setting.variable, raw.expose()));
        Some(Self {
            variable: setting.variable,
            from: origin(setting.source, file)?,
            raw,
            core,
            peeled: None,
        })
    }

    /// A text as the value of a variable, wherever it came from.
    pub fn bare(variable: Variable, text: &str) -> Self {
        let raw = Secret::new(text.to_owned());
        Self { variable, from: String::new(), core: raw.clone(), raw, peeled: None }
    }

    /// The same value with its extra text separated, if that is known.
    #[must_use]
    pub fn peeled(mut self, peeled: Option<Peeled>) -> Self {
        if let Some(peeled) = peeled.as_ref().filter(|peeled| peeled.has_own_finding()) {
            self.core = peeled.value.clone();
        }
        self.peeled = peeled;
        self
    }

    /// The extra text of the value, if the rest is well-formed.
    pub fn extra(&self) -> Option<&Peeled> {
        self.peeled.as_ref()
    }

    /// The value as the application uses it.
    pub fn raw(&self) -> &str {
        self.raw.expose()
    }

    /// The value without quotes, whitespace and invisible characters.
    pub fn core(&self) -> &str {
        self.core.expose()
    }

    /// `R2_ENDPOINT (from .env)`.
    pub fn named(&self) -> String {
        format!("{} ({})", self.variable.name(), self.from)
    }

    /// Whether more was removed from the value than the characters that have rules of their own.
    pub fn is_repaired(&self) -> bool {
        self.peeled.as_ref().is_some_and(Peeled::has_own_finding)
    }

    /// The length of the core: `has 20 characters`, with a remark if there is text around it.
    pub fn core_length(&self) -> String {
        let around = if self.core() == self.raw() {
            ""
        } else {
            ", not counting quotes, white space and invisible characters"
        };
        format!("has {}{around}", counted(self.core().chars().count(), "character"))
    }

    /// An error about this value.
    pub fn error(&self, code: Code) -> Finding {
        self.fill(Finding::error(code))
    }

    /// A warning about this value.
    pub fn warning(&self, code: Code) -> Finding {
        self.fill(Finding::warning(code))
    }

    fn fill(&self, finding: Finding) -> Finding {
        finding.about(self.variable).with("length", self.raw().chars().count().to_string())
    }

    /// Suggests the value without what does not belong to it, if that is certain.
    pub fn suggest_meant(&self, finding: Finding, disclosure: &Disclosure) -> Finding {
        match characters::meant(self.variable, self.raw()) {
            Some(value) => self.suggest(finding, &value, disclosure),
            None => finding,
        }
    }

    /// Suggests the corrected value, if there is one and it may be shown.
    pub fn suggest(&self, finding: Finding, value: &str, disclosure: &Disclosure) -> Finding {
        let useful = !self.variable.is_secret() && !value.is_empty() && value != self.raw();
        match disclosure.show(value).filter(|_| useful) {
            Some(value) => finding.suggesting(value),
            None => finding,
        }
    }
}

/// The source of a value, for evidence.
fn origin(source: Source, file: &str) -> Option<String> {
    match source {
        Source::Environment => Some("from the environment".to_owned()),
        Source::EnvFile => Some(format!("from {file}")),
        Source::Default | Source::Missing => None,
    }
}

/// The server that the endpoint points to, as far as it decides which rules apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// R2, or what is plainly meant to be R2; with the account id, if the endpoint holds a well-formed one.
    R2(Option<String>),
    /// Some other S3-compatible server.
    Other,
    /// The endpoint does not show it.
    Unknown,
}

/// Whether a text is so many lower-case hexadecimal digits.
pub fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The first few of a list, and how many follow.
pub fn listed(places: &[String]) -> String {
    let shown = places[..places.len().min(LISTED)].join("; it ");
    if places.len() > LISTED { format!("{shown}; and {} more", places.len() - LISTED) } else { shown }
}
