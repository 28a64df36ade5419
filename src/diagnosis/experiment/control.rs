//! The control of an experiment: the same request with the value unchanged. Without its refusal, and where the changed
//! request is the same one on the wire, nothing is proven. There is no other way to a [`Contrast`], and none to a proof
//! without one.

use tokio::time::Instant;

use super::{EACH, ExperimentSetup, Trial};
use crate::base::stop::Stop;
use crate::base::text::list;
use crate::checks::check::{CheckId, CheckResult};
use crate::checks::runner::Run;
use crate::client::exchange::{Exchange, Operation};
use crate::client::network::Family;
use crate::client::storage::answer::{Document, document};
use crate::client::storage::{Call, Limits, Scope, Storage, Wire};
use crate::diagnosis;
use crate::settings::Settings;
use crate::settings::correction::{Correction, Standing};
use crate::settings::way::Way;

/// What is known of the request with the value unchanged.
pub(super) enum Control {
    /// It was sent in this form and refused; in which words, where the report does not say so otherwise.
    Refused(Box<Wire>, Option<String>),
    /// No client can make it.
    Unmade,
    /// It was granted, so that there is nothing to explain.
    Granted,
    /// Whether it is refused is not known, and why.
    Open(String),
}

/// That a changed request differs on the wire from one that was refused; with what to add to the proof.
pub(super) struct Contrast<'a>(pub(super) Option<&'a str>);

/// A listing that can be sent, and how it would be.
pub(super) struct Listing {
    storage: Storage,
    pub(super) wire: Box<Wire>,
}

impl Listing {
    /// A listing by these settings and this way.
    ///
    /// # Errors
    /// When no request can be made of them.
    pub(super) fn prepare(
        settings: &Settings,
        (way, family): (&Way, Option<Family>),
        setup: &ExperimentSetup<'_>,
    ) -> Result<Self, String> {
        let limits = Limits { timeout: setup.timeout.min(EACH), retries: 0 };
        let scope = Scope::of_listing(setup.prefix);
        let storage = Storage::new(settings, scope, way.clone(), limits)?;
        let storage = storage.over(family).watched(setup.watch.clone());
        let wire = Box::new(storage.wire(setup.prefix, way)?);
        Ok(Self { storage, wire })
    }

    /// Sends it, once.
    pub(super) async fn send(mut self, setup: &ExperimentSetup<'_>, stop: &Stop) -> Vec<Exchange> {
        self.storage.list(setup.prefix, 1, stop).await.into_exchanges()
    }
}

impl Control {
    /// The listing of the run itself, retries included: it was sent, and refused.
    pub(super) fn of_run(run: &Run, settings: &Settings, setup: &ExperimentSetup<'_>) -> Self {
        let connect = run.results.iter().find(|result| result.id == CheckId::Connect);
        let last = connect.and_then(CheckResult::main_call).and_then(Call::last);
        match last.filter(|exchange| exchange.operation == Operation::ListObjectsV2) {
            None => Self::Open("it was not sent".to_owned()),
            Some(exchange) if is_listing(exchange) => Self::Granted,
            Some(_) => Listing::prepare(settings, (setup.way, None), setup)
                .map_or_else(Self::Open, |listing| Self::Refused(listing.wire, None)),
        }
    }

    /// The listing with what `config` refused, which was not sent yet: it is sent now, if it may be. With its outcome.
    pub(super) async fn of_standing(
        correction: &Correction,
        setup: &ExperimentSetup<'_>,
        stop: &Stop,
    ) -> (Self, Option<Trial>) {
        let settings = match &correction.standing {
            Standing::Unmade => return (Self::Unmade, None),
            Standing::Withheld(why) => return (Self::Open(format!("it is not sent, for {why}")), None),
            Standing::Sendable(settings) => settings,
        };
        let Ok(listing) = Listing::prepare(settings, (setup.way, None), setup) else {
            return (Self::Unmade, None);
        };
        let (wire, started) = (listing.wire.clone(), Instant::now());
        let exchanges = listing.send(setup, stop).await;
        let (control, result) = match exchanges.last() {
            Some(exchange) if is_listing(exchange) => {
                (Self::Granted, "was granted: the server accepts the value.".to_owned())
            }
            Some(exchange) if is_refused(exchange) => {
                let how = without_listing(Some(exchange));
                (Self::Refused(wire, Some(format!("it {how}"))), how)
            }
            other => {
                let how = without_listing(other);
                (Self::Open(format!("it {}", how.trim_end_matches('.'))), how)
            }
        };
        let names: Vec<_> = correction.variables.iter().map(|variable| variable.name()).collect();
        let what = format!("A listing with {} as it stands", list(&names));
        (
            control,
            Some(Trial { what, result, proves: false, started, duration: started.elapsed(), exchanges }),
        )
    }

    /// Whether the same request was refused already: to send it again would teach nothing.
    pub(super) fn is(&self, changed: &Wire) -> bool {
        matches!(self, Self::Refused(wire, _) if **wire == *changed)
    }

    /// What a changed request may be compared with.
    ///
    /// # Errors
    /// When nothing is known to be refused, or it is the same request; with the reason.
    pub(super) fn against(&self, changed: &Wire) -> Result<Contrast<'_>, String> {
        match self {
            Self::Refused(wire, how) if **wire != *changed => Ok(Contrast(how.as_deref())),
            Self::Refused(..) => Err("it is the same request on the wire".to_owned()),
            Self::Unmade => Ok(Contrast(Some("no client can make a request of it."))),
            Self::Granted => Err("the same was granted with the value as it stands".to_owned()),
            Self::Open(why) => Err(format!("the value as it stands could not be tried: {why}")),
        }
    }
}

/// Whether an answer grants the request.
pub(super) fn is_listing(exchange: &Exchange) -> bool {
    let answer = exchange.outcome.as_ref().ok().filter(|answer| answer.is_success());
    answer.is_some_and(|answer| matches!(document(answer), Document::Listing(_)))
}

/// Whether the server has refused the request as it is. A temporary failure, or a connection that broke, says
/// nothing about the value.
fn is_refused(exchange: &Exchange) -> bool {
    exchange.outcome.as_ref().is_ok_and(|answer| !matches!(answer.status, 408 | 429 | 500..))
}

/// The outcome of a listing that was not granted.
pub(super) fn without_listing(exchange: Option<&Exchange>) -> String {
    match exchange.map(|exchange| &exchange.outcome) {
        Some(Ok(answer)) => format!("returned {}.", diagnosis::in_short(answer)),
        Some(Err(error)) => format!("failed: {error}."),
        None => "was not sent.".to_owned(),
    }
}
