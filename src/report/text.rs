//! The report as text: a line a check, then what was found, then the verdict in one sentence.
//!
//! Every function returns text; where it goes, and when, is decided elsewhere.

use std::fmt::Write as _;

use super::cost;
use super::folding::{Shown, folded};
use super::palette::Palette;
use super::redaction::Masked;
use super::{Check, Finding, Report, Request, Status, Target};
use crate::base::finding::Severity;
use crate::base::text::counted;

/// Width of a check's name and of its claim.
const NAME: usize = 8;
const TITLE: usize = 26;
/// Width of a duration.
const TIME: usize = 8;
/// What a check's line needs besides its detail: margins, glyph and the columns above.
const FIXED: usize = 2 + 2 + NAME + 2 + TITLE + 2 + TIME;
/// Lines are not made longer than this, however wide the terminal is: nobody reads them.
const MAX_WIDTH: usize = 110;
/// The column at which the text of a finding begins.
const INDENT: &str = "            ";

/// How to lay text out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The terminal's width in columns.
    pub width: usize,
    /// Colours and glyphs.
    pub palette: Palette,
    /// Whether each request gets a line.
    pub requests: bool,
}

impl Layout {
    fn width(&self) -> usize {
        self.width.clamp(40, MAX_WIDTH)
    }
}

/// A finished report from its first line to its last.
pub fn whole(report: &Masked<Report>, layout: &Layout) -> String {
    let checks: String = report.checks.iter().map(|check| line(check, layout)).collect();
    top(&report.target, layout) + &checks + &experiments(report, layout) + "\n" + &conclusion(report, layout)
}

/// The first lines: what is checked.
pub fn header(target: &Masked<Target>, layout: &Layout) -> String {
    top(target, layout)
}

fn top(target: &Target, layout: &Layout) -> String {
    let name = layout.palette.strong(concat!("r2-selftest ", env!("CARGO_PKG_VERSION")));
    match (&target.bucket, &target.endpoint) {
        (Some(bucket), Some(endpoint)) => {
            let what = layout.palette.plain(&format!("bucket `{bucket}` at {endpoint}"));
            format!("{name}  {what}\n\n")
        }
        _ => format!("{name}\n\n"),
    }
}

/// The line of one check, with its requests if they are wanted.
pub fn check(check: &Masked<Check>, layout: &Layout) -> String {
    line(check, layout)
}

fn line(check: &Check, layout: &Layout) -> String {
    let palette = layout.palette;
    let room = layout.width().saturating_sub(FIXED + 1);
    let detail = clip(&palette.plain(&check.detail), room, palette);
    let time = if check.status == Status::Skip { String::new() } else { duration(check.duration_ms) };
    let padding = " ".repeat(room.saturating_sub(textwrap::core::display_width(&detail)));
    let glyph = palette.glyph(check.status);
    let name = palette.strong(&format!("{:NAME$}", check.name));
    let line = format!(
        "  {glyph} {name}  {:TITLE$}  {}{padding} {}",
        check.title,
        palette.quiet(&detail),
        palette.quiet(&format!("{time:>TIME$}"))
    );
    let mut text = line.trim_end().to_owned() + "\n";
    if layout.requests {
        text.extend(check.requests.iter().map(|sent| request(sent, palette)));
    }
    text
}

fn request(request: &Request, palette: Palette) -> String {
    let outcome = match (&request.status, &request.error) {
        (Some(status), _) => {
            format!("{status} {}", request.s3_code.as_deref().unwrap_or_default()).trim_end().to_owned()
        }
        (None, error) => error.clone().unwrap_or_default(),
    };
    let ray = request.cf_ray.as_ref().map(|ray| format!(", cf-ray {ray}")).unwrap_or_default();
    let attempt = if request.attempt > 1 { format!(", try {}", request.attempt) } else { String::new() };
    let arrow = if palette.ascii { "->" } else { "→" };
    let line = format!(
        "      {} {} {arrow} {outcome} in {}{attempt}{ray}",
        request.method,
        request.url,
        duration(request.duration_ms)
    );
    palette.quiet(&palette.plain(&line)) + "\n"
}

/// How much was tried out after a failure, and how long that took; nothing if nothing was.
pub fn experiments(report: &Masked<Report>, layout: &Layout) -> String {
    let experiments = &report.experiments;
    if experiments.is_empty() {
        return String::new();
    }
    let time: f64 = experiments.iter().map(|experiment| experiment.duration_ms).sum();
    let count = counted(experiments.len(), "experiment");
    let proven = experiments.iter().any(|experiment| experiment.proves);
    let outcome = if proven { "the cause is proven" } else { "the cause is not proven" };
    let line = format!("    {count} after the failure, read-only, in {}: {outcome}", duration(time));
    let mut text = layout.palette.quiet(&line) + "\n";
    if layout.requests {
        text.extend(
            experiments
                .iter()
                .flat_map(|experiment| &experiment.requests)
                .map(|sent| request(sent, layout.palette)),
        );
    }
    "\n".to_owned() + &text
}

/// Everything after the checks: the findings, the worst first, and the verdict.
pub fn conclusion(report: &Masked<Report>, layout: &Layout) -> String {
    let mut text = measured(report, layout);
    let mut told: Vec<&str> = Vec::new();
    for shown in folded(report) {
        let code = shown.finding.code.as_str();
        let again = told.contains(&code);
        text.push_str(&if again { self::again(&shown, layout) } else { in_full(&shown, layout) });
        text.push('\n');
        told.push(code);
    }
    text + &cost(report, layout) + &verdict(report, layout)
}

