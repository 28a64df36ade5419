//! A spinner beside the check that is running, on a terminal only.

use std::io::{self, IsTerminal as _};

use crate::base::surroundings::Surroundings;
use crate::report::output::{Sink, Spinner};
use crate::report::terminal::is_dumb;

/// Shows what is under way. Without a terminal it shows nothing, so that logs and pipes stay clean.
pub struct Progress {
    sink: Sink,
    wanted: bool,
    ascii: bool,
}

impl Progress {
    /// A spinner on standard error, if people look at both streams there.
    #[expect(clippy::disallowed_methods, reason = "asks what the streams are, and writes nothing")]
    pub fn new(sink: Sink, around: &Surroundings, wanted: bool, ascii: bool) -> Self {
        let seen = io::stdout().is_terminal() && io::stderr().is_terminal();
        Self { sink, wanted: wanted && seen && !is_dumb(around), ascii }
    }

    /// Begins to turn beside what is under way.
    pub fn start(&self, name: &str, title: &str) {
        if self.wanted {
            let label = format!("{name:8}  {title}");
            self.sink.spin(Some(Spinner::new(&label, textwrap::termwidth(), self.ascii)));
        }
    }

    /// Takes the spinner away, before a line is written in its place.
    pub fn clear(&self) {
        if self.wanted {
            self.sink.spin(None);
        }
    }
}
