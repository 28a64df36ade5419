//! Deletes with as many retries as there is time for: a retry does no harm, and an object that is left does. Who wrote the
//! object is decided elsewhere.

use std::time::Duration;

use tokio::time::Instant;

use crate::base::stop::Stop;
use crate::checks::check::listed_again;
use crate::client::exchange::{Answer, Exchange};
use crate::client::storage::{Call, Deletable, Storage, is_gone, is_temporary, pause_in_cleanup, wait};

/// A process that wakes up so much too late was suspended, or its machine was.
const OVERSLEPT: Duration = Duration::from_millis(500);
/// The minimum time of clean-up, from when it begins or wakes up.
const LEAST: Duration = Duration::from_secs(2);
/// How often the minimum is granted again after a suspension, so that clean-up is bounded.
const MOST_RENEWALS: u32 = 8;
/// Upper bound of the deletions after those of the check itself that are kept, each with its read.
const MOST_KEPT: usize = 6;

/// How long cleaning up may take.
pub struct Patience {
    stop: Stop,
    /// The time that one attempt needs, as far as is known: a new connection and an answer.
    one_attempt: Duration,
    renewals: u32,
}

impl Patience {
    /// Until `stop`, but at least two seconds from now. One attempt has at least the time `one_attempt`.
    pub fn new(stop: &Stop, one_attempt: Duration) -> Self {
        Self { stop: stop.not_before(Instant::now() + LEAST), one_attempt, renewals: MOST_RENEWALS }
    }

    /// Until `stop`, and no longer.
    pub fn within(stop: &Stop) -> Self {
        Self { stop: stop.clone(), one_attempt: Duration::ZERO, renewals: 0 }
    }

    fn left(&self) -> Duration {
        self.stop.deadline().saturating_duration_since(Instant::now())
    }

    /// The time limit of one attempt. A dead connection must leave time for another attempt.
    fn attempt_limit(&self) -> Duration {
        let left = self.left();
        (left / 2).max(self.one_attempt.min(left * 3 / 4))
    }

    /// Called after something that takes `at_most` this long. If much more time has passed, the process was suspended, and
    /// the minimum time is granted again.
    fn note_suspension(&mut self, slept_from: Instant, at_most: Duration) {
        if slept_from.elapsed() > at_most + OVERSLEPT && self.renewals > 0 {
            self.renewals -= 1;
            self.stop = self.stop.not_before(Instant::now() + LEAST);
        }
    }

    /// The pause before a further attempt, if there is time for one.
    fn pause_after(&self, last: &Exchange, attempts: u32) -> Option<Duration> {
        pause_in_cleanup(last, attempts, self.left())
    }

    /// Waits before a further attempt; returns whether there is still time for one.
    async fn wait(&mut self, pause: Option<Duration>) -> bool {
        let Some(pause) = pause else { return false };
        let from = Instant::now();
        // The time that is left shows whether it was cut short.
        let _ = wait(pause, &self.stop).await;
        self.note_suspension(from, pause);
        !self.left().is_zero()
    }
}

/// The state of a deletion.
pub(super) struct Work<'a> {
    storage: &'a mut Storage,
    key: &'a str,
    len: usize,
    patience: Patience,
    /// What has been sent so far.
    pub(super) calls: Vec<Call>,
    deletions: u32,
    reads: u32,
}

impl<'a> Work<'a> {
    pub(super) fn new(storage: &'a mut Storage, key: &'a str, len: usize, patience: Patience) -> Self {
        Self { storage, key, len, patience, calls: Vec::new(), deletions: 0, reads: 0 }
    }

    /// Reads the object until an answer is final or the time is over.
    pub(super) async fn read_until_final(&mut self) -> Call {
        self.read_with_retries(u32::MAX).await
    }

    /// Deletes the object and reads it, each with as many attempts as any request has.
    pub(super) async fn delete(&mut self, object: &Deletable) -> (Call, Call) {
        let retries = self.storage.limits().retries;
        let mut deletion = Call::first(self.delete_once(object).await);
        for attempts in 1..=retries {
            let Some(last) = deletion.last().filter(|last| is_temporary(last)) else { break };
            let pause = self.patience.pause_after(last, attempts);
            if !self.patience.wait(pause).await {
                break;
            }
            deletion.add(self.delete_once(object).await);
        }
        self.reads = 0;
        (deletion, self.read_with_retries(retries).await)
    }

    /// Retries until the object is deleted, the server has refused for good, or the time is over.
    pub(super) async fn persevere(&mut self, object: &Deletable) {
        let kept_from = self.calls.len();
        while let Some(last) = self.unfinished() {
            let pause = self.patience.pause_after(last, self.deletions);
            if !self.patience.wait(pause).await {
                return;
            }
            let deletion = Call::first(self.delete_once(object).await);
            let read = Call::first(self.read_once().await);
            if self.calls.len() >= kept_from + 2 * MOST_KEPT {
                let middle = kept_from + MOST_KEPT;
                self.calls.drain(middle..middle + 2);
            }
            self.calls.extend([deletion, read]);
        }
    }

    /// The last deletion or its read, if it failed for a temporary reason and the object is not deleted.
    fn unfinished(&self) -> Option<&Exchange> {
        let [.., deletion, read] = &self.calls[..] else { return None };
        let (deletion, read) = (deletion.last()?, read.last()?);
        let granted = deletion.outcome.as_ref().is_ok_and(Answer::is_success);
        if is_gone(read) {
            None
        } else if is_temporary(deletion) {
            Some(deletion)
        } else {
            Some(read).filter(|read| granted && is_temporary(read))
        }
    }

    /// Lists the key if a read does not find it and the calls from `first` on were unusual.
    pub(super) async fn list_in_doubt(&mut self, first: usize) -> Option<Call> {
        let calls = self.calls.get(first..)?;
        if !listed_again::is_called_for(calls) {
            return None;
        }
        Some(self.storage.list(self.key, 1, &self.patience.stop).await)
    }

    async fn read_with_retries(&mut self, retries: u32) -> Call {
        let mut read = Call::first(self.read_once().await);
        let mut attempts = 1;
        while attempts <= retries {
            let Some(last) = read.last().filter(|last| is_temporary(last)) else { break };
            let pause = self.patience.pause_after(last, attempts);
            if !self.patience.wait(pause).await {
                break;
            }
            read.add(self.read_once().await);
            attempts += 1;
        }
        read
    }

    async fn delete_once(&mut self, object: &Deletable) -> Exchange {
        self.deletions += 1;
        let (from, time) = (Instant::now(), self.time());
        let deletion = self.storage.delete_once(object, self.deletions, time, &self.patience.stop).await;
        self.patience.note_suspension(from, time);
        deletion
    }

    async fn read_once(&mut self) -> Exchange {
        self.reads += 1;
        let (from, time) = (Instant::now(), self.time());
        let what = (self.key, self.len);
        let read = self.storage.get_once(what, self.reads, time, &self.patience.stop).await;
        self.patience.note_suspension(from, time);
        read
    }

    fn time(&self) -> Duration {
        self.patience.attempt_limit().min(self.storage.limits().timeout)
    }
}
