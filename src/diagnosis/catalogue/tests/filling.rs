//! Placeholders and their values.

use super::*;

proptest::proptest! {
    #[test]
    fn no_text_panics_and_no_value_is_filled_again(text in "[a-z{}_ \\PC]{0,60}", value in "[{}a-z\\PC]{0,20}") {
        let value = Line::from(value);
        let values = BTreeMap::from([("host", value.clone())]);
        let filled = fill(&text, &values);
        let longest = text.len() + text.matches("{host}").count() * value.len();
        proptest::prop_assert!(filled.len() <= longest);
        proptest::prop_assert_eq!(fill("a {host} b", &values), format!("a {value} b"));
        if !text.contains('{') {
            proptest::prop_assert_eq!(filled, text);
        }
    }
}

#[test]
fn a_variable_of_a_shell_is_filled_within_its_braces() {
    let values = [("no_proxy", "no_proxy"), ("host", "x")].map(|(name, value)| (name, Line::from(value)));
    let text = "export {no_proxy}=\"${{no_proxy}:+${no_proxy},}{host}\"";
    assert_eq!(fill(text, &values.into()), "export no_proxy=\"${no_proxy:+$no_proxy,}x\"");
}

#[test]
fn placeholders_are_filled_or_shown_as_such() {
    let values = [("bucket", "photos"), ("s3_code", "NoSuchBucket")];
    let values = values.map(|(name, value)| (name, Line::from(value))).into();
    let text = "{s3_code}: `{bucket}` at {host}, {Not} one {";
    assert_eq!(fill(text, &values), "NoSuchBucket: `photos` at <host>, {Not} one {");
}
