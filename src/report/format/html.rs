//! The report as one HTML page that needs nothing from elsewhere: `templates/report.html`, filled. The template's engine
//! escapes every text; nothing on the page is executed, and its policy forbids whatever is not its own style.

mod waterfall;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use masking::printable::printable_lines;
use sha2::{Digest as _, Sha256};

use super::facts::{self, Fact};
use crate::report::folding::{Parted, parted};
use crate::report::redaction::Masked;
use crate::report::text::duration;
use crate::report::{COLUMNS, Report, Request, Status, Verdict};
use waterfall::Waterfall;

/// The page's style.
const STYLE: &str = include_str!("../../../templates/report.css");

/// What the template is filled with.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    style: &'static str,
    style_hash: String,
    verdict: &'static str,
    verdict_class: &'static str,
    parted: Parted<'a>,
    aim: Vec<Fact>,
    columns: [&'static str; 6],
    waterfall: Waterfall,
    requests: Vec<(&'a str, &'a Request)>,
    context: [(&'static str, Vec<Fact>); 4],
    connections: Vec<(&'a str, Vec<Fact>)>,
    to_look_up: Vec<&'a Request>,
    railway: Vec<Fact>,
    json: String,
}

/// The whole report.
pub fn whole(report: &Masked<Report>) -> serde_json::Result<String> {
    let connections =
        report.checks.iter().map(|check| (check.name.as_str(), facts::connection(&check.phases)));
    let page = Page {
        report,
        style: STYLE,
        style_hash: format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))),
        verdict: facts::verdict(report.verdict),
        verdict_class: verdict_class(report.verdict),
        parted: parted(report),
        aim: facts::aim(report),
        columns: COLUMNS,
        waterfall: Waterfall::of(report),
        requests: facts::requests(report).collect(),
        context: facts::context(report),
        connections: connections.filter(|(_, facts)| !facts.is_empty()).collect(),
        to_look_up: facts::to_look_up(report),
        railway: facts::railway(report),
        json: embedded(report)?,
    };
    // A saved report may hold what no run of ours would write.
    page.render().map(|page| printable_lines(&page) + "\n").map_err(serde::ser::Error::custom)
}

/// The JSON report as it may stand within a script element: nothing in it ends the element or begins a comment.
fn embedded(report: &Report) -> serde_json::Result<String> {
    let json = serde_json::to_string(report)?;
    Ok(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// Whether a text is an address that may be followed.
fn leads(text: &str) -> bool {
    text.starts_with("https://") && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn since(milliseconds: Option<f64>) -> String {
    milliseconds.map(duration).unwrap_or_default()
}

fn took(milliseconds: f64) -> String {
    duration(milliseconds)
}

/// The layers of a connection, each with its time.
fn opening(request: &Request) -> Vec<String> {
    let layers = request.opening.iter().flat_map(|opening| opening.layers().collect::<Vec<_>>());
    layers.map(|(name, time)| format!("{name} {}", duration(time))).collect()
}

fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
        Verdict::Interrupted => "interrupted",
    }
}

fn status_class(status: Status) -> &'static str {
    facts::status(status)
}

fn glyph(status: Status) -> &'static str {
    match status {
        Status::Pass => "✓",
        Status::Warn => "!",
        Status::Fail => "✗",
        Status::Skip => "–",
    }
}
