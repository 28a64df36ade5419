//! The report as a text file, for a reader who did not see the run: its result and the cause, then when, where and with what it
//! ran, and every request. Nothing is cut.

use masking::printable::printable;

use super::facts::{self, Fact};
use crate::report::cost;
use crate::report::folding::{Shown, parted};
use crate::report::palette::Palette;
use crate::report::redaction::Masked;
use crate::report::text::{Layout, duration};
use crate::report::{Check, Experiment, Finding, Fix, Report, Request, Setting};

/// Lines are broken here, except within what is to be copied.
const WIDTH: usize = 100;
/// How tables are laid out.
const PLAIN: Layout =
    Layout { width: WIDTH, palette: Palette { colored: false, ascii: false }, full: true, requests: true };
/// Width of the labels.
const LABEL: usize = 16;

/// The whole report.
pub fn whole(report: &Masked<Report>) -> String {
    let parted = parted(report);
    let sections = [
        top(report),
        section(parted.stated_is(report), &joined(parted.stated.iter().map(finding))),
        section("Checks", &joined(report.checks.iter().map(check))),
        section("Rounds", &joined(report.measurements.iter().map(|measured| measured.text(&PLAIN)))),
        section(parted.others_are(), &joined(parted.others.iter().map(finding))),
        section("Context", &joined(facts::context(report).into_iter().map(|(_, facts)| rows(&facts)))),
        section("For Railway", &rows(&facts::railway(report))),
        section("Settings", &joined(report.settings.iter().map(setting))),
        section("Connections", &joined(report.checks.iter().map(connection))),
        section(
            "Requests",
            &joined(facts::requests(report).map(|(whose, sent)| request(report, whose, sent))),
        ),
        section("Experiments", &joined(report.experiments.iter().map(experiment))),
        section("Cost", &paragraph("", "", &cost::line(report.usage))),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect()
}

fn experiment(tried: &Experiment) -> String {
    paragraph("  ", "    ", &facts::experiment(tried))
}

fn top(report: &Report) -> String {
    let verdict = format!("{}  ", facts::verdict(report.verdict));
    let summary = paragraph(&verdict, "      ", &report.summary);
    let about = format!("{} {}, {}", report.tool.name, report.tool.version, report.started_at);
    let about = paragraph("", "  ", &format!("{about}, run {}", report.run_id));
    format!("{about}\n{summary}{}", rows(&facts::aim(report)))
}

/// A section under its name; empty if it has no content.
fn section(name: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{name}\n{}\n{}\n", "-".repeat(name.len()), text.trim_end())
    }
}

fn finding(shown: &Shown<'_>) -> String {
    let finding = shown.finding;
    let heading = format!("{} {}: {}", finding.severity.name(), finding.code, finding.title);
    let mut text = paragraph("", "  ", &heading) + &row("cause", &finding.cause);
    let evidence = finding.evidence.iter().chain(&shown.echoes).enumerate();
    text.extend(evidence.map(|(index, line)| row(first_of("evidence", index), line)));
    if !shown.affects.is_empty() {
        text += &row("affects", &shown.affects.join(", "));
    }
    if let Some(proof) = &finding.proof {
        text += &row("proof", &format!("{} {}", proof.experiment, proof.result));
    }
    text + &fixes(finding) + &row("docs", &finding.docs) + "\n"
}

/// A label stands beside the first of several.
fn first_of(label: &str, index: usize) -> &str {
    if index == 0 { label } else { "" }
}

fn fixes(finding: &Finding) -> String {
    let indent = " ".repeat(LABEL + 2);
    let literal = |literal: &str| [&indent, "   ", &printable(literal), "\n"].concat();
    let step = |(index, fix): (usize, &Fix)| {
        let literals: String = fix.literals().map(literal).collect();
        row(first_of("fix", index), &format!("{}. {}", index + 1, fix.text)) + &literals
    };
    finding.fix.iter().enumerate().map(step).collect()
}

fn check(check: &Check) -> String {
    let time = facts::time(check);
    let line =
        format!("  {:4}  {:8}  {:28}  {time:>8}  ", facts::status(check.status), check.name, check.title);
    paragraph(&line, &" ".repeat(56), &facts::detail(check))
}

fn setting(setting: &Setting) -> String {
    let length = setting.length.map(|length| format!("{length} characters")).unwrap_or_default();
    let mark = setting.fingerprint.as_ref().map(|mark| format!("fingerprint {mark}")).unwrap_or_default();
    let line = format!(
        "  {:20}  {:11}  {length:>14}  {mark:24}  {}",
        setting.name,
        facts::source(setting),
        facts::value(setting)
    );
    printable(line.trim_end()) + "\n"
}

fn connection(check: &Check) -> String {
    let facts = facts::connection(&check.phases);
    if facts.is_empty() { String::new() } else { format!("{}\n{}\n", check.name, rows(&facts)) }
}

fn request(report: &Report, whose: &str, request: &Request) -> String {
    let attempt = if request.attempt > 1 { format!(", attempt {}", request.attempt) } else { String::new() };
    // Nothing stands behind the address, so that it can be copied.
    let mut text = paragraph("", "  ", &format!("{whose}: {} {}", request.method, request.url))
        + &row("operation", &format!("{}{attempt}", request.operation))
        + &row("answer", &facts::outcome(request));
    let mut add = |label, value: &Option<String>| text.extend(value.iter().map(|value| row(label, value)));
    add("message", &request.s3_message);
    add("cf-ray", &request.cf_ray);
    add("request id", &request.request_id);
    add("Date", &request.server_date);
    text += &row("began", &began(report, request));
    text += &row("took", &took(request));
    text + &row("bytes", &format!("{} sent, {} received", request.bytes_sent, request.bytes_received)) + "\n"
}

fn began(report: &Report, request: &Request) -> String {
    let Some(started) = request.started_ms else { return String::new() };
    let since = format!("{} after the run began", duration(started));
    facts::began(report, request).into_iter().chain([since]).collect::<Vec<_>>().join(", ")
}

/// The time of a request and its parts.
fn took(request: &Request) -> String {
    let layers = request.opening.iter().flat_map(|opening| opening.layers().collect::<Vec<_>>());
    let waiting = request.first_byte_ms.map(|time| ("waiting", time));
    let parts: Vec<_> =
        layers.chain(waiting).map(|(name, time)| format!("{name} {}", duration(time))).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    duration(request.duration_ms) + &parts
}

fn rows(facts: &[Fact]) -> String {
    facts.iter().map(|fact| row(fact.label, &fact.value)).collect()
}

/// A labelled paragraph; empty without a value.
fn row(label: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    paragraph(&format!("  {label:LABEL$}"), &" ".repeat(LABEL + 2), value)
}

/// A paragraph that begins with `first` and goes on under `rest`. No word is broken: what is to be copied stays whole.
fn paragraph(first: &str, rest: &str, text: &str) -> String {
    if text.is_empty() {
        return first.trim_end().to_owned() + "\n";
    }
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&printable(text), options).trim_end().to_owned() + "\n"
}
