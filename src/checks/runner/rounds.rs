//! The five remote checks several times over one connection. Each round writes an object of its own and deletes it before the
//! next begins, so that at most one is ever left.

use std::time::Duration;

use super::guard::{self, Panic};
use super::ledger::Cleanup;
use super::order::was_stopped;
use super::sequence::Sequence;
use super::steps::Steps;
use super::{Event, Plan};
use crate::base::probe::Probe;
use crate::base::stop::Stop;
use crate::checks::check::{CheckId, CheckResult, Fault, Outcome, PerCheck};
use crate::client::exchange::billing::Billed;
use crate::client::exchange::{Exchange, Operation};
use crate::client::storage::{Call, Scope, Storage, is_temporary};

/// One round: its results, and the state of its object.
pub struct Round {
    /// The object that it wrote, or would have.
    pub probe: Probe,
    /// The six results, in order; `config` is the same in each.
    pub results: Vec<CheckResult>,
    /// The state of the object.
    pub cleanup: Cleanup,
    /// The state of the second object, if the round attempted to write one.
    pub second: Option<Cleanup>,
}

/// The figures of all rounds.
#[derive(Debug, Default)]
pub struct Rounds {
    /// How many were requested.
    pub asked: u32,
    /// How many were started.
    pub made: u32,
    /// How many of these had a check that failed by itself.
    pub failed: u32,
    /// How many of these a signal cut off: the last, or none.
    pub cut_off: u32,
    /// The outcomes of each check.
    pub checks: PerCheck<Tally>,
    /// The operations, in the order of [`Operation::ALL`].
    pub operations: [Times; Operation::ALL.len()],
    /// Connections that were opened.
    pub connections: usize,
    /// The requests of all rounds except the reported one.
    pub besides: Billed,
}

/// The outcomes of a check, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Its claim held.
    pub passed: u32,
    /// Its claim did not.
    pub failed: u32,
    /// It was skipped, or a signal cut it off.
    pub skipped: u32,
}

/// The requests of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// How many were sent, each attempt counted.
    pub sent: u32,
    /// How many got no answer, or a refusal.
    pub failed: u32,
    /// From sending a request to the head of its answer, without connecting.
    pub answered: Vec<Duration>,
}

impl Rounds {
    fn add(&mut self, round: &Round) {
        self.made += 1;
        let cut_off = round.results.iter().any(CheckResult::interrupted);
        self.cut_off += u32::from(cut_off);
        self.failed += u32::from(round.has_failed() && !cut_off);
        for result in &round.results {
            let tally = &mut self.checks[result.id];
            match result.outcome {
                Outcome::Passed { .. } => tally.passed += 1,
                Outcome::Failed(_) if !cut_off => tally.failed += 1,
                Outcome::Failed(_) | Outcome::Skipped { .. } => tally.skipped += 1,
            }
            self.connections += result.connections.len();
            for exchange in result.exchanges() {
                self.measure(result.id, exchange);
            }
        }
    }

    fn measure(&mut self, id: CheckId, exchange: &Exchange) {
        let all = Operation::ALL.iter().zip(&mut self.operations);
        let Some((_, times)) = all.into_iter().find(|(operation, _)| **operation == exchange.operation)
        else {
            return;
        };
        times.sent += 1;
        let answer = exchange.outcome.as_ref().ok();
        times.answered.extend(answer.map(|answer| answer.first_byte));
        // The read after a deletion is expected to find no object.
        let proof = id == CheckId::Delete && exchange.operation == Operation::GetObject;
        let granted = answer.is_some_and(|answer| answer.is_success() || proof && answer.status == 404);
        times.failed += u32::from(!granted);
    }
}

impl Round {
    fn has_failed(&self) -> bool {
        self.results.iter().any(|result| !result.passed())
    }

    fn leaves_something(&self) -> bool {
        self.cleanup.leftover() || self.second.is_some_and(Cleanup::leftover)
    }

    /// Which round is reported: the one with the greatest weight, and of several the first.
    fn weight(&self) -> u8 {
        let repeated = |call: &Call| call.exchanges().len() > 1;
        if self.leaves_something() {
            3
        } else if self.has_failed() {
            2
        } else {
            u8::from(self.results.iter().flat_map(|result| &result.calls).any(repeated))
        }
    }

