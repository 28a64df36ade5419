//! The report as one JSON document, for scripts.

use crate::report::Report;
use crate::report::redaction::Masked;

/// The report as JSON, indented, with a final newline.
pub fn whole(report: &Masked<Report>) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&**report).map(|json| json + "\n")
}
