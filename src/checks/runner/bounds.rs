//! What a run is bounded by, and how much of its time is kept for cleaning up.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::exchange::watch::Watch;
use crate::client::storage::Limits;

/// The most that is kept of the run's time for cleaning up, and how long that may take after a signal.
pub(super) const CLEANUP_BUDGET: Duration = Duration::from_secs(5);
/// Cleaning up takes no longer, however much of the run's time is left.
pub(super) const LONGEST_CLEANUP: Duration = Duration::from_mins(1);

/// How much of the run's time is kept for cleaning up before anything is known of the server's pace; it may become more.
pub fn reserve(deadline: Duration) -> Duration {
    CLEANUP_BUDGET.min(deadline / 4)
}

/// How long the answer to an upload is waited for after the run's time is over or a signal came. To delete the object
/// at once would be a race: the upload that is still on its way could arrive after its deletion. What is left of the
/// time for cleaning up has to be enough for the deletion.
pub(super) fn overtime(deadline: Duration) -> Duration {
    reserve(deadline) * 2 / 5
}

/// What a run is bounded by.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// One request, and how often it is repeated.
    pub limits: Limits,
    /// The whole run, cleaning up included.
    pub deadline: Duration,
    /// From when the deadline counts: the program's start.
    pub started: Instant,
}

/// How a run goes about it.
#[derive(Clone)]
pub struct Plan {
    /// What it is bounded by.
    pub bounds: Bounds,
    /// How often the remote checks are made.
    pub rounds: u32,
    /// Who watches what is sent.
    pub watch: Option<Watch>,
}

impl Bounds {
    /// When the whole run is over.
    pub fn end(&self) -> Instant {
        self.started + self.deadline
    }
}
