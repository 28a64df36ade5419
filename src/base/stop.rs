//! When a run must end early: its deadline, or a signal. Everything that waits, waits against a [`Stop`].

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Why work was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The time for the whole run, or for cleaning up, was over.
    Deadline,
    /// A signal ended the run.
    Signal(Signal),
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deadline => formatter.write_str("the run reached its deadline"),
            Self::Signal(signal) => write!(formatter, "interrupted by {signal}"),
        }
    }
}

/// A signal that ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    number: u8,
    name: SignalName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignalName {
    Known(&'static str),
    /// Counted from the first real-time signal.
    #[cfg(unix)]
    RealTime(u8),
}

impl Signal {
    /// A signal that has a name of its own.
    pub const fn known(number: u8, name: &'static str) -> Self {
        Self { number, name: SignalName::Known(name) }
    }

    /// A real-time signal, and how far it is from the first one.
    #[cfg(unix)]
    pub const fn real_time(number: u8, offset: u8) -> Self {
        Self { number, name: SignalName::RealTime(offset) }
    }

    /// The exit status of a program that it ended: 128 plus the number of the signal.
    pub const fn exit_status(self) -> u8 {
        FIRST_SIGNAL_STATUS + self.number
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name {
            SignalName::Known(name) => formatter.write_str(name),
            #[cfg(unix)]
            SignalName::RealTime(0) => formatter.write_str("SIGRTMIN"),
            #[cfg(unix)]
            SignalName::RealTime(offset) => write!(formatter, "SIGRTMIN+{offset}"),
        }
    }
}

/// From this number on, an exit status means a signal.
pub const FIRST_SIGNAL_STATUS: u8 = 128;

/// A signal and when it came.
#[derive(Clone, Copy, Debug)]
pub struct Signalled {
    /// Which one.
    pub signal: Signal,
    /// When.
    pub at: Instant,
}

/// What ends a waiting operation besides its own time limit.
#[derive(Clone)]
pub struct Stop {
    deadline: Instant,
    signal: watch::Receiver<Option<Signalled>>,
    grace: Duration,
    overtime: Duration,
    /// Neither the deadline nor a signal stops anything before this.
    floor: Option<Instant>,
}

impl Stop {
    /// Stops at `deadline`, or as soon as `signal` holds one.
    pub fn new(deadline: Instant, signal: watch::Receiver<Option<Signalled>>) -> Self {
        Self { deadline, signal, grace: Duration::ZERO, overtime: Duration::ZERO, floor: None }
    }

    /// Stops at `deadline`, and leaves signals to the operating system.
    pub fn at(deadline: Instant) -> Self {
        Self::new(deadline, watch::channel(None).1)
    }

    /// For cleaning up: bounded by another deadline, and by `grace` from the moment of a signal.
    pub fn for_cleanup(&self, deadline: Instant, grace: Duration) -> Self {
        Self { grace, ..Self::new(deadline, self.signal.clone()) }
    }

    /// The same, but not before `floor`, whatever else ends it.
    pub fn not_before(&self, floor: Instant) -> Self {
        Self { floor: Some(floor), ..self.clone() }
    }

    /// The same, but at `deadline` if that comes first.
    pub fn no_later_than(&self, deadline: Instant) -> Self {
        Self { deadline: self.deadline.min(deadline), ..self.clone() }
    }

    /// The same, with extra time for the answer to a request that has been sent by then.
    pub fn with_overtime(&self, overtime: Duration) -> Self {
        Self { overtime, ..self.clone() }
    }

    /// The same signals, and another end.
    pub fn until(&self, deadline: Instant) -> Self {
        self.for_cleanup(deadline, Duration::ZERO)
    }

    /// The instant after which nothing new may begin.
    pub fn deadline(&self) -> Instant {
        let end = self.signalled().map_or(self.deadline, |came| self.deadline.min(came.at + self.grace));
        self.floored(end)
    }

    fn floored(&self, end: Instant) -> Instant {
        self.floor.map_or(end, |floor| end.max(floor))
    }

    /// Whether a signal came or the deadline is over, without any grace.
    pub fn reason(&self) -> Option<StopReason> {
        if let Some(signal) = self.signal() {
            return Some(StopReason::Signal(signal));
        }
        (Instant::now() >= self.deadline).then_some(StopReason::Deadline)
    }

    /// The signal that came, if one did.
    pub fn signal(&self) -> Option<Signal> {
        self.signalled().map(|came| came.signal)
    }

    fn signalled(&self) -> Option<Signalled> {
        *self.signal.borrow()
    }

    /// Waits until the deadline or a signal.
    pub async fn wait(&self) -> StopReason {
        self.wait_beyond(Duration::ZERO).await
    }

    /// Waits until a request that has been sent must be abandoned, answered or not.
    pub async fn wait_with_overtime(&self) -> StopReason {
        self.wait_beyond(self.overtime).await
    }

    async fn wait_beyond(&self, overtime: Duration) -> StopReason {
        let mut signal = self.signal.clone();
        let signalled = async {
            match signal.wait_for(Option::is_some).await.map(|came| *came) {
                Ok(Some(came)) => {
                    tokio::time::sleep_until(self.floored(came.at + self.grace) + overtime).await;
                    came.signal
                }
                Ok(None) | Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = signalled => StopReason::Signal(signal),
            () = tokio::time::sleep_until(self.floored(self.deadline) + overtime) => StopReason::Deadline,
        }
    }
}
