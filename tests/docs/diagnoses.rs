//! `docs/diagnoses.md`: the catalogue as a page for a code forge, made from the same data as `explain` and compared
//! with the file that users read.

use std::fmt::Write as _;

use super::catalogue::{Area, Entry, area_of, areas, areas_of, codes, demos, entries, without_a_run};
use super::markdown::{escaped, items, steps};
use super::*;

const INTRODUCTION: &str = "\
# Diagnoses

Every condition that `r2-selftest` can name: what the code means, what it typically looks like, what causes it with the
likeliest cause first, what to do, and the demo that shows it on your own machine. `r2-selftest explain CODE` prints the
same in a terminal. A code is stable for ever; in a report it stands in `root_cause` and in each finding.

This page is made from `src/diagnosis/catalogue`, so a change belongs there. [coverage.md](coverage.md) tells how each
code is tested.
";

fn generated() -> String {
    let (codes, areas, entries) = (codes(), areas(), entries());
    let mut page = INTRODUCTION.to_owned() + &contents(&codes, &areas, &entries);
    for name in areas_of(&codes) {
        page.push_str(&of_area(name, &areas[name]));
        for code in codes.iter().filter(|code| area_of(code) == name) {
            page.push_str(&of_code(code, &entries[code]));
        }
    }
    page
}

/// Each area, and in it each code with its title, as links.
fn contents(codes: &[String], areas: &BTreeMap<String, Area>, entries: &BTreeMap<String, Entry>) -> String {
    let mut text = String::from("\n## Contents\n\n");
    for name in areas_of(codes) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "- [{name}](#{name}): {}", areas[name].title);
        for code in codes.iter().filter(|code| area_of(code) == name) {
            let _ = writeln!(text, "  - [{code}](#{code}): {}", escaped(&entries[code].title));
        }
    }
    text
}

fn of_area(name: &str, area: &Area) -> String {
    format!("\n<a id=\"{name}\"></a>\n\n## {name}: {}\n\n{}\n", area.title, escaped(&area.about))
}

fn of_code(code: &str, entry: &Entry) -> String {
    let demos: Vec<String> = demos(code).iter().map(|command| format!("`{command}`")).collect();
    let mut text = format!("\n<a id=\"{code}\"></a>\n\n### {code}\n\n**{}.** ", escaped(&entry.title));
    let _ = writeln!(text, "{}\n\nLooks like\n\n{}", escaped(&entry.meaning), items(&entry.evidence));
    let _ = writeln!(text, "Causes, the likeliest first\n\n{}", steps(&alone(&entry.causes)));
    let _ = writeln!(text, "What to do\n\n{}", steps(&fixes(&entry.fix)));
    let places = [
        ("at a server that is not R2", &entry.elsewhere),
        ("where a gateway may stand in front", &entry.gateway),
    ];
    for (place, advice) in places {
        for advice in advice.iter().filter(|advice| !advice.fix.is_empty()) {
            let _ = writeln!(text, "What to do {place}\n\n{}", steps(&fixes(&advice.fix)));
        }
    }
    let _ = write!(text, "Documentation: <{}>", entry.docs);
    if !demos.is_empty() {
        let _ = write!(text, "  \nSee it: {}", demos.join(", "));
    }
    text + "\n"
}

fn alone(texts: &[String]) -> Vec<(String, Vec<String>)> {
    texts.iter().map(|text| (text.clone(), Vec::new())).collect()
}

/// The steps of a fix, each with what is there to be copied.
fn fixes(fix: &[catalogue::Step]) -> Vec<(String, Vec<String>)> {
    let literals = |step: &catalogue::Step| {
        step.command.iter().chain(&step.url).map(|literal| without_a_run(literal)).collect()
    };
    fix.iter().map(|step| (step.said(), literals(step))).collect()
}

#[test]
fn the_committed_diagnoses_are_those_of_the_catalogue() {
    is_up_to_date("docs/diagnoses.md", &generated());
}
