//! `docs/coverage.md`, what is proven of each way to fail: made from `tests/coverage.toml`, which is checked against
//! the register and the tests' sources.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde::Deserialize;

use super::catalogue::codes;
use super::markdown::cell;
use super::*;

/// Ways to fail that belong together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    title: String,
    row: Vec<Row>,
}

/// One way to fail.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Our name for it.
    id: String,
    /// What brings it about.
    trigger: String,
    /// The check at which it shows; none: the run passes, or there is nothing to show.
    check: Option<String>,
    /// The codes that the program may name it by.
    #[serde(default)]
    codes: Vec<String>,
    /// The tests that prove it, as `module::test`, where the module is the file that the test stands in.
    #[serde(default)]
    tests: Vec<String>,
    /// Why no test can, or what the tests leave open.
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    group: Vec<Group>,
}

fn coverage() -> Coverage {
    let text = fs::read_to_string(root().join("tests/coverage.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

const INTRODUCTION: &str = "\
# Coverage

The known ways in which a connection to R2 fails, the check and the code that the program names each by, and the tests
that prove it. Each test brings the failure about, with real sockets, and holds check, code and exit status. Where a row
has no test, it says why. [diagnoses.md](diagnoses.md) explains the codes.

This page is made from `tests/coverage.toml`, so a change belongs there.

## Contents

";

fn generated() -> String {
    let groups = coverage().group;
    let mut page = INTRODUCTION.to_owned();
    for group in &groups {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "- [{}](#{})", group.title, anchor(&group.title));
    }
    for group in &groups {
        page.push_str(&of_group(group));
    }
    page
}

fn of_group(group: &Group) -> String {
    let mut text = format!("\n## {}\n\n", group.title);
    text.push_str("| failure | what happens | named as | proven by |\n| --- | --- | --- | --- |\n");
    for row in &group.row {
        let trigger = cell(&row.trigger);
        let _ = writeln!(text, "| `{}` | {trigger} | {} | {} |", row.id, named(row), proof(row));
    }
    text
}

fn named(row: &Row) -> String {
    let codes: Vec<_> = row.codes.iter().map(|code| format!("[{code}](diagnoses.md#{code})")).collect();
    let check = row.check.as_ref().map(|check| format!("{check}: ")).unwrap_or_default();
    if codes.is_empty() { "passes".to_owned() } else { format!("{check}{}", codes.join(", ")) }
}

fn proof(row: &Row) -> String {
    let tests = row.tests.iter().map(|test| match source_of(test) {
        Some(path) => format!("[`{test}`](../{})", path.display()),
        None => format!("`{test}`"),
    });
    tests.chain(row.reason.as_deref().map(cell)).collect::<Vec<_>>().join("<br>")
}

/// The file that a test named `module::test` stands in, from the root.
fn source_of(test: &str) -> Option<PathBuf> {
    let (module, function) = test.rsplit_once("::")?;
    let (file, _) = SOURCES.iter().find(|(path, tests)| {
        // The first file of a folder is called by that folder.
        let named = if path.ends_with("main.rs") || path.ends_with("mod.rs") {
            path.parent()
        } else {
            Some(path.as_path())
        };
        let stem = named.and_then(Path::file_stem).is_some_and(|stem| stem == module);
        stem && tests.contains(function)
    })?;
    Some(file.clone())
}

/// Each Rust file with the tests in it.
static SOURCES: LazyLock<Vec<(PathBuf, BTreeSet<String>)>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    found.sort();
    found
});

fn collect(folder: &Path, found: &mut Vec<(PathBuf, BTreeSet<String>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.strip_prefix(root()).unwrap().to_owned(), tests_in(&text)));
        }
    }
}

/// The functions that stand under `#[test]`, perhaps with other attributes between.
fn tests_in(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line == "#[test]" {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
            names.extend(rest.split_once('(').map(|(name, _)| name.to_owned()));
            is_test = false;
        } else if !line.starts_with("#[") {
            is_test = false;
        }
    }
    names
}

fn rows() -> Vec<Row> {
    coverage().group.into_iter().flat_map(|group| group.row).collect()
}

#[test]
fn the_committed_coverage_is_that_of_the_data() {
    is_up_to_date("docs/coverage.md", &generated());
}

#[test]
fn every_code_that_is_named_exists() {
    let known = codes();
    for row in rows() {
        assert!(row.codes.iter().all(|code| known.contains(code)), "{}: {:?}", row.id, row.codes);
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let unknown: Vec<_> = rows()
        .into_iter()
        .flat_map(|row| row.tests.into_iter().map(move |test| (row.id.clone(), test)))
        .filter(|(_, test)| source_of(test).is_none())
        .collect();
    assert!(unknown.is_empty(), "no such tests: {unknown:#?}");
}

#[test]
fn every_row_has_a_test_or_a_reason_and_a_name_of_its_own() {
    let mut ids = BTreeSet::new();
    for row in rows() {
        assert!(!row.tests.is_empty() || row.reason.is_some(), "{} has neither test nor reason", row.id);
        assert!(ids.insert(row.id.clone()), "{} stands twice", row.id);
        assert!(row.reason.is_none_or(|reason| reason.ends_with('.')), "{}", row.id);
    }
    assert!(ids.len() >= 150, "only {} rows", ids.len());
}

#[test]
fn every_row_names_its_check_and_its_codes_together() {
    let report = json(&["demo", "--json"]);
    let checks = strings(&report["checks"], "name");
    for row in rows() {
        assert_eq!(row.check.is_some(), !row.codes.is_empty(), "{}", row.id);
        for check in row.check.iter().flat_map(|checks| checks.split(", ")) {
            assert!(checks.contains(check), "{}: {check}", row.id);
        }
    }
}

#[test]
fn tests_are_found_by_their_attribute() {
    let source = "#[test]\nfn one() {}\n\nfn two() {}\n\n#[test]\n#[ignore = \"x\"]\nfn three() {}\n";
    assert_eq!(tests_in(source), BTreeSet::from(["one".to_owned(), "three".to_owned()]));
}