/// What several rounds measured, if there were several.
fn measured(report: &Report, layout: &Layout) -> String {
    let table = report.measurements.as_ref().map(|measurements| measurements.text(layout) + "\n");
    table.unwrap_or_default()
}

/// What the run cost, where requests are shown.
fn cost(report: &Report, layout: &Layout) -> String {
    if !layout.requests {
        return String::new();
    }
    wrap(&layout.palette.quiet(&cost::line(report.usage)), "", "", layout) + "\n\n"
}

/// The last line.
fn verdict(report: &Report, layout: &Layout) -> String {
    let text =
        format!("{}  {}", layout.palette.verdict(report.verdict), layout.palette.plain(&report.summary));
    wrap(&text, "", "      ", layout) + "\n"
}

/// One finding by itself: code, cause, evidence and numbered fixes.
pub fn finding(finding: Masked<&Finding>, layout: &Layout) -> String {
    in_full(&Shown { finding: &finding, echoes: Vec::new(), affects: Vec::new() }, layout)
}

fn in_full(shown: &Shown<'_>, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = facts(shown, layout);
    if let Some(proof) = &finding.proof {
        block(&mut text, "proof", &[format!("{} {}", proof.experiment, proof.result)], layout);
    }
    if finding.severity != Severity::Note {
        let fixes = finding.fix.iter();
        steps(&mut text, "fix", fixes.map(|fix| (fix.text.as_str(), fix.literals().collect())), layout);
    }
    block(&mut text, "docs", std::slice::from_ref(&finding.docs), layout);
    text
}

/// A finding whose code stands above already: what is different about it. The same fixes twice would only be noise.
fn again(shown: &Shown<'_>, layout: &Layout) -> String {
    let mut text = facts(shown, layout);
    block(&mut text, "fix", &["As above.".to_owned()], layout);
    text
}

/// What was found, and what shows it.
fn facts(shown: &Shown<'_>, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = heading(finding, layout);
    block(&mut text, "cause", std::slice::from_ref(&finding.cause), layout);
    block(&mut text, "evidence", &[finding.evidence.as_slice(), &shown.echoes].concat(), layout);
    if !shown.affects.is_empty() {
        block(&mut text, "affects", &[shown.affects.join(", ")], layout);
    }
    text
}

fn heading(finding: &Finding, layout: &Layout) -> String {
    let palette = layout.palette;
    let (severity, code) = (palette.severity(finding.severity), palette.strong(&finding.code));
    wrap(&format!("{severity} {code}: {}", palette.plain(&finding.title)), "", "      ", layout) + "\n"
}

/// A labelled block: one paragraph an entry, the first beside the label.
pub fn block(text: &mut String, label: &str, paragraphs: &[String], layout: &Layout) {
    for (index, paragraph) in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()).enumerate() {
        let label = if index == 0 { label } else { "" };
        let first = format!("  {}", layout.palette.quiet(&format!("{label:10}")));
        text.push_str(&wrap(&layout.palette.plain(paragraph), &first, INDENT, layout));
        text.push('\n');
    }
}

/// A labelled block of numbered paragraphs, each with the literals that belong to it.
pub fn steps<'a>(
    text: &mut String,
    label: &str,
    steps: impl Iterator<Item = (&'a str, Vec<&'a str>)>,
    layout: &Layout,
) {
    for (index, (step, literals)) in steps.enumerate() {
        let label = if index == 0 { label } else { "" };
        let first = format!("  {}{}. ", layout.palette.quiet(&format!("{label:10}")), index + 1);
        let rest = format!("{INDENT}   ");
        text.push_str(&wrap(&layout.palette.plain(step), &first, &rest, layout));
        text.push('\n');
        // Never wrapped: a command or an address must survive being copied.
        for literal in literals {
            let _ = writeln!(text, "{rest}{}", layout.palette.literal(&layout.palette.plain(literal)));
        }
    }
}

/// A paragraph that begins with `first` and goes on under `rest`.
pub fn hanging(first: &str, rest: &str, text: &str, layout: &Layout) -> String {
    wrap(&layout.palette.plain(text), first, rest, layout) + "\n"
}

/// Paragraphs without a label.
pub fn paragraphs(texts: &[String], layout: &Layout) -> String {
    texts.iter().map(|text| wrap(&layout.palette.plain(text), "", "", layout) + "\n").collect()
}

fn wrap(text: &str, first: &str, rest: &str, layout: &Layout) -> String {
    let options = textwrap::Options::new(layout.width())
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

/// Cuts a text to a width in columns.
fn clip(text: &str, width: usize, palette: Palette) -> String {
    if textwrap::core::display_width(text) <= width {
        return text.to_owned();
    }
    let ellipsis = palette.ellipsis();
    let room = width.saturating_sub(textwrap::core::display_width(ellipsis));
    let mut clipped = String::new();
    for letter in text.chars() {
        if textwrap::core::display_width(&clipped)
            + textwrap::core::display_width(letter.encode_utf8(&mut [0; 4]))
            > room
        {
            break;
        }
        clipped.push(letter);
    }
    clipped.trim_end().to_owned() + ellipsis
}

/// A duration with the digits that matter.
pub fn duration(milliseconds: f64) -> String {
    if milliseconds < 0.1 {
        "<0.1 ms".to_owned()
    } else if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}
