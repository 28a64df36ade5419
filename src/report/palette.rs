//! How a text report looks: meanings to colours, statuses to glyphs. Renderers name a meaning, never a colour.

use colored::{ColoredString, Colorize};

use super::{Status, Verdict};
use crate::base::finding::Severity;

/// The choices that a terminal allows.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Whether there is colour. `colored` decides that for the whole process, but a file has none in any case.
    pub colored: bool,
    /// Only ASCII glyphs.
    pub ascii: bool,
}

impl Palette {
    fn paint(self, text: &ColoredString) -> String {
        if self.colored { text.to_string() } else { text.input.clone() }
    }

    /// The mark in front of a check.
    pub fn glyph(self, status: Status) -> String {
        let (unicode, ascii) = match status {
            Status::Pass => ("✓", "+"),
            Status::Warn => ("!", "!"),
            Status::Fail => ("✗", "x"),
            Status::Skip => ("-", "-"),
        };
        let glyph = if self.ascii { ascii } else { unicode };
        self.paint(&match status {
            Status::Pass => glyph.green().bold(),
            Status::Warn => glyph.yellow().bold(),
            Status::Fail => glyph.red().bold(),
            Status::Skip => glyph.dimmed(),
        })
    }

    /// The word that a finding begins with.
    pub fn severity(self, severity: Severity) -> String {
        self.paint(&match severity {
            Severity::Error => "error".red().bold(),
            Severity::Warning => "warning".yellow().bold(),
            Severity::Note => "note".cyan().bold(),
        })
    }

    /// The word that the verdict begins with.
    pub fn verdict(self, verdict: Verdict) -> String {
        self.paint(&match verdict {
            Verdict::Pass => "PASS".green().bold(),
            Verdict::Warn => "WARN".yellow().bold(),
            Verdict::Fail => "FAIL".red().bold(),
            Verdict::Interrupted => "INTERRUPTED".yellow().bold(),
        })
    }

    /// What matters most.
    pub fn strong(self, text: &str) -> String {
        self.paint(&text.bold())
    }

    /// Why a check failed.
    pub fn failed(self, text: &str) -> String {
        self.paint(&text.red())
    }

    /// Facts to be looked up.
    pub fn quiet(self, text: &str) -> String {
        self.paint(&text.dimmed())
    }

    /// A command or an address to be copied.
    pub fn literal(self, text: &str) -> String {
        self.paint(&text.cyan())
    }

    /// The mark for text that was cut off.
    pub fn ellipsis(self) -> &'static str {
        if self.ascii { "..." } else { "…" }
    }

    /// Text as this terminal can show it.
    pub fn plain(self, text: &str) -> String {
        if !self.ascii || text.is_ascii() {
            return text.to_owned();
        }
        text.chars().map(|letter| ascii(letter).map_or_else(|| letter.to_string(), str::to_owned)).collect()
    }
}

/// The replacement of a letter outside ASCII.
fn ascii(letter: char) -> Option<&'static str> {
    Some(match letter {
        letter if letter.is_ascii() => return None,
        '…' => "...",
        '–' | '—' => "-",
        '“' | '”' | '„' => "\"",
        '‘' | '’' => "'",
        '→' => "->",
        '\u{a0}' => " ",
        _ => "?",
    })
}
