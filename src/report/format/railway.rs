//! The report as Railway's log reads it: one JSON object a line, each with `message` and `level`; the other keys can be
//! searched for as `@key:value` (<https://docs.railway.com/observability/logs>). The messages alone, read from top to bottom,
//! describe the run.

use masking::printable::printable;
use serde_json::{Map, Value, json};

use super::facts;
use crate::base::finding::Severity;
use crate::report::folding::{Shown, folded};
use crate::report::redaction::Masked;
use crate::report::{Check, Finding, Fix, Report, Status, Verdict};

/// The most lines of a run, the demo's preface included.
const MOST_LINES: usize = 12;
/// Findings that get lines of their own: as many as six checks, a preface, the verdict and the report leave. The line of
/// several rounds takes another.
const MOST_FINDINGS: usize = MOST_LINES - 6 - 1 - 1 - 1;
/// The longest line, in bytes. Railway names no limit, but the transport of a container's output cuts it into pieces of 16 KiB,
/// and a piece of an object cannot be parsed.
const LONGEST: usize = 16 * 1024 - 1;

/// The levels of Railway's log.
#[derive(Clone, Copy)]
enum Level {
    Info,
    Warn,
    Error,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    fn of_check(status: Status) -> Self {
        match status {
            Status::Pass | Status::Skip => Self::Info,
            Status::Warn => Self::Warn,
            Status::Fail => Self::Error,
        }
    }

    fn of_finding(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Info,
            Severity::Warning => Self::Warn,
            Severity::Error => Self::Error,
        }
    }

    fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass | Verdict::Warn => Self::Info,
            Verdict::Fail | Verdict::Interrupted => Self::Error,
        }
    }
}

/// All lines of a report.
pub fn whole(report: &Masked<Report>) -> serde_json::Result<String> {
    let checks: String = report.checks.iter().map(of_check).collect();
    Ok(checks + &closing(report)?)
}

/// What kind of run it is, if it is a special one.
pub fn preface(paragraphs: &[String]) -> String {
    if paragraphs.is_empty() { String::new() } else { line(Level::Info, &paragraphs.join(" "), json!({})) }
}

/// One check.
pub fn check(check: &Masked<Check>) -> String {
    of_check(check)
}

/// Why a check failed or was skipped takes the place of what it claims, as on a terminal.
fn of_check(check: &Check) -> String {
    let (status, time) = (facts::status(check.status), facts::time(check));
    let (says, detail) = match check.status {
        Status::Fail => (facts::detail(check), String::new()),
        // The status says already that it was skipped.
        Status::Skip => {
            let detail = facts::detail(check);
            (detail.strip_prefix("skipped ").map_or(detail.clone(), str::to_owned), String::new())
        }
        Status::Pass | Status::Warn => (check.title.clone(), facts::detail(check)),
    };
    let more = [detail, time].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let more = if more.is_empty() { more } else { format!(" ({more})") };
    let message = format!("{status} {}: {says}{more}", check.name);
    line(
        Level::of_check(check.status),
        &message,
        json!({ "check": check.name, "status": status, "duration_ms": check.duration_ms }),
    )
}

/// The findings, the verdict, and the report itself.
pub fn closing(report: &Masked<Report>) -> serde_json::Result<String> {
    let verdict = line(
        Level::of_verdict(report.verdict),
        &format!("{}: {}", facts::verdict(report.verdict), report.summary),
        json!({ "verdict": report.verdict, "root_cause": report.root_cause, "exit_code": report.exit_code, "run_id": report.run_id }),
    );
    Ok(measured(report) + &findings(report) + &verdict + &last(report)?)
}

/// What several rounds measured, if there were several: a line.
fn measured(report: &Report) -> String {
    let Some(measurements) = &report.measurements else { return String::new() };
    let operation = |[name, count, failed, median, p90, largest]: [String; 6]| {
        format!("{name} {count} requests, {failed} failed, median {median}, p90 {p90}, largest {largest}")
    };
    let operations = measurements.rows().map(operation).collect::<Vec<_>>().join("; ");
    let message = format!("{}. {operations}", measurements.summary());
    line(Level::Info, &message, json!({ "measurements": measurements }))
}

