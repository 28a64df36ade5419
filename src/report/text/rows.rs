//! The rows of the six checks: what each claims, or why it failed.

use super::Layout;
use super::paragraph::{clip, without_middle};
use crate::base::text::list;
use crate::report::palette::Palette;
use crate::report::redaction::Masked;
use crate::report::{Check, Request, Status};

/// Width of a check's name and of its claim.
const NAME: usize = 8;
const TITLE: usize = 28;
/// Width of a duration.
const TIME: usize = 8;
/// The columns before the claim: margin, glyph and name.
const BEFORE: usize = 2 + 2 + NAME + 2;
/// On a narrower terminal than this, a claim is all that a row has room for.
const BOTH: usize = BEFORE + TITLE + 2 + 10 + 1 + TIME;

/// The rows of all checks; those that were skipped for the same reason share one.
pub fn all(checks: &[Check], layout: &Layout) -> String {
    let shares =
        |one: &Check, next: &Check| shared(one, layout) && one.skipped_because == next.skipped_because;
    checks
        .chunk_by(shares)
        .map(|group| match group {
            [first, ..] if shared(first, layout) => of_skipped(group.iter(), layout),
            group => group.iter().map(|check| row(check, layout)).collect(),
        })
        .collect()
}

/// Whether a check is shown together with others that were skipped.
fn shared(check: &Check, layout: &Layout) -> bool {
    check.status == Status::Skip && !layout.full
}

/// The row of one check, with its requests if they are wanted.
pub fn check(check: &Masked<Check>, layout: &Layout) -> String {
    row(check, layout)
}

/// The row of checks that were skipped for the same reason.
pub fn skipped(checks: &[Masked<Check>], layout: &Layout) -> String {
    of_skipped(checks.iter().map(|check| &**check), layout)
}

fn of_skipped<'a>(checks: impl Iterator<Item = &'a Check>, layout: &Layout) -> String {
    let checks: Vec<&Check> = checks.collect();
    let Some(first) = checks.first() else { return String::new() };
    let palette = layout.palette;
    let names = list(&checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>());
    let words = format!("{names}  {}", palette.plain(&first.detail));
    let room = layout.width().saturating_sub(4);
    let words = if textwrap::core::display_width(&words) > room {
        clip(&format!("{} checks  {}", checks.len(), first.detail), room, palette)
    } else {
        words
    };
    format!("  {} {}\n", palette.glyph(Status::Skip), palette.quiet(&words))
}

fn row(check: &Check, layout: &Layout) -> String {
    let palette = layout.palette;
    let time = if check.status == Status::Skip { String::new() } else { duration(check.duration_ms) };
    let room = layout.width().saturating_sub(BEFORE + 1 + TIME);
    let ((middle, width), more) = match check.status {
        Status::Fail => reason(check, room, layout),
        Status::Pass | Status::Warn | Status::Skip => (claim(check, room, layout), String::new()),
    };
    let padding = " ".repeat(room.saturating_sub(width));
    let glyph = palette.glyph(check.status);
    let name = palette.strong(&format!("{:NAME$}", check.name));
    let line = format!("  {glyph} {name}  {middle}{padding} {}", palette.quiet(&format!("{time:>TIME$}")));
    let mut text = line.trim_end().to_owned() + "\n" + &more;
    if layout.requests {
        text.extend(check.requests.iter().map(|sent| request(sent, palette)));
    }
    text
}

/// Why a check failed takes the place of what it claims, which just proved false. Where there is room for little, it goes on
/// below, in further lines.
fn reason(check: &Check, room: usize, layout: &Layout) -> ((String, usize), String) {
    let palette = layout.palette;
    let text = palette.plain(&check.detail);
    let lines = if layout.width() < BOTH {
        let words: Vec<_> = text.split(' ').map(|word| without_middle(word, room, palette)).collect();
        textwrap::wrap(&words.join(" "), room).into_iter().map(Into::into).collect()
    } else {
        vec![clip(&text, room, palette)]
    };
    let mut lines = lines.into_iter();
    let first: String = lines.next().unwrap_or_default();
    let more =
        lines.fold(String::new(), |more, line| more + &" ".repeat(BEFORE) + &palette.failed(&line) + "\n");
    ((palette.failed(&first), textwrap::core::display_width(&first)), more)
}

fn claim(check: &Check, room: usize, layout: &Layout) -> (String, usize) {
    let palette = layout.palette;
    if layout.width() < BOTH {
        let text = clip(&check.title, room, palette);
        let width = textwrap::core::display_width(&text);
        return (text, width);
    }
    let detail = clip(&palette.plain(&check.detail), room.saturating_sub(TITLE + 2), palette);
    let width = TITLE + 2 + textwrap::core::display_width(&detail);
    (format!("{:TITLE$}  {}", check.title, palette.quiet(&detail)), width)
}

pub(super) fn request(request: &Request, palette: Palette) -> String {
    let outcome = match (&request.status, &request.error) {
        (Some(status), _) => {
            format!("{status} {}", request.s3_code.as_deref().unwrap_or_default()).trim_end().to_owned()
        }
        (None, error) => error.clone().unwrap_or_default(),
    };
    let ray = request.cf_ray.as_ref().map(|ray| format!(", cf-ray {ray}")).unwrap_or_default();
    let attempt = if request.attempt > 1 { format!(", attempt {}", request.attempt) } else { String::new() };
    let arrow = if palette.ascii { "->" } else { "→" };
    let line = format!(
        "      {} {} {arrow} {outcome} in {}{attempt}{ray}",
        request.method,
        request.url,
        duration(request.duration_ms)
    );
    palette.quiet(&palette.plain(&line)) + "\n"
}

/// No run takes longer: what a saved report may claim beyond that has hundreds of digits.
const LONGEST_MS: f64 = 365.0 * 24.0 * 3600.0 * 1000.0;

/// A duration with the digits that matter.
pub fn duration(milliseconds: f64) -> String {
    // Each bound is where the digits of the next row begin: 9.96 is 10, and no 10.0.
    if milliseconds < 0.1 {
        "<0.1 ms".to_owned()
    } else if milliseconds < 9.95 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 999.5 {
        format!("{milliseconds:.0} ms")
    } else if milliseconds < LONGEST_MS {
        format!("{:.1} s", milliseconds / 1000.0)
    } else {
        "more than a year".to_owned()
    }
}
