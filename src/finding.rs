//! A finding: one condition, how bad it is, and the evidence for it. Plain data, shared by all that observe or judge.
//!
//! A finding carries no advice: titles, causes and fixes belong to the catalogue, which fills its placeholders from
//! [`Finding::values`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::Code;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes no status.
    Note,
    /// The check passes, but someone should look; fails the run under `--strict`.
    Warning,
    /// The check fails.
    Error,
}

/// One condition that was found, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The condition.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What was seen, one fact a line, never a secret.
    pub evidence: Vec<String>,
    /// Fillings for the catalogue's `{placeholders}`.
    pub values: BTreeMap<&'static str, String>,
}

impl Finding {
    /// An error: the check that it belongs to fails.
    pub fn error(code: Code) -> Self {
        Self::new(code, Severity::Error)
    }

    /// A warning: the check passes with a remark.
    pub fn warning(code: Code) -> Self {
        Self::new(code, Severity::Warning)
    }

    /// A note: it changes no status, but helps to know.
    pub fn note(code: Code) -> Self {
        Self::new(code, Severity::Note)
    }

    fn new(code: Code, severity: Severity) -> Self {
        Self { code, severity, evidence: Vec::new(), values: BTreeMap::new() }
    }

    /// Adds one line of evidence. It may quote a server: what would steer a terminal is replaced.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(printable(&evidence.into()));
        self
    }

    /// Fills one placeholder of the catalogue's texts.
    #[must_use]
    pub fn with(mut self, placeholder: &'static str, value: impl Into<String>) -> Self {
        self.values.insert(placeholder, value.into());
        self
    }
}

/// The text on one line, each control character in it replaced.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
