//! What the six results tell together: symptoms give way to their cause, and one cause is named to act on first.

mod granted;
mod left;

use super::{Context, clock};
use crate::check::{CheckId, CheckResult};
use crate::code::Code;
use crate::exchange::Operation;
use crate::finding::{Finding, Severity};
use crate::runner::Run;
use crate::stop::StopReason;
use crate::storage::Call;
use granted::Granted;

/// The findings of each check after all six are known.
pub type ByCheck = Vec<(CheckId, Vec<Finding>)>;

/// The codes for one condition: the server has, or gives, other bytes than were sent.
const OTHER_BYTES: [Code; 3] = [Code::IntegrityEtag, Code::IntegritySize, Code::IntegrityContent];

/// Refines the findings of the single checks.
pub fn refine(run: &Run, mut findings: ByCheck, context: &Context<'_>) -> ByCheck {
    let granted = Granted::of(run);
    wrong_clock(run, &mut findings, &granted);
    read_only(run, &mut findings, &granted);
    granted.add_to(&mut findings);
    lost_write(run, &mut findings);
    only_the_etag(run, &mut findings);
    merge_repeated(&mut findings);
    symptoms_of_upload(run, &mut findings);
    if let Some(finding) = left::finding(run, &findings, context) {
        push(&mut findings, CheckId::Delete, context.fill(finding));
    }
    findings
}

/// The code to act on first: the earliest error, the end of the run's time before all that it cut off.
pub fn root_cause(run: &Run, findings: &ByCheck) -> Option<Code> {
    let errors =
        || findings.iter().flat_map(|(_, list)| list).filter(|finding| finding.severity == Severity::Error);
    let first = errors().next().map(|finding| finding.code);
    match run.stopped {
        Some(StopReason::Signal(_)) => Some(first.unwrap_or(Code::RunInterrupted)),
        Some(StopReason::Deadline) => Some(first.unwrap_or(Code::RunDeadline)),
        None => first,
    }
}

/// The check whose error a failed check without one of its own follows from.
pub fn origin(findings: &ByCheck, id: CheckId) -> Option<CheckId> {
    let has_error = |list: &[Finding]| list.iter().any(|finding| finding.severity == Severity::Error);
    let own = findings.iter().any(|(of, list)| *of == id && has_error(list));
    findings.iter().find(|(of, list)| !own && *of != id && has_error(list)).map(|(of, _)| *of)
}

/// With a clock that is far off, every signature is refused, in whichever words.
fn wrong_clock(run: &Run, findings: &mut ByCheck, granted: &Granted) {
    let answer = result(run, CheckId::Connect).and_then(CheckResult::main_call).and_then(Call::answer);
    if !granted.is_empty() || !answer.is_some_and(clock::is_skewed) {
        return;
    }
    for finding in errors_of(findings, CheckId::Connect) {
        if matches!(finding.code, Code::AuthSignature | Code::PermissionDenied) {
            finding.add("a clock so far off makes every signature wrong, so it comes first");
            finding.code = Code::AuthClockSkew;
        }
    }
}

/// Listing works, and whatever would write is denied: the token may only read.
fn read_only(run: &Run, findings: &mut ByCheck, granted: &Granted) {
    let may_delete = granted.has(Operation::DeleteObject);
    if passed(run, CheckId::Connect) && has(findings, CheckId::Upload, Code::PermissionDenied) && !may_delete
    {
        for finding in errors_of(findings, CheckId::Upload) {
            finding.code = Code::PermissionReadOnly;
        }
    }
}

/// The upload was accepted, but neither listing nor reading finds it.
fn lost_write(run: &Run, findings: &mut ByCheck) {
    if !passed(run, CheckId::Upload) || !has(findings, CheckId::Download, Code::IntegrityLostWrite) {
        return;
    }
    for finding in errors_of(findings, CheckId::List) {
        if finding.code == Code::IntegrityNotListed {
            finding.code = Code::IntegrityLostWrite;
        }
    }
    if passed(run, CheckId::List) {
        for finding in errors_of(findings, CheckId::Download) {
            finding.add("the listing shows it all the same, with its size");
        }
    }
    for id in [CheckId::List, CheckId::Download] {
        for finding in errors_of(findings, id).filter(|finding| finding.code == Code::IntegrityLostWrite) {
            finding.evidence.extend(who_confirmed(run).map(Into::into));
        }
    }
}

