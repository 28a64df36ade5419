//! Every format of saved reports. The JSON files under `tests/golden` were written by real runs (`tests/golden/record`) and
//! stay: what a version has written, every later one must be able to read.

mod figures;
mod golden;
mod hostile;
mod page;
mod rows;
mod structure;

use std::fs;
use std::path::{Path, PathBuf};

use masking::Redactor;
use serde_json::Value;

use super::*;

/// How text on a terminal would be laid out; no other format depends on it.
const LAYOUT: Layout = Layout {
    width: 80,
    palette: crate::report::palette::Palette { colored: false, ascii: false },
    full: true,
    requests: true,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a saved report")).expect("JSON")
}

/// The saved reports with their names.
fn saved() -> Vec<(String, Value)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).expect("goldens").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    assert!(files.len() >= 20, "{files:?}");
    let named = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, read(&path))
    };
    files.into_iter().map(named).collect()
}

fn report(value: &Value) -> Masked<Report> {
    let report: Report = serde_json::from_value(value.clone()).expect("a report of any version");
    Masked::new(&report, &mut Redactor::default()).expect("a masked report")
}

fn rendered(format: Format, value: &Value) -> String {
    format.render(&report(value), &LAYOUT).expect("a rendered report")
}

/// One saved report.
fn one(name: &str) -> Value {
    read(&folder().join(format!("{name}.json")))
}
