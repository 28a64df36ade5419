//! The JSON Schema of the report, made from the report's types and compared with the file that users get.

use std::fs;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::Report;

/// Set it to anything to write the file anew.
const UPDATE: &str = "UPDATE_SCHEMA";

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report-v1.schema.json")
}

/// The schema of what is written: a field that may be null is there all the same. Fields that are not described are
/// allowed, since any version may add some.
fn generated() -> Value {
    let schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    let mut schema = schema.to_value();
    schema["title"] = json!("r2-selftest report, schema version 1");
    schema
}

/// The types that are described by themselves, the report among them.
fn types(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let others = schema["$defs"].as_object().expect("types").iter();
    others.map(|(name, value)| (name.as_str(), value)).chain([("Report", schema)])
}

fn is_described(value: &Value) -> bool {
    value["description"].as_str().is_some_and(|text| !text.is_empty())
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let generated = serde_json::to_string_pretty(&generated()).expect("JSON") + "\n";
    if std::env::var_os(UPDATE).is_some() {
        fs::write(file(), &generated).expect("the schema file can be written");
    }
    let committed = fs::read_to_string(file()).unwrap_or_default();
    let differing = committed.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        committed == generated,
        "{} is not what the code says; first difference (line from 0): {differing:?}.\n\
         Fields may be added, never renamed, removed or retyped. If this change only adds, run\n    \
         {UPDATE}=1 cargo test the_committed_schema\nand commit the file.",
        file().display()
    );
}

#[test]
fn every_field_and_every_word_is_described() {
    let schema = generated();
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
    let schema = generated();
    for (name, described) in types(&schema) {
        assert!(described["additionalProperties"].is_null(), "{name} forbids other fields");
    }
}

#[test]
fn a_field_that_may_be_null_is_there_all_the_same() {
    let schema = generated();
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
    let schema = generated();
    let of = |name: &str| schema["$defs"][name]["properties"]["duration_ms"]["type"].clone();
    assert_eq!(schema["properties"]["duration_ms"]["type"], "number");
    assert_eq!([of("Check"), of("Request")], ["number", "number"]);
}
