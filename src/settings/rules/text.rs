//! Characters around and inside a value that do not belong to it: quotes and whitespace.

use super::{Subject, listed};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::settings::characters::{QUOTES, is_whitespace, whitespace_name};
use crate::settings::disclosure::Disclosure;

/// A value with quotes left around it.
pub fn quotes(subject: &Subject, disclosure: &Disclosure) -> Option<Finding> {
    let value = subject.raw().trim_matches(is_whitespace);
    let first = value.chars().next().filter(|c| QUOTES.contains(c));
    let last = value.chars().next_back().filter(|c| QUOTES.contains(c));
    let seen = match (first, last) {
        (Some(first), Some(last)) if first == last => format!("starts and ends with {}", name(first)),
        (Some(first), Some(last)) => format!("starts with {} and ends with {}", name(first), name(last)),
        (Some(first), None) => format!("starts with {}", name(first)),
        (None, Some(last)) => format!("ends with {}", name(last)),
        (None, None) => return None,
    };
    let length = counted(subject.raw().chars().count(), "character");
    let evidence = format!("{} has {length}; it {seen}", subject.named());
    let finding = subject.error(Code::ConfigQuotes).because(evidence).with_fault(seen);
    Some(subject.suggest_meant(finding, disclosure))
}

/// A value with blanks, tabs or line ends around or inside it.
pub fn whitespace(subject: &Subject, disclosure: &Disclosure) -> Option<Finding> {
    let places: Vec<String> = runs(subject.raw()).into_iter().map(|run| run.describe()).collect();
    if places.is_empty() {
        return None;
    }
    let length = counted(subject.raw().chars().count(), "character");
    let evidence = format!("{} has {length}; it {}", subject.named(), listed(&places));
    let finding = subject.error(Code::ConfigWhitespace).because(evidence);
    let finding = in_one_place(finding, &places);
    Some(subject.suggest_meant(finding, disclosure))
}

/// Says what is wrong with a value where one place shows it all.
pub fn in_one_place(finding: Finding, places: &[String]) -> Finding {
    match places {
        [place] => finding.with_fault(place),
        _ => finding,
    }
}

/// Whitespace in a row.
struct Run {
    start: usize,
    characters: Vec<char>,
    at_end: bool,
}

fn runs(value: &str) -> Vec<Run> {
    let total = value.chars().count();
    let mut runs: Vec<Run> = Vec::new();
    for (position, character) in value.chars().enumerate().filter(|(_, c)| is_whitespace(*c)) {
        match runs.last_mut() {
            Some(run) if run.start + run.characters.len() == position => run.characters.push(character),
            _ => runs.push(Run { start: position, characters: vec![character], at_end: false }),
        }
    }
    for run in &mut runs {
        run.at_end = run.start + run.characters.len() == total;
    }
    runs
}

impl Run {
    fn describe(&self) -> String {
        let what = self.what();
        match (self.start, self.at_end) {
            (0, true) => format!("is nothing but {what}"),
            (0, false) => format!("starts with {what}"),
            (_, true) => format!("ends with {what}"),
            (start, false) => format!("contains {what} at character {}", start + 1),
        }
    }

    fn what(&self) -> String {
        let names: Vec<_> = self.characters.iter().take(3).map(|c| whitespace_name(*c)).collect();
        match self.characters.as_slice() {
            [_] => format!("a {}", names[0]),
            ['\r', '\n'] => "a carriage return and a line feed".to_owned(),
            all if all.iter().all(|c| *c == all[0]) => format!("{} {}s", all.len(), names[0]),
            all => format!("{} whitespace characters", all.len()),
        }
    }
}

fn name(quote: char) -> &'static str {
    match quote {
        '"' => "a double quote",
        '\'' => "a single quote",
        _ => "a backtick",
    }
}
