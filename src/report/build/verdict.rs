//! The result of a run: verdict, exit status, and the one sentence that names what is at fault and what to do about it.

use crate::base::code::{Area, Code};
use crate::base::finding::Severity;
use crate::base::stop::StopReason;
use crate::base::text::{counted, within_sentence};
use crate::checks::check::{Fault, Outcome};
use crate::checks::runner::{Cleanup, Run};
use crate::diagnosis::{Conclusion, catalogue};
use crate::report::folding::errors;
use crate::report::{Check, Finding, Status, Target, Verdict};

pub(super) fn verdict(conclusion: &Conclusion, checks: &[Check]) -> Verdict {
    let any = |status| checks.iter().any(|check| check.status == status);
    match conclusion.ended_by {
        Some(StopReason::Signal(_)) => Verdict::Interrupted,
        Some(StopReason::Deadline) => Verdict::Fail,
        None if any(Status::Fail) || any(Status::Skip) => Verdict::Fail,
        None if any(Status::Warn) && conclusion.policy.strict => Verdict::Fail,
        None if any(Status::Warn) => Verdict::Warn,
        None => Verdict::Pass,
    }
}

/// The exit status, which is the same in every format.
pub(super) fn exit_code(verdict: Verdict, stopped: Option<StopReason>) -> u8 {
    match (verdict, stopped) {
        (_, Some(StopReason::Signal(signal))) => signal.exit_status(),
        (Verdict::Pass | Verdict::Warn, _) => 0,
        (Verdict::Fail | Verdict::Interrupted, _) => 1,
    }
}

/// How many of several rounds failed, and at which checks.
pub(super) fn rounds(run: &Run) -> String {
    let Some(rounds) = &run.rounds else { return String::new() };
    let done = rounds.made - rounds.cut_off;
    let asked = match rounds.asked {
        asked if asked == done => String::new(),
        asked => format!("; {asked} were asked for"),
    };
    let failed = rounds.checks.iter().filter(|(_, tally)| tally.failed > 0);
    let failed: Vec<String> = failed.map(|(id, tally)| format!("{} {}", id.name(), tally.failed)).collect();
    match (done, rounds.failed) {
        (0, _) => format!(" No round came to its end{asked}."),
        (1, 0) => format!(" The first round passed{asked}."),
        (done, 0) => format!(" All {done} rounds passed{asked}."),
        (1, _) => format!(" The first round failed: {}{asked}.", failed.join(", ")),
        (done, failing) => format!(" {failing} of {done} rounds failed: {}{asked}.", failed.join(", ")),
    }
}

fn leftover(run: &Run) -> bool {
    run.cleanup.leftover() || run.second.is_some_and(Cleanup::leftover)
}

/// Whether a check met a bug of the program itself, so that its outcome has no meaning.
pub(super) fn has_bug(run: &Run) -> bool {
    run.results.iter().any(|result| matches!(result.outcome, Outcome::Failed(Fault::Bug(_))))
}

/// What else the words of a summary depend on.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Whether warnings fail the run.
    pub(super) strict: bool,
    /// Whether the requests went to the embedded server.
    pub(super) demo: bool,
    /// Whether this run decides on a deploy.
    pub(super) deploy: bool,
}

/// The result of the run, in one sentence.
pub(super) fn summary(
    run: &Run,
    conclusion: &Conclusion,
    verdict: Verdict,
    checks: &[Check],
    target: &Target,
    words: Words,
) -> String {
    let bucket = target.bucket.as_deref().unwrap_or("the bucket");
    let fault = |severity| {
        checks.iter().flat_map(|check| &check.findings).find(|finding| finding.severity == severity)
    };
    // Where that is the cause itself, it is said already.
    let is_said = conclusion.root_cause().is_some_and(|code| code.area() == Area::Cleanup);
    let is_certain = || {
        let code = Code::CleanupLeftover.as_str();
        checks.iter().flat_map(|check| &check.findings).any(|finding| finding.code == code)
    };
    let left = match leftover(run) && !is_said {
        true if is_certain() => " A test object is left in the bucket.",
        true => " A test object may be left in the bucket.",
        false => "",
    };
    let sentence = match verdict {
        Verdict::Pass if words.demo => {
            "The embedded server passed all six checks; your own R2 bucket was not contacted.".to_owned()
        }
        Verdict::Pass => format!("The application can keep its files in `{bucket}`: all six checks passed."),
        Verdict::Warn => {
            let first = fault(Severity::Warning);
            let with = first.map_or_else(|| "warnings".to_owned(), |first| warnings(first, checks));
            if words.demo {
                format!(
                    "The embedded server passed all six checks, with {with}; your own R2 bucket was not contacted."
                )
            } else {
                format!("The application can keep its files in `{bucket}`, with {with}.")
            }
        }
        Verdict::Interrupted => interrupted(conclusion, run),
        Verdict::Fail => {
            let failure = failure(conclusion, checks, words, !left.is_empty());
            if words.deploy && !words.demo {
                format!("Do not deploy: {}", within_sentence(&failure))
            } else {
                begun(failure)
            }
        }
    };
    if verdict == Verdict::Interrupted { sentence } else { sentence + left }
}

