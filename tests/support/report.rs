//! What every JSON report must be, whatever the run came to.
#![allow(dead_code, reason = "each file of tests asks for its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Value};

/// Words with which a line refers to the one before it.
const LEANING: [&str; 12] =
    ["it", "its", "they", "their", "them", "that", "those", "and", "so", "but", "or", "which"];

/// Whether a line of evidence begins with a pronoun that refers to another line.
pub fn leans(line: &str) -> bool {
    let first = line.split([' ', ',', ':', ';']).next().unwrap_or_default();
    LEANING.contains(&first.to_lowercase().as_str())
}

/// The six checks, in order.
pub const CHECKS: [&str; 6] = ["config", "connect", "upload", "list", "download", "delete"];

static SCHEMA: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
    let schema = serde_json::from_str(include_str!("../../schema/report-v1.schema.json")).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("report.json", schema).unwrap();
    let report = compiler.compile("report.json", &mut schemas).unwrap();
    (schemas, report)
});

/// The fields that the contract promises, by where they stand; `[]` is every element of a list.
const FIELDS: [(&str, &str); 14] = [
    (
        "",
        "schema_version tool run_id started_at duration_ms verdict exit_code summary root_cause target environment \
         tags settings checks experiments cleanup usage",
    ),
    ("tool", "name version"),
    ("target", "kind endpoint account_id jurisdiction bucket region"),
    ("environment", "os arch container railway proxy env_file"),
    ("settings[]", "name source value length fingerprint"),
    (
        "checks[]",
        "name title status duration_ms detail skipped_because follows_from phases findings requests",
    ),
    ("checks[].findings[]", "code severity title cause evidence fix proof docs"),
    ("checks[].findings[].fix[]", "text command url"),
    ("checks[].findings[].proof", "experiment result"),
    (
        "checks[].requests[]",
        "operation method url attempt status s3_code s3_message error duration_ms bytes_sent bytes_received cf_ray \
         server_date",
    ),
    ("experiments[]", "change result proves duration_ms requests"),
    ("cleanup", "created deleted verified_gone leftover"),
    ("usage", "class_a class_b free"),
    ("environment.railway", "environment service deployment_id region commit"),
];

/// A report that keeps every promise that is made of all reports.
pub struct Report(pub Value);

