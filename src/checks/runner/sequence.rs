//! The five checks that send requests, within their bounds, and clean-up.

use tokio::time::Instant;

use super::bounds::{Bounds, CLEANUP_BUDGET, LONGEST_CLEANUP, overtime};
use super::ledger::{Cleanup, key_is_not_ours, ledger, upload_was_never_sent};
use super::order::{blocker, goes_on, was_stopped};
use super::pace::Pace;
use super::steps::Steps;
use super::{guard, second};
use crate::base::probe::Probe;
use crate::base::stop::Stop;
use crate::checks::check::delete::Patience;
use crate::checks::check::{self, CheckId, CheckResult, Fault, Outcome};
use crate::client::storage::Storage;

/// The five checks that send requests.
pub(super) struct Sequence<'a> {
    pub(super) storage: &'a mut Storage,
    pub(super) probe: &'a Probe,
    pub(super) stop: Stop,
    pub(super) bounds: Bounds,
    /// Whether the SDK of the application was searched for and not found.
    pub(super) sdk_is_unknown: bool,
    /// The result of clean-up.
    pub(super) cleaned: Option<Cleaned>,
    /// The same for the second object.
    pub(super) second: Option<Cleaned>,
}

/// The result of clean-up, for the ledger.
#[derive(Clone, Copy)]
pub(super) struct Cleaned {
    granted: bool,
    gone: bool,
}

impl Sequence<'_> {
    pub(super) async fn run(mut self, steps: &mut Steps<'_>, end: Instant) -> (Cleanup, Option<Cleanup>) {
        let connected = self.step(CheckId::Connect, steps).await;
        if !connected {
            steps.skip_rest(CheckId::Connect);
            return (Cleanup::default(), None);
        }
        // The server's pace so far may show that clean-up takes longer than the reserved time.
        // A refused upload may leave a second object, in the plain form.
        let objects = if self.storage.form().is_of_uploads_only() { 2 } else { 1 };
        let needed = (self.pace(&steps.results).of_cleanup() * objects).min(self.bounds.deadline * 2 / 3);
        self.stop = self.stop.no_later_than(end - needed);
        let stored = self.step(CheckId::Upload, steps).await;
        for id in [CheckId::List, CheckId::Download] {
            match steps.results.last().map(blocker) {
                Some(because) if !stored || was_stopped(&steps.results) => steps.skip(id, because),
                Some(_) | None => {
                    self.step(id, steps).await;
                }
            }
        }
        self.clean_up(steps, end).await
    }

    /// `delete`, whenever an upload was attempted, within bounds of its own.
    async fn clean_up(&mut self, steps: &mut Steps<'_>, end: Instant) -> (Cleanup, Option<Cleanup>) {
        let upload = steps.results.iter().find(|result| result.id == CheckId::Upload);
        let mut second = second::ledger(&steps.results, self.storage.form());
        let mut cleanup = ledger(upload);
        if second.is_none() && upload_was_never_sent(upload) || key_is_not_ours(upload) {
            steps.skip(CheckId::Delete, CheckId::Upload);
            return (cleanup, second);
        }
        let latest = Instant::now() + LONGEST_CLEANUP;
        self.stop = self.stop.for_cleanup(end.min(latest), CLEANUP_BUDGET);
        self.step(CheckId::Delete, steps).await;
        if let Some(cleaned) = self.cleaned {
            cleanup.deleted = cleaned.granted;
            cleanup.verified_gone = cleaned.gone;
        }
        if let Some((second, cleaned)) = second.as_mut().zip(self.second) {
            second.deleted = cleaned.granted;
            second.verified_gone = cleaned.gone;
        }
        (cleanup, second)
    }

    fn pace(&self, results: &[CheckResult]) -> Pace {
        Pace::seen(self.storage.connections(), results.iter().flat_map(CheckResult::exchanges))
    }

    /// Runs one check; returns whether the checks that depend on it can still show something.
    async fn step(&mut self, id: CheckId, steps: &mut Steps<'_>) -> bool {
        steps.begin(id);
        let started = Instant::now();
        let known = self.storage.connections().len();
        let mut result = match self.stop.reason() {
            Some(reason) if id != CheckId::Delete => {
                CheckResult::new(id, Outcome::Failed(Fault::Stopped(reason)))
            }
            Some(_) | None => match guard::guarded(self.perform(id, &steps.results)).await {
                Ok(result) => result,
                Err(place) => CheckResult::new(id, Outcome::Failed(Fault::Bug(place))),
            },
        };
        result.connections = self.storage.connections()[known..].to_vec();
        let teaches = goes_on(&result);
        steps.finish(result, started);
        teaches
    }

    async fn perform(&mut self, id: CheckId, earlier: &[CheckResult]) -> CheckResult {
        #[cfg(test)]
        super::tests::break_if_chosen(id);
        match id {
            // Judged in `configure`, before there is a client.
            CheckId::Config => CheckResult::new(id, Outcome::Passed { detail: String::new() }),
            CheckId::Connect => check::connect::check(self.storage, self.probe, &self.stop).await,
            CheckId::Upload => {
                let stop = self.stop.with_overtime(overtime(self.bounds.deadline));
                let result = Box::pin(check::upload::check(self.storage, self.probe, &stop)).await;
                if self.sdk_is_unknown { check::upload::in_plain_form(result) } else { result }
            }
            CheckId::List => check::list::check(self.storage, self.probe, &self.stop).await,
            CheckId::Download => check::download::check(self.storage, self.probe, &self.stop).await,
            CheckId::Delete => self.delete(earlier).await,
        }
    }

    async fn delete(&mut self, earlier: &[CheckResult]) -> CheckResult {
        let patience = Patience::new(&self.stop, self.pace(earlier).of_one_attempt());
        let cleaned = Box::pin(check::delete::check(self.storage, self.probe, earlier, patience)).await;
        self.cleaned = Some(Cleaned { granted: cleaned.granted, gone: cleaned.gone });
        if second::ledger(earlier, self.storage.form()).is_none() {
            return cleaned.result;
        }
        let patience = Patience::new(&self.stop, self.pace(earlier).of_one_attempt());
        let second = self.probe.second();
        let second = Box::pin(check::delete::check(self.storage, &second, earlier, patience)).await;
        self.second = Some(Cleaned { granted: second.granted, gone: second.gone });
        second::both(cleaned.result, second.result)
    }
}
