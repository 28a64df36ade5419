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