impl Report {
    /// Reads one document and nothing else, and tests what holds of all reports.
    ///
    /// # Panics
    /// When the bytes are not one JSON document, or a promise is broken.
    pub fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("a report is UTF-8");
        let value = serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("not one JSON document ({error}):\n{text}"));
        let report = Self(value);
        report.assert_schema();
        report.assert_fields();
        report.assert_checks();
        report.assert_times();
        report.assert_root_cause();
        report.assert_filled();
        report.assert_subjects();
        report
    }

    /// Each line of evidence is understood by itself: what stands before it may be shown elsewhere, or not at all.
    fn assert_subjects(&self) {
        for finding in self.findings() {
            for line in finding["evidence"].as_array().unwrap() {
                // What another check met follows its name.
                let (check, met) = text(line).split_once(": ").unwrap_or_default();
                let line = if CHECKS.contains(&check) { met } else { text(line) };
                assert!(!leans(line), "no line by itself: {line}");
            }
        }
    }

    fn assert_schema(&self) {
        let (schemas, report) = &*SCHEMA;
        if let Err(faults) = schemas.validate(&self.0, *report) {
            panic!("the report breaks its schema:\n{faults}");
        }
    }

    fn assert_fields(&self) {
        for (place, names) in FIELDS {
            for object in objects(&self.0, place) {
                for name in names.split_whitespace() {
                    assert!(object.contains_key(name), "`{name}` is missing from `{place}`: {object:#?}");
                }
            }
        }
    }

    fn assert_checks(&self) {
        let checks = self.0["checks"].as_array().unwrap();
        let names: Vec<_> = checks.iter().map(|check| text(&check["name"])).collect();
        assert_eq!(names, CHECKS);
        for check in checks {
            let skipped = check["status"] == "skip";
            assert_eq!(skipped, check["skipped_because"].is_string(), "{check:#}");
            assert!(!skipped || check["requests"] == Value::Array(Vec::new()), "{check:#}");
            for request in check["requests"].as_array().unwrap() {
                assert_ne!(request["status"].is_null(), request["error"].is_null(), "{request:#}");
            }
        }
    }

    /// What took place did so within the run: checks, experiments, and the requests of both.
    fn assert_times(&self) {
        let whole = self.0["duration_ms"].as_f64().unwrap();
        let parts = ["checks[]", "checks[].requests[]", "experiments[]", "experiments[].requests[]"];
        for part in parts.into_iter().flat_map(|place| objects(&self.0, place)) {
            let Some(started) = part["started_ms"].as_f64() else { continue };
            let end = started + part["duration_ms"].as_f64().unwrap();
            assert!(
                end <= whole + 0.01,
                "ends {end} ms after the beginning of a run of {whole} ms: {part:#?}"
            );
        }
    }

    /// A run that passed has no root cause; one that did not names one of its own errors, unless it was interrupted.
    fn assert_root_cause(&self) {
        match self.verdict() {
            "fail" => {
                let root = self.root_cause().expect("a failed run has a root cause");
                // Under `--strict`, warnings alone can make a run fail.
                let is_cause =
                    |finding: &&Value| ["error", "warning"].iter().any(|word| finding["severity"] == *word);
                let errors = self.findings().into_iter().filter(is_cause);
                let codes: Vec<_> = errors.map(|finding| text(&finding["code"]).to_owned()).collect();
                assert!(codes.iter().any(|code| code == root), "root cause {root} is not among {codes:?}");
            }
            "pass" | "warn" => assert_eq!(self.root_cause(), None),
            _ => {}
        }
    }

    /// Every text of a finding names what it is about: none holds a placeholder that nobody filled, such as `<host>`.
    fn assert_filled(&self) {
        for finding in self.findings() {
            let steps = finding["fix"].as_array().unwrap().iter();
            let texts = steps.flat_map(|step| [&step["text"], &step["command"]]);
            for text in
                [&finding["title"], &finding["cause"]].into_iter().chain(texts).filter_map(Value::as_str)
            {
                let mut inside = text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
                let unfilled =
                    inside.find(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
                assert_eq!(unfilled, None, "{finding:#}");
            }
        }
    }

    pub fn verdict(&self) -> &str {
        text(&self.0["verdict"])
    }

    pub fn exit_code(&self) -> i32 {
        i32::try_from(self.0["exit_code"].as_i64().unwrap()).unwrap()
    }

    pub fn root_cause(&self) -> Option<&str> {
        self.0["root_cause"].as_str()
    }

    /// One check.
    pub fn check(&self, name: &str) -> &Value {
        let checks = self.0["checks"].as_array().unwrap();
        checks.iter().find(|check| check["name"] == name).unwrap()
    }

    /// The six statuses, in order.
    pub fn statuses(&self) -> Vec<&str> {
        self.0["checks"].as_array().unwrap().iter().map(|check| text(&check["status"])).collect()
    }

    /// All findings, in the order of the checks.
    pub fn findings(&self) -> Vec<&Value> {
        let checks = self.0["checks"].as_array().unwrap();
        checks.iter().flat_map(|check| check["findings"].as_array().unwrap()).collect()
    }

    /// The findings' codes, in the same order.
    pub fn codes(&self) -> Vec<&str> {
        self.findings().into_iter().map(|finding| text(&finding["code"])).collect()
    }

    /// The first finding with this code.
    pub fn finding(&self, code: &str) -> &Value {
        let found = self.findings().into_iter().find(|finding| finding["code"] == code);
        found.unwrap_or_else(|| panic!("no finding {code}, but {:?}", self.codes()))
    }

    /// The evidence of the first finding with this code, line by line.
    pub fn evidence(&self, code: &str) -> String {
        let lines = self.finding(code)["evidence"].as_array().unwrap();
        lines.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    /// All requests, in the order in which they were sent.
    pub fn requests(&self) -> Vec<&Value> {
        let checks = self.0["checks"].as_array().unwrap();
        checks.iter().flat_map(|check| check["requests"].as_array().unwrap()).collect()
    }
}

/// A value that is text.
///
/// # Panics
/// When it is not.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// The objects at a place such as `checks[].requests[]`; a null has none.
fn objects<'a>(root: &'a Value, place: &str) -> Vec<&'a Map<String, Value>> {
    let mut found = vec![root];
    for step in place.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches("[]");
        let inner = found.into_iter().map(|value| &value[name]);
        found = if name.len() < step.len() {
            inner.flat_map(|list| list.as_array().unwrap()).collect()
        } else {
            inner.filter(|value| !value.is_null()).collect()
        };
    }
    found.into_iter().map(|value| value.as_object().unwrap()).collect()
}
