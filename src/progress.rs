//! A spinner beside the check that is running, on a terminal only.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Shows what is under way. Without a terminal it shows nothing, so that logs and pipes stay clean.
pub struct Progress {
    bar: Option<ProgressBar>,
    wanted: bool,
    ascii: bool,
}

impl Progress {
    /// A spinner on standard error, if people look at both streams there.
    pub fn new(wanted: bool, ascii: bool) -> Self {
        let seen = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        Self { bar: None, wanted: wanted && seen, ascii }
    }

    /// Begins to turn beside what is under way.
    pub fn start(&mut self, name: &str, title: &str) {
        if !self.wanted {
            return;
        }
        let ticks = if self.ascii { "|/-\\ " } else { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}") {
            bar.set_style(style.tick_chars(ticks));
        }
        bar.set_message(format!("{name:8}  {title}"));
        bar.enable_steady_tick(TICK);
        self.bar = Some(bar);
    }

    /// Takes the spinner away, before a line is written in its place.
    pub fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
