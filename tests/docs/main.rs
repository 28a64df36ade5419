//! The documents against the program: what they say must be what it does, and what it can do must stand in them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod examples;

mod commands;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Options in the README that belong to other programs.
const OF_OTHERS: [&str; 7] =
    ["--from", "--ignored", "--locked", "--release", "--server", "--test", "--workspace"];

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn readme() -> String {
    document("README.md")
}

/// The program, with nothing in its environment and no env file around it.
fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_r2-selftest"))
        .args(arguments)
        .env_clear()
        .current_dir(&folder)
        .output()
        .unwrap()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(run(arguments).stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(arguments).stdout).unwrap()
}

fn strings<'a>(list: &'a Value, field: &str) -> BTreeSet<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

/// What stands under a heading of the second level.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = document.split_once(&start).unwrap_or_else(|| panic!("there is no section `{heading}`"));
    rest.split("\n## ").next().unwrap()
}

/// The rows of all tables in a text, without their headers, each as its cells.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &&str| line.starts_with("| ---");
    lines
        .iter()
        .enumerate()
        .filter(|(index, line)| {
            line.starts_with('|') && !is_rule(line) && !lines.get(index + 1).is_some_and(&is_rule)
        })
        .map(|(_, line)| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// What stands in backticks on one line.
fn code_spans(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

fn first_cells(text: &str) -> BTreeSet<&str> {
    rows(text).iter().flat_map(|row| code_spans(row[0])).collect()
}

/// The fenced blocks of a document, each as its language and its lines.
fn blocks(document: &str) -> Vec<(&str, String)> {
    let mut blocks: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in document.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(language), false) => {
                blocks.push((language, String::new()));
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                let (_, block) = blocks.last_mut().unwrap();
                block.push_str(line);
                block.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

fn block_with(document: &str, words: &str) -> String {
    let found = blocks(document).into_iter().find(|(_, block)| block.contains(words));
    found.unwrap_or_else(|| panic!("there is no block with `{words}`")).1
}

/// The commands that the help lists, without `help` itself.
fn commands() -> Vec<String> {
    let help = text(&["--help"]);
    let (_, list) = help.split_once("\nCommands:\n").unwrap();
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

/// The options in a help, spelled as there but for the angle brackets, each with its default.
fn options(help: &str) -> BTreeMap<String, Option<String>> {
    let mut options = BTreeMap::new();
    let mut last = String::new();
    for line in help.lines() {
        let indentation = line.len() - line.trim_start().len();
        if indentation <= 6 && line.trim_start().starts_with('-') {
            last = line.trim().replace(['<', '>'], "");
            options.insert(last.clone(), None);
        } else if let Some(default) = line.trim().strip_prefix("[default: ") {
            options.insert(last.clone(), Some(default.trim_end_matches(']').to_owned()));
        }
    }
    options
}

fn all_options() -> BTreeMap<String, Option<String>> {
    let mut all = options(&text(&["--help"]));
    for command in commands().iter().filter(|command| *command != "help") {
        all.extend(options(&text(&[command, "--help"])));
    }
    all
}

/// Every `--word` of a text.
fn long_options(text: &str) -> BTreeSet<&str> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '-';
    text.split(|letter| !is_part(letter))
        .filter(|word| word.strip_prefix("--").is_some_and(|rest| rest.starts_with(char::is_alphabetic)))
        .collect()
}

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
        let needed = missing.contains(&format!("{name} is not set"));
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
    let readme = readme();
    let listed: Vec<&str> =
        rows(section(&readme, "The six checks")).iter().flat_map(|row| code_spans(row[0])).collect();
    let names: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
}

#[test]
fn the_fields_are_those_of_a_report() {
    let report = json(&["demo", "--json"]);
    let fields: BTreeSet<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let readme = readme();
    assert_eq!(first_cells(section(&readme, "The JSON report")), fields);
}

#[test]
fn the_areas_and_codes_are_those_that_can_be_explained() {
    let explained = text(&["explain"]);
    let codes: BTreeSet<&str> = explained
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| word.contains('.'))
        .collect();
    let areas: BTreeSet<&str> = codes.iter().map(|code| code.split_once('.').unwrap().0).collect();
    let readme = readme();
    let table = section(&readme, "Diagnosis codes");
    assert_eq!(first_cells(table), areas);
    for example in rows(table).iter().flat_map(|row| code_spans(row[2])) {
        assert!(codes.contains(example), "{example}");
    }
    for document in [&readme, &document("ARCHITECTURE.md")] {
        for span in code_spans(document) {
            let looks_like_one = span.split_once('.').is_some_and(|(area, condition)| {
                areas.contains(area)
                    && condition.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            });
            let is_file = span.split_once('.').is_some_and(|(_, ending)| ending == "rs");
            assert!(!looks_like_one || is_file || codes.contains(span), "{span}");
        }
    }
}

/// A heading as it is written in an address.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || " -".contains(*letter))
        .collect::<String>()
        .replace(' ', "-")
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let document = document(name);
        let anchors: BTreeSet<String> = document
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| anchor(line.trim_start_matches('#')))
            .collect();
        let links = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://")) {
            match link.strip_prefix('#') {
                Some(target) => assert!(anchors.contains(target), "{name}: {link}"),
                None => assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).is_file(), "{name}: {link}"),
            }
        }
    }
}

#[test]
fn the_railway_configuration_runs_the_program() {
    let readme = readme();
    let (language, block) =
        blocks(&readme).into_iter().find(|(_, block)| block.contains("preDeployCommand")).unwrap();
    assert_eq!(language, "json");
    let configuration: Value = serde_json::from_str(&block).unwrap();
    assert_eq!(configuration["$schema"], "https://railway.com/railway.schema.json");
    let commands = configuration["deploy"]["preDeployCommand"].as_array().unwrap();
    let [command] = commands.as_slice() else { panic!("Railway takes one command: {commands:?}") };
    assert_eq!(command.as_str().unwrap().split(' ').next(), Some("r2-selftest"));
}

#[test]
fn the_changelog_has_this_version() {
    let heading = format!("\n## [{}]", env!("CARGO_PKG_VERSION"));
    assert!(document("CHANGELOG.md").contains(&heading));
}
