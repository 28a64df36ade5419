//! The documents against the program: what they say must be what it does, and what it can do must stand in them.
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod catalogue;
mod circles;
mod commands;
mod coverage;
mod diagnoses;
mod examples;
mod facts;
mod links;
mod lists;
mod markdown;
mod wildcards;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Set it to anything to write the generated pages anew.
const UPDATE: &str = "UPDATE_DOCS";

/// The pages that people write, from the root.
const PAGES: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/bucket.md",
    "docs/checks.md",
    "docs/costs.md",
    "docs/decisions.md",
    "docs/dependencies.md",
    "docs/install.md",
    "docs/local-r2.md",
    "docs/modules.md",
    "docs/options.md",
    "docs/other-names.md",
    "docs/performance.md",
    "docs/promises.md",
    "docs/railway.md",
    "docs/reliability.md",
    "docs/report.md",
    "docs/saved.md",
    "tests/servers/README.md",
    "benches/README.md",
    "examples/railway/README.md",
];

/// The pages that tests make.
const GENERATED: &[&str] = &["docs/coverage.md", "docs/diagnoses.md", "docs/messages.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
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
            // Where no option has more to say than a line, its help stands beside it.
            last = line.trim().split("  ").next().unwrap().replace(['<', '>'], "");
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

/// The words of a text, however its lines are wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading as it is written in an address.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || " -".contains(*letter))
        .collect::<String>()
        .replace(' ', "-")
}

/// A generated page against the file that users read.
fn is_up_to_date(name: &str, generated: &str) {
    if std::env::var_os(UPDATE).is_some() {
        fs::write(root().join(name), generated).unwrap();
    }
    let committed = fs::read_to_string(root().join(name)).unwrap_or_default();
    let differing = committed.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        committed == generated,
        "{name} is not what its data say; first difference (line from 0): {differing:?}.\n\
         Run\n    {UPDATE}=1 cargo test --test docs the_committed\nand commit the file."
    );
}
