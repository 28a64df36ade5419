//! `docs/messages.md`: all cases with what the program showed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Section;
use super::case::{Case, Message};
use super::measure::median_and_largest;

/// Set it to anything to write the page anew.
const UPDATE: &str = "UPDATE_DOCS";
const PAGE: &str = "docs/messages.md";

const INTRODUCTION: &str = "\
# Messages

What `r2-selftest` prints on a terminal of 80 columns, fault by fault. The runs are real, against servers on the same
machine; ports, identifiers, times and dates are replaced by stand-ins. `r2-selftest explain CODE` and
[diagnoses.md](diagnoses.md) say more about each code.

This page is made by `tests/messages`, so a change belongs in the program.
";

/// The page.
pub fn page(shown: &[(Section, Vec<Message>)]) -> String {
    let mut page = INTRODUCTION.to_owned() + &measures(shown) + "\n## Contents\n\n";
    for (section, _) in shown {
        // Writing to a string cannot fail.
        let _ =
            writeln!(page, "- [{0}](#{1})", section.title, section.title.to_lowercase().replace(' ', "-"));
    }
    for (section, messages) in shown {
        let _ = write!(page, "\n## {}\n\n{}\n", section.title, section.about);
        for (case, message) in section.cases.iter().zip(messages) {
            let _ = write!(page, "\n### {}\n\n```text\n{}```\n", case.name, message.text);
        }
    }
    page
}

fn measures(shown: &[(Section, Vec<Message>)]) -> String {
    let all: Vec<(&Case, &Message)> =
        shown.iter().flat_map(|(section, messages)| section.cases.iter().zip(messages)).collect();
    let failing = all.iter().filter(|(_, message)| message.fails()).count();
    let (median, largest) = median_and_largest(&all);
    format!(
        "\n{failing} of the {} runs fail, with {median} lines in the median and at most {largest}.\n",
        all.len()
    )
}

/// Compares the page with the file that users read.
///
/// # Panics
/// When they differ.
pub fn is_up_to_date(generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&path, generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let pairs = committed.lines().zip(generated.lines()).enumerate();
    let differing: Vec<_> = pairs.filter(|(_, (old, new))| old != new).take(5).collect();
    assert!(
        committed == generated,
        "{PAGE} is not what the program shows; first differences (lines from 0): {differing:#?}.\n\
         Run\n    {UPDATE}=1 cargo test --locked --test program messages::\nand read `git diff {PAGE}`."
    );
}
