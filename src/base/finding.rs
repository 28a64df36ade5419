//! A finding: one condition, how bad it is, and the evidence for it. Plain data, shared by all wings.
//!
//! A finding carries no advice: titles, causes and fixes belong to the catalogue, which fills its placeholders from
//! [`Finding::values`].

mod severity;

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;

use masking::printable::printable;

use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::variable::Variable;

pub use severity::Severity;

/// What explains why a variable has no value, so that "set it" is not the advice.
pub const EXPLAINED: [Circumstance; 2] = [Circumstance::HidesValue, Circumstance::DeadReference];

/// One condition that was found, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The condition.
    pub code: Code,
    /// Its severity.
    pub severity: Severity,
    /// The facts, one in each line, never a secret.
    pub evidence: Vec<Line>,
    /// The variable that it is about, if it is about one.
    pub about: Option<Variable>,
    /// Other variables with the same condition.
    pub also: Vec<Variable>,
    /// What the value should be instead, if that is known and may be shown.
    pub suggestion: Option<Line>,
    /// Whether it concerns R2, or what is plainly meant to be R2: other servers need other advice.
    pub on_r2: bool,
    /// Whether a gateway may have changed the request, which is then a more likely cause than a wrong value.
    pub behind_gateway: bool,
    /// What is known of the run, which selects the steps of its fix.
    pub circumstances: BTreeSet<Circumstance>,
    /// What sets it apart from findings of the same code, if something does.
    pub kind: Option<Kind>,
    /// Values of the catalogue's `{placeholders}`, for texts only: nothing is decided by them.
    pub values: BTreeMap<&'static str, Line>,
    /// The experiment that settled the cause, if one did.
    pub proof: Option<Proof>,
}

/// What sets a finding apart from others of its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The extra text in the value, by name.
    Extra(Line),
    /// What stands in the place of the value.
    StandIn(Line),
}

/// What an experiment changed, and what then happened; together one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The one input that was changed.
    pub experiment: Line,
    /// What then happened.
    pub result: Line,
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
        Self {
            code,
            severity,
            evidence: Vec::new(),
            about: None,
            also: Vec::new(),
            suggestion: None,
            on_r2: false,
            behind_gateway: false,
            circumstances: BTreeSet::new(),
            kind: None,
            values: BTreeMap::new(),
            proof: None,
        }
    }

    /// Adds one line of evidence. It may quote a server.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<Line>) -> Self {
        self.add(evidence);
        self
    }

    /// Adds one line of evidence to a finding that was made before.
    pub fn add(&mut self, evidence: impl Into<Line>) {
        self.evidence.push(evidence.into());
    }

    /// All variables that it is about.
    pub fn variables(&self) -> Vec<Variable> {
        self.about.into_iter().chain(self.also.iter().copied()).collect()
    }

    /// Adds a circumstance.
    #[must_use]
    pub fn under(mut self, circumstance: Circumstance) -> Self {
        self.circumstances.insert(circumstance);
        self
    }

    /// Whether a step of its fix with this condition applies.
    pub fn holds(&self, condition: Circumstance) -> bool {
        let of_itself = [
            (Circumstance::KnownValue, self.suggestion.is_some()),
            (Circumstance::UnknownValue, self.suggestion.is_none()),
            (Circumstance::Error, self.severity == Severity::Error),
            (Circumstance::Warning, self.severity < Severity::Error),
            (Circumstance::DirectUnknown, !self.circumstances.contains(&Circumstance::DirectWorks)),
            (Circumstance::MaybeTls, !self.circumstances.contains(&Circumstance::NoTls)),
            (Circumstance::Secret, self.about == Some(Variable::SecretAccessKey)),
            (
                Circumstance::PlainlyMissing,
                !EXPLAINED
                    .iter()
                    .chain(&[Circumstance::AllOtherNames])
                    .any(|it| self.circumstances.contains(it)),
            ),
            (Circumstance::BucketUnseen, !self.circumstances.contains(&Circumstance::BucketSeen)),
        ];
        let known = of_itself.into_iter().find(|(known, _)| *known == condition);
        known.map_or_else(|| self.circumstances.contains(&condition), |(_, holds)| holds)
    }

    /// Names the variable that it is about, for its texts too.
    #[must_use]
    pub fn about(mut self, variable: Variable) -> Self {
        self.about = Some(variable);
        self.with("variable", variable.name())
    }

    /// Says what the value should be instead, for its texts too.
    #[must_use]
    pub fn suggesting(mut self, value: impl Into<Line>) -> Self {
        let value = value.into();
        self.suggestion = Some(value.clone());
        self.with("suggestion", value)
    }

    /// Says what sets it apart from findings of the same code, for its texts too.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        let (placeholder, text) = match &kind {
            Kind::Extra(text) => ("extra", text),
            Kind::StandIn(text) => ("stand_in", text),
        };
        let text = text.clone();
        Self { kind: Some(kind), ..self }.with(placeholder, text)
    }

    /// Names the account at R2, for its texts too.
    #[must_use]
    pub fn of_account(mut self, account: impl Into<Line>) -> Self {
        self.on_r2 = true;
        self.with("account", account)
    }

    /// Says what is wrong with the value of the variable that it is about, as the predicate of a sentence.
    #[must_use]
    pub fn with_fault(self, fault: impl Into<Line>) -> Self {
        self.with("fault", fault)
    }

    /// Fills one placeholder of the catalogue's texts.
    #[must_use]
    pub fn with(mut self, placeholder: &'static str, value: impl Into<Line>) -> Self {
        self.values.insert(placeholder, value.into());
        self
    }
}

/// A text of any origin (a server, a certificate, a path) that is safe to show: one line without control or invisible
/// characters. It can only be made by [`printable`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(String);

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self(printable(text))
    }
}

impl From<&String> for Line {
    fn from(text: &String) -> Self {
        Self(printable(text))
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self(printable(&text))
    }
}

impl Deref for Line {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Line {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for Line {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<Line> for str {
    fn eq(&self, other: &Line) -> bool {
        *self == other.0
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
