//! The report as Markdown.

use crate::report::Report;
use crate::report::redaction::Masked;

/// The whole report.
pub fn whole(report: &Masked<Report>) -> String {
    report.summary.clone() + "\n"
}
