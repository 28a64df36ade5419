//! The last filter's way through a report: every text of it is masked before it is laid out, and a match is reported.

use std::ops::Deref;

use masking::Redactor;
use masking::printable::printable;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::build::describe;
use super::{Check, Report};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::checks::check::CheckId;
use crate::client::exchange::Operation;

/// A part of a report that has gone through the last filter. Nothing else makes one, and renderers take nothing else, so that
/// what has not gone through cannot be shown.
#[derive(Clone, Copy)]
pub struct Masked<T>(T);

impl<T> Deref for Masked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize + DeserializeOwned> Masked<T> {
    /// The part with every text in it masked. Texts are masked before they are laid out: a line's end, or a letter that the
    /// terminal cannot show, must not come between the characters of a secret.
    ///
    /// # Errors
    /// When it cannot be written as JSON and read back, which would be a bug.
    pub fn new(part: &T, redactor: &mut Redactor) -> serde_json::Result<Self> {
        masked(part, redactor).map(Self)
    }
}

impl Masked<Check> {
    /// The findings of a check.
    pub fn findings(&self) -> impl Iterator<Item = Masked<&super::Finding>> {
        self.0.findings.iter().map(Masked)
    }
}

impl Report {
    /// Masks what no report may hold, check by check, and reports where there was something to mask: in the checks themselves,
    /// or else, as a note of `config`, in what comes from the settings, the command line and the environment.
    ///
    /// # Errors
    /// When a part of the report cannot be written as JSON and read back, which would be a bug.
    pub fn masked(mut self, redactor: &mut Redactor) -> serde_json::Result<Masked<Self>> {
        let mut checks = std::mem::take(&mut self.checks);
        for check in &mut checks {
            let before = redactor.hits();
            *check = masked(check, redactor)?;
            report_matches(check, redactor.hits() - before, "this check");
        }
        let before = redactor.hits();
        // The rest, so that no text passes the filter twice.
        let mut report = masked(&self, redactor)?;
        report.checks = checks;
        report.tags = std::mem::take(&mut report.tags)
            .into_iter()
            .map(|(key, value)| (printable(&redactor.filter(&key)), value))
            .collect();
        if let Some(config) = report.checks.first_mut() {
            report_matches(config, redactor.hits() - before, "the settings, the tags or the environment");
        }
        Ok(Masked(report))
    }
}

fn masked<T: Serialize + DeserializeOwned>(part: &T, redactor: &mut Redactor) -> serde_json::Result<T> {
    let mut value = serde_json::to_value(part)?;
    redactor.filter_json(&mut value);
    serde_json::from_value(value)
}

fn report_matches(check: &mut Check, hits: usize, of: &str) {
    if hits > 0 {
        let texts = counted(hits, "text");
        let evidence = format!("{texts} of {of} held a part of a secret");
        check.findings.push(describe(&Finding::note(Code::RunRedacted).because(evidence)));
    }
}

/// The words of which every report is made, whatever its result: they cannot give a secret away, and a report
/// without them could not be read.
pub fn fixed_words() -> String {
    let checks = CheckId::ALL.iter().flat_map(|check| [check.name(), check.title()]);
    let operations = Operation::ALL.iter().map(|operation| operation.name());
    let values = [
        "pass warn fail skip interrupted error warning note r2 s3 demo default eu us fedramp",
        "environment env-file missing r2-selftest auto true HTTP/1.1 text/csv /csvs/probe.csv skipped because of",
        "headers GET PUT DELETE https:// http://127.0.0.1",
    ];
    checks.chain(operations).chain(values).collect::<Vec<_>>().join("\n")
}
