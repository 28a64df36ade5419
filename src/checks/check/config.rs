//! `config`: the settings are present and well-formed. Nothing is sent.

use super::{CheckId, CheckResult, Fault, Outcome};
use crate::base::finding::Severity;
use crate::settings::{Loaded, Source};

/// The result of loading the settings, as that of a check.
pub fn check(loaded: &Loaded) -> CheckResult {
    let failed = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
    let outcome =
        if failed { Outcome::Failed(Fault::Settings) } else { Outcome::Passed { detail: origin(loaded) } };
    CheckResult { findings: loaded.findings.clone(), ..CheckResult::new(CheckId::Config, outcome) }
}

/// Where the values came from, in a few words.
fn origin(loaded: &Loaded) -> String {
    let from = |source| loaded.provenance.iter().any(|setting| setting.source == source);
    let file = loaded.env_file.as_deref().filter(|_| from(Source::EnvFile));
    match (from(Source::Environment), file) {
        (true, Some(file)) => format!("environment and {file}"),
        (true, None) => "environment".to_owned(),
        (false, Some(file)) => format!("from {file}"),
        (false, None) => String::new(),
    }
}
