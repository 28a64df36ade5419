//! What the pages say of settings, checks, fields and codes, against the program.

use super::catalogue::{area_of, codes};
use super::*;

#[test]
fn the_settings_are_those_that_are_read() {
    let report = json(&["--no-env-file", "--json"]);
    let findings = &report["checks"][0]["findings"];
    let missing = findings.to_string();
    let readme = readme();
    let table = rows(section(&readme, "Settings"));
    let listed: BTreeSet<&str> = table.iter().flat_map(|row| code_spans(row[0])).collect();
    assert_eq!(listed, strings(&report["settings"], "name"));
    for row in &table {
        let name = code_spans(row[0])[0];
        let needed = missing.contains(name);
        assert_eq!(row[1], if needed { "yes" } else { "no" }, "{name}");
    }
}

#[test]
fn the_example_of_an_env_file_has_the_settings_of_the_readme() {
    let (readme, example) = (readme(), document(".env.example"));
    let named: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches("# ").split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("R2_"))
        .collect();
    assert_eq!(named, first_cells(section(&readme, "Settings")));
}

#[test]
fn the_checks_are_those_of_a_run() {
    let report = json(&["demo", "--json"]);
    let page = document("docs/checks.md");
    let listed: Vec<&str> =
        rows(section(&page, "What a pass proves")).iter().flat_map(|row| code_spans(row[0])).collect();
    let names: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
}

#[test]
fn the_fields_are_those_of_a_report() {
    let report = json(&["demo", "--json"]);
    let fields: BTreeSet<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let page = document("docs/report.md");
    assert_eq!(first_cells(section(&page, "The JSON report")), fields);
}

#[test]
fn the_areas_and_codes_are_those_that_can_be_explained() {
    let explained = codes();
    let codes: BTreeSet<&str> = explained.iter().map(String::as_str).collect();
    let areas: BTreeSet<&str> = codes.iter().map(|code| area_of(code)).collect();
    let page = document("docs/report.md");
    let table = section(&page, "Diagnosis codes");
    assert_eq!(first_cells(table), areas);
    for example in rows(table).iter().flat_map(|row| code_spans(row[2])) {
        assert!(codes.contains(example), "{example}");
    }
    for page in PAGES {
        for span in code_spans(&document(page)) {
            let looks_like_one = span.split_once('.').is_some_and(|(area, condition)| {
                areas.contains(area)
                    && condition.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            });
            let is_file = span.split_once('.').is_some_and(|(_, ending)| ending == "rs");
            assert!(!looks_like_one || is_file || codes.contains(span), "{page}: {span}");
        }
    }
}

/// What a page tells the reader to copy: the line of `requirements.txt`, or the command itself.
#[test]
fn what_is_copied_to_railway_names_the_program() {
    for page in ["README.md", "docs/railway.md"] {
        let page = document(page);
        let blocks = blocks(&page);
        let command = |text: &str| text.trim().split("==").next().map(str::to_owned);
        let commands: Vec<_> = blocks.iter().filter(|(language, _)| *language == "text").collect();
        let [(_, line)] = commands.as_slice() else { panic!("one line to copy: {commands:?}") };
        assert_eq!(command(line).as_deref(), Some("r2-selftest"));
    }
}

/// Railway reads none of its old configuration files from 1 December 2026, and says nothing about it.
#[test]
fn no_page_sets_the_pre_deploy_command_where_railway_does_not_read_it() {
    for page in PAGES {
        assert!(!document(page).contains("preDeployCommand"), "{page}");
    }
}

#[test]
fn the_steps_of_ci_are_those_that_it_runs() {
    let (script, page) = (document(".ci/run"), document("CONTRIBUTING.md"));
    let titles = script.lines().filter_map(|line| line.strip_prefix("run \"")?.split(['"', ':']).next());
    let mut run: Vec<&str> = titles.collect();
    run.dedup();
    let told: Vec<&str> = rows(section(&page, "What CI runs")).iter().map(|row| row[0]).collect();
    assert_eq!(told, run);
}

#[test]
fn the_changelog_has_this_version() {
    let heading = format!("\n## [{}]", env!("CARGO_PKG_VERSION"));
    assert!(document("CHANGELOG.md").contains(&heading));
}
