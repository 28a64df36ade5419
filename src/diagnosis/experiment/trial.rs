//! Making one experiment, and telling what came of it.

use std::mem::discriminant;

use tokio::time::Instant;

use super::{Ask, Bench, EACH, Experiment, Trial};
use crate::base::stop::Stop;
use crate::client::exchange::{Exchange, TransportError};
use crate::client::network::{Client, Destination};
use crate::client::storage::answer::{Document, document};
use crate::client::storage::{Limits, Scope, Storage};
use crate::diagnosis;
use crate::settings::lists::R2_DOMAIN;

/// Makes an experiment within its bounds; `broken` is how the run's own connection broke, if it did.
pub(super) async fn perform(
    experiment: &Experiment,
    bench: &Bench<'_>,
    stop: &Stop,
    broken: Option<&TransportError>,
) -> Trial {
    let (started, timeout) = (Instant::now(), bench.timeout.min(EACH));
    let (outcome, exchanges) = match &experiment.ask {
        Ask::Listing { settings, style, way, family } => {
            let limits = Limits { timeout, retries: 0 };
            let scope = Scope::of_listing(bench.prefix);
            match Storage::with_style(settings, *style, scope, way.clone(), limits) {
                Ok(storage) => {
                    let call = storage.over(*family).list(bench.prefix, 1, stop).await;
                    let exchanges = call.into_exchanges();
                    (heard(exchanges.last(), experiment.shows.as_deref()), exchanges)
                }
                Err(reason) => (Outcome::open(format!("could not be made: {reason}.")), Vec::new()),
            }
        }
        Ask::Connection { settings, way } => {
            let endpoint = &settings.endpoint;
            let (host, port, tls) = (endpoint.host().to_owned(), endpoint.port(), endpoint.is_tls());
            let mut client = Client::new(Destination { host, port, tls, family: None }, way.clone(), timeout);
            (agreed(client.connect(stop).await, experiment.shows.as_deref()), Vec::new())
        }
        Ask::Control => {
            let mut client = Client::new(control(), bench.way.clone(), timeout);
            (compared(client.connect(stop).await, broken, experiment.shows.as_deref()), Vec::new())
        }
    };
    let Outcome { result, proves } = outcome;
    Trial { what: experiment.what.clone(), result, proves, duration: started.elapsed(), exchanges }
}

/// The R2 host that is nobody's: it has a name, an address and a certificate, and no bucket.
fn control() -> Destination {
    Destination { host: R2_DOMAIN.to_owned(), port: 443, tls: true, family: None }
}

/// What came of an experiment, in words.
struct Outcome {
    result: String,
    proves: bool,
}

impl Outcome {
    fn settled(result: String) -> Self {
        Self { result, proves: true }
    }

    fn open(result: String) -> Self {
        Self { result, proves: false }
    }
}

/// The outcome of a listing: only an answer that is one proves anything.
fn heard(exchange: Option<&Exchange>, shows: Option<&str>) -> Outcome {
    match exchange.map(|exchange| &exchange.outcome) {
        Some(Ok(answer)) if answer.is_success() && matches!(document(answer), Document::Listing(_)) => {
            Outcome::settled(shows.map_or_else(
                || "was granted, with nothing else changed.".to_owned(),
                |shows| format!("was granted: {shows}."),
            ))
        }
        Some(Ok(answer)) => Outcome::open(format!("was answered with {}.", diagnosis::in_short(answer))),
        Some(Err(error)) => Outcome::open(format!("failed: {error}.")),
        None => Outcome::open("was not sent.".to_owned()),
    }
}

/// The outcome of a connection by another way.
fn agreed(opened: Result<(), TransportError>, shows: Option<&str>) -> Outcome {
    match opened {
        Ok(()) => Outcome::settled(format!("was agreed on: {}.", shows.unwrap_or("it works"))),
        Err(error) => Outcome::open(format!("failed as well: {error}.")),
    }
}

/// The outcome of the control connection. That it fails as the run's own did settles as much as that it works.
fn compared(
    opened: Result<(), TransportError>,
    broken: Option<&TransportError>,
    shows: Option<&str>,
) -> Outcome {
    let Err(error) = opened else {
        return Outcome::settled(format!("was agreed on: {}.", shows.unwrap_or("it works")));
    };
    let same = broken.is_some_and(|broken| {
        broken.stage == error.stage && discriminant(&broken.kind) == discriminant(&error.kind)
    });
    if same {
        Outcome::settled(format!(
            "failed in the same way ({error}): the fault lies with this machine or its network, not with the account."
        ))
    } else {
        Outcome::open(format!("failed in another way: {error}."))
    }
}
