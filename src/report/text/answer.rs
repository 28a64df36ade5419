//! What was found, as an answer: the cause that the verdict names with its evidence and its first fixes, then the other
//! errors in short, then a line for each warning and note. With `full`, everything that is known of each; else no more than
//! fits on the screen.

use super::Layout;
use super::paragraph::{block, literal, steps, wrap};
use crate::base::finding::Severity;
use crate::report::folding::{Shown, folded};
use crate::report::redaction::Masked;
use crate::report::{Finding, Report, Verdict};

/// How many errors beside the root cause get more than a line.
const OTHER_ERRORS: usize = 3;

/// How much of the errors is shown.
struct Depth {
    /// Facts and fixes of the root cause.
    evidence: usize,
    fixes: usize,
    other: Other,
}

/// How much of each other error is shown beside its title.
#[derive(Clone, Copy)]
enum Other {
    /// Its first fact and its first fix.
    FactAndFix,
    Fix,
    /// The command or address of its first fix.
    Command,
}

/// From all that a reader may want to the least that helps: the first fix is dropped last.
const DEPTHS: [Depth; 5] = [
    Depth { evidence: 2, fixes: 3, other: Other::FactAndFix },
    Depth { evidence: 2, fixes: 2, other: Other::FactAndFix },
    Depth { evidence: 1, fixes: 2, other: Other::Fix },
    Depth { evidence: 1, fixes: 1, other: Other::Fix },
    Depth { evidence: 1, fixes: 1, other: Other::Command },
];

/// The findings, the worst first. Unless all is wanted they take no more than `room` lines, if the least that helps does.
pub(super) fn findings(report: &Masked<Report>, layout: &Layout, room: usize) -> String {
    let shown = folded(report);
    if layout.full {
        return in_full(&shown, layout);
    }
    let mut text = String::new();
    for depth in &DEPTHS {
        text = in_brief(report, &shown, depth, layout);
        if rows(&text, layout) <= room {
            break;
        }
    }
    text
}

/// How many rows of the terminal a text takes. What may not be wrapped, a command for instance, the terminal wraps itself.
pub(super) fn rows(text: &str, layout: &Layout) -> usize {
    let width = layout.width.max(1);
    text.lines().map(|line| textwrap::core::display_width(line).div_ceil(width).max(1)).sum()
}

/// One finding by itself: code, cause, evidence and numbered fixes.
pub fn finding(finding: Masked<&Finding>, layout: &Layout) -> String {
    whole(&Shown { finding: &finding, echoes: Vec::new(), affects: Vec::new() }, layout)
}

fn in_brief(report: &Report, shown: &[Shown<'_>], depth: &Depth, layout: &Layout) -> String {
    let of = |severity| shown.iter().filter(move |shown| shown.finding.severity == severity);
    let stated = stated(report, shown);
    let mut parts: Vec<String> = stated.iter().map(|shown| root(shown, depth, layout)).collect();
    let is_stated =
        |shown: &Shown<'_>| stated.is_some_and(|stated| std::ptr::eq(stated.finding, shown.finding));
    let is_shown_apart = |shown: &&Shown<'_>| !is_stated(shown) && !says_again(report, shown.finding);
    let others: Vec<_> = of(Severity::Error).filter(is_shown_apart).collect();
    parts.extend(others.iter().take(OTHER_ERRORS).map(|shown| other(shown, depth, layout)));
    let mut lines: Vec<String> = others
        .iter()
        .skip(OTHER_ERRORS)
        .map(|shown| heading(shown.finding, &shown.finding.title, layout))
        .collect();
    let remarks = of(Severity::Warning).chain(of(Severity::Note)).filter(is_shown_apart);
    lines.extend(remarks.map(|shown| heading(shown.finding, &shown.finding.title, layout)));
    parts.extend((!lines.is_empty()).then(|| lines.concat()));
    parts.into_iter().flat_map(|part| [part, "\n".to_owned()]).collect()
}

/// The finding that the verdict states: the root cause, or the first warning where nothing is worse.
fn stated<'a, 's>(report: &Report, shown: &'s [Shown<'a>]) -> Option<&'s Shown<'a>> {
    let first = shown.first().filter(|first| first.finding.severity > Severity::Note)?;
    (!says_again(report, first.finding)).then_some(first)
}

/// That a run was interrupted is all that its verdict says.
fn says_again(report: &Report, finding: &Finding) -> bool {
    report.verdict == Verdict::Interrupted && finding.code == "run.interrupted"
}

