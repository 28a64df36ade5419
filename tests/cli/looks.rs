//! Colour and characters: who wants none gets none.

use crate::support::cli::{Cli, NOWHERE};
use crate::support::terminal::{Shown, on_terminal};

const ESCAPE: char = '\u{1b}';

#[test]
fn colour_is_for_terminals_unless_it_is_forced() {
    for (options, variables, colour) in [
        ("", &[][..], false),
        ("--color auto", &[("TERM", "xterm-256color")], false),
        ("--color always", &[], true),
        ("--color always", &[("NO_COLOR", "1")], true),
        ("--color never", &[("CLICOLOR_FORCE", "1")], false),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "0")], false),
        ("", &[("NO_COLOR", "1")], false),
        ("", &[("CLICOLOR", "1")], false),
    ] {
        for call in ["demo", "--no-env-file", "explain auth.signature", "explain"] {
            let ran = Cli::new(call).args(options).envs(variables.iter().copied()).run();
            assert_eq!(ran.stdout.contains(ESCAPE), colour, "{call} {options} {variables:?}");
            assert!(!ran.stderr.contains(ESCAPE));
        }
    }
}

/// A demo on a terminal with these variables.
fn shown(variables: &[(&str, &str)]) -> Shown {
    let shown = on_terminal(Cli::new("demo").envs(variables.iter().copied()), 80, "");
    assert_eq!(shown.status, 0, "{}", shown.text);
    shown
}

#[test]
fn a_terminal_has_colour_unless_its_variables_say_otherwise() {
    for (variables, colour) in [
        (&[("TERM", "xterm")][..], true),
        (&[], true),
        (&[("TERM", "dumb")], false),
        (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "0")], false),
        (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true),
        (&[("TERM", "xterm"), ("NO_COLOR", "1")], false),
        (&[("TERM", "xterm"), ("CLICOLOR", "0")], false),
    ] {
        let Shown { text, .. } = shown(variables);
        assert_eq!(text.contains("\u{1b}[1"), colour, "{variables:?}: {text}");
    }
}

#[test]
fn a_dumb_terminal_gets_line_after_line() {
    let Shown { text, .. } = shown(&[("TERM", "dumb"), ("LANG", "C.UTF-8")]);
    assert!(!text.contains([ESCAPE, '\r']), "{text:?}");
    let piped = Cli::new("demo").run().stdout;
    let ports = |text: &str| without_times(&text.replace(|digit: char| digit.is_ascii_digit(), "0"));
    assert_eq!(ports(&text), ports(&piped));
}

#[test]
fn a_terminal_whose_locale_is_not_utf_8_gets_ascii_and_a_pipe_does_not() {
    for (locale, ascii) in [
        (&[("LANG", "C")][..], true),
        (&[], true),
        (&[("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "C.UTF-8")], true),
        (&[("LANG", "en_US.UTF-8")], false),
    ] {
        assert_eq!(shown(locale).text.is_ascii(), ascii, "{locale:?}");
        let piped = Cli::new("demo").envs(locale.iter().copied()).run();
        assert!(piped.stdout.contains('✓'), "{locale:?}");
    }
}

#[test]
fn json_has_no_colour_even_when_it_is_forced() {
    let ran = Cli::new("demo --json --color always").env("CLICOLOR_FORCE", "1").run();
    assert!(!ran.stdout.contains(ESCAPE));
    ran.report();
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = |options: &str| {
        let ran = Cli::new("--no-env-file").args(options).run();
        without_times(&without_colour(&ran.stdout))
    };
    assert_eq!(plain("--color always"), plain("--color never"));
}

/// The text without `ESC [ … m`.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

fn without_times(text: &str) -> String {
    text.lines()
        .map(|line| {
            line.trim_end_matches(|c: char| c.is_ascii_digit() || " .ms<".contains(c)).to_owned() + "\n"
        })
        .collect()
}

#[test]
fn ascii_is_ascii() {
    for (call, expected) in [
        ("demo --ascii", 0),
        ("demo --ascii -v", 0),
        ("demo --ascii --color always", 0),
        ("--no-env-file --ascii", 1),
        ("explain --ascii", 0),
    ] {
        let ran = Cli::new(call).run();
        assert_eq!(ran.status, expected);
        assert!(ran.stdout.is_ascii(), "{call}: {:?}", ran.stdout.chars().find(|letter| !letter.is_ascii()));
    }
    let ran = Cli::new("--ascii --no-env-file -v").envs(NOWHERE).env("R2_BUCKET_NAME", "büro-„files“").run();
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.is_ascii() && ran.stderr.is_ascii(), "{}", ran.stdout);
}

#[test]
fn what_ascii_replaces_can_still_be_read() {
    for code in super::explain::codes() {
        let (wide, ascii) = (
            Cli::new("explain").arg(&code).run().stdout,
            Cli::new("explain --ascii").arg(&code).run().stdout,
        );
        assert!(ascii.is_ascii(), "{code}");
        let marks = |text: &str| text.matches('?').count();
        assert_eq!(marks(&wide), marks(&ascii), "{code}: a character has no ASCII form:\n{ascii}");
    }
}

#[test]
fn no_line_of_text_is_wider_than_80_columns_but_for_what_is_to_be_copied() {
    let placeholder =
        Cli::new("--no-env-file").envs(NOWHERE).env("R2_ENDPOINT", "https://x.r2.cloudflarestorage.com");
    for ran in [Cli::new("demo").run(), Cli::new("--no-env-file").run(), placeholder.run()] {
        for line in ran.stdout.lines().filter(|line| !line.contains("http")) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn no_line_ends_with_a_space() {
    for call in ["demo", "demo -v", "--no-env-file", "explain", "explain auth.signature"] {
        let ran = Cli::new(call).run();
        assert!(!ran.stdout.lines().any(|line| line.ends_with(' ')), "{call}:\n{}", ran.stdout);
    }
}
