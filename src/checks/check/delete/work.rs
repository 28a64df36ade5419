//! Deleting, again and again: a deletion may be repeated without harm, and an object that is left may not. Knows
//! nothing of whose the object is.

use std::time::Duration;

use tokio::time::Instant;

use crate::base::stop::Stop;
use crate::checks::check::listed_again;
use crate::client::exchange::{Answer, Exchange};
use crate::client::storage::{Call, Deletable, Storage, is_gone, passes_by_itself, pause_in_cleanup, wait};

/// Whoever wakes up so much too late was not running: stopped, frozen, or asleep with its machine.
const OVERSLEPT: Duration = Duration::from_millis(500);
/// The time that cleaning up has at least, from when it begins or wakes up.
const LEAST: Duration = Duration::from_secs(2);
/// So often time that was slept through is given back, so that there is an end.
const MOST_RENEWALS: u32 = 8;
/// So many deletions after those of the check itself, each with its read, are kept at most.
const MOST_KEPT: usize = 6;

/// How long cleaning up may take.
pub struct Patience {
    stop: Stop,
    /// What one attempt needs, as far as is known: a new connection and an answer.
    one_try: Duration,
    renewals: u32,
}

impl Patience {
    /// Until `stop` says so, but never less than two seconds from now. One attempt has at least the time `one_try`.
    pub fn new(stop: &Stop, one_try: Duration) -> Self {
        Self { stop: stop.not_before(Instant::now() + LEAST), one_try, renewals: MOST_RENEWALS }
    }

    /// Until `stop` says so, and no longer.
    pub fn within(stop: &Stop) -> Self {
        Self { stop: stop.clone(), one_try: Duration::ZERO, renewals: 0 }
    }

    fn left(&self) -> Duration {
        self.stop.deadline().saturating_duration_since(Instant::now())
    }

    /// How long one attempt may take. A connection that is dead without saying so must leave time for another one.
    fn of_one_try(&self) -> Duration {
        let left = self.left();
        (left / 2).max(self.one_try.min(left * 3 / 4))
    }

    /// Takes note that something that was to take so long is over: whatever was slept through is not counted.
    fn woke(&mut self, slept_from: Instant, at_most: Duration) {
        if slept_from.elapsed() > at_most + OVERSLEPT && self.renewals > 0 {
            self.renewals -= 1;
            self.stop = self.stop.not_before(Instant::now() + LEAST);
        }
    }

    /// The pause before a further attempt, if there is time for one.
    fn pause_after(&self, last: &Exchange, tries: u32) -> Option<Duration> {
        pause_in_cleanup(last, tries, self.left())
    }

    /// Waits before a further attempt; returns whether there is still time for one.
    async fn wait(&mut self, pause: Option<Duration>) -> bool {
        let Some(pause) = pause else { return false };
        let from = Instant::now();
        // Whether it was cut short is seen by the time that is left.
        let _ = wait(pause, &self.stop).await;
        self.woke(from, pause);
        !self.left().is_zero()
    }
}

/// A deletion under way.
pub(super) struct Work<'a> {
    storage: &'a mut Storage,
    key: &'a str,
    len: usize,
    patience: Patience,
    /// What has been sent so far.
    pub(super) calls: Vec<Call>,
    deletions: u32,
    looks: u32,
}

impl<'a> Work<'a> {
    pub(super) fn new(storage: &'a mut Storage, key: &'a str, len: usize, patience: Patience) -> Self {
        Self { storage, key, len, patience, calls: Vec::new(), deletions: 0, looks: 0 }
    }

    /// Reads the object until there is an answer that is the server's last word, or the time is over.
    pub(super) async fn look_until_told(&mut self) -> Call {
        self.looks(u32::MAX).await
    }

    /// Deletes the object and looks for it, each with as many attempts as any request has.
    pub(super) async fn delete(&mut self, object: &Deletable) -> (Call, Call) {
        let retries = self.storage.limits().retries;
        let mut deletion = Call::first(self.delete_once(object).await);
        for tries in 1..=retries {
            let Some(last) = deletion.last().filter(|last| passes_by_itself(last)) else { break };
            let pause = self.patience.pause_after(last, tries);
            if !self.patience.wait(pause).await {
                break;
            }
            deletion.add(self.delete_once(object).await);
        }
        self.looks = 0;
        (deletion, self.looks(retries).await)
    }

    /// Goes on deleting until the object is deleted, the server has refused for good, or the time is over.
    pub(super) async fn persevere(&mut self, object: &Deletable) {
        let kept_from = self.calls.len();
        while let Some(last) = self.unfinished() {
            let pause = self.patience.pause_after(last, self.deletions);
            if !self.patience.wait(pause).await {
                return;
            }
            let deletion = Call::first(self.delete_once(object).await);
            let look = Call::first(self.look_once().await);
            if self.calls.len() >= kept_from + 2 * MOST_KEPT {
                let middle = kept_from + MOST_KEPT;
                self.calls.drain(middle..middle + 2);
            }
            self.calls.extend([deletion, look]);
        }
    }

    /// What the last deletion or its read broke on, if that may pass by itself and the object is not deleted.
    fn unfinished(&self) -> Option<&Exchange> {
        let [.., deletion, look] = &self.calls[..] else { return None };
        let (deletion, look) = (deletion.last()?, look.last()?);
        let granted = deletion.outcome.as_ref().is_ok_and(Answer::is_success);
        if is_gone(look) {
            None
        } else if passes_by_itself(deletion) {
            Some(deletion)
        } else {
            Some(look).filter(|look| granted && passes_by_itself(look))
        }
    }

    /// Lists the key, where a read shows that it is deleted and the calls from `first` on leave a doubt.
    pub(super) async fn list_in_doubt(&mut self, first: usize) -> Option<Call> {
        let calls = self.calls.get(first..)?;
        if !listed_again::is_called_for(calls) {
            return None;
        }
        Some(self.storage.list(self.key, 1, &self.patience.stop).await)
    }

    async fn looks(&mut self, retries: u32) -> Call {
        let mut look = Call::first(self.look_once().await);
        let mut tries = 1;
        while tries <= retries {
            let Some(last) = look.last().filter(|last| passes_by_itself(last)) else { break };
            let pause = self.patience.pause_after(last, tries);
            if !self.patience.wait(pause).await {
                break;
            }
            look.add(self.look_once().await);
            tries += 1;
        }
        look
    }

    async fn delete_once(&mut self, object: &Deletable) -> Exchange {
        self.deletions += 1;
        let (from, time) = (Instant::now(), self.time());
        let deletion = self.storage.delete_once(object, self.deletions, time, &self.patience.stop).await;
        self.patience.woke(from, time);
        deletion
    }

    async fn look_once(&mut self) -> Exchange {
        self.looks += 1;
        let (from, time) = (Instant::now(), self.time());
        let what = (self.key, self.len);
        let look = self.storage.get_once(what, self.looks, time, &self.patience.stop).await;
        self.patience.woke(from, time);
        look
    }

    fn time(&self) -> Duration {
        self.patience.of_one_try().min(self.storage.limits().timeout)
    }
}
