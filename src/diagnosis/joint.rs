//! What the six results mean together: symptoms give way to their cause, and one cause is named to act on first.

mod granted;
mod left;

use super::{Context, clock};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::base::stop::StopReason;
use crate::checks::check::{CheckId, CheckResult, Fault, PerCheck};
use crate::checks::runner::Run;
use crate::client::exchange::{Field, Operation};
use crate::client::storage::Call;
use granted::Granted;

/// The findings of each check after all six are known.
pub type ByCheck = PerCheck<Vec<Finding>>;

/// The codes for one condition: the server has, or gives, other bytes than were sent.
const OTHER_BYTES: [Code; 3] = [Code::IntegrityEtag, Code::IntegritySize, Code::IntegrityContent];

/// Refines the findings of the single checks.
pub fn refine(run: &Run, mut findings: ByCheck, context: &Context<'_>) -> ByCheck {
    let granted = Granted::of(run);
    wrong_clock(run, &mut findings, &granted);
    read_only(run, &mut findings, &granted);
    granted.add_to(&mut findings);
    if granted.is_empty() {
        for finding in findings.values_mut().flatten() {
            finding.circumstances.insert(Circumstance::AllDenied);
        }
    }
    lost_write(run, &mut findings, context);
    vanished(run, &mut findings);
    read_back(run, &mut findings);
    only_the_etag(run, &mut findings);
    merge_errors(&mut findings);
    symptoms_of_upload(run, &mut findings);
    if let Some(finding) = left::finding(run, &findings, context) {
        for locked in errors_of(&mut findings, CheckId::Delete).filter(|it| it.code == Code::BucketLocked) {
            locked.circumstances.insert(Circumstance::LeftBehind);
        }
        findings[CheckId::Delete]
            .push(context.fill(finding, run.results.iter().flat_map(CheckResult::answers)));
    }
    findings
}

/// The code to act on first: the earliest error, the end of the run's time before all that it cut off.
pub fn root_cause(ended_by: Option<StopReason>, findings: &ByCheck) -> Option<Code> {
    let errors = || findings.values().flatten().filter(|finding| finding.severity == Severity::Error);
    let first = errors().next().map(|finding| finding.code);
    match ended_by {
        Some(StopReason::Signal(_)) => Some(first.unwrap_or(Code::RunInterrupted)),
        Some(StopReason::Deadline) => Some(first.unwrap_or(Code::RunDeadline)),
        None => first,
    }
}

/// The check whose error a failed check without one of its own follows from.
pub fn origin(findings: &ByCheck, id: CheckId) -> Option<CheckId> {
    let has_error = |list: &[Finding]| list.iter().any(|finding| finding.severity == Severity::Error);
    findings.iter().find(|(_, list)| !has_error(&findings[id]) && has_error(list)).map(|(of, _)| of)
}

