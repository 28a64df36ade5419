//! What is odd about a check although its claim holds: a refusal at the application's start, retries, slowness, a clock
//! that is off.

use std::time::Duration;

use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::stop::StopReason;
use crate::checks::check::upload::GRANTING;
use crate::checks::check::{CheckId, CheckResult, connect};
use crate::client::exchange::{Answer, Exchange, Field, Operation};
use crate::client::storage::answer::{Document, document};
use crate::client::storage::{Call, Unwaited};
use crate::diagnosis::{answer, claim, clock};

/// A request that takes longer would be felt by the application's users.
const SLOW: Duration = Duration::from_secs(2);

/// The warnings of one check.
pub fn of_check(result: &CheckResult) -> Vec<Finding> {
    let mut remarks: Vec<_> = [
        head_bucket(result),
        expires(result),
        storage_class(result),
        retried(result),
        slow(result),
        wrong_clock(result),
        odd_status(result),
    ]
    .into_iter()
    .flatten()
    .collect();
    remarks.extend(ignored_proxies(result));
    remarks
}

/// The listing is granted and the bucket itself refused: an error, unless the user knows that the application does not ask.
fn head_bucket(result: &CheckResult) -> Option<Finding> {
    let answer = connect::refused_bucket(result)?;
    let operation = Operation::HeadBucket.name();
    let finding = Finding::error(Code::PermissionHeadBucket)
        .because(format!("{operation} returned {}", answer::in_short(answer)))
        .because("ListObjectsV2 was granted with the same credentials right before")
        .with("operation", operation)
        .with("status", answer.status.to_string());
    Some(answer::with_sender(finding, answer))
}

/// The storage says when it will delete what was just written or read.
fn expires(result: &CheckResult) -> Option<Finding> {
    let call = matches!(result.id, CheckId::Upload | CheckId::Download).then(|| result.main_call())??;
    let answer = call.answer().filter(|answer| answer.is_success())?;
    let expiration = answer.header(Field::Expiration)?;
    let part = |name: &str| {
        let value = expiration.split_once(&format!("{name}=\""))?.1;
        value.split('"').next().filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let operation = call.last()?.operation.name();
    let finding = Finding::warning(Code::BucketExpires)
        .because(format!("{operation} returned x-amz-expiration: {}", claim::cut(expiration)));
    Some(match part("rule-id") {
        Some(rule) => finding.because(format!("the lifecycle rule is called `{}`", claim::cut(&rule))),
        None => finding,
    })
}

/// The object is stored in a class that costs more than the usual one.
fn storage_class(result: &CheckResult) -> Option<Finding> {
    let listed = (result.id == CheckId::List && result.passed()).then(|| result.main_call())??;
    let Document::Listing(listing) = document(listed.answer()?) else { return None };
    let classes = listing.contents.iter().filter_map(|object| object.storage_class.as_deref());
    let class = classes.map(str::trim).find(|class| !class.is_empty() && *class != "STANDARD")?;
    Some(
        Finding::warning(Code::BucketStorageClass)
            .because(format!("the listing has the object in the storage class `{}`", claim::cut(class)))
            .with("class", claim::cut(class)),
    )
}

/// A request that was granted only when it was repeated.
fn retried(result: &CheckResult) -> Option<Finding> {
    let repeated = |call: &&Call| call.exchanges().len() > 1 && helped(result, call);
    let mut again = result.calls.iter().filter(repeated).peekable();
    let first = again.peek()?.last()?;
    let finding = Finding::warning(Code::ServiceRetried).with("operation", first.operation.name());
    Some(again.fold(finding, with_each_attempt))
}

/// Whether a request came to a good end, so that its repetition was of use.
fn helped(result: &CheckResult, call: &Call) -> bool {
    result.passed() || call.answer().is_some_and(Answer::is_success)
}

/// For requests that were not granted: that they were repeated, or why they were not.
pub fn with_attempts(finding: Finding, result: &CheckResult) -> Finding {
    result.calls.iter().filter(|call| !helped(result, call)).fold(finding, with_attempts_of)
}

fn with_attempts_of(finding: Finding, call: &Call) -> Finding {
    let finding = if call.exchanges().len() > 1 { with_each_attempt(finding, call) } else { finding };
    match call.unwaited() {
        Some(Unwaited { pause, because }) => {
            let operation = call.last().map_or("the request", |last| last.operation.name());
            let reason = match because {
                StopReason::Deadline => {
                    format!(
                        "the pause before that, {} s, is longer than the rest of the run",
                        pause.as_secs_f64()
                    )
                }
                StopReason::Signal(signal) => format!("interrupted by {signal}"),
            };
            finding.because(format!("{operation} was not repeated: {reason}"))
        }
        None => finding,
    }
}

fn with_each_attempt(finding: Finding, call: &Call) -> Finding {
    call.exchanges().iter().fold(finding, |finding, exchange| {
        finding.because(format!(
            "{}, attempt {}: {}",
            exchange.operation.name(),
            exchange.attempt,
            answer::outcome(exchange)
        ))
    })
}

/// An upload that was granted by another status than S3's. Whether it was stored, the other checks show.
fn odd_status(result: &CheckResult) -> Option<Finding> {
    if result.id != CheckId::Upload || !result.passed() {
        return None;
    }
    let call = result.main_call()?.last()?;
    let answer = call.outcome.as_ref().ok().filter(|answer| answer.is_success())?;
    (answer.status != GRANTING).then(|| {
        Finding::warning(Code::HttpMismatch)
            .because(format!("{} returned {}; S3 answers {GRANTING}", call.operation.name(), answer.status))
            .with("operation", call.operation.name())
    })
}

fn slow(result: &CheckResult) -> Option<Finding> {
    if !result.passed() {
        return None;
    }
    let answered = |exchange: &&Exchange| exchange.outcome.is_ok() && exchange.duration > SLOW;
    let slowest = result.exchanges().filter(answered).max_by_key(|exchange| exchange.duration)?;
    Some(
        Finding::warning(Code::ServiceSlow)
            .because(format!("{} took {:.1} s", slowest.operation.name(), slowest.duration.as_secs_f64()))
            .with("operation", slowest.operation.name()),
    )
}

/// Proxies that are set and not used, reported once, also where that is the reason for a failure.
fn ignored_proxies(result: &CheckResult) -> impl Iterator<Item = Finding> {
    let first = result.connections.first().filter(|_| result.id == CheckId::Connect);
    first.into_iter().flat_map(|facts| &facts.ignored_proxies).map(|ignored| {
        Finding::warning(Code::ProxyIgnored)
            .because(format!(
                "{} is set, but it {} (its value is not shown)",
                ignored.variable, ignored.reason
            ))
            .because("the requests were sent without it")
            .with("proxy_variable", ignored.variable.clone())
            .with("reason", ignored.reason)
    })
}

/// The clock is judged once, where the first answer comes in.
fn wrong_clock(result: &CheckResult) -> Option<Finding> {
    if result.id != CheckId::Connect || !result.passed() {
        return None;
    }
    let answer = result.main_call()?.answer()?;
    let is_notable = answer.clock_offset().is_some_and(|offset| offset.abs() > clock::NOTABLE);
    is_notable.then(|| clock::describe(Finding::warning(Code::AuthClockSkew), answer))
}
