//! One check's facts and findings, in the words of the report.

use std::collections::BTreeMap;
use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;
use tokio::time::Instant;

use crate::base::finding::{self, Line, Severity};
use crate::checks::check::{CheckId, CheckResult, Outcome, connect};
use crate::client::exchange::{Answer, ConnectionFacts, Exchange, Field};
use crate::client::storage::Call;
use crate::client::storage::answer::{Document, document};
use crate::diagnosis;
use crate::diagnosis::catalogue::{self, fill};
use crate::diagnosis::experiment::Trial;
use crate::report::{Check, Experiment, Finding, Fix, Opening, Phases, Proof, Request, Status};

/// Longest header field that a request of the report has: Cloudflare's rays and dates are far shorter, and each attempt has
/// its own.
const LONGEST_HEADER: usize = 128;

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
        follows_from: None,
        phases: phases(result),
        findings: findings.iter().map(describe).collect(),
        requests: result.exchanges().map(request).collect(),
        started_ms: None,
    }
}

/// A failed check without an error of its own names the check whose error it follows from.
pub(super) fn with_origin(check: Check, origin: Option<CheckId>) -> Check {
    let origin = origin.filter(|_| check.status == Status::Fail);
    Check { follows_from: origin.map(|origin| origin.name().to_owned()), ..check }
}

fn status(result: &CheckResult, findings: &[finding::Finding]) -> Status {
    match result.outcome {
        Outcome::Failed(_) => Status::Fail,
        Outcome::Skipped { .. } => Status::Skip,
        Outcome::Passed { .. } => match findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Error) => Status::Fail,
            Some(Severity::Warning) => Status::Warn,
            Some(Severity::Note) | None => Status::Pass,
        },
    }
}

/// A text with its placeholders filled. Where it begins with "the server" in the place of a name, it gets a capital letter.
fn sentence(text: &str, values: &BTreeMap<&'static str, Line>) -> String {
    let filled = fill(text, values);
    match filled.strip_prefix("the ") {
        Some(rest) => format!("The {rest}"),
        None => filled,
    }
}

/// A finding in the words of the report.
pub fn describe(finding: &finding::Finding) -> Finding {
    let text = |text: &str| fill(text, &finding.values);
    let entry = catalogue::entry(finding.code);
    let (cause, fix, docs) = entry.map(|entry| entry.advice(finding)).unwrap_or_default();
    Finding {
        code: finding.code.to_string(),
        severity: finding.severity,
        title: catalogue::headline(finding),
        cause: sentence(cause, &finding.values),
        evidence: finding.evidence.iter().map(ToString::to_string).collect(),
        fix: catalogue::first_steps()
            .iter()
            .chain(fix)
            .filter(|step| step.when.iter().all(|when| finding.holds(*when)))
            .map(|step| Fix {
                text: text(&step.text),
                command: step.command.as_deref().map(text),
                url: step.url.as_deref().map(text),
            })
            .collect(),
        proof: finding.proof.as_ref().map(|proof| Proof {
            experiment: proof.experiment.to_string(),
            result: proof.result.to_string(),
        }),
        docs: docs.to_owned(),
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
    facts.certificate.as_ref().map(|certificate| (certificate.not_after - certificate.shown).whole_days())
}

pub(super) fn request(exchange: &Exchange) -> Request {
    let answer = exchange.outcome.as_ref().ok();
    let error = answer.and_then(|answer| match document(answer) {
        Document::Error(error) => Some(error),
        Document::Listing(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => None,
    });
    let header = |field| {
        let value = answer.and_then(|answer: &Answer| answer.header(field));
        value.filter(|value| value.len() <= LONGEST_HEADER).map(str::to_owned)
    };
    Request {
        operation: exchange.operation.name().to_owned(),
        method: exchange.operation.method().to_owned(),
        url: exchange.url.clone(),
        attempt: exchange.attempt,
        status: answer.map(|answer| answer.status),
        request_id: header(Field::RequestId)
            .or_else(|| error.as_ref().and_then(|error| error.request_id.as_deref().map(str::to_owned))),
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
        cf_ray: header(Field::Ray),
        server_date: header(Field::Date),
        started_ms: None,
        opening: exchange.opened.map(|phases| Opening {
            dns_ms: phases.dns.map(milliseconds),
            tcp_ms: phases.tcp.map(milliseconds),
            proxy_ms: phases.proxy.map(milliseconds),
            tls_ms: phases.tls.map(milliseconds),
        }),
        first_byte_ms: answer.map(|answer| milliseconds(answer.first_byte)),
    }
}

/// Adds to each request when it began, counted from this instant.
pub(super) fn timed<'a>(
    requests: &mut [Request],
    exchanges: impl Iterator<Item = &'a Exchange>,
    began: Instant,
) {
    for (request, exchange) in requests.iter_mut().zip(exchanges) {
        request.started_ms = Some(milliseconds(exchange.started.saturating_duration_since(began)));
    }
}

pub(super) fn experiment(trial: &Trial, began: Instant) -> Experiment {
    Experiment {
        change: trial.what.clone(),
        result: trial.result.clone(),
        proves: trial.proves,
        duration_ms: milliseconds(trial.duration),
        requests: trial.exchanges.iter().map(request).collect(),
        started_ms: Some(milliseconds(trial.started.saturating_duration_since(began))),
    }
}

/// Milliseconds to a thousandth.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// An instant as reports write it: RFC 3339, UTC, milliseconds.
pub fn timestamp(instant: OffsetDateTime) -> String {
    instant
        .format(format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"))
        .unwrap_or_default()
}
