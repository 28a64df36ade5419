//! Reads a saved report, which may have any author and version: control characters are removed, and unknown values are never
//! taken for a success.

use masking::printable::printable;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::base::finding::Severity;
use crate::base::text::list;
use crate::checks::check::CheckId;
use crate::report::{Report, SCHEMA_VERSION, SettingSource, Status, TargetKind, Verdict};

/// The fields by which a report is recognised.
const MARKS: [&str; 3] = ["schema_version", "tool", "run_id"];

/// Whether this is a report, of whatever version.
pub fn is_report(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| MARKS.iter().all(|mark| fields.contains_key(*mark)))
}

/// Whether a text may be the beginning of a report.
pub fn may_begin(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("schema_version")
}

/// The report, and a remark on each value in it that this version does not know.
///
/// # Errors
/// With the end of a sentence, when it has another schema, or lacks something.
pub fn understood(mut value: Value) -> Result<(Report, Vec<String>), String> {
    let version = &value["schema_version"];
    if version.as_u64() != Some(SCHEMA_VERSION.into()) {
        return Err(format!(
            "is a report of schema version {}, written by r2-selftest {}; this is r2-selftest {}, which reads schema version \
             {SCHEMA_VERSION}: show it with the version that wrote it",
            printable(&version.to_string()),
            printable(value["tool"]["version"].as_str().unwrap_or("of an unknown version")),
            env!("CARGO_PKG_VERSION"),
        ));
    }
    remove_control_characters(&mut value);
    let mut remarks: Vec<String> = UNKNOWN.iter().flat_map(|rule| rule.apply(&mut value)).collect();
    let report = serde_json::from_value(value).map_err(|error| format!("is damaged: {error}"))?;
    remarks.extend(contradictions(&report));
    Ok((report, remarks))
}

/// What no run writes: the report was changed afterwards.
fn contradictions(report: &Report) -> Vec<String> {
    let has = |id: &CheckId| report.checks.iter().any(|check| check.name == id.name());
    let missing: Vec<_> = CheckId::ALL.iter().filter(|id| !has(id)).map(|id| id.name()).collect();
    let broken = report.checks.iter().find(|check| matches!(check.status, Status::Fail | Status::Skip));
    let passes = matches!(report.verdict, Verdict::Pass | Verdict::Warn);
    let missing = (!missing.is_empty()).then(|| format!("lacks the checks {}", list(&missing)));
    let broken =
        broken.filter(|_| passes).map(|check| format!("passes and its check `{}` does not", check.name));
    let changed = |what: String| format!("it {what}, as no report of a run does: it was changed");
    missing.into_iter().chain(broken).map(changed).collect()
}

/// Removes control characters from every text: the report may not have been written by this program.
fn remove_control_characters(value: &mut Value) {
    match value {
        Value::String(text) => *text = printable(text),
        Value::Array(items) => items.iter_mut().for_each(remove_control_characters),
        Value::Object(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(name, mut field)| {
                    remove_control_characters(&mut field);
                    (printable(&name), field)
                })
                .collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A field with a closed list of values, to which a later version may have added.
struct Rule {
    /// Its path; `*` is each item of a list.
    place: &'static [&'static str],
    is_known: fn(&Value) -> bool,
    /// The replacement of an unknown value: never anything better than it may be.
    instead: Option<&'static str>,
}

const UNKNOWN: [Rule; 5] = [
    Rule { place: &["verdict"], is_known: is_known::<Verdict>, instead: Some("fail") },
    Rule { place: &["target", "kind"], is_known: is_known::<Option<TargetKind>>, instead: None },
    Rule {
        place: &["settings", "*", "source"],
        is_known: is_known::<SettingSource>,
        instead: Some("missing"),
    },
    Rule { place: &["checks", "*", "status"], is_known: is_known::<Status>, instead: Some("fail") },
    Rule {
        place: &["checks", "*", "findings", "*", "severity"],
        is_known: is_known::<Severity>,
        instead: Some("error"),
    },
];

fn is_known<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

impl Rule {
    /// Replaces unknown values, with a remark on each.
    fn apply(&self, value: &mut Value) -> Vec<String> {
        let mut remarks = Vec::new();
        at(value, self.place, &mut |found| {
            // A value of another type is an error, which is reported elsewhere.
            if let Some(text) = found.as_str().filter(|_| !(self.is_known)(found)) {
                let shown = self.instead.map_or("as unknown".to_owned(), |instead| format!("as `{instead}`"));
                remarks.push(format!(
                    "{} `{text}` is not known to r2-selftest {} and is shown {shown}",
                    self.place.join("."),
                    env!("CARGO_PKG_VERSION")
                ));
                *found = self.instead.map_or(Value::Null, Value::from);
            }
        });
        remarks.dedup();
        remarks
    }
}

/// Visits every value at a place.
fn at(value: &mut Value, place: &[&str], visit: &mut impl FnMut(&mut Value)) {
    let Some((name, rest)) = place.split_first() else { return visit(value) };
    if let Some(items) = value.as_array_mut().filter(|_| *name == "*") {
        for item in items {
            at(item, rest, visit);
        }
    } else if let Some(field) = value.get_mut(*name) {
        at(field, rest, visit);
    }
}
