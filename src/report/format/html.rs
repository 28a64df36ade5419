//! The report as one HTML page.

use crate::report::Report;
use crate::report::redaction::Masked;

/// The whole report.
pub fn whole(report: &Masked<Report>) -> serde_json::Result<String> {
    serde_json::to_string(&report.summary)
}