/// With a clock that is far off, every signature is refused, in whichever words.
fn wrong_clock(run: &Run, findings: &mut ByCheck, granted: &Granted) {
    let answer = result(run, CheckId::Connect).and_then(CheckResult::main_call).and_then(Call::answer);
    if !granted.is_empty() || !answer.is_some_and(clock::is_skewed) {
        return;
    }
    for finding in errors_of(findings, CheckId::Connect) {
        if matches!(finding.code, Code::AuthSignature | Code::PermissionDenied) {
            finding.add("with a clock so far off, every signature is refused, so the clock comes first");
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
fn lost_write(run: &Run, findings: &mut ByCheck, context: &Context<'_>) {
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
            finding.add("the listing shows the object all the same, with its size");
        }
    }
    for id in [CheckId::List, CheckId::Download] {
        for finding in errors_of(findings, id).filter(|finding| finding.code == Code::IntegrityLostWrite) {
            finding.evidence.extend(who_confirmed(run, context).map(Into::into));
            finding.circumstances.insert(match ray_of_upload(run) {
                Some(_) => Circumstance::ConfirmedByCloudflare,
                None => Circumstance::ConfirmedByOthers,
            });
        }
    }
}

/// Whether the upload was confirmed by Cloudflare, or by something else on the way; at another server, by what.
fn who_confirmed(run: &Run, context: &Context<'_>) -> Option<String> {
    let answer = result(run, CheckId::Upload)?.main_call()?.answer()?;
    let on_r2 = context.server([answer]).is_none_or(|server| server.is_r2());
    Some(match (ray_of_upload(run), answer.header(Field::Server)) {
        (Some(ray), _) => format!("Cloudflare confirmed the upload, with cf-ray {ray}"),
        (None, _) if on_r2 => {
            "the response that confirmed the upload has no cf-ray, which every response of R2 has".to_owned()
        }
        (None, Some(server)) => format!("the response that confirmed the upload says `server: {server}`"),
        (None, None) => "the response that confirmed the upload does not say which server sent it".to_owned(),
    })
}

fn ray_of_upload(run: &Run) -> Option<&str> {
    result(run, CheckId::Upload)?.main_call()?.answer()?.header(Field::Ray)
}

/// Whether the object that a listing lacks could be read.
fn read_back(run: &Run, findings: &mut ByCheck) {
    let was_read =
        if passed(run, CheckId::Download) { Circumstance::ReadBack } else { Circumstance::NotReadBack };
    for finding in errors_of(findings, CheckId::List) {
        finding.circumstances.insert(was_read);
    }
}

/// A bucket that one request found and a later one does not.
fn vanished(run: &Run, findings: &mut ByCheck) {
    if !passed(run, CheckId::Connect) {
        return;
    }
    let missing = findings.values_mut().flatten().filter(|finding| finding.code == Code::BucketNotFound);
    for finding in missing {
        finding.circumstances.insert(Circumstance::BucketSeen);
        finding.values.insert("any_more", " any more".into());
        finding.values.insert("absence", "Something deleted the bucket during the run".into());
        finding.evidence.insert(
            finding.evidence.len().min(1),
            "ListObjectsV2 found the bucket at the beginning of this run".into(),
        );
    }
}

/// Where the bytes come back as they were sent, a wrong `ETag` is all that is wrong.
fn only_the_etag(run: &Run, findings: &mut ByCheck) {
    let download = result(run, CheckId::Download);
    let differs_in_etag = |fault: &Fault| matches!(fault, Fault::DownloadedEtag { .. });
    if !download.is_some_and(|download| download.passed() || download.fault().is_some_and(differs_in_etag)) {
        return;
    }
    for id in [CheckId::Upload, CheckId::List] {
        for finding in errors_of(findings, id).filter(|finding| finding.code == Code::IntegrityEtag) {
            finding.add("the download brought back the bytes that were sent");
        }
    }
}

/// An error that several checks met stands once, where it was met first; the others become its evidence. Warnings stay
/// where they were found, for a check's status follows from its own findings.
fn merge_errors(findings: &mut ByCheck) {
    let mut seen: Vec<(Code, CheckId)> = Vec::new();
    let mut echoes: Vec<(Code, String)> = Vec::new();
    for (id, list) in findings.iter_mut() {
        list.retain(|finding| {
            if finding.severity != Severity::Error {
                return true;
            }
            let first = seen.iter().find(|(code, first)| *first != id && is_same(*code, finding.code));
            if let (Some((code, _)), Some(evidence)) = (first, finding.evidence.first()) {
                echoes.push((*code, format!("{}: {evidence}", id.name())));
            }
            let is_new = first.is_none();
            seen.extend(is_new.then_some((finding.code, id)));
            is_new
        });
    }
    for (code, echo) in echoes {
        let first = findings.values_mut().flatten().find(|finding| finding.code == code);
        if let Some(finding) = first {
            finding.add(echo);
        }
    }
}

fn is_same(one: Code, other: Code) -> bool {
    let both_other_bytes = OTHER_BYTES.contains(&one) && OTHER_BYTES.contains(&other);
    one == other || both_other_bytes
}

/// Removes what a deletion met after an upload that was denied or stored nothing: it only repeats that.
fn symptoms_of_upload(run: &Run, findings: &mut ByCheck) {
    let was_denied = has(findings, CheckId::Upload, Code::PermissionReadOnly)
        || has(findings, CheckId::Connect, Code::PermissionDenied);
    let was_stored = run.cleanup.created;
    findings[CheckId::Delete].retain(|finding| {
        let is_denial = finding.code == Code::PermissionDenied && was_denied;
        let is_loss = finding.code == Code::IntegrityLostWrite && !was_stored;
        !is_denial && !is_loss
    });
}

fn result(run: &Run, id: CheckId) -> Option<&CheckResult> {
    run.results.iter().find(|result| result.id == id)
}

fn passed(run: &Run, id: CheckId) -> bool {
    result(run, id).is_some_and(CheckResult::passed)
}

fn has(findings: &ByCheck, id: CheckId, code: Code) -> bool {
    findings[id].iter().any(|finding| finding.code == code)
}

fn errors_of(findings: &mut ByCheck, id: CheckId) -> impl Iterator<Item = &mut Finding> {
    findings[id].iter_mut().filter(|finding| finding.severity == Severity::Error)
}
