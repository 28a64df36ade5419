//! `compare`: it works here and fails there, and the sentence names why.

use serde_json::{Value, json};

use crate::cli::show::saved;
use crate::support::cli::{Cli, Ran};

fn compare(a: &str, b: &str, options: &str) -> Ran {
    Cli::new("compare a b").args(options).file("a", a).file("b", b).run()
}

/// The words of a text, however its lines are broken.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A report with some parts replaced.
fn with(report: &str, parts: &[(&str, Value)]) -> String {
    let mut report: Value = serde_json::from_str(report).unwrap();
    for (place, value) in parts {
        *report.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value.clone();
    }
    report.to_string()
}

const KEY: usize = 2;
const SECRET: usize = 3;

/// The same run with another fingerprint of a variable.
fn other_value(report: &str, setting: usize) -> String {
    let part = format!("/settings/{setting}");
    with(
        report,
        &[
            (&format!("{part}/source"), "env-file".into()),
            (&format!("{part}/length"), 64.into()),
            (&format!("{part}/fingerprint"), "0123456789ab".into()),
        ],
    )
}

/// A report that fails with a code, and one that passes, of the same settings.
fn pair(fault: &str) -> (String, String) {
    let failing = saved(&format!("--fault {fault}"));
    let value: Value = serde_json::from_str(&failing).unwrap();
    let same = ["settings", "target", "environment"].map(|part| (format!("/{part}"), value[part].clone()));
    let same: Vec<(&str, Value)> =
        same.iter().map(|(place, value)| (place.as_str(), value.clone())).collect();
    (with(&saved(""), &same), failing)
}

#[test]
fn two_equal_verdicts_end_with_zero() {
    let (one, other) = (saved(""), saved(""));
    let ran = compare(&one, &with(&other, &[("/target", target(&one))]), "");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    assert!(words(&ran.stdout).ends_with("Both pass."), "{}", ran.stdout);
}

#[test]
fn where_both_keys_differ_the_secret_explains_a_refused_signature() {
    let (passing, failing) = pair("wrong-secret");
    let both = other_value(&other_value(&failing, SECRET), KEY);
    let text = words(&compare(&passing, &both, "").stdout);
    assert!(text.contains("that is explained by R2_SECRET_ACCESS_KEY (A: "), "{text}");
}

fn target(report: &str) -> Value {
    serde_json::from_str::<Value>(report).unwrap()["target"].clone()
}

#[test]
fn the_variable_that_explains_a_failure_is_named() {
    for (fault, setting, name) in
        [("wrong-secret", SECRET, "R2_SECRET_ACCESS_KEY"), ("denied", KEY, "R2_ACCESS_KEY_ID")]
    {
        let (passing, failing) = pair(fault);
        let ran = compare(&passing, &other_value(&failing, setting), "");
        assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
        let text = words(&ran.stdout);
        assert!(
            text.contains(&format!("and A does not: that is explained by {name} (A: ")),
            "{}",
            ran.stdout
        );
        assert!(text.contains("64 characters, fingerprint 0123456789ab, from the env file"), "{text}");
        assert!(text.contains("The first check that differs is "), "{text}");
    }
}

#[test]
fn what_has_nothing_to_do_with_the_cause_explains_nothing() {
    let (passing, failing) = pair("tls-untrusted");
    let ran = compare(&failing, &other_value(&passing, SECRET), "");
    assert_eq!(ran.status, 1);
    let text = words(&ran.stdout);
    assert!(
        text.contains("A fails with tls.untrusted, and B does not: nothing that differs explains that"),
        "{text}"
    );
    let proxied = with(&failing, &[("/environment/proxy", "http://proxy:3128 (HTTPS_PROXY)".into())]);
    let text = words(&compare(&proxied, &other_value(&passing, SECRET), "").stdout);
    assert!(
        text.contains("that is explained by proxy (A: http://proxy:3128 (HTTPS_PROXY); B: none)"),
        "{text}"
    );
}

#[test]
fn where_nothing_differs_that_is_said() {
    let (passing, failing) = pair("unavailable");
    let text = words(&compare(&passing, &failing, "").stdout);
    assert!(
        text.contains("Settings, client rules and the way to the server are the same.")
            || text.contains("address"),
        "{text}"
    );
    assert!(text.contains("B fails with service.unavailable"), "{text}");
}

#[test]
fn phases_stand_side_by_side() {
    let (passing, failing) = pair("read-only");
    let text = compare(&passing, &failing, "").stdout;
    for phase in ["tcp", "connect", "upload", "all"] {
        let row = text
            .lines()
            .find(|line| line.trim_start().starts_with(phase))
            .unwrap_or_else(|| panic!("{text}"));
        assert_eq!(row.matches("ms").count(), 2, "{row}");
    }
}

#[test]
fn two_buckets_cannot_be_compared() {
    let (one, other) = (saved(""), with(&saved(""), &[("/target/bucket", "other".into())]));
    let ran = compare(&one, &other, "");
    assert_eq!(ran.status, 1);
    assert!(
        words(&ran.stdout).contains("cannot be compared: the reports are about two buckets"),
        "{}",
        ran.stdout
    );
    let real = with(&one, &[("/target/kind", "r2".into())]);
    assert!(words(&compare(&one, &real, "").stdout).contains("one report is of the demo"));
}

/// What differs rightly between two buckets explains no failure; the wrong name of a bucket does.
#[test]
fn of_two_buckets_only_a_wrong_name_explains_a_failure() {
    let (passing, failing) = pair("read-only");
    let failing = other_value(&failing, KEY);
    let of_another = with(&failing, &[("/target/bucket", "other".into())]);
    let text = words(&compare(&passing, &of_another, "").stdout);
    assert!(
        text.ends_with(
            "B fails with permission.read-only, and A does not, which explains nothing: they are about \
        different things."
        ),
        "{text}"
    );
    let of_the_demo = with(&passing, &[("/target/kind", "r2".into())]);
    let text = words(&compare(&of_the_demo, &failing, "").stdout);
    assert!(text.contains("which explains nothing"), "{text}");
    let text = words(&compare(&saved(""), &saved("--fault no-bucket"), "").stdout);
    assert!(
        text.contains("about two buckets") && text.contains("that is explained by R2_BUCKET_NAME"),
        "{text}"
    );
}

#[test]
fn of_two_that_pass_the_one_with_a_warning_is_named() {
    let (passing, warning) = pair("flaky");
    let ran = compare(&passing, &warning, "");
    assert_eq!(ran.status, 1, "the verdicts differ");
    assert!(
        words(&ran.stdout).ends_with("Both pass, and only B with a warning (service.retried)."),
        "{}",
        ran.stdout
    );
    let ran = compare(&warning, &warning, "");
    let both = "Both pass, A with a warning (service.retried), B with a warning (service.retried).";
    assert!(ran.status == 0 && words(&ran.stdout).ends_with(both), "{}", ran.stdout);
}

#[test]
fn the_comparison_is_data_too() {
    let (passing, failing) = pair("wrong-secret");
    let ran = compare(&passing, &other_value(&failing, SECRET), "--json");
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&value["equal"], &value["obstacle"]), (&json!(false), &Value::Null));
    assert_eq!(value["first_check"]["name"], "connect");
    assert!(value["differences"][0]["name"] == "R2_SECRET_ACCESS_KEY", "{value:#}");
}

#[test]
fn what_cannot_be_read_is_named() {
    Cli::new("compare a absent").file("a", saved("")).run().refused(&["`absent`", "does not exist"]);
    Cli::new("compare - -").run().refused(&["standard input"]);
    Cli::new("compare a").run().refused(&["<B>"]);
}
