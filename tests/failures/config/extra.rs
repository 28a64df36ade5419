//! Values that are right, and that something came along with: one finding says what, and that the rest is well-formed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

/// Ways in which a value comes with something, `@` standing for the value, with what is said of it.
const WAYS: [(&str, &str); 24] = [
    ("@ # from the dashboard", "ends with a comment of 21 characters"),
    ("@\t# x", "ends with a comment"),
    ("-n @", "begins with `-n`, an option of `echo`"),
    ("-n @\\n", "an option of `echo`"),
    ("-e @\n", "an option of `echo`"),
    ("@\\n", "ends with `\\n`, which nothing turned into the end of a line"),
    ("@\\r\\n", "ends with `\\r\\n`"),
    ("@,", "ends with a comma"),
    ("\"@\",", "ends with a comma"),
    ("@;", "ends with a semicolon"),
    ("NAME=@", "begins with the name R2_"),
    ("export NAME='@'", "begins with the name R2_"),
    ("NAME: @", "begins with the name R2_"),
    ("  NAME=\"@\"  # x", "begins with the name R2_"),
    ("NAME => @", "begins with"),
    ("\u{1b}[32m@\u{1b}[0m", "control sequences of a terminal"),
    ("echo -n @", "a command of the shell"),
    ("Bearer @", "the scheme of an HTTP header"),
    ("- @", "the mark of a list"),
    ("@ // x", "ends with a comment"),
    ("&quot;@&quot;", "entities of HTML"),
    ("$ @", "the prompt of a shell"),
    ("\"@\" # in quotes", "is in quotation marks"),
    ("@ <!-- x -->", "ends with a comment"),
];

#[test]
fn what_came_along_with_a_value_is_named_for_every_variable() {
    for (variable, value) in SOUND {
        for (way, says) in WAYS {
            let raw = way.replace("NAME", variable).replace('@', value);
            let report = Case::sound_but(&[(variable, Some(&raw))]).fails();
            names(&report, "config.extra-text", variable, says);
            let evidence = report.evidence("config.extra-text");
            let remains = format!("{} characters remain, a well-formed", value.len());
            assert!(evidence.contains(&remains) || evidence.contains("`true` remains"), "{raw}: {evidence}");
        }
    }
}

/// Shapes that no other text has by chance are found wherever they stand.
#[test]
fn a_particular_value_is_found_wherever_it_stands() {
    for (way, says) in [
        ("<@>", "angle brackets"),
        ("(@)", "parentheses"),
        ("[here](@)", "a link in Markdown"),
        ("**@**", "asterisks"),
        ("key of the app: @", "a label of 14 characters"),
        ("my key is @", "other text"),
        ("@ is my key", "other text"),
        ("OTHER=@", "begins with a name"),
    ] {
        for (variable, value) in [SOUND[1], SOUND[2], SOUND[3]] {
            let raw = way.replace('@', value);
            let report = Case::sound_but(&[(variable, Some(&raw))]).fails();
            names(&report, "config.extra-text", variable, says);
        }
    }
    let pair = format!("{KEY}:{SECRET}");
    let report = Case::sound_but(&[("R2_ACCESS_KEY_ID", Some(&pair))]).fails();
    assert_eq!(report.root_cause(), Some("config.extra-text"));
    assert!(report.evidence("config.extra-text").contains("ends with 65 characters of other text"));
}

/// Data of a Kubernetes Secret.
#[test]
fn base64_is_named_instead_of_guessing_from_its_length() {
    let encodings: [fn(&str) -> String; 4] = [
        |value| STANDARD.encode(value),
        |value| STANDARD_NO_PAD.encode(value),
        |value| URL_SAFE.encode(value),
        |value| STANDARD.encode(format!("{value}\n")),
    ];
    for (variable, value) in SOUND {
        for encode in encodings {
            let report = Case::sound_but(&[(variable, Some(&encode(value)))]).fails();
            names(&report, "config.extra-text", variable, "is base64, which decodes to a text");
            assert!(!report.0.to_string().contains("global API key"));
        }
    }
}

#[test]
fn a_field_of_a_json_document_is_named() {
    let document = format!(
        "{{\"success\":true,\"result\":{{\"accessKeyId\":\"{KEY}\",\"secretAccessKey\":\"{SECRET}\",\"bucket\":\"{BUCKET}\"}}}}"
    );
    for (variable, field) in [
        ("R2_ACCESS_KEY_ID", "in its field `accessKeyId`"),
        ("R2_SECRET_ACCESS_KEY", "in its field `secretAccessKey`"),
    ] {
        let report = Case::sound_but(&[(variable, Some(&document))]).fails();
        assert_eq!(report.root_cause(), Some("config.extra-text"));
        assert!(report.evidence("config.extra-text").contains(field));
    }
}

/// `docker run --env-file` keeps what stands behind a value; a script may put the same before each.
#[test]
fn what_every_value_carries_is_one_finding() {
    for way in ["@ # from the dashboard", "NAME=@", "@,", "-n @", "\"@\"", "@\r"] {
        let values: Vec<_> = SOUND
            .iter()
            .map(|(name, value)| (*name, way.replace("NAME", name).replace('@', value)))
            .collect();
        let changes: Vec<_> = values.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
        let report = Case::sound_but(&changes).fails();
        let code = report.root_cause().unwrap().to_owned();
        assert_eq!(report.codes(), [code.as_str()], "{way}");
        let finding = report.finding(&code).to_string();
        assert!(SOUND.iter().all(|(name, _)| finding.contains(name)), "{finding}");
    }
}

#[test]
fn a_scheme_that_stands_there_twice_is_named() {
    each(
        "R2_ENDPOINT",
        "config.endpoint-scheme",
        &[
            (&format!("https://{ENDPOINT}"), "has two schemes, `https://https://`"),
            (&format!("http://{ENDPOINT}"), "has two schemes, `http://https://`"),
        ],
    );
}

/// Two faults: the comment, and what is wrong without it. The length of the second is counted without the first.
#[test]
fn what_remains_is_judged_too() {
    let report = Case::sound_but(&[("R2_ACCESS_KEY_ID", Some("AKIAIOSFODNN7EXAMPLF # of AWS"))]).fails();
    assert_eq!(report.codes(), ["config.extra-text", "config.access-key-shape"]);
    assert!(report.evidence("config.access-key-shape").contains("has 20 characters"));
    let report = Case::sound_but(&[("R2_ENABLED", Some("false # for now"))]).fails();
    names(&report, "config.disabled", "R2_ENABLED", "is `false`");
}

/// What may be a part of a name is no thing that came along with it.
#[test]
fn a_name_that_may_be_meant_is_not_cut() {
    for name in ["app files", "app\tfiles", "app=files"] {
        let report = Case::sound_but(&[("R2_BUCKET_NAME", Some(name))]).fails();
        assert!(!report.codes().contains(&"config.extra-text"), "{name}: {:?}", report.codes());
    }
}
