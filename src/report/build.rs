//! Turns a run and its diagnosis into a [`Report`].

use std::collections::BTreeMap;
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use super::{
    Check, Cleanup, Finding, Fix, Phases, Report, Request, SCHEMA_VERSION, Setting, SettingSource, Status,
    Target, TargetKind, Tool, Usage, Verdict, environment,
};
use crate::check::{CheckId, CheckResult, Fault, Outcome, connect};
use crate::code::Code;
use crate::diagnosis::catalogue::{self, fill};
use crate::diagnosis::{self, joint};
use crate::exchange::{Answer, ConnectionFacts, Exchange, Operation};
use crate::finding::{self, Severity};
use crate::redact::Redactor;
use crate::runner::Run;
use crate::settings::endpoint::Provider;
use crate::settings::{self, Loaded, Source, Variable};
use crate::stop::StopReason;
use crate::storage::Call;
use crate::storage::answer::{Document, document};

/// What the command line adds to a report.
pub struct Extras {
    /// Whether the embedded server was the target.
    pub demo: bool,
    /// Whether warnings fail the run.
    pub strict: bool,
    /// What `--tag` added.
    pub tags: BTreeMap<String, String>,
}

/// The whole report of a finished run.
pub fn report(run: &Run, loaded: &Loaded, findings: &joint::ByCheck, extras: &Extras) -> Report {
    let checks: Vec<Check> = run
        .results
        .iter()
        .map(|result| with_origin(check(result, of(findings, result.id)), joint::origin(findings, result.id)))
        .collect();
    let root_cause = joint::root_cause(run, findings);
    let verdict = verdict(run, &checks);
    let target = target(loaded, extras.demo);
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        run_id: run.probe.run_id.to_string(),
        started_at: timestamp(run.started_at),
        duration_ms: milliseconds(run.duration),
        verdict,
        exit_code: if has_bug(run) { 70 } else { exit_code(verdict, run.stopped, extras.strict) },
        summary: summary(verdict, &checks, root_cause, &target, extras) + leftover(run),
        root_cause: root_cause.map(|code| code.to_string()),
        environment: environment::observe(loaded.env_file.as_deref(), proxy(run)),
        target,
        tags: extras.tags.clone(),
        settings: loaded.provenance.iter().map(setting).collect(),
        cleanup: cleanup(run),
        usage: usage(run),
        checks,
    }
}

/// One check with the findings that are known of it.
pub fn check(result: &CheckResult, findings: &[finding::Finding]) -> Check {
    let status = status(result, findings);
    Check {
        name: result.id.name().to_owned(),
        title: result.id.title().to_owned(),
        status,
        duration_ms: milliseconds(result.duration),
        detail: diagnosis::headline(result, findings),
        skipped_because: match result.outcome {
            Outcome::Skipped { because } => Some(because.name().to_owned()),
            Outcome::Passed { .. } | Outcome::Failed(_) => None,
        },
        phases: phases(result),
        findings: findings.iter().map(describe).collect(),
        requests: result.exchanges().map(request).collect(),
    }
}

/// A failed check without a cause of its own says which check it follows from.
fn with_origin(check: Check, origin: Option<CheckId>) -> Check {
    match origin {
        Some(origin) if check.status == Status::Fail => {
            Check { detail: format!("{}; follows from {}", check.detail, origin.name()), ..check }
        }
        Some(_) | None => check,
    }
}

/// Masks what no report may hold, check by check, and tells where there was something to mask.
///
/// # Errors
/// When a check cannot be written as JSON and read back, which would be a bug.
pub fn redact(report: &mut Report, redactor: &mut Redactor) -> serde_json::Result<()> {
    for check in &mut report.checks {
        let before = redactor.hits();
        let mut value = serde_json::to_value(&*check)?;
        redactor.filter_json(&mut value);
        *check = serde_json::from_value(value)?;
        let masked = redactor.hits() - before;
        if masked > 0 {
            let evidence = format!("{masked} texts of this check held a part of a secret");
            check.findings.push(describe(&finding::Finding::note(Code::RunRedacted).because(evidence)));
        }
    }
    let mut value = serde_json::to_value(&*report)?;
    redactor.filter_json(&mut value);
    *report = serde_json::from_value(value)?;
    report.tags = std::mem::take(&mut report.tags)
        .into_iter()
        .map(|(key, value)| (redactor.filter(&key), value))
        .collect();
    Ok(())
}

fn of(findings: &joint::ByCheck, id: CheckId) -> &[finding::Finding] {
    findings.iter().find(|(of, _)| *of == id).map_or(&[], |(_, list)| list)
}

fn status(result: &CheckResult, findings: &[finding::Finding]) -> Status {
    match result.outcome {
        Outcome::Failed(_) => Status::Fail,
        Outcome::Skipped { .. } => Status::Skip,
        Outcome::Passed { .. } if findings.iter().any(|finding| finding.severity == Severity::Warning) => {
            Status::Warn
        }
        Outcome::Passed { .. } => Status::Pass,
    }
}

