//! What the terminal that standard output leads to can show, by the conventions of its variables. Knows no report.

use std::io::{self, IsTerminal as _};

use crate::base::surroundings::Surroundings;

/// The width of text that no terminal shows: it is read in logs and tickets, where 80 columns are safe.
const ELSEWHERE: usize = 80;

/// The variables that name the locale of characters, the first that is not empty counts (POSIX, section 8.2).
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// What standard output can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// How many columns a line may have.
    pub width: usize,
    /// Whether it shows colours, as far as its variables say (<https://bixense.com/clicolors/>).
    pub is_coloured: bool,
    /// Whether it shows ASCII only. Files, pipes and the logs of platforms take UTF-8, whatever the locale.
    pub is_ascii: bool,
}

impl Terminal {
    /// The one that standard output leads to.
    #[expect(clippy::disallowed_methods, reason = "asks what the stream is, and writes nothing")]
    pub fn of_stdout(around: &Surroundings) -> Self {
        Self::of(io::stdout().is_terminal().then(textwrap::termwidth), around)
    }

    /// A terminal of this width, or something else.
    fn of(width: Option<usize>, around: &Surroundings) -> Self {
        let is_terminal = width.is_some();
        Self {
            width: width.unwrap_or(ELSEWHERE),
            is_coloured: is_coloured(is_terminal, around),
            is_ascii: is_terminal && cfg!(unix) && !speaks_utf_8(around),
        }
    }
}

/// Whether there is colour: it is wanted whatever the output is, or unwanted, or the output is a terminal that shows it.
fn is_coloured(is_terminal: bool, around: &Surroundings) -> bool {
    let set = |name: &str| around.value(name).map(|value| value != "0");
    let is_forced = set("CLICOLOR_FORCE") == Some(true);
    let is_shown = is_terminal && !is_dumb(around) && set("CLICOLOR") != Some(false);
    is_forced || (is_shown && set("NO_COLOR").is_none())
}

/// Whether the terminal that the environment describes can do nothing but show one line after the other.
pub fn is_dumb(around: &Surroundings) -> bool {
    around.value("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the locale's characters are UTF-8. Without one it is `C`, whose are not.
fn speaks_utf_8(around: &Surroundings) -> bool {
    let named = LOCALE.iter().filter_map(|name| around.value(name)).find(|value| !value.is_empty());
    let locale = named.unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn terminal(variables: &[(&str, &str)]) -> Terminal {
        Terminal::of(Some(100), &Surroundings::of_a_test(variables))
    }

    #[test]
    fn what_is_no_terminal_has_80_columns_and_utf_8() {
        let pipe = Terminal::of(None, &Surroundings::of_a_test(&[("TERM", "dumb"), ("LANG", "C")]));
        assert_eq!(pipe, Terminal { width: 80, is_coloured: false, is_ascii: false });
    }

    #[test]
    fn colour_is_where_it_is_shown_and_wanted() {
        for (variables, on_terminal, elsewhere) in [
            (&[][..], true, false),
            (&[("TERM", "")], true, false),
            (&[("TERM", "xterm-256color")], true, false),
            (&[("TERM", "dumb")], false, false),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true, true),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "0")], false, false),
            (&[("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR_FORCE", "0")], true, false),
            (&[("CLICOLOR", "0")], false, false),
            (&[("CLICOLOR", "1")], true, false),
            (&[("NO_COLOR", "")], false, false),
            (&[("NO_COLOR", "0")], false, false),
            (&[("NO_COLOR", "1"), ("CLICOLOR", "1")], false, false),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, true),
        ] {
            let around = Surroundings::of_a_test(variables);
            let shown = [Some(100), None].map(|width| Terminal::of(width, &around).is_coloured);
            assert_eq!(shown, [on_terminal, elsewhere], "{variables:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_first_variable_of_the_locale_that_is_not_empty_counts() {
        for (variables, is_ascii) in [
            (&[][..], true),
            (&[("LANG", "")], true),
            (&[("LANG", "C")], true),
            (&[("LANG", "POSIX")], true),
            (&[("LANG", "de_DE.ISO-8859-1")], true),
            (&[("LANG", "de_DE@euro")], true),
            (&[("LANG", "en_US.UTF-8")], false),
            (&[("LANG", "C.utf8")], false),
            (&[("LC_CTYPE", "UTF-8")], false),
            (&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "C.UTF-8")], false),
            (&[("LC_ALL", "C"), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C.UTF-8")], true),
            (&[("LC_CTYPE", "C"), ("LANG", "C.UTF-8")], true),
            (&[("LC_MESSAGES", "C.UTF-8")], true),
        ] {
            assert_eq!(terminal(variables).is_ascii, is_ascii, "{variables:?}");
        }
    }
}
