//! What the formats for a reader who was not there have in common: which facts surround a result, in which order and in which
//! words. Each format lays them out, and escapes them, in its own way.

mod lookup;
mod pieces;

use crate::base::code::Code;
use crate::report::text::duration;
use crate::report::{
    Check, Experiment, Phases, Report, Request, Setting, SettingSource, Status, Target, TargetKind, Verdict,
};

pub use lookup::{began, data_centre, moment, operator, to_look_up};
pub use pieces::{Piece, pieces};

/// A fact with its name.
pub struct Fact {
    /// In a word or two.
    pub label: &'static str,
    /// As it is, not escaped for any format.
    pub value: String,
}

fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into() }
}

/// The facts that there are.
fn known<const N: usize>(facts: [(&'static str, Option<String>); N]) -> Vec<Fact> {
    facts.into_iter().filter_map(|(label, value)| Some(fact(label, value?))).collect()
}

/// The word for a verdict.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Warn => "WARN",
        Verdict::Fail => "FAIL",
        Verdict::Interrupted => "INTERRUPTED",
    }
}

/// The word for the outcome of a check.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Warn => "warn",
        Status::Fail => "fail",
        Status::Skip => "skip",
    }
}

/// The rest of a check's line: the detail, and which check it depends on.
pub fn detail(check: &Check) -> String {
    let origin = check.follows_from.iter().map(|origin| format!("follows from {origin}"));
    let details = Some(check.detail.clone()).filter(|detail| !detail.is_empty());
    details.into_iter().chain(origin).collect::<Vec<_>>().join("; ")
}

/// How long a check took; empty if it did not run.
pub fn time(check: &Check) -> String {
    if check.status == Status::Skip { String::new() } else { duration(check.duration_ms) }
}

/// Which bucket was checked at which endpoint, and which checks failed or were cut off, in whichever round: what a reader who was not there
/// has to know first.
pub fn aim(report: &Report) -> Vec<Fact> {
    let Target { bucket, endpoint, .. } = &report.target;
    let rounds = || report.measurements.iter().flat_map(|measured| &measured.checks);
    let in_a_round = |name: &str| rounds().any(|check| check.name == name && check.failed > 0);
    let has_failed = |check: &&Check| check.status == Status::Fail || in_a_round(&check.name);
    let (cut_off, failed): (Vec<_>, Vec<_>) =
        report.checks.iter().filter(has_failed).partition(|check| was_interrupted(check));
    let names =
        |checks: Vec<&Check>| checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>().join(", ");
    let some = |names: String| Some(names).filter(|names| !names.is_empty());
    known([
        ("bucket", bucket.clone()),
        ("endpoint", endpoint.clone()),
        ("failed at", some(names(failed))),
        ("interrupted at", some(names(cut_off))),
    ])
}

/// Whether a signal cut a check off: then it has not failed.
pub fn was_interrupted(check: &Check) -> bool {
    check.findings.iter().any(|finding| finding.code == Code::RunInterrupted.as_str())
}

/// When, where, by what and of what: the facts in groups that belong together, each with its name.
pub fn context(report: &Report) -> [(&'static str, Vec<Fact>); 4] {
    [("run", run(report)), ("machine", place(report)), ("bucket", target(report)), ("traces", traces(report))]
}

fn run(report: &Report) -> Vec<Fact> {
    let tags = report.tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ");
    known([
        ("when", Some(format!("{}, for {}", report.started_at, duration(report.duration_ms)))),
        ("run", Some(report.run_id.clone())),
        ("tags", Some(tags).filter(|tags| !tags.is_empty())),
        ("exit status", Some(report.exit_code.to_string())),
    ])
}

fn place(report: &Report) -> Vec<Fact> {
    let place = &report.environment;
    let rules = |client: &String| format!("proxies and root certificates as {client} finds them");
    known([
        ("program", Some(program(report))),
        ("machine", Some(machine(report))),
        ("client", place.client.as_ref().map(rules)),
        ("SDK", place.sdk.as_ref().map(|sdk| format!("{}, found in {}", sdk.version, sdk.found))),
        ("proxy", Some(place.proxy.clone().unwrap_or_else(|| "none".to_owned()))),
        ("env file", Some(place.env_file.clone().unwrap_or_else(|| "none".to_owned()))),
    ])
}

fn target(report: &Report) -> Vec<Fact> {
    let target = &report.target;
    known([
        ("server", target.kind.map(|kind| server(kind).to_owned())),
        ("endpoint", target.endpoint.clone()),
        ("account", target.account_id.clone()),
        ("jurisdiction", target.jurisdiction.clone()),
        ("bucket", target.bucket.clone()),
        ("region", target.region.clone()),
    ])
}

fn traces(report: &Report) -> Vec<Fact> {
    vec![fact("test object", object(report)), fact("operations", operations(report))]
}

fn server(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::R2 => "Cloudflare R2",
        TargetKind::S3 => "an S3 server that is not R2",
        TargetKind::Demo => "the embedded server of the demo",
    }
}

