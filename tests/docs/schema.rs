//! The JSON Schema that users get: what holds for every type in it. That it is the schema of the report's types, their
//! own test holds, which also writes it anew.

use serde_json::json;

use super::*;

fn committed() -> Value {
    serde_json::from_str(&document("schema/report-v1.schema.json")).unwrap()
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
