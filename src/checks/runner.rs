//! Runs the six checks in order: who is skipped, when to stop, what must be cleaned up. Prints nothing.

mod bounds;
mod guard;
mod ledger;
mod order;
mod pace;
mod second;
#[cfg(test)]
mod tests;

pub use bounds::{Bounds, reserve};
use bounds::{CLEANUP_BUDGET, LONGEST_CLEANUP, overtime};
pub use guard::remember as remember_panic;
pub use ledger::Cleanup;
use ledger::{key_is_not_ours, ledger, upload_was_never_sent};
use order::{blocker, goes_on, stopped, was_stopped};
use pace::Pace;

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use crate::base::clock;
use crate::base::probe::Probe;
use crate::base::stop::{Stop, StopReason};
use crate::checks::check::delete::Patience;
use crate::checks::check::{self, CheckId, CheckResult, Fault, Outcome};
use crate::client::storage::sdk::Form;
use crate::client::storage::{Limits, Scope, Storage};
use crate::settings::Loaded;
use crate::settings::way::Way;

/// What an observer of a run is notified of.
pub enum Event<'a> {
    /// A check begins.
    Started(CheckId),
    /// A check is done.
    Finished(&'a CheckResult),
}

/// Everything that a run came to.
pub struct Run {
    /// When it began.
    pub started_at: OffsetDateTime,
    /// How long it took.
    pub duration: Duration,
    /// The id of the run and the key of the object that it wrote, or would have.
    pub probe: Probe,
    /// The six results, in order.
    pub results: Vec<CheckResult>,
    /// The state of the object.
    pub cleanup: Cleanup,
    /// The state of the second object, if the run attempted to write one.
    pub second: Option<Cleanup>,
    /// Why it ended early, if it did.
    pub stopped: Option<StopReason>,
}

/// Runs the six checks and notifies the observer of each.
pub async fn run(
    loaded: &Loaded,
    probe: &Probe,
    way: Way,
    bounds: Bounds,
    stop: &Stop,
    observe: &mut (dyn FnMut(&Event<'_>) + Send),
) -> Run {
    let (started_at, started) = (clock::now(), Instant::now());
    let mut steps = Steps { results: Vec::with_capacity(CheckId::ALL.len()), observe, panic: None };
    steps.begin(CheckId::Config);
    let (storage, config) = configure(loaded, probe, way, bounds.limits);
    steps.finish(config, started);
    let mut cleanup = (Cleanup::default(), None);
    match storage {
        Some(mut storage) => {
            let sent = Sequence {
                storage: &mut storage,
                probe,
                stop: stop.clone(),
                bounds,
                sdk_is_unknown: loaded.looked_for_sdk && loaded.sdk.is_none(),
                cleaned: None,
                second: None,
            };
            cleanup = sent.run(&mut steps, bounds.end()).await;
        }
        None => steps.skip_rest(CheckId::Config),
    }
    if let Some(panic) = steps.panic {
        std::panic::resume_unwind(panic);
    }
    Run {
        started_at,
        duration: started.elapsed(),
        probe: probe.clone(),
        stopped: stopped(&steps.results, stop),
        results: steps.results,
        cleanup: cleanup.0,
        second: cleanup.1,
    }
}

/// `config`, and a client for the rest if it passed.
fn configure(loaded: &Loaded, probe: &Probe, way: Way, limits: Limits) -> (Option<Storage>, CheckResult) {
    let result = check::config::check(loaded);
    let Some(settings) = loaded.settings.as_ref().filter(|_| result.passed()) else { return (None, result) };
    match Storage::new(settings, Scope::of_run(probe), way, limits) {
        Ok(storage) => (Some(storage.sending(Form::of(loaded.sdk.as_ref(), settings))), result),
        Err(reason) => (None, CheckResult::new(CheckId::Config, Outcome::Failed(Fault::Unusable(reason)))),
    }
}

/// The results so far, and who is notified of them.
struct Steps<'a> {
    results: Vec<CheckResult>,
    observe: &'a mut (dyn FnMut(&Event<'_>) + Send),
    /// A bug of the observer, kept until the run has cleaned up.
    panic: Option<guard::Panic>,
}

impl Steps<'_> {
    fn begin(&mut self, id: CheckId) {
        self.notify(&Event::Started(id));
    }

    fn finish(&mut self, mut result: CheckResult, started: Instant) {
        result.duration = started.elapsed();
        self.notify(&Event::Finished(&result));
        self.results.push(result);
    }

    fn skip(&mut self, id: CheckId, because: CheckId) {
        let result = CheckResult::new(id, Outcome::Skipped { because });
        self.notify(&Event::Finished(&result));
        self.results.push(result);
    }

    fn notify(&mut self, event: &Event<'_>) {
        if self.panic.is_none() {
            self.panic = guard::caught(|| (self.observe)(event)).err();
        }
    }

    fn skip_rest(&mut self, because: CheckId) {
        for id in CheckId::ALL.into_iter().skip(self.results.len()) {
            self.skip(id, because);
        }
    }
}

/// The five checks that send something.
struct Sequence<'a> {
    storage: &'a mut Storage,
    probe: &'a Probe,
    stop: Stop,
    bounds: Bounds,
    /// Whether the SDK of the application was looked for in vain.
    sdk_is_unknown: bool,
    /// What cleaning up came to.
    cleaned: Option<Cleaned>,
    /// The same of the second object.
    second: Option<Cleaned>,
}

/// Facts of cleaning up, for the ledger.
#[derive(Clone, Copy)]
struct Cleaned {
    granted: bool,
    gone: bool,
}

impl Sequence<'_> {
    async fn run(mut self, steps: &mut Steps<'_>, end: Instant) -> (Cleanup, Option<Cleanup>) {
        let connected = self.step(CheckId::Connect, steps).await;
        if !connected {
            steps.skip_rest(CheckId::Connect);
            return (Cleanup::default(), None);
        }
        // What was seen of the server's pace may show that cleaning up takes longer than is kept for it.
        // An upload in the form of an SDK may leave two objects.
        let objects = if self.storage.form() == Form::Plain { 1 } else { 2 };
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

    /// Runs one check; returns whether those that build on it can teach anything.
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
        tests::break_if_asked(id);
        match id {
            // Judged before there is anything to send with.
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
        let patience = Patience::new(&self.stop, self.pace(earlier).of_one_try());
        let cleaned = Box::pin(check::delete::check(self.storage, self.probe, earlier, patience)).await;
        self.cleaned = Some(Cleaned { granted: cleaned.granted, gone: cleaned.gone });
        if second::ledger(earlier, self.storage.form()).is_none() {
            return cleaned.result;
        }
        let patience = Patience::new(&self.stop, self.pace(earlier).of_one_try());
        let second = self.probe.second();
        let second = Box::pin(check::delete::check(self.storage, &second, earlier, patience)).await;
        self.second = Some(Cleaned { granted: second.granted, gone: second.gone });
        second::both(cleaned.result, second.result)
    }
}