/// Whether the upload was confirmed by Cloudflare, or by something else on the way.
fn who_confirmed(run: &Run) -> Option<String> {
    let answer = result(run, CheckId::Upload)?.main_call()?.answer()?;
    Some(match answer.header("cf-ray") {
        Some(ray) => format!("Cloudflare confirmed the upload, with cf-ray {ray}"),
        None => "the answer that confirmed the upload has no cf-ray, which every answer of R2 has".to_owned(),
    })
}

/// Where the bytes come back as they were sent, a wrong `ETag` is all that is wrong.
fn only_the_etag(run: &Run, findings: &mut ByCheck) {
    if !passed(run, CheckId::Download) {
        return;
    }
    for id in [CheckId::Upload, CheckId::List] {
        for finding in errors_of(findings, id).filter(|finding| finding.code == Code::IntegrityEtag) {
            finding.add("the download brought back the bytes that were sent");
        }
    }
}

/// A condition that several checks met is told once, where it was met first; the others become its evidence. Which
/// requests had to be repeated is told at each check.
fn merge_repeated(findings: &mut ByCheck) {
    let mut told: Vec<(Code, Severity, CheckId)> = Vec::new();
    let mut echoes: Vec<(Code, String)> = Vec::new();
    for (id, list) in findings.iter_mut() {
        list.retain(|finding| {
            let first = told.iter().find(|(code, severity, first)| {
                first != id && *severity >= finding.severity && is_same(*code, finding.code)
            });
            if let (Some((code, ..)), Some(evidence)) = (first, finding.evidence.first()) {
                echoes.push((*code, format!("{}: {evidence}", id.name())));
            }
            let is_new = first.is_none();
            told.extend(is_new.then_some((finding.code, finding.severity, *id)));
            is_new
        });
    }
    for (code, echo) in echoes {
        let first = findings.iter_mut().flat_map(|(_, list)| list).find(|finding| finding.code == code);
        if let Some(finding) = first {
            finding.add(echo);
        }
    }
}

fn is_same(one: Code, other: Code) -> bool {
    let both_other_bytes = OTHER_BYTES.contains(&one) && OTHER_BYTES.contains(&other);
    one != Code::ServiceRetried && (one == other || both_other_bytes)
}

/// What a deletion met after an upload that stored nothing says nothing new.
fn symptoms_of_upload(run: &Run, findings: &mut ByCheck) {
    let was_denied = has(findings, CheckId::Upload, Code::PermissionReadOnly)
        || has(findings, CheckId::Connect, Code::PermissionDenied);
    let was_stored = run.cleanup.created;
    for (_, list) in findings.iter_mut().filter(|(id, _)| *id == CheckId::Delete) {
        list.retain(|finding| {
            let is_denial = finding.code == Code::PermissionDenied && was_denied;
            let is_loss = finding.code == Code::IntegrityLostWrite && !was_stored;
            !is_denial && !is_loss
        });
    }
}

fn result(run: &Run, id: CheckId) -> Option<&CheckResult> {
    run.results.iter().find(|result| result.id == id)
}

fn passed(run: &Run, id: CheckId) -> bool {
    result(run, id).is_some_and(CheckResult::passed)
}

fn has(findings: &ByCheck, id: CheckId, code: Code) -> bool {
    findings.iter().any(|(of, list)| *of == id && list.iter().any(|finding| finding.code == code))
}

fn errors_of(findings: &mut ByCheck, id: CheckId) -> impl Iterator<Item = &mut Finding> {
    findings
        .iter_mut()
        .filter(move |(of, _)| *of == id)
        .flat_map(|(_, list)| list)
        .filter(|finding| finding.severity == Severity::Error)
}

fn push(findings: &mut ByCheck, id: CheckId, finding: Finding) {
    if let Some((_, list)) = findings.iter_mut().find(|(of, _)| *of == id) {
        list.push(finding);
    }
}