    /// Whether another round would do harm or show nothing new: an object is left, the time is over, or a failure is final.
    fn is_the_last(&self) -> bool {
        self.leaves_something() || was_stopped(&self.results) || self.results.iter().any(is_final)
    }
}

fn is_final(result: &CheckResult) -> bool {
    match result.fault() {
        Some(Fault::Refused | Fault::SdkForm | Fault::UnsignedPayload | Fault::HeadBucket) => {
            result.calls.last().and_then(Call::last).is_some_and(|last| !is_temporary(last))
        }
        Some(Fault::Settings | Fault::Unusable(_) | Fault::Stopped(_) | Fault::Bug(_) | Fault::NotOurs) => {
            true
        }
        Some(
            Fault::Framed { .. }
            | Fault::NotS3(_)
            | Fault::Mismatch(_)
            | Fault::Etag { .. }
            | Fault::KeyTaken(_)
            | Fault::NotListed { .. }
            | Fault::ListedSize { .. }
            | Fault::ListedEtag { .. }
            | Fault::Content(_)
            | Fault::DownloadedEtag { .. }
            | Fault::ContentType { .. }
            | Fault::StillThere
            | Fault::StillListed
            | Fault::DeletionUnverified,
        )
        | None => false,
    }
}

/// What all rounds share.
pub(super) struct Series<'a> {
    pub(super) storage: &'a mut Storage,
    pub(super) plan: &'a Plan,
    pub(super) stop: &'a Stop,
    pub(super) sdk_is_unknown: bool,
}

impl Series<'_> {
    /// Runs the rounds and returns the one to be reported: one that leaves an object, or else the first that failed, or else
    /// the first that needed a retry, or else the very first. A panic of the observer is returned at the end.
    pub(super) async fn run(
        mut self,
        first: &Probe,
        observe: &mut (dyn FnMut(&Event<'_>) + Send),
    ) -> (Round, Rounds, Option<Panic>) {
        let mut rounds = Rounds { asked: self.plan.rounds, ..Rounds::default() };
        let mut panic = None;
        let mut reported: Option<Round> = None;
        for number in 1..=self.plan.rounds {
            let probe = if number == 1 { first.clone() } else { first.another(self.plan.bounds.deadline) };
            if panic.is_none() {
                panic =
                    guard::caught(|| observe(&Event::Round { number, of: self.plan.rounds, probe: &probe }))
                        .err();
            }
            let round = self.round(probe).await;
            rounds.add(&round);
            let last = round.is_the_last() || panic.is_some();
            reported = Some(match reported {
                Some(kept) => rounds.heavier(kept, round),
                None => round,
            });
            if last {
                break;
            }
        }
        let nothing =
            || Round { probe: first.clone(), results: Vec::new(), cleanup: Cleanup::default(), second: None };
        (reported.unwrap_or_else(nothing), rounds, panic)
    }

    async fn round(&mut self, probe: Probe) -> Round {
        self.storage.renew(Scope::of_run(&probe));
        let config = CheckResult::new(CheckId::Config, Outcome::Passed { detail: String::new() });
        let mut silent = |_: &Event<'_>| {};
        let mut steps = Steps { results: vec![config], observe: &mut silent, panic: None };
        let sequence = Sequence {
            storage: self.storage,
            probe: &probe,
            stop: self.stop.clone(),
            bounds: self.plan.bounds,
            sdk_is_unknown: self.sdk_is_unknown,
            cleaned: None,
            second: None,
        };
        let (cleanup, second) = Box::pin(sequence.run(&mut steps, self.plan.bounds.end())).await;
        Round { results: steps.results, cleanup, second, probe }
    }
}

impl Rounds {
    /// The round with the greater weight; the requests of the other one are counted.
    fn heavier(&mut self, kept: Round, new: Round) -> Round {
        let (reported, other) = if new.weight() > kept.weight() { (new, kept) } else { (kept, new) };
        for exchange in other.results.iter().flat_map(CheckResult::exchanges) {
            self.besides.count(exchange);
        }
        reported
    }
}
