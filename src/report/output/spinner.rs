//! The look of a spinner: a line that is drawn over itself. It does not know where it is drawn.

use std::time::Duration;

/// How often it turns, and how long nothing is drawn at first.
pub const TICK: Duration = Duration::from_millis(100);

/// A spinner beside a text.
pub struct Spinner {
    frames: &'static [char],
    label: String,
    turns: usize,
}

impl Spinner {
    /// Takes away what was drawn.
    pub const CLEAR: &'static str = "\r\u{1b}[2K";

    /// A spinner beside this text, which is cut to a line of this width.
    pub fn new(label: &str, width: usize, ascii: bool) -> Self {
        let frames: &[char] = if ascii {
            &['|', '/', '-', '\\']
        } else {
            &['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
        };
        // Two blanks, the spinner, a blank, and a last column that stays free, so that no line is broken.
        let label = label.chars().take(width.saturating_sub(5)).collect();
        Self { frames, label, turns: 0 }
    }

    /// The next frame.
    pub fn turn(&mut self) -> String {
        let frame = self.frames.get(self.turns % self.frames.len().max(1)).unwrap_or(&' ');
        self.turns += 1;
        format!("{}  {frame} {}", Self::CLEAR, self.label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_turns_and_stays_on_its_line() {
        let mut spinner = Spinner::new("list      the object is listed", 12, true);
        assert_eq!(spinner.turn(), "\r\u{1b}[2K  | list   ");
        assert_eq!(spinner.turn(), "\r\u{1b}[2K  / list   ");
        assert!(Spinner::new("x", 0, false).turn().ends_with("⠋ "));
    }
}
