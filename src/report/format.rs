//! The forms of a report, each a function from a masked report to text.

use std::path::Path;

use super::Report;
use super::redaction::Masked;
use super::text::{self, Layout};

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document, indented, with a final newline.
    Json,
    /// Text for a terminal.
    Text,
}

impl Format {
    /// The forms that a file may have, each with the ending of its name.
    const ENDINGS: [(&str, Self); 2] = [("json", Self::Json), ("txt", Self::Text)];

    /// The form that a file's name asks for by its ending.
    pub fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ENDINGS.into_iter().find(|(known, _)| *known == ending).map(|(_, format)| format)
    }

    /// The whole report in this form.
    ///
    /// # Errors
    /// When serde cannot write it, which would be a bug.
    pub fn render(self, report: &Masked<Report>, layout: &Layout) -> serde_json::Result<String> {
        match self {
            Self::Json => serde_json::to_string_pretty(&**report).map(|json| json + "\n"),
            Self::Text => Ok(text::whole(report, layout)),
        }
    }
}
