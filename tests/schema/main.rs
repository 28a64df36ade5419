//! The JSON Schema that users get: made from the report's types, compared with the committed file, and what holds for
//! every type in it.
//!
//! The types are not public, for the program is no library. Their files need nothing of the program but a finding's severity,
//! so that they can be compiled here beside it.
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../src/report/checked.rs"]
#[expect(dead_code, reason = "the program uses all of it")]
mod checked;
#[path = "../../src/report/measured.rs"]
mod measured;
#[path = "../../src/base/finding/severity.rs"]
#[expect(dead_code, reason = "the program uses all of it")]
mod severity;
#[path = "../../src/report/types.rs"]
#[expect(dead_code, reason = "the program uses all of it")]
mod types;

/// Where these files expect it.
mod base {
    pub mod finding {
        pub use crate::severity::Severity;
    }
}

use std::fs;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use types::Report;

/// Set it to anything to write the file anew.
const UPDATE: &str = "UPDATE_SCHEMA";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report-v1.schema.json")
}

/// The schema of what is written: a field that may be null is always present. Fields that are not described are
/// allowed, since any version may add some.
fn generated() -> Value {
    let schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    let mut schema = schema.to_value();
    schema["title"] = json!("r2-selftest report, schema version 1");
    schema
}

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let generated = serde_json::to_string_pretty(&generated()).unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        fs::write(file(), &generated).unwrap();
    }
    let committed = fs::read_to_string(file()).unwrap_or_default();
    let differing = committed.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        committed == generated,
        "{} is not what the types say; first difference (line from 0): {differing:?}.\n\
         Fields may be added, never renamed, removed or retyped. If this change only adds, run\n    \
         {UPDATE}=1 cargo test --locked --test schema\nand commit the file.",
        file().display()
    );
}

fn committed() -> Value {
    serde_json::from_str(&fs::read_to_string(file()).unwrap()).unwrap()
}

/// The types that are described by themselves, the report among them.
fn types(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let others = schema["$defs"].as_object().unwrap().iter();
    others.map(|(name, value)| (name.as_str(), value)).chain([("Report", schema)])
}

fn is_described(value: &Value) -> bool {
    value["description"].as_str().is_some_and(|text| !text.is_empty())
}

#[test]
fn every_field_and_every_word_is_described() {
    let schema = committed();
    for (name, described) in types(&schema) {
        assert!(is_described(described), "{name} has no description");
        let fields = described["properties"].as_object().into_iter().flatten();
        for (field, value) in fields {
            assert!(is_described(value), "{name}.{field} has no description");
        }
        for word in described["oneOf"].as_array().into_iter().flatten() {
            assert!(is_described(word), "{name}: {word} has no description");
        }
    }
}

#[test]
fn fields_may_be_added() {
    let schema = committed();
    for (name, described) in types(&schema) {
        assert!(described["additionalProperties"].is_null(), "{name} forbids other fields");
    }
}

#[test]
fn a_field_that_may_be_null_is_there_all_the_same() {
    let schema = committed();
    let required = |of: &Value| of["required"].as_array().cloned().unwrap_or_default();
    for (name, described) in types(&schema).filter(|(name, _)| *name != "Phases") {
        let fields = described["properties"].as_object().into_iter().flatten();
        for (field, _) in fields {
            assert!(required(described).contains(&json!(field)), "{name}.{field} may be absent");
        }
    }
    assert_eq!(
        schema["$defs"]["Phases"]["required"],
        Value::Null,
        "phases are there where they were measured"
    );
}

#[test]
fn durations_are_numbers() {
    let schema = committed();
    let of = |name: &str| schema["$defs"][name]["properties"]["duration_ms"]["type"].clone();
    assert_eq!(schema["properties"]["duration_ms"]["type"], "number");
    assert_eq!([of("Check"), of("Request")], ["number", "number"]);
}
