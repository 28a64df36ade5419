//! The formats of a report, each a function from a masked report to text, in a file of its own.

mod facts;
mod file;
pub mod github;
mod html;
mod json;
mod markdown;
mod railway;

use std::path::Path;

use super::redaction::Masked;
use super::text::{self, Layout};
use super::{Check, Report, Target};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Text,
    /// Text for a reader who did not see the run: the terminal's findings with all that surrounds them.
    File,
    /// One JSON document, indented, with a final newline.
    Json,
    /// Markdown, to be pasted into a ticket.
    Markdown,
    /// One HTML page that needs no other file.
    Html,
    /// One JSON object a line, as Railway's log reads it.
    Railway,
}

impl Format {
    /// The formats that a file may have, each with its extension.
    const EXTENSIONS: [(&str, Self); 4] =
        [("json", Self::Json), ("md", Self::Markdown), ("html", Self::Html), ("txt", Self::File)];

    /// The format that a file's extension selects.
    pub fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::EXTENSIONS.into_iter().find(|(known, _)| *known == ending).map(|(_, format)| format)
    }

    /// The extensions in words.
    pub fn endings() -> String {
        let [others @ .., last] = Self::EXTENSIONS.map(|(ending, _)| format!(".{ending}"));
        format!("{} or {last}", others.join(", "))
    }

    /// The whole report in this format.
    ///
    /// # Errors
    /// When serde cannot write it, which would be a bug.
    pub fn render(self, report: &Masked<Report>, layout: &Layout) -> serde_json::Result<String> {
        match self {
            Self::Text => Ok(text::whole(report, layout)),
            Self::File => Ok(file::whole(report)),
            Self::Json => json::whole(report),
            Self::Markdown => Ok(markdown::whole(report)),
            Self::Html => html::whole(report),
            Self::Railway => railway::whole(report),
        }
    }

    /// Whether parts of it are shown while the run goes on.
    pub fn is_streamed(self) -> bool {
        match self {
            Self::Text | Self::Railway => true,
            Self::File | Self::Json | Self::Markdown | Self::Html => false,
        }
    }

    /// A text in this format as it may stand in the log of a step of GitHub Actions, which runs whatever looks like one of its
    /// commands, at the beginning of a line or, in the old syntax, anywhere.
    pub fn without_commands(self, text: &str) -> String {
        match self {
            Self::Json | Self::Railway => github::without_old_commands(text, "##\\u005b"),
            Self::Text | Self::File | Self::Markdown | Self::Html => {
                github::without_commands(&github::without_old_commands(text, "# #["))
            }
        }
    }

    /// What is printed before the report while the run goes on: what kind of run it is, paragraph by paragraph.
    pub fn preface(self, paragraphs: &[String], layout: &Layout) -> String {
        match self {
            Self::Text if paragraphs.is_empty() => String::new(),
            Self::Text => text::paragraphs(paragraphs, layout) + "\n",
            Self::Railway => railway::preface(paragraphs),
            Self::File | Self::Json | Self::Markdown | Self::Html => String::new(),
        }
    }

    /// The line that names what is checked.
    pub fn header(self, target: &Masked<Target>, layout: &Layout) -> String {
        match self {
            Self::Text => text::header(target, layout),
            Self::File | Self::Json | Self::Markdown | Self::Html | Self::Railway => String::new(),
        }
    }

    /// What is shown of a check as soon as it has ended.
    pub fn check(self, check: &Masked<Check>, layout: &Layout) -> String {
        match self {
            Self::Text => text::check(check, layout),
            Self::Railway => railway::check(check),
            Self::File | Self::Json | Self::Markdown | Self::Html => String::new(),
        }
    }

    /// What is shown of checks that were skipped for the same reason.
    pub fn skipped(self, checks: &[Masked<Check>], layout: &Layout) -> String {
        match self {
            Self::Text if !layout.full => text::skipped(checks, layout),
            Self::Text | Self::Railway => checks.iter().map(|check| self.check(check, layout)).collect(),
            Self::File | Self::Json | Self::Markdown | Self::Html => String::new(),
        }
    }

    /// The rest of a report of which preface, header and checks are already printed.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn closing(self, report: &Masked<Report>, layout: &Layout) -> serde_json::Result<String> {
        match self {
            Self::Text => {
                let experiments = text::experiments(report, layout);
                Ok(format!("{experiments}\n{}", text::conclusion(report, layout)))
            }
            Self::Railway => railway::closing(report),
            Self::File | Self::Json | Self::Markdown | Self::Html => self.render(report, layout),
        }
    }

    /// The same where none of them is printed, because only the verdict is wanted.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn in_short(self, report: &Masked<Report>, layout: &Layout) -> serde_json::Result<String> {
        match self {
            Self::Text => Ok(text::verdict(report, layout)),
            Self::File | Self::Json | Self::Markdown | Self::Html | Self::Railway => {
                self.closing(report, layout)
            }
        }
    }
}

#[cfg(test)]
mod tests;
