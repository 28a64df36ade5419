//! `docs/diagnoses.md`: the catalogue as a page for a code forge, made from the same data as `explain` and compared
//! with the file that users read. It ends with what is proven of each way to fail.

mod coverage;
mod markdown;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::{command, fixes};
use crate::code::Code;
use crate::demo::fault::DemoFault;
use crate::diagnosis::catalogue::{Entry, area, entry};
use markdown::{escaped, items, steps};

/// Set it to anything to write the file anew.
const UPDATE: &str = "UPDATE_DOCS";

const INTRODUCTION: &str = "\
# Diagnoses

Every condition that `r2-selftest` can name: what the code means, what it typically looks like, what causes it with the
likeliest cause first, what to do, and the demo that shows it on your own machine. `r2-selftest explain CODE` prints the
same in a terminal. A code is stable for ever; in a report it stands in `root_cause` and in each finding. At the end
stands [what is proven](#coverage) of each way to fail.

This page is made from `src/diagnosis/catalogue` and `tests/coverage.toml`, so a change belongs there.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn generated() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(&contents());
    for name in Code::areas() {
        page.push_str(&of_area(name));
    }
    page + &coverage::table()
}

/// The areas with links to their codes.
fn contents() -> String {
    let mut text = String::from("\n| area | codes |\n| --- | --- |\n");
    for name in Code::areas() {
        let links: Vec<_> =
            Code::of_area(name).map(|code| format!("[{}](#{code})", code.condition())).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| [{name}](#{name}) | {} |", links.join(" · "));
    }
    text
}

fn of_area(name: &str) -> String {
    let area = area(name).expect("every area is described");
    let mut text =
        format!("\n<a id=\"{name}\"></a>\n\n## {name}: {}\n\n{}\n", area.title, escaped(&area.about));
    for code in Code::of_area(name) {
        text.push_str(&of_code(code, entry(code).expect("every code has an entry")));
    }
    text
}

fn of_code(code: Code, entry: &Entry) -> String {
    let demos: Vec<String> =
        DemoFault::that_show(code).map(|fault| format!("`{}`", command(fault))).collect();
    let mut text = format!("\n<a id=\"{code}\"></a>\n\n### {code}\n\n**{}.** ", escaped(&entry.title));
    let _ = writeln!(text, "{}\n\nLooks like\n\n{}", escaped(&entry.meaning), items(&entry.evidence));
    let _ = writeln!(text, "Causes, the likeliest first\n\n{}", steps(&alone(&entry.causes)));
    let _ = writeln!(text, "What to do\n\n{}", steps(&fixes(entry)));
    let _ = write!(text, "Documentation: <{}>", entry.docs);
    if !demos.is_empty() {
        let _ = write!(text, "  \nSee it: {}", demos.join(", "));
    }
    text + "\n"
}

fn alone(texts: &[String]) -> Vec<(String, Vec<String>)> {
    texts.iter().map(|text| (text.clone(), Vec::new())).collect()
}

#[test]
fn the_committed_diagnoses_are_those_of_the_catalogue() {
    let file = root().join("docs/diagnoses.md");
    let generated = generated();
    if std::env::var_os(UPDATE).is_some() {
        fs::create_dir_all(root().join("docs")).expect("the folder can be made");
        fs::write(&file, &generated).expect("the file can be written");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    let differing = committed.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        committed == generated,
        "{} is not what the catalogue and tests/coverage.toml say; first difference (line from 0): {differing:?}.\n\
         Run\n    {UPDATE}=1 cargo test the_committed_diagnoses\nand commit the file.",
        file.display()
    );
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let page = generated();
    let links = page.split("](#").skip(1).filter_map(|rest| rest.split(')').next());
    let mut count = 0;
    for link in links {
        assert!(page.contains(&format!("<a id=\"{link}\"></a>")), "{link}");
        count += 1;
    }
    assert!(count > Code::ALL.len());
}