fn program(report: &Report) -> String {
    let tool = &report.tool;
    let built = tool.target.iter().map(|target| format!("for {target}"));
    let commit = tool.commit.iter().map(|commit| format!("commit {commit}"));
    [format!("{} {}", tool.name, tool.version)]
        .into_iter()
        .chain(built)
        .chain(commit)
        .collect::<Vec<_>>()
        .join(", ")
}

fn machine(report: &Report) -> String {
    let place = &report.environment;
    let container = if place.container { ", in a container" } else { "" };
    let railway = if place.railway.is_some() { ", on Railway" } else { "" };
    format!("{} {}{container}{railway}", place.os, place.arch)
}

/// What was done with the test object.
fn object(report: &Report) -> String {
    let ledger = &report.cleanup;
    let keys = |keys: &[String]| keys.join(", ");
    if !ledger.leftover.is_empty() {
        format!("may be left: {}", keys(&ledger.leftover))
    } else if !ledger.created.is_empty() {
        format!("stored and deleted: {}", keys(&ledger.created))
    } else {
        "none was stored".to_owned()
    }
}

fn operations(report: &Report) -> String {
    let usage = report.usage;
    format!("{} of class A, {} of class B, {} free", usage.class_a, usage.class_b, usage.free)
}

/// What Railway's support needs; empty elsewhere.
pub fn railway(report: &Report) -> Vec<Fact> {
    let Some(facts) = report.environment.railway.clone() else { return Vec::new() };
    known([
        ("project id", facts.project_id),
        ("service", facts.service),
        ("service id", facts.service_id),
        ("environment", facts.environment),
        ("environment id", facts.environment_id),
        ("deployment id", facts.deployment_id),
        ("region", facts.region),
        ("commit", facts.commit),
    ])
}

/// Where a value came from.
pub fn source(setting: &Setting) -> &'static str {
    match setting.source {
        SettingSource::Environment => "environment",
        SettingSource::EnvFile => "env file",
        SettingSource::Default => "default",
        SettingSource::Missing => "missing",
    }
}

/// A value, or why there is none.
pub fn value(setting: &Setting) -> &str {
    match (&setting.value, setting.source) {
        (Some(value), _) => value,
        (None, SettingSource::Missing) => "",
        (None, SettingSource::Environment | SettingSource::EnvFile | SettingSource::Default) => "not shown",
    }
}

/// The last connection of a check, layer by layer.
pub fn connection(phases: &Phases) -> Vec<Fact> {
    let took = |time: Option<f64>| time.map(duration);
    let days = phases.certificate_days_left.map(|days| format!("valid for {days} more days"));
    known([
        ("address", phases.address.clone()),
        ("DNS", took(phases.dns_ms)),
        ("TCP", took(phases.tcp_ms)),
        ("proxy", took(phases.proxy_ms)),
        ("TLS", took(phases.tls_ms)),
        ("HTTP", took(phases.http_ms)),
        ("TLS version", phases.tls_version.clone()),
        ("cipher", phases.tls_cipher.clone()),
        ("issuer", phases.certificate_issuer.clone()),
        ("certificate", days),
        ("HTTP version", phases.http_version.clone()),
        ("data centre", phases.data_centre.clone()),
        ("clock", phases.clock_offset_s.map(|offset| format!("server minus machine: {offset} s"))),
    ])
}

/// What an experiment changed, what came of it, and whether that settled the cause: in sentences.
pub fn experiment(tried: &Experiment) -> String {
    let settled = if tried.proves { " This settled the cause." } else { "" };
    format!("{} {}{settled}", tried.change, tried.result)
}

/// Every request with what it belongs to: a check's name, or `experiment`.
pub fn requests(report: &Report) -> impl Iterator<Item = (&str, &Request)> {
    let checks = report.checks.iter().map(|check| (check.name.as_str(), &check.requests));
    let experiments = report.experiments.iter().map(|experiment| ("experiment", &experiment.requests));
    checks
        .chain(experiments)
        .flat_map(|(whose, requests)| requests.iter().map(move |request| (whose, request)))
}

/// The outcome of a request: status and S3 code, or why there is no response.
pub fn outcome(request: &Request) -> String {
    match (request.status, &request.error) {
        (Some(status), _) => [Some(status.to_string()), request.s3_code.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        (None, Some(error)) => error.clone(),
        (None, None) => String::new(),
    }
}