fn verdict(run: &Run, checks: &[Check]) -> Verdict {
    let any = |status| checks.iter().any(|check| check.status == status);
    match run.stopped {
        Some(StopReason::Signal(_)) => Verdict::Interrupted,
        Some(StopReason::Deadline) => Verdict::Fail,
        None if any(Status::Fail) || any(Status::Skip) => Verdict::Fail,
        None if any(Status::Warn) => Verdict::Warn,
        None => Verdict::Pass,
    }
}

/// The exit status, which is the same in every format.
fn exit_code(verdict: Verdict, stopped: Option<StopReason>, strict: bool) -> u8 {
    match (verdict, stopped) {
        (_, Some(StopReason::Signal(signal))) => signal.exit_status(),
        (Verdict::Pass, _) => 0,
        (Verdict::Warn, _) => u8::from(strict),
        (Verdict::Fail | Verdict::Interrupted, _) => 1,
    }
}

fn leftover(run: &Run) -> &'static str {
    if run.cleanup.leftover() { " A test object may be left in the bucket." } else { "" }
}

/// Whether a check met a bug of the program itself, so that its outcome says nothing.
fn has_bug(run: &Run) -> bool {
    run.results.iter().any(|result| matches!(result.outcome, Outcome::Failed(Fault::Bug(_))))
}

fn summary(
    verdict: Verdict,
    checks: &[Check],
    root: Option<Code>,
    target: &Target,
    extras: &Extras,
) -> String {
    let bucket = target.bucket.as_deref().unwrap_or("the bucket");
    let stopper =
        checks.iter().find(|check| check.status == Status::Fail).map_or("the run", |check| &check.name);
    let title = root.and_then(catalogue::entry).map_or("the cause is not known", |entry| &entry.title);
    let code = root.map(|code| format!(" ({code})")).unwrap_or_default();
    match verdict {
        Verdict::Warn if extras.demo && extras.strict => {
            "The embedded server passed all six checks, with warnings, and --strict makes them fail the run."
                .to_owned()
        }
        Verdict::Pass | Verdict::Warn if extras.demo => {
            "The embedded server passed all six checks; this says nothing about your R2.".to_owned()
        }
        Verdict::Pass => format!("The application can keep its files in `{bucket}`: all six checks passed."),
        Verdict::Warn if extras.strict => {
            format!(
                "All six checks passed on `{bucket}`, but there are warnings, and --strict makes them fail the run."
            )
        }
        Verdict::Warn => {
            format!("The application can keep its files in `{bucket}`, but look at the warnings.")
        }
        Verdict::Fail if extras.demo => format!(
            "This would stop a deploy: {stopper} failed. {title}{code}. It is a demo and says nothing about your R2."
        ),
        Verdict::Fail => format!("Do not deploy: {stopper} failed. {title}{code}."),
        Verdict::Interrupted => "The run was interrupted; it says nothing about the bucket.".to_owned(),
    }
}

fn describe(finding: &finding::Finding) -> Finding {
    let text = |text: &str| fill(text, &finding.values);
    let entry = catalogue::entry(finding.code);
    let (cause, fix) = entry.map(|entry| entry.advice(&finding.values)).unwrap_or_default();
    Finding {
        code: finding.code.to_string(),
        severity: finding.severity,
        title: entry.map(|entry| text(&entry.title)).unwrap_or_default(),
        cause: text(cause),
        evidence: finding.evidence.clone(),
        fix: fix
            .iter()
            .map(|step| Fix {
                text: text(&step.text),
                command: step.command.as_deref().map(text),
                url: step.url.as_deref().map(text),
            })
            .collect(),
        proof: None,
        docs: entry.map(|entry| entry.docs.clone()).unwrap_or_default(),
    }
}

/// What is checked, as far as the settings tell.
pub fn target(loaded: &Loaded, demo: bool) -> Target {
    let Some(settings) = &loaded.settings else { return faulty_target(loaded, demo) };
    let (kind, account_id, jurisdiction) = match settings.endpoint.provider() {
        Provider::R2 { account_id, jurisdiction } => {
            (TargetKind::R2, Some(account_id.clone()), Some(jurisdiction.as_str().to_owned()))
        }
        Provider::Other if demo => (TargetKind::Demo, None, None),
        Provider::Other => (TargetKind::S3, None, None),
    };
    Target {
        kind: Some(kind),
        endpoint: Some(settings.endpoint.as_str().to_owned()),
        account_id,
        jurisdiction,
        bucket: Some(settings.bucket.clone()),
        region: Some(settings.region.clone()),
    }
}