/// The findings, the worst first; those that have no room are one line.
fn findings(report: &Report) -> String {
    let shown = folded(report);
    let most = MOST_FINDINGS - usize::from(report.measurements.is_some());
    let room = if shown.len() > most { most - 1 } else { most };
    let (first, others) = shown.split_at(room.min(shown.len()));
    let mut text: String = first.iter().map(|shown| finding(shown.finding)).collect();
    if let Some(worst) = others.first() {
        text += &rest(others, worst.finding.severity);
    }
    text
}

fn finding(finding: &Finding) -> String {
    let fix = finding.fix.first().filter(|_| finding.severity != Severity::Note);
    let step_text = fix.map(|fix| format!(" Fix: {}", step(fix))).unwrap_or_default();
    let message = format!("{} {}: {}.{step_text}", finding.severity.name(), finding.code, finding.title);
    let more = json!({
        "code": finding.code,
        "cause": finding.cause,
        "evidence": finding.evidence,
        "fix": finding.fix.iter().map(step).collect::<Vec<_>>(),
    });
    line(Level::of_finding(finding.severity), &message, more)
}

/// A step with what is there to be copied.
fn step(fix: &Fix) -> String {
    [fix.text.as_str()].into_iter().chain(fix.literals()).collect::<Vec<_>>().join(" ")
}

fn rest(others: &[Shown<'_>], worst: Severity) -> String {
    let codes: Vec<_> = others.iter().map(|shown| shown.finding.code.as_str()).collect();
    let message = format!("{} more findings: {}", others.len(), codes.join(", "));
    line(Level::of_finding(worst), &message, json!({ "codes": codes }))
}

/// The report under one key: as the JSON report is, if there is room. Else its nulls go first, and then whole lists, the
/// requests before others; the message names those.
fn last(report: &Masked<Report>) -> serde_json::Result<String> {
    let whole = serde_json::to_value(&**report)?;
    let complete =
        object(Level::Info, &format!("report of run {}", report.run_id), json!({ "report": whole }));
    if complete.len() <= LONGEST {
        return Ok(complete);
    }
    let mut value = without_nulls(whole);
    let mut left_out: Vec<&str> = Vec::new();
    for next in ["", "requests", "findings", "experiments", "settings"] {
        if !next.is_empty() {
            empty(&mut value, next);
            left_out.push(next);
        }
        let without = if left_out.is_empty() {
            String::new()
        } else {
            format!(", too long for a line: without {}", left_out.join(", "))
        };
        let message = format!("report of run {}{without}", report.run_id);
        let line = object(Level::Info, &message, json!({ "report": value }));
        if line.len() <= LONGEST {
            return Ok(line);
        }
    }
    Ok(line(Level::Info, &format!("report of run {}: too long for a line", report.run_id), json!({})))
}

/// A null has the same meaning as a missing field, and takes room.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key, without_nulls(value)))
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(without_nulls).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Empties every list of this name.
fn empty(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_array_mut().filter(|_| key == name) {
                    Some(list) => list.clear(),
                    None => empty(value, name),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| empty(value, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// One line of the log. One that is too long is only a message, cut.
fn line(level: Level, message: &str, more: Value) -> String {
    let whole = object(level, message, more);
    if whole.len() <= LONGEST {
        return whole;
    }
    let room = message.char_indices().map(|(end, _)| end).take_while(|end| *end < LONGEST / 8).last();
    object(level, &message[..room.unwrap_or_default()], json!({}))
}

fn object(level: Level, message: &str, more: Value) -> String {
    let always = [("level", level.name().to_owned()), ("message", printable(message))];
    let mut object: Map<_, _> = always.into_iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object).to_string() + "\n"
}