/// A sentence from its beginning: a server without a name of its own is `the server at` its host. A host stays as it is.
fn begun(sentence: String) -> String {
    sentence.strip_prefix("the ").map(|rest| format!("The {rest}")).unwrap_or(sentence)
}

/// What failed, how sure that is, what else failed, and what to do first.
fn failure(conclusion: &Conclusion, checks: &[Check], words: Words, says_left: bool) -> String {
    let Some(code) = conclusion.root_cause() else { return only_warnings(checks, words) };
    let all = || checks.iter().flat_map(|check| &check.findings);
    let is_root = |finding: &&Finding| finding.code == code.as_str() && finding.severity == Severity::Error;
    let Some(root) = all().find(is_root) else { return bare(code) };
    // What is left in the bucket has a sentence of its own.
    let of_left = all().filter(|it| says_left && is_of(it, Area::Cleanup) && it.severity == Severity::Error);
    let others = match errors(checks).saturating_sub(1 + of_left.count()) {
        0 => String::new(),
        others => format!(", and {others} more"),
    };
    let proven = if root.proof.is_some() { ", proven" } else { "" };
    format!("{} ({code}){proven}{others}{}", root.title, next_step(root))
}

fn is_of(finding: &Finding, area: Area) -> bool {
    finding.code.split_once('.').is_some_and(|(name, _)| name == area.name())
}

/// Warnings that fail the run, because the user wants them to.
fn only_warnings(checks: &[Check], words: Words) -> String {
    let mut all = checks.iter().flat_map(|check| &check.findings);
    match all.find(|finding| finding.severity == Severity::Warning) {
        Some(first) if words.strict => {
            let stated = format!("{} ({})", first.title, first.code);
            format!("{stated}; --strict makes this warning a failure{}", next_step(first))
        }
        Some(_) | None => "A check failed, and the cause is not known.".to_owned(),
    }
}

/// A root cause without a finding.
fn bare(code: Code) -> String {
    let title = catalogue::entry(code).map_or("The cause is not known", |entry| &entry.title);
    format!("{title} ({code}).")
}

fn warnings(first: &Finding, checks: &[Check]) -> String {
    let all = checks.iter().flat_map(|check| &check.findings);
    let count = all.filter(|finding| finding.severity == Severity::Warning).count();
    format!("{}: {} ({})", counted(count, "warning"), within_sentence(&first.title), first.code)
}

/// The first sentence of the first fix, as the end of a sentence.
fn next_step(finding: &Finding) -> String {
    let Some(fix) = finding.fix.first() else { return ".".to_owned() };
    let sentence = fix.text.split_once(". ").map_or(fix.text.as_str(), |(first, _)| first);
    format!(": {}.", within_sentence(sentence.trim_end_matches(['.', ':'])))
}

/// What was interrupted, by what, and whether anything is left.
fn interrupted(conclusion: &Conclusion, run: &Run) -> String {
    let by = match conclusion.ended_by {
        Some(StopReason::Signal(signal)) => format!("{signal}"),
        Some(StopReason::Deadline) | None => "A signal".to_owned(),
    };
    let cut_off = run.results.iter().find(|result| result.interrupted());
    let failed = || run.results.iter().find(|result| result.fault().is_some());
    let during = match (cut_off, failed()) {
        (Some(result), _) => format!("during `{}`, so this says nothing about the bucket", result.id.name()),
        (None, Some(result)) => format!("after `{}` had failed: there may be more to say", result.id.name()),
        (None, None) => "when all checks were done, so this is no verdict".to_owned(),
    };
    let rest = if leftover(run) {
        "A test object may be left in the bucket: run `r2-selftest clean` in a few minutes"
    } else {
        "Nothing is left in the bucket"
    };
    format!("{by} stopped the run {during}. {rest}.")
}
