//! What a run came to: verdict, exit status, and the sentence that a person can act on.

use crate::base::code::Code;
use crate::base::stop::StopReason;
use crate::checks::check::{Fault, Outcome};
use crate::checks::runner::{Cleanup, Run};
use crate::diagnosis::{Conclusion, catalogue};
use crate::report::{Check, Status, Target, Verdict};

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
    let made = match rounds.made {
        made if made == rounds.asked => format!("{made}"),
        made => format!("{made} (of {} that were asked for)", rounds.asked),
    };
    if rounds.failed == 0 {
        return format!(" All {made} rounds passed.");
    }
    let failed = rounds.checks.iter().filter(|(_, tally)| tally.failed > 0);
    let failed: Vec<String> = failed.map(|(id, tally)| format!("{} {}", id.name(), tally.failed)).collect();
    format!(" {} of {made} rounds failed: {}.", rounds.failed, failed.join(", "))
}

pub(super) fn leftover(run: &Run) -> &'static str {
    if run.cleanup.leftover() || run.second.is_some_and(Cleanup::leftover) {
        " A test object may be left in the bucket."
    } else {
        ""
    }
}

/// Whether a check met a bug of the program itself, so that its outcome says nothing.
pub(super) fn has_bug(run: &Run) -> bool {
    run.results.iter().any(|result| matches!(result.outcome, Outcome::Failed(Fault::Bug(_))))
}

/// What the words of a summary depend on besides.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) strict: bool,
    pub(super) demo: bool,
}

pub(super) fn summary(
    verdict: Verdict,
    checks: &[Check],
    root: Option<Code>,
    target: &Target,
    words: Words,
) -> String {
    let bucket = target.bucket.as_deref().unwrap_or("the bucket");
    let stopper =
        checks.iter().find(|check| check.status == Status::Fail).map_or("the run", |check| &check.name);
    let title = root.and_then(catalogue::entry).map_or("the cause is not known", |entry| &entry.title);
    let code = root.map(|code| format!(" ({code})")).unwrap_or_default();
    let only_warnings =
        words.strict && checks.iter().all(|check| matches!(check.status, Status::Pass | Status::Warn));
    match verdict {
        Verdict::Fail if only_warnings && words.demo => {
            "The embedded server passed all six checks, with warnings, and --strict makes them fail the run."
                .to_owned()
        }
        Verdict::Pass | Verdict::Warn if words.demo => {
            "The embedded server passed all six checks; this says nothing about your R2.".to_owned()
        }
        Verdict::Pass => format!("The application can keep its files in `{bucket}`: all six checks passed."),
        Verdict::Fail if only_warnings => {
            format!(
                "All six checks passed on `{bucket}`, but there are warnings, and --strict makes them fail the run."
            )
        }
        Verdict::Warn => {
            format!("The application can keep its files in `{bucket}`, but look at the warnings.")
        }
        Verdict::Fail if words.demo => format!(
            "This would stop a deploy: {stopper} failed. {title}{code}. It is a demo and says nothing about your R2."
        ),
        Verdict::Fail => format!("Do not deploy: {stopper} failed. {title}{code}."),
        Verdict::Interrupted => "The run was interrupted; it says nothing about the bucket.".to_owned(),
    }
}
