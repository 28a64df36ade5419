//! A report found in a text: alone, in one line of a log, or below a key of such a line.

use serde_json::{Deserializer, Value};

use super::understand::{self, understood};
use crate::base::text::counted;
use crate::report::Report;

/// How deep below the outermost value a report may be: in a field of a log line, or in a line of a line.
const DEEPEST: usize = 4;

/// A report, with remarks on it.
pub struct Found {
    /// The report.
    pub report: Report,
    /// Sentences.
    pub remarks: Vec<String>,
}

/// The report in a text; the last one, if there are several.
///
/// # Errors
/// With the end of a sentence on what the text is instead.
pub fn report(text: &str) -> Result<Found, String> {
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    let mut search = Search::default();
    search.through(text);
    // A report that was copied with the quotes of the field that it was the text of.
    if search.found.is_empty()
        && let Ok(value) = serde_json::from_str(text)
    {
        search.look_into(value, DEEPEST);
    }
    if search.found.is_empty()
        && let Some(text) = without_margin(text)
    {
        search.through(&text);
    }
    let Some(value) = search.found.pop() else { return Err(search.instead()) };
    let earlier = search.found.len();
    let (report, mut remarks) = understood(value)?;
    if earlier > 0 {
        remarks.push(format!(
            "{} before the last one, which is taken: run {}",
            counted(earlier, "more report"),
            report.run_id
        ));
    }
    Ok(Found { report, remarks })
}

/// The text without what a logger has put before each line of a report: as wide before its first line as before the others.
fn without_margin(text: &str) -> Option<String> {
    let (first, margin) = text.lines().enumerate().find_map(|(index, line)| {
        let margin = line.trim_end().strip_suffix('{')?.len();
        (margin > 0 && text.contains("schema_version")).then_some((index, margin))
    })?;
    Some(text.lines().skip(first).filter_map(|line| line.get(margin..)).collect::<Vec<_>>().join("\n"))
}

/// The state of a search.
#[derive(Default)]
struct Search {
    found: Vec<Value>,
    /// Whether there is the beginning of a report without its end.
    truncated: bool,
    /// Whether there was any other JSON.
    other: bool,
}

impl Search {
    /// Reads each JSON object in the text, and skips everything else.
    fn through(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            rest = &rest[at..];
            let mut values = Deserializer::from_str(rest).into_iter::<Value>();
            let length = match values.next() {
                Some(Ok(value)) => {
                    self.look_into(value, DEEPEST);
                    values.byte_offset()
                }
                Some(Err(error)) => {
                    self.truncated |= error.is_eof() && understand::may_begin(rest);
                    1
                }
                None => 1,
            };
            rest = &rest[length..];
        }
    }

    fn look_into(&mut self, value: Value, depth: usize) {
        if understand::is_report(&value) {
            self.found.push(value);
            return;
        }
        self.other = true;
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::Object(fields) => fields.into_iter().for_each(|(_, field)| self.look_into(field, depth)),
            Value::Array(items) => items.into_iter().for_each(|item| self.look_into(item, depth)),
            Value::String(text) if understand::may_begin(&text) => self.through_line(&text, depth),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A report that a logger has written as the text of a field.
    fn through_line(&mut self, text: &str, depth: usize) {
        match serde_json::from_str(text.trim()) {
            Ok(value) => self.look_into(value, depth),
            Err(error) => self.truncated |= error.is_eof(),
        }
    }

    /// What the text is, if it holds no report.
    fn instead(&self) -> String {
        if self.truncated {
            "is truncated: a report begins there and does not end".to_owned()
        } else if self.other {
            "holds JSON, but no report of r2-selftest".to_owned()
        } else {
            "holds no report of r2-selftest; `--json` and `--output FILE.json` write one".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_report_is_named() {
        for (text, reason) in [
            ("", "is empty"),
            (" \n", "is empty"),
            ("PASS", "holds no report"),
            ("{", "holds no report"),
            ("{\"a\": 1}", "holds JSON, but no report"),
            ("[{\"a\": {\"schema_version\": 1}}]", "holds JSON, but no report"),
            ("{\"schema_version\": 1, \"tool\": {\"na", "is truncated"),
            ("{\"schema_version\": 2, \"tool\": {}, \"run_id\": \"\"}", "schema version 2"),
            ("{\"schema_version\": 1, \"tool\": {}, \"run_id\": \"\"}", "is damaged"),
        ] {
            let found = report(text).err().unwrap_or_default();
            assert!(found.contains(reason), "{text}: {found}");
        }
    }

    #[test]
    fn a_report_of_many_lines_is_found_behind_what_a_logger_puts_before_each() {
        let saved = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/auth.json"));
        let saved = saved.expect("a report");
        for margin in ["web-1  | ", "2026-11-26T20:09:53Z ", "\u{1f4e6} {x} ", "    "] {
            let lines = saved.lines().map(|line| format!("{margin}{line}\n"));
            let text = format!("{margin}before\n{}{margin}behind\n", lines.collect::<String>());
            let found = report(&text).map(|found| found.report.root_cause);
            assert_eq!(found, Ok(Some("auth.clock-skew".to_owned())), "{margin}");
        }
    }

    #[test]
    fn a_report_is_found_in_the_quotes_of_a_field() {
        let saved = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/auth.json"));
        let saved = saved.expect("a report");
        for text in [Value::from(saved.clone()), Value::from(vec![saved])] {
            let found = report(&text.to_string()).map(|found| found.report.root_cause);
            assert_eq!(found, Ok(Some("auth.clock-skew".to_owned())));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[{}\\[\\]\":,a1 \\\\]{0,60}|\\PC{0,60}") {
            let _ = report(&text);
        }
    }
}