/// What the verdict states: why it is so, what shows it, and what to do. The verdict itself has the title.
fn root(shown: &Shown<'_>, depth: &Depth, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = heading(finding, &finding.cause, layout);
    let evidence = beyond_title(finding, &shown.echoes);
    block(&mut text, "evidence", evidence.get(..depth.evidence).unwrap_or(&evidence), layout);
    proof(&mut text, finding, layout);
    fixes(&mut text, finding, depth.fixes, layout);
    more(&mut text, finding, evidence.len() > depth.evidence, finding.fix.len() > depth.fixes, layout);
    text
}

/// The facts that the title does not state.
fn beyond_title(finding: &Finding, echoes: &[String]) -> Vec<String> {
    let all = finding.evidence.iter().chain(echoes);
    all.filter(|fact| !is_in_title(fact, &finding.title)).cloned().collect()
}

/// Whether a fact only repeats the title. The source of the value does not count: the fix names it.
fn is_in_title(fact: &str, title: &str) -> bool {
    let without_source = fact.split_once(" (from ").and_then(|(name, rest)| {
        let (_, predicate) = rest.split_once(") ")?;
        Some(format!("{name} {predicate}"))
    });
    without_source.map_or_else(|| title.eq_ignore_ascii_case(fact), |bare| title.starts_with(&bare))
}

/// Where the facts and fixes are that found no room.
fn more(text: &mut String, finding: &Finding, facts: bool, fixes: bool, layout: &Layout) {
    let explain = format!("r2-selftest explain {}", finding.code);
    let words = match (fixes, facts) {
        (true, true) => format!("{explain}, or run again with -v"),
        (true, false) => explain,
        (false, true) => "run again with -v".to_owned(),
        (false, false) => String::new(),
    };
    block(text, "more", &[words], layout);
}

/// An error beside the one that the verdict states: what it is, what shows it, and the first thing to do.
fn other(shown: &Shown<'_>, depth: &Depth, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = heading(finding, &finding.title, layout);
    let command = finding.fix.first().and_then(|fix| fix.literals().next());
    match depth.other {
        Other::FactAndFix => {
            let evidence = beyond_title(finding, &[]);
            block(&mut text, "evidence", evidence.get(..1).unwrap_or_default(), layout);
            fixes(&mut text, finding, 1, layout);
        }
        Other::Fix => fixes(&mut text, finding, 1, layout),
        Other::Command => match command {
            Some(command) => literal(&mut text, "fix", command, layout),
            None => fixes(&mut text, finding, 1, layout),
        },
    }
    text
}

fn in_full(shown: &[Shown<'_>], layout: &Layout) -> String {
    let mut text = String::new();
    let mut shown_before: Vec<&str> = Vec::new();
    for shown in shown {
        let code = shown.finding.code.as_str();
        text.push_str(&if shown_before.contains(&code) {
            again(shown, layout)
        } else {
            whole(shown, layout)
        });
        text.push('\n');
        shown_before.push(code);
    }
    text
}

fn whole(shown: &Shown<'_>, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = facts(shown, layout);
    proof(&mut text, finding, layout);
    if finding.severity != Severity::Note {
        fixes(&mut text, finding, usize::MAX, layout);
    }
    block(&mut text, "docs", std::slice::from_ref(&finding.docs), layout);
    text
}

/// A finding whose code stands above already: what is different about it. The same fixes twice would only be noise.
fn again(shown: &Shown<'_>, layout: &Layout) -> String {
    let mut text = facts(shown, layout);
    block(&mut text, "fix", &["See the fix above.".to_owned()], layout);
    text
}

/// What was found, and what shows it.
fn facts(shown: &Shown<'_>, layout: &Layout) -> String {
    let finding = shown.finding;
    let mut text = heading(finding, &finding.title, layout);
    block(&mut text, "cause", std::slice::from_ref(&finding.cause), layout);
    block(&mut text, "evidence", &[finding.evidence.as_slice(), &shown.echoes].concat(), layout);
    if !shown.affects.is_empty() {
        block(&mut text, "affects", &[shown.affects.join(", ")], layout);
    }
    text
}

fn heading(finding: &Finding, text: &str, layout: &Layout) -> String {
    let palette = layout.palette;
    let (severity, code) = (palette.severity(finding.severity), palette.strong(&finding.code));
    wrap(&format!("{severity} {code}: {}", palette.plain(text)), "", "      ", layout) + "\n"
}

fn proof(text: &mut String, finding: &Finding, layout: &Layout) {
    if let Some(proof) = &finding.proof {
        block(text, "proof", &[format!("{} {}", proof.experiment, proof.result)], layout);
    }
}

fn fixes(text: &mut String, finding: &Finding, most: usize, layout: &Layout) {
    let fixes = finding.fix.iter().take(most);
    steps(text, "fix", fixes.map(|fix| (fix.text.as_str(), fix.literals().collect())), layout);
}
