//! Commands, options and exit statuses against `--help`.

use super::*;

/// Options in the pages that belong to other programs.
const OF_OTHERS: &[&str] = &[
    "--auth-key",
    "--bin",
    "--check",
    "--find-links",
    "--from",
    "--ignore-missing",
    "--ignored",
    "--include-ignored",
    "--locked",
    "--no-dedupe",
    "--no-default-features",
    "--no-index",
    "--nocapture",
    "--path",
    "--program",
    "--release",
    "--rm",
    "--rounds",
    "--objects",
    "--preload",
    "--repo",
    "--row",
    "--runs",
    "--test",
    "--test-threads",
    "--workspace",
];

#[test]
fn every_command_is_listed_and_no_other() {
    let page = document("docs/options.md");
    let listed: BTreeSet<String> = rows(section(&page, "Commands"))
        .iter()
        .flat_map(|row| code_spans(row[0]))
        .map(|span| span.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(listed, commands().into_iter().collect());
}

#[test]
fn every_option_is_listed_with_its_default_and_no_other() {
    let page = document("docs/options.md");
    let table = rows(section(&page, "Options"));
    let listed: BTreeMap<String, Vec<&str>> =
        table.iter().map(|row| (row[0].trim_matches('`').to_owned(), code_spans(row[1]))).collect();
    let options = all_options();
    assert_eq!(listed.keys().collect::<Vec<_>>(), options.keys().collect::<Vec<_>>());
    for (option, default) in &options {
        if let Some(default) = default {
            assert_eq!(listed[option], [default.as_str()], "default of {option}");
        }
    }
}

#[test]
fn no_page_names_an_option_that_does_not_exist() {
    let options = all_options();
    let known: BTreeSet<&str> = options.keys().flat_map(|option| long_options(option)).collect();
    for other in OF_OTHERS {
        assert!(!known.contains(other), "{other} is an option of the program now");
    }
    let mut named = BTreeSet::new();
    for page in PAGES {
        for option in long_options(&document(page)) {
            assert!(known.contains(option) || OF_OTHERS.contains(&option), "{page}: {option}");
            named.insert(option.to_owned());
        }
    }
    for other in OF_OTHERS {
        assert!(named.contains(*other), "no page names {other} any more");
    }
}

#[test]
fn the_exit_statuses_are_those_of_the_help() {
    let numbers = |text: &str| -> BTreeSet<u8> {
        text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    };
    let help = text(&["--help"]);
    let (_, told) = help.split_once("Exit status:").unwrap();
    // The names of signals hold no digits, and the next paragraph is another matter.
    let told = numbers(told.split("\n\n").next().unwrap());
    let readme = readme();
    let listed = rows(section(&readme, "Exit status")).iter().flat_map(|row| numbers(row[0])).collect();
    assert_eq!(told, listed);
    for (arguments, status) in
        [(&["demo"][..], 0), (&["--no-env-file"], 1), (&["--no-such-option"], 2), (&["explain", "no"], 2)]
    {
        assert_eq!(run(arguments).status.code(), Some(status), "{arguments:?}");
        assert!(told.contains(&u8::try_from(status).unwrap()));
    }
}
