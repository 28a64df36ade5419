//! The bounds of a run, and how much of its time is reserved for clean-up.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::exchange::watch::Watch;
use crate::client::storage::Limits;

/// Upper bound of the time that a run reserves for clean-up, and of clean-up after a signal.
pub(super) const CLEANUP_BUDGET: Duration = Duration::from_secs(5);
/// Upper bound of clean-up, however much of the run's time is left.
pub(super) const LONGEST_CLEANUP: Duration = Duration::from_mins(1);

/// The time that is reserved for clean-up before the server's pace is known; a slow server increases it.
pub fn reserve(deadline: Duration) -> Duration {
    CLEANUP_BUDGET.min(deadline / 4)
}

/// How long the answer to an upload is waited for after the run's time is over or a signal came. A deletion sent at once
/// would be a race: the upload could arrive after it. The rest of the time for clean-up has to be enough for the deletion.
pub(super) fn overtime(deadline: Duration) -> Duration {
    reserve(deadline) * 2 / 5
}

/// The bounds of a run.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Of one request: its time limit and its retries.
    pub limits: Limits,
    /// Of the whole run, clean-up included.
    pub deadline: Duration,
    /// From when the deadline counts: the program's start.
    pub started: Instant,
}

/// How a run is carried out.
#[derive(Clone)]
pub struct Plan {
    /// Its bounds.
    pub bounds: Bounds,
    /// How often the remote checks run.
    pub rounds: u32,
    /// The watcher of requests, if there is one.
    pub watch: Option<Watch>,
}

impl Bounds {
    /// When the whole run is over.
    pub fn end(&self) -> Instant {
        self.started + self.deadline
    }
}