/// What faulty settings tell of the target: their values as they stand, as far as they may be shown.
fn faulty_target(loaded: &Loaded, demo: bool) -> Target {
    let shown = |variable| loaded.provenance.iter().find(|setting| setting.variable == variable)?.shown();
    Target {
        kind: demo.then_some(TargetKind::Demo),
        endpoint: shown(Variable::Endpoint),
        bucket: shown(Variable::BucketName),
        region: shown(Variable::Region),
        ..Target::default()
    }
}

fn proxy(run: &Run) -> Option<String> {
    let facts =
        run.results.iter().flat_map(|result| &result.connections).find_map(|facts| facts.proxy.as_ref())?;
    Some(format!("{} ({})", facts.address, facts.variable))
}

fn setting(setting: &settings::Setting) -> Setting {
    Setting {
        name: setting.variable.name().to_owned(),
        source: match setting.source {
            Source::Environment => SettingSource::Environment,
            Source::EnvFile => SettingSource::EnvFile,
            Source::Default => SettingSource::Default,
            Source::Missing => SettingSource::Missing,
        },
        value: setting.shown(),
        length: setting.length(),
        fingerprint: setting.fingerprint(),
    }
}

fn phases(result: &CheckResult) -> Phases {
    let connection = result.connections.last();
    let answer = result.main_call().and_then(Call::answer);
    let Some(facts) = connection else { return Phases::default() };
    Phases {
        dns_ms: facts.phases.dns.map(milliseconds),
        tcp_ms: facts.phases.tcp.map(milliseconds),
        proxy_ms: facts.phases.proxy.map(milliseconds),
        tls_ms: facts.phases.tls.map(milliseconds),
        http_ms: answer.map(|answer| milliseconds(answer.first_byte)),
        address: facts.peer.map(|peer| peer.to_string()),
        tls_version: facts.tls.as_ref().map(|tls| tls.version.clone()),
        tls_cipher: facts.tls.as_ref().map(|tls| tls.cipher.clone()),
        certificate_issuer: facts.certificate.as_ref().map(|certificate| certificate.issuer.clone()),
        certificate_days_left: days_left(facts),
        http_version: answer.map(|answer| format!("{:?}", answer.version)),
        data_centre: answer.and_then(connect::data_centre).map(str::to_owned),
        clock_offset_s: answer.and_then(Answer::clock_offset),
    }
}

fn days_left(facts: &ConnectionFacts) -> Option<i64> {
    facts
        .certificate
        .as_ref()
        .map(|certificate| (certificate.not_after - OffsetDateTime::now_utc()).whole_days())
}

fn request(exchange: &Exchange) -> Request {
    let answer = exchange.outcome.as_ref().ok();
    let error = answer.and_then(|answer| match document(answer) {
        Document::Error(error) => Some(error),
        Document::Listing(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => None,
    });
    let header = |name| answer.and_then(|answer: &Answer| answer.header(name)).map(str::to_owned);
    Request {
        operation: exchange.operation.name().to_owned(),
        method: exchange.operation.method().to_owned(),
        url: exchange.url.clone(),
        attempt: exchange.attempt,
        status: answer.map(|answer| answer.status),
        s3_message: error.as_ref().map(|error| error.message.clone()).filter(|message| !message.is_empty()),
        s3_code: error.map(|error| error.code).filter(|code| !code.is_empty()),
        error: exchange
            .outcome
            .as_ref()
            .err()
            .map(|error| [vec![error.to_string()], error.chain.clone()].concat().join(": ")),
        duration_ms: milliseconds(exchange.duration),
        bytes_sent: exchange.bytes_sent,
        bytes_received: exchange.bytes_received,
        cf_ray: header("cf-ray"),
        server_date: header("date"),
    }
}

fn cleanup(run: &Run) -> Cleanup {
    let key = |happened: bool| if happened { vec![run.probe.key.clone()] } else { Vec::new() };
    Cleanup {
        created: key(run.cleanup.created),
        deleted: key(run.cleanup.deleted && (run.cleanup.created || run.cleanup.maybe_created)),
        verified_gone: key(run.cleanup.verified_gone),
        leftover: key(run.cleanup.leftover()),
    }
}

/// Counts the requests that got an answer (<https://developers.cloudflare.com/r2/pricing/>): deletions, 401 and 403
/// are not billed.
fn usage(run: &Run) -> Usage {
    let mut usage = Usage::default();
    for exchange in run.results.iter().flat_map(CheckResult::exchanges) {
        let Ok(answer) = &exchange.outcome else { continue };
        let counter = match exchange.operation {
            _ if matches!(answer.status, 401 | 403) => &mut usage.free,
            Operation::ListObjectsV2 | Operation::PutObject => &mut usage.class_a,
            Operation::GetObject => &mut usage.class_b,
            Operation::DeleteObject => &mut usage.free,
        };
        *counter += 1;
    }
    usage
}

/// Milliseconds to a thousandth.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// An instant as reports write it: RFC 3339, UTC, milliseconds.
pub fn timestamp(instant: OffsetDateTime) -> String {
    instant
        .format(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"))
        .unwrap_or_default()
}
