//! `explain`, through the program itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

fn explain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_r2-selftest")).arg("explain").args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn one_code_is_explained_in_full() {
    let text = printed(&explain(&["tls.untrusted"]));
    for part in ["tls.untrusted: ", "meaning ", "evidence ", "causes ", "fix ", "docs ", "see it "] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_area_tells_its_codes_apart() {
    let text = printed(&explain(&["tls"]));
    assert!(text.contains("tls.untrusted: ") && text.contains("tls.no-roots: "), "{text}");
    assert!(!text.contains("network."), "{text}");
}

#[test]
fn the_whole_register_is_grouped_by_area() {
    let text = printed(&explain(&[]));
    let headings: Vec<_> =
        text.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(": ")).collect();
    assert_eq!(headings.first().map(|(area, _)| *area), Some("config"));
    assert_eq!(headings.len(), 13, "{text}");
}

#[test]
fn an_unknown_name_is_a_wrong_command_line_and_names_the_nearest() {
    for (name, hint) in [
        ("tls.untrustd", "did you mean `tls.untrusted`?"),
        ("untrusted", "did you mean `tls.untrusted`?"),
        ("netwrok", "did you mean `network`?"),
        ("zzzzzzzz", "`r2-selftest explain` lists all codes"),
    ] {
        let output = explain(&[name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(hint), "{complaint}");
    }
}
