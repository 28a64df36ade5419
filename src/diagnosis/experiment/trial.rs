//! Making one experiment, and its result in words.

use std::mem::discriminant;

use tokio::time::Instant;

use super::control::{Contrast, Control, Listing, is_listing, without_listing};
use super::{EACH, Experiment, ExperimentRequest, ExperimentSetup, Trial};
use crate::base::stop::Stop;
use crate::client::exchange::{Exchange, TransportError};
use crate::client::network::{Client, Destination};
use crate::settings::lists::R2_DOMAIN;

/// Makes an experiment within its bounds, unless its request is the one that was refused; `broken` is how the run's own
/// connection broke, if it did.
pub(super) async fn perform(
    experiment: &Experiment,
    control: &Control,
    setup: &ExperimentSetup<'_>,
    stop: &Stop,
    broken: Option<&TransportError>,
) -> Option<Trial> {
    let (started, timeout) = (Instant::now(), setup.timeout.min(EACH));
    let shows = experiment.shows.as_deref();
    let (outcome, exchanges) = match &experiment.request {
        ExperimentRequest::Listing { settings, way, family } => {
            match Listing::prepare(settings, (way, *family), setup) {
                Ok(listing) if control.is(&listing.wire) => return None,
                Ok(listing) => {
                    let wire = listing.wire.clone();
                    let exchanges = listing.send(setup, stop).await;
                    (judged_listing(exchanges.last(), control.against(&wire), shows), exchanges)
                }
                Err(reason) => (Outcome::open(format!("could not be made: {reason}.")), Vec::new()),
            }
        }
        ExperimentRequest::Connection { settings, way } => {
            let endpoint = &settings.endpoint;
            let (host, port, tls) = (endpoint.host().to_owned(), endpoint.port(), endpoint.is_tls());
            let mut client = Client::new(Destination { host, port, tls, family: None }, way.clone(), timeout);
            (agreed(client.connect(stop).await, broken, shows), Vec::new())
        }
        ExperimentRequest::Control => {
            let mut client = Client::new(control_destination(), setup.way.clone(), timeout);
            (compared(client.connect(stop).await, broken, shows), Vec::new())
        }
    };
    let Outcome { result, proves } = outcome;
    let (what, duration) = (experiment.what.clone(), started.elapsed());
    Some(Trial { what, result, proves, started, duration, exchanges })
}

/// The R2 host that belongs to no account: it has a name, an address and a certificate, and no bucket.
fn control_destination() -> Destination {
    Destination { host: R2_DOMAIN.to_owned(), port: 443, tls: true, family: None }
}

/// The outcome of an experiment, in words.
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

/// The outcome of a listing: only an answer that is one proves anything, and only beside a refusal.
fn judged_listing(
    exchange: Option<&Exchange>,
    contrast: Result<Contrast<'_>, String>,
    shows: Option<&str>,
) -> Outcome {
    if !exchange.is_some_and(is_listing) {
        return Outcome::open(without_listing(exchange));
    }
    match (contrast, shows) {
        (Ok(Contrast(None)), None) => Outcome::settled("succeeded; nothing else was changed.".to_owned()),
        (Ok(Contrast(Some(control))), None) => Outcome::settled(format!(
            "succeeded; nothing else was changed; with the value as it is, {control}"
        )),
        (Ok(_), Some(shows)) => Outcome::settled(format!("succeeded: {shows}.")),
        (Err(why), _) => Outcome::open(format!("succeeded, which is not a proof: {why}.")),
    }
}

/// The outcome of a connection by another way, beside the one that broke.
fn agreed(
    opened: Result<(), TransportError>,
    broken: Option<&TransportError>,
    shows: Option<&str>,
) -> Outcome {
    match opened {
        Ok(()) if broken.is_some() => {
            Outcome::settled(format!("succeeded: {}.", shows.unwrap_or("it works")))
        }
        Ok(()) => Outcome::open("succeeded, and so did the run's own.".to_owned()),
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
        return Outcome::settled(format!("succeeded: {}.", shows.unwrap_or("it works")));
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
