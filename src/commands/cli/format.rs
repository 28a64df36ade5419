//! The values of `--format`.

use clap::ValueEnum;

use crate::report::format;

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// `railway` on Railway, unless standard output is a terminal; else `text`
    #[default]
    Auto,
    /// Text, a line as each check ends
    Text,
    /// One JSON document
    Json,
    /// Markdown, to be pasted into a ticket
    Markdown,
    /// One HTML page
    Html,
    /// One JSON object a line, as Railway's log reads it
    Railway,
}

impl Format {
    /// The form that it stands for; `logged` tells whether Railway's log is the reader.
    pub fn resolve(self, logged: bool) -> format::Format {
        match self {
            Self::Auto if logged => format::Format::Railway,
            Self::Auto | Self::Text => format::Format::Text,
            Self::Json => format::Format::Json,
            Self::Markdown => format::Format::Markdown,
            Self::Html => format::Format::Html,
            Self::Railway => format::Format::Railway,
        }
    }
}
