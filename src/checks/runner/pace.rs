//! The pace of the server so far, and from it the time that clean-up may take.

use std::time::Duration;

use crate::client::exchange::{ConnectionFacts, Exchange};

/// The slowest of each so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    /// Opening a connection.
    connection: Duration,
    /// From a request to its answer.
    answer: Duration,
}

impl Pace {
    /// The pace of these connections and requests.
    pub(super) fn seen<'a>(
        connections: &[ConnectionFacts],
        exchanges: impl Iterator<Item = &'a Exchange>,
    ) -> Self {
        let answers = exchanges.filter_map(|exchange| exchange.outcome.as_ref().ok());
        Self {
            connection: connections.iter().map(opening).max().unwrap_or_default(),
            answer: answers.map(|answer| answer.first_byte).max().unwrap_or_default(),
        }
    }

    /// The time of one attempt on a new connection, and half as much again.
    pub(super) fn of_one_attempt(self) -> Duration {
        (self.connection + self.answer) * 3 / 2
    }

    /// The time of clean-up: a new connection, a read that shows whose the object is, the deletion and the read that verifies
    /// it, and a quarter more.
    pub(super) fn of_cleanup(self) -> Duration {
        (self.connection + self.answer * 3) * 5 / 4
    }
}

fn opening(facts: &ConnectionFacts) -> Duration {
    let phases = facts.phases;
    [phases.dns, phases.tcp, phases.proxy, phases.tls].into_iter().flatten().sum()
}
