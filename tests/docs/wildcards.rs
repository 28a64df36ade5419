//! No match over an enum of the program ends in `_ =>`, so that the compiler names every place that a new value concerns.
//! Clippy (`wildcard_enum_match_arm`) sees it where the enum itself is matched; this test, where it is a part of what is
//! matched.

use super::architecture::files;
use super::*;

/// The names of the enums that the sources declare.
fn enums(sources: &[(String, String)]) -> BTreeSet<&str> {
    let names = sources.iter().flat_map(|(_, source)| source.lines()).filter_map(|line| {
        let (_, rest) = line.trim_start().split_once("enum ")?;
        rest.split([' ', '<', '{']).next()
    });
    names.filter(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase())).collect()
}

/// Whether an arm takes all that is left.
fn takes_the_rest(arm: &str) -> bool {
    let pattern = arm.split(" =>").next().unwrap();
    arm.contains(" =>") && pattern.split(['(', ')', ',', ' ']).all(|part| matches!(part, "" | "_"))
}

/// The patterns of the arms before a line of a match, without their guards.
fn arms_before<'a>(lines: &[&'a str], line: usize) -> Vec<&'a str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = depth(lines[line]);
    let before = lines[..line].iter().rev().take_while(|line| line.trim().is_empty() || depth(line) >= own);
    let arms = before.filter(|line| depth(line) == own);
    arms.map(|line| line.split(" =>").next().unwrap().split(" if ").next().unwrap()).collect()
}

/// The lines on which a match over an enum of the program takes the rest.
fn wildcards(source: &str, enums: &BTreeSet<&str>) -> Vec<usize> {
    let lines: Vec<&str> = source.lines().collect();
    let is_own = |pattern: &str| {
        let words: Vec<&str> =
            pattern.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        words.windows(3).any(|words| words[1].is_empty() && (words[0] == "Self" || enums.contains(words[0])))
    };
    let takes = (0..lines.len()).filter(|line| takes_the_rest(lines[*line].trim_start()));
    takes.filter(|line| arms_before(&lines, *line).into_iter().any(is_own)).map(|line| line + 1).collect()
}

#[test]
fn no_match_over_an_enum_of_the_program_takes_the_rest() {
    let sources = files();
    let enums = enums(&sources);
    assert!(enums.len() > 50 && enums.contains("Outcome") && enums.contains("CheckId"), "{enums:?}");
    let found: Vec<_> = sources
        .iter()
        .map(|(path, source)| (path, wildcards(source, &enums)))
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    assert_eq!(found, []);
}

#[test]
fn a_wildcard_is_seen_wherever_the_enum_stands() {
    let of = |arms: &str| wildcards(&format!("match x {{\n{arms}}}\n"), &BTreeSet::from(["Fault"]));
    for arms in [
        "    Fault::Bug => 1,\n    _ => 2,\n",
        "    Some(Fault::Bug) => {\n        f()\n    }\n    _ => 2,\n",
        "    (1, Fault::Bug | Fault::Size)\n    | (2, _) => 1,\n    (_, _) => 2,\n",
        "    Self::Bug => 1,\n    _ => 2,\n",
    ] {
        assert_eq!(of(arms).len(), 1, "{arms}");
    }
    for arms in [
        "    Fault::Bug => 1,\n    Fault::Size => 2,\n",
        "    'a' => Fault::Bug,\n    _ => Fault::Size,\n",
        "    text if text == Fault::Bug => 1,\n    _ => 2,\n",
        "    Fault::Bug => match y {\n        1 => 2,\n        _ => 3,\n    },\n",
    ] {
        assert_eq!(of(arms), Vec::<usize>::new(), "{arms}");
    }
}
