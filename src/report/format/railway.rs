//! The report as Railway's log reads it: one JSON object a line, each with `message` and `level`.

use serde_json::{Map, Value, json};

use crate::report::redaction::Masked;
use crate::report::{Check, Report, Status, Verdict};

/// One line of the log.
fn line(level: &str, message: &str, more: Value) -> String {
    let mut object = Map::new();
    object.insert("level".to_owned(), level.into());
    object.insert("message".to_owned(), message.into());
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object).to_string() + "\n"
}

/// All lines of a report.
pub fn whole(report: &Masked<Report>) -> serde_json::Result<String> {
    let checks: String = report.checks.iter().map(of_check).collect();
    Ok(checks + &closing(report)?)
}

/// What the run is.
pub fn preface(paragraphs: &[String]) -> String {
    if paragraphs.is_empty() { String::new() } else { line("info", &paragraphs.join(" "), json!({})) }
}

/// One check.
pub fn check(check: &Masked<Check>) -> String {
    of_check(check)
}

fn of_check(check: &Check) -> String {
    let level = match check.status {
        Status::Pass | Status::Skip => "info",
        Status::Warn => "warn",
        Status::Fail => "error",
    };
    line(level, &format!("{}: {}", check.name, check.title), json!({ "check": check.name }))
}

/// The findings, the verdict, and the report itself.
pub fn closing(report: &Masked<Report>) -> serde_json::Result<String> {
    let level = match report.verdict {
        Verdict::Pass | Verdict::Warn => "info",
        Verdict::Fail | Verdict::Interrupted => "error",
    };
    let value = serde_json::to_value(&**report)?;
    Ok(line(level, &report.summary, json!({})) + &line("info", "report", json!({ "report": value })))
}
