//! The report as Markdown, to be pasted into a ticket, an issue or a chat: result and cause, then folded away what a
//! supporter looks up, with a block for each of those who may have to help.

mod escape;

use escape::{Place, code, link, text};

use super::facts::{self, Fact};
use crate::base::finding::Severity;
use crate::report::folding::{ROOT, Shown, parted};
use crate::report::redaction::Masked;
use crate::report::text::duration;
use crate::report::{COLUMNS, Check, Finding, Fix, Measurements, Report, Request, Setting};

/// The whole report.
pub fn whole(report: &Masked<Report>) -> String {
    let operator = format!("For {}", facts::operator(report));
    let parted = parted(report);
    let severity = |shown: &Shown<'_>| finding(shown.finding.severity.name(), shown);
    let is_root = parted.states_root(report);
    let stated =
        parted.stated.iter().map(|shown| if is_root { finding(ROOT, shown) } else { severity(shown) });
    let others = parted.others.iter().map(severity);
    let sections = [
        top(report),
        stated.collect(),
        checks(&report.checks),
        report.measurements.iter().map(rounds).collect(),
        others.collect::<Vec<_>>().join("\n"),
        folding("Run, machine and settings", &(surroundings(report) + "\n" + &settings(&report.settings))),
        folding("Requests", &requests(report)),
        folding(&operator, &for_operator(report)),
        folding("For Railway", &sentence(&facts::railway(report))),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn top(report: &Report) -> String {
    let verdict = facts::verdict(report.verdict);
    let about = format!(
        "{}, {}, run {}",
        text(&format!("{} {}", report.tool.name, report.tool.version), Place::Flow),
        text(&report.started_at, Place::Flow),
        code(&report.run_id, Place::Flow)
    );
    let (summary, aim) = (text(&report.summary, Place::Flow), sentence(&facts::aim(report)));
    let about = if aim.is_empty() { about } else { format!("{}; {about}", aim.trim_end()) };
    format!("## r2-selftest: {verdict}\n\n{summary}\n\n{about}\n")
}

fn checks(checks: &[Check]) -> String {
    let cells = |check: &Check| {
        [
            format!("**{}**", facts::status(check.status)),
            code(&check.name, Place::Cell),
            cell(&check.title),
            cell(&facts::detail(check)),
            cell(&facts::time(check)),
        ]
    };
    table(["", "check", "claim", "detail", "time"], checks.iter().map(cells))
}

fn rounds(measured: &Measurements) -> String {
    let rows = table(COLUMNS, measured.rows().map(|row| row.map(|value| cell(&value))));
    format!("**Rounds**: {}\n\n{rows}", text(&measured.summary(), Place::Flow))
}

fn finding(label: &str, shown: &Shown<'_>) -> String {
    let finding = shown.finding;
    let name = code(&finding.code, Place::Flow);
    let title = text(&finding.title, Place::Flow);
    let affected = Some(shown.affects.join(", ")).filter(|names| !names.is_empty());
    let proof = finding.proof.as_ref().map(|proof| format!("{} {}", proof.experiment, proof.result));
    [
        format!("### {label} {name}: {title}\n\n**Cause**: {}\n\n", text(&finding.cause, Place::Flow)),
        if finding.evidence.is_empty() { String::new() } else { "**Evidence**\n\n".to_owned() },
        finding.evidence.iter().chain(&shown.echoes).map(|line| item("", line)).collect(),
        proof.iter().map(|proof| item("**proof**: ", proof)).collect(),
        affected
            .map(|names| format!("\n**Affected checks**: {}\n", text(&names, Place::Flow)))
            .unwrap_or_default(),
        if finding.severity == Severity::Note { String::new() } else { fixes(finding) },
        format!("\nDocumentation: {}\n", link(&finding.docs, Place::Flow)),
    ]
    .concat()
}

fn item(first: &str, line: &str) -> String {
    ["- ", first, &text(line, Place::Flow), "\n"].concat()
}

fn fixes(finding: &Finding) -> String {
    let step = |(index, fix): (usize, &Fix)| {
        let command = fix.command.iter().map(|command| code(command, Place::Flow));
        let address = fix.url.iter().map(|url| link(url, Place::Flow));
        let literals: String = command.chain(address).map(|literal| ["\n   ", &literal].concat()).collect();
        format!("{}. {}{literals}\n", index + 1, text(&fix.text, Place::Flow))
    };
    let steps: Vec<_> = finding.fix.iter().enumerate().map(step).collect();
    if steps.is_empty() { String::new() } else { format!("\n**What to do**\n\n{}", steps.concat()) }
}

fn settings(settings: &[Setting]) -> String {
    let cells = |setting: &Setting| {
        [
            code(&setting.name, Place::Cell),
            facts::source(setting).to_owned(),
            setting.length.map(|length| length.to_string()).unwrap_or_default(),
            setting.fingerprint.as_ref().map(|mark| code(mark, Place::Cell)).unwrap_or_default(),
            value(setting),
        ]
    };
    table(["setting", "source", "length", "fingerprint", "value"], settings.iter().map(cells))
}

fn value(setting: &Setting) -> String {
    match &setting.value {
        Some(value) => code(value, Place::Cell),
        None => facts::value(setting).to_owned(),
    }
}

fn requests(report: &Report) -> String {
    let cells = |(whose, request): (&str, &Request)| {
        [
            cell(whose),
            format!("{} {}", cell(&request.method), code(&request.url, Place::Cell)),
            if request.attempt > 1 { request.attempt.to_string() } else { String::new() },
            cell(&answer(request)),
            duration(request.duration_ms),
            optional(request.cf_ray.as_deref()),
            cell(request.server_date.as_deref().unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = facts::requests(report).map(cells).collect();
    if rows.is_empty() {
        return String::new();
    }
    table(["check", "request", "attempt", "answer", "time", "cf-ray", "Date"], rows.into_iter())
}

/// The outcome of a request with the server's own message.
fn answer(request: &Request) -> String {
    let message = request.s3_message.iter().filter(|message| !message.is_empty()).cloned();
    std::iter::once(facts::outcome(request)).chain(message).collect::<Vec<_>>().join(": ")
}

/// What whoever runs the server needs to find the requests in question.
fn for_operator(report: &Report) -> String {
    let cells = |request: &Request| {
        [
            cell(&facts::moment(report, request)),
            cell(&request.operation),
            cell(&facts::outcome(request)),
            optional(request.cf_ray.as_deref()),
            cell(facts::data_centre(request).unwrap_or_default()),
            optional(request.request_id.as_deref()),
        ]
    };
    let rows: Vec<_> = facts::to_look_up(report).into_iter().map(cells).collect();
    if rows.is_empty() {
        return String::new();
    }
    let target = &report.target;
    let named = [("Account", &target.account_id), ("bucket", &target.bucket), ("endpoint", &target.endpoint)];
    let named = named
        .into_iter()
        .filter_map(|(label, value)| Some(format!("{label} {}", code(value.as_ref()?, Place::Flow))));
    let named = named.collect::<Vec<_>>().join(", ");
    format!("{named}\n\n")
        + &table(["time", "operation", "answer", "cf-ray", "data centre", "request id"], rows.into_iter())
}

fn surroundings(report: &Report) -> String {
    let line = |(name, facts): (&str, Vec<Fact>)| format!("- **{name}**: {}", sentence(&facts));
    facts::context(report).into_iter().map(line).collect()
}

fn sentence(facts: &[Fact]) -> String {
    let parts: Vec<_> =
        facts.iter().map(|fact| format!("{} {}", fact.label, code(&fact.value, Place::Flow))).collect();
    if parts.is_empty() { String::new() } else { parts.join("; ") + "\n" }
}

fn cell(value: &str) -> String {
    text(value, Place::Cell)
}

fn optional(value: Option<&str>) -> String {
    value.map(|value| code(value, Place::Cell)).unwrap_or_default()
}

/// A table; its cells are escaped already.
fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let row = |cells: [String; N]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", " --- |".repeat(N));
    row(heads.map(str::to_owned)) + &rule + &rows.map(row).collect::<String>()
}

/// A part that is opened only by whoever needs it; empty if it has no content.
fn folding(title: &str, inside: &str) -> String {
    if inside.is_empty() {
        return String::new();
    }
    format!("<details>\n<summary>{title}</summary>\n\n{inside}\n</details>\n")
}
