//! What the formats look like, word for word. To accept what they are now, run
//! `UPDATE_GOLDEN=1 cargo test --locked --bin r2-selftest golden` and read `git diff`.

use super::*;
use crate::report::format::github;

/// A format and the extension of its files.
type Rendering = (&'static str, fn(&Value) -> String);

/// A terminal of 80 columns.
const TERMINAL: Layout = Layout { full: false, requests: false, ..LAYOUT };

const FORMATS: [Rendering; 6] = [
    ("terminal", |value| Format::Text.render(&report(value), &TERMINAL).expect("a rendered report")),
    ("txt", |value| rendered(Format::File, value)),
    ("md", |value| rendered(Format::Markdown, value)),
    ("html", |value| rendered(Format::Html, value)),
    ("railway", |value| rendered(Format::Railway, value)),
    ("annotations", |value| github::annotations(&report(value))),
];

#[test]
fn the_golden_files_are_what_is_rendered() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut different = Vec::new();
    for (name, value) in saved() {
        for (extension, render) in FORMATS {
            let (file, now) = (folder().join(format!("{name}.{extension}")), render(&value));
            if update {
                fs::write(&file, &now).expect("a golden file");
            } else if fs::read_to_string(&file).unwrap_or_default() != now {
                different.push(file);
            }
        }
    }
    assert!(
        different.is_empty(),
        "differ; if that is meant, UPDATE_GOLDEN=1 writes them anew: {different:#?}"
    );
}

#[test]
fn no_file_is_left_of_a_report_that_is_not_there() {
    let names: Vec<String> = saved().into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(folder()).expect("goldens") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(name == "record" || names.contains(&name), "{}", path.display());
    }
}

#[test]
fn a_saved_report_is_read_whole_and_written_by_the_schema_of_today() {
    let schema = include_str!("../../../../schema/report-v1.schema.json");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("report.json", serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let report = compiler.compile("report.json", &mut schemas).expect("a schema");
    for (name, value) in saved() {
        let written: Value = serde_json::from_str(&rendered(Format::Json, &value)).expect("JSON");
        if let Err(faults) = schemas.validate(&written, report) {
            panic!("{name}: {faults}");
        }
        assert_lost_nothing(&value, &written, &name);
    }
}

/// All that stands in the one stands in the other, too.
fn assert_lost_nothing(saved: &Value, written: &Value, place: &str) {
    match (saved, written) {
        (Value::Object(saved), Value::Object(written)) => {
            for (key, value) in saved {
                let inner = written.get(key).unwrap_or_else(|| panic!("{place}.{key} is lost"));
                assert_lost_nothing(value, inner, &format!("{place}.{key}"));
            }
        }
        (Value::Array(saved), Value::Array(written)) => {
            assert_eq!(saved.len(), written.len(), "{place}");
            for (index, (saved, written)) in saved.iter().zip(written).enumerate() {
                assert_lost_nothing(saved, written, &format!("{place}[{index}]"));
            }
        }
        _ => assert_eq!(saved, written, "{place}"),
    }
}
