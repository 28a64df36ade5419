//! Runs the six checks in order: which are skipped, when to stop, what must be cleaned up. Prints nothing.

mod bounds;
mod guard;
mod ledger;
mod order;
mod pace;
mod rounds;
mod second;
mod sequence;
mod steps;
#[cfg(test)]
mod tests;

pub use bounds::{Bounds, Plan, reserve};
pub use guard::remember as remember_panic;
pub use ledger::Cleanup;
use order::stopped;
use rounds::{Round, Series};
pub use rounds::{Rounds, Times};
use sequence::Sequence;
use steps::Steps;

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use crate::base::clock;
use crate::base::probe::Probe;
use crate::base::stop::{Stop, StopReason};
use crate::checks::check::{self, CheckId, CheckResult, Fault, Outcome};
use crate::client::storage::sdk::Form;
use crate::client::storage::{Scope, Storage};
use crate::settings::Loaded;
use crate::settings::sdk::Sdk;
use crate::settings::way::Way;

/// What an observer of a run is notified of.
pub enum Event<'a> {
    /// A check begins.
    Started(CheckId),
    /// A check is done.
    Finished(&'a CheckResult),
    /// One of several rounds begins, with this object. Its checks are not notified: those of the reported round are known at
    /// the end only.
    Round {
        /// Counted from 1.
        number: u32,
        /// The number of rounds.
        of: u32,
        /// Its object.
        probe: &'a Probe,
    },
}

/// The result of a run.
pub struct Run {
    /// When it began.
    pub started_at: OffsetDateTime,
    /// The same instant, to count from.
    pub began: Instant,
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
    /// The figures of all rounds, if there were several; `results` are those of one of them.
    pub rounds: Option<Rounds>,
    /// Why it ended early, if it did.
    pub stopped: Option<StopReason>,
}

/// Runs the six checks and notifies the observer of each.
pub async fn run(
    loaded: &Loaded,
    probe: &Probe,
    way: Way,
    plan: &Plan,
    stop: &Stop,
    observe: &mut (dyn FnMut(&Event<'_>) + Send),
) -> Run {
    let (started_at, started) = (clock::now(), Instant::now());
    let mut steps = Steps { results: Vec::with_capacity(CheckId::ALL.len()), observe, panic: None };
    steps.begin(CheckId::Config);
    let (storage, mut config) = configure(loaded, probe, way, plan);
    (config.started, config.duration) = (Some(started), started.elapsed());
    let sdk_is_unknown = loaded.looked_for_sdk && loaded.sdk.is_none();
    let mut several = None;
    let mut single =
        Round { probe: probe.clone(), results: Vec::new(), cleanup: Cleanup::default(), second: None };
    match storage {
        Some(mut storage) if plan.rounds > 1 => {
            let series = Series { storage: &mut storage, plan, stop, sdk_is_unknown };
            let (mut reported, rounds, panic) = series.run(probe, steps.observe).await;
            reported.results.splice(..1, [config]);
            (single, several, steps.panic) = (reported, Some(rounds), panic);
        }
        Some(mut storage) => {
            steps.finish(config, started);
            let sent = Sequence {
                storage: &mut storage,
                probe,
                stop: stop.clone(),
                bounds: plan.bounds,
                sdk_is_unknown,
                cleaned: None,
                second: None,
            };
            (single.cleanup, single.second) = sent.run(&mut steps, plan.bounds.end()).await;
            single.results = steps.results;
        }
        None => {
            steps.finish(config, started);
            steps.skip_rest(CheckId::Config);
            single.results = steps.results;
        }
    }
    if let Some(panic) = steps.panic {
        std::panic::resume_unwind(panic);
    }
    Run {
        started_at,
        began: started,
        duration: started.elapsed(),
        probe: single.probe,
        stopped: stopped(&single.results, stop),
        results: single.results,
        cleanup: single.cleanup,
        second: single.second,
        rounds: several,
    }
}

/// `config`, and a client for the rest if it passed.
fn configure(loaded: &Loaded, probe: &Probe, way: Way, plan: &Plan) -> (Option<Storage>, CheckResult) {
    let result = check::config::check(loaded);
    let Some(settings) = loaded.settings.as_ref().filter(|_| result.passed()) else { return (None, result) };
    match Storage::new(settings, Scope::of_run(probe), way, plan.bounds.limits) {
        Ok(storage) => {
            let sdk = loaded.sdk.as_ref();
            let storage = storage.sending(Form::of(sdk, settings)).watched(plan.watch.clone());
            let storage = storage.comparing(sdk.is_some_and(Sdk::compares_checksums));
            (Some(storage), result)
        }
        Err(reason) => (None, CheckResult::new(CheckId::Config, Outcome::Failed(Fault::Unusable(reason)))),
    }
}
