//! When a run must end early: its deadline, or a signal. Everything that waits, waits against a [`Stop`].

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Why work was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The time for the whole run, or for cleaning up, was over.
    Deadline,
    /// A signal asked the program to end.
    Signal(Signal),
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deadline => formatter.write_str("the run's time was over"),
            Self::Signal(signal) => write!(formatter, "interrupted by {}", signal.name()),
        }
    }
}

/// The signals that end a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// The request to end that container platforms send.
    Terminate,
    /// The terminal went away.
    Hangup,
}

impl Signal {
    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Hangup => "SIGHUP",
        }
    }

    /// The exit status of a program that it ended: 128 and the signal's number.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::Hangup => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// What a waiting operation watches besides its own time limit.
#[derive(Clone)]
pub struct Stop {
    deadline: Instant,
    signal: watch::Receiver<Option<Signal>>,
    grace: Duration,
}

impl Stop {
    /// Stops at `deadline`, or as soon as `signal` holds one.
    pub fn new(deadline: Instant, signal: watch::Receiver<Option<Signal>>) -> Self {
        Self { deadline, signal, grace: Duration::ZERO }
    }

    /// Stops at `deadline`, and leaves signals to the operating system.
    pub fn at(deadline: Instant) -> Self {
        Self::new(deadline, watch::channel(None).1)
    }

    /// For cleaning up: bounded by another deadline, and given some time more once there is a signal.
    pub fn for_cleanup(&self, deadline: Instant, grace: Duration) -> Self {
        Self { deadline, grace, signal: self.signal.clone() }
    }

    /// The same signals, and another end.
    pub fn until(&self, deadline: Instant) -> Self {
        self.for_cleanup(deadline, Duration::ZERO)
    }

    /// The instant after which nothing new may begin.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether a signal came or the deadline is over, any grace left aside.
    pub fn reason(&self) -> Option<StopReason> {
        if let Some(signal) = *self.signal.borrow() {
            return Some(StopReason::Signal(signal));
        }
        (Instant::now() >= self.deadline).then_some(StopReason::Deadline)
    }

    /// The signal that came, if one did.
    pub fn signal(&self) -> Option<Signal> {
        *self.signal.borrow()
    }

    /// Waits until it is time to stop.
    pub async fn wait(&self) -> StopReason {
        let mut signal = self.signal.clone();
        let signalled = async {
            let seen = signal.wait_for(Option::is_some).await.map(|value| *value);
            tokio::time::sleep(self.grace).await;
            match seen {
                Ok(Some(signal)) => signal,
                Ok(None) | Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = signalled => StopReason::Signal(signal),
            () = tokio::time::sleep_until(self.deadline) => StopReason::Deadline,
        }
    }
}
