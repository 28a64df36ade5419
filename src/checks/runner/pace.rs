//! How fast the server was so far, and so how long cleaning up may take.

use std::time::Duration;

use crate::client::exchange::{ConnectionFacts, Exchange};

/// The slowest that was seen of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    /// Opening a connection.
    connection: Duration,
    /// From a request to its answer.
    answer: Duration,
}

impl Pace {
    /// What connections and requests have shown.
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

    /// For one request on a new connection, and a half more.
    pub(super) fn of_one_try(self) -> Duration {
        (self.connection + self.answer) * 3 / 2
    }

    /// For a new connection and all requests that cleaning up may need: a look at whose the object is, the deletion,
    /// and its proof; and a quarter more.
    pub(super) fn of_cleanup(self) -> Duration {
        (self.connection + self.answer * 3) * 5 / 4
    }
}

fn opening(facts: &ConnectionFacts) -> Duration {
    let phases = facts.phases;
    [phases.dns, phases.tcp, phases.proxy, phases.tls].into_iter().flatten().sum()
}
