//! Work that may block for ever, such as reading a file: it runs on a thread of its own and is waited for with a bound. An
//! abandoned thread continues by itself and does not keep the program from ending.
//!
//! The only module that starts threads for such work, and the only one that opens a file whose path comes from outside.

mod reading;

use std::convert::Infallible;
use std::io;
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::base::machine;
use crate::base::stop::{Stop, StopReason};
pub use reading::{Seen, Unreadable};

/// After a signal, work is waited for this much longer: most of it takes little more than starting a thread.
const GRACE: Duration = Duration::from_millis(500);

/// A token that exists only on threads that are waited for with a bound. Functions that may block require it.
pub struct Worker(());

#[cfg(test)]
impl Worker {
    /// For tests of functions that require one.
    pub const fn of_a_test() -> Self {
        Self(())
    }
}

/// Work on a thread.
pub struct Task<T> {
    outcome: mpsc::Receiver<T>,
    over: oneshot::Receiver<Infallible>,
}

/// Why there is no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// It took longer than allowed.
    Late,
    /// The run's time was over, or a signal came.
    Stopped(StopReason),
    /// It panicked.
    Died,
}

impl<T: Send + 'static> Task<T> {
    /// Starts work on a thread of this name.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(name: &'static str, work: impl FnOnce(&Worker) -> T + Send + 'static) -> io::Result<Self> {
        let (result, outcome) = mpsc::sync_channel(1);
        let (end, over) = oneshot::channel();
        spawn(name, move || {
            // Dropped at the end, also after a panic, which wakes the waiting side.
            let _end = end;
            // If the receiver is gone, the outcome is dropped here, and a temporary file with it.
            let _ = result.send(work(&Worker(())));
        })?;
        Ok(Self { outcome, over })
    }

    /// Waits for the outcome. May be called again after it was cancelled.
    ///
    /// # Errors
    /// When the work panicked, or its outcome was taken before.
    pub async fn done(&mut self) -> Result<T, Unfinished> {
        let _ = (&mut self.over).await;
        self.outcome.try_recv().map_err(|_| Unfinished::Died)
    }

    /// Waits for the outcome, but no longer than this.
    ///
    /// # Errors
    /// When there is none by then.
    pub async fn within(mut self, limit: Duration, stop: &Stop) -> Result<T, Unfinished> {
        let reason = tokio::select! {
            biased;
            outcome = self.done() => return outcome,
            reason = stop.wait() => reason,
            () = tokio::time::sleep(limit) => return Err(Unfinished::Late),
        };
        let nearly = tokio::time::timeout(GRACE, self.done()).await;
        nearly.unwrap_or(Err(Unfinished::Stopped(reason)))
    }

    /// The same without a runtime, where signals have their default effect.
    ///
    /// # Errors
    /// When there is none by then.
    pub fn wait(&self, limit: Duration) -> Result<T, Unfinished> {
        self.outcome.recv_timeout(limit).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => Unfinished::Late,
            mpsc::RecvTimeoutError::Disconnected => Unfinished::Died,
        })
    }
}

/// Starts a thread whose end is not waited for.
///
/// # Errors
/// When the system gives none.
pub fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    machine::start_thread(name, work).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;
    use tokio::time::Instant;

    #[test]
    fn what_does_not_end_is_abandoned_and_what_panics_is_reported() {
        let hangs = Task::start("test", |_| thread::sleep(Duration::from_mins(1))).expect("thread");
        assert_eq!(hangs.wait(Duration::from_millis(20)), Err(Unfinished::Late));
        let dies =
            Task::start("test", |_| assert!(std::env::args().count() == 0, "as intended")).expect("thread");
        assert_eq!(dies.wait(Duration::from_secs(20)), Err(Unfinished::Died));
    }

    #[tokio::test]
    async fn an_outcome_that_nobody_waits_for_any_more_is_dropped() {
        let alive = Arc::new(());
        let held = Arc::downgrade(&alive);
        let stop = Stop::at(Instant::now() + Duration::from_mins(1));
        let late = Task::start("test", move |_| {
            thread::sleep(Duration::from_millis(200));
            alive
        });
        let late = late.expect("thread").within(Duration::from_millis(10), &stop).await;
        assert_eq!(late.err(), Some(Unfinished::Late));
        let until = Instant::now() + Duration::from_secs(20);
        while held.upgrade().is_some() {
            assert!(Instant::now() < until, "the outcome is kept");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn waiting_ends_with_the_runs_time() {
        let stop = Stop::at(Instant::now() + Duration::from_millis(10));
        let hangs = Task::start("test", |_| thread::sleep(Duration::from_mins(1))).expect("thread");
        let outcome = hangs.within(Duration::from_mins(1), &stop).await;
        assert_eq!(outcome, Err(Unfinished::Stopped(StopReason::Deadline)));
    }
}
