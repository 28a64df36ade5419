//! Proof by experiment: one input is changed, and the listing of `connect` is sent again, or a connection opened.
//!
//! An experiment reads only, goes only to the configured host, to that host with the bucket's name before it, to the same account's hosts on R2, or, unsigned, to the
//! R2 host that belongs to no account. It explains a failure and never touches a check's outcome, so it cannot make a run pass.

mod control;
mod plan;
mod trial;

use std::time::Duration;

use tokio::time::Instant;

use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Proof, Severity};
use crate::base::stop::Stop;
use crate::checks::check::{CheckId, CheckResult, Outcome};
use crate::checks::runner::Run;
use crate::client::exchange::watch::Watch;
use crate::client::exchange::{ConnectionFacts, Exchange, Stage, TransportError};
use crate::client::network::Family;
use crate::client::storage::Call;
use crate::diagnosis::joint::{self, ByCheck};
use crate::settings::correction::corrected;
use crate::settings::way::Way;
use crate::settings::{Loaded, Settings, Variable};
use control::Control;

/// No run sends more requests for experiments.
const REQUESTS: usize = 10;
/// All experiments of a run end within this time.
const TIME: Duration = Duration::from_secs(5);
/// The longest that one of them may take; `--timeout` can be shorter.
const EACH: Duration = Duration::from_secs(2);

/// What experiments are made with: settings, route, prefix and limits of the run.
pub struct ExperimentSetup<'a> {
    /// The settings as they were found.
    pub loaded: &'a Loaded,
    /// The way of the run.
    pub way: &'a Way,
    /// The prefix that `connect` listed.
    pub prefix: &'a str,
    /// The limit of one request.
    pub timeout: Duration,
    /// The end of the run.
    pub stop: Stop,
    /// Who watches what is sent.
    pub watch: Option<Watch>,
}

/// One input changed, and what to do with it.
struct Experiment {
    /// What is done, as the beginning of a sentence: `The same listing with R2_REGION set to auto`.
    what: String,
    request: ExperimentRequest,
    /// What success shows, as the end of a sentence; none where the success itself says it.
    shows: Option<String>,
    proven_cause: Option<ProvenCause>,
}

/// The way an experiment is made.
enum ExperimentRequest {
    /// The listing of `connect`, with other settings or by another way.
    Listing { settings: Box<Settings>, way: Way, family: Option<Family> },
    /// A connection to the endpoint by another way; nothing is sent over it.
    Connection { settings: Box<Settings>, way: Way },
    /// A connection to the R2 host that belongs to no account; nothing is sent over it.
    Control,
}

/// The condition that success proves, with what its texts need.
struct ProvenCause {
    code: Code,
    /// The variable that it is then about, if that is settled.
    about: Option<Variable>,
    /// What its value should be instead.
    suggestion: Option<String>,
    /// What else its texts need.
    values: Vec<(&'static str, String)>,
    /// What is then known, by which the steps of the fix are chosen.
    known: Option<Circumstance>,
}

impl ProvenCause {
    fn of(code: Code) -> Self {
        Self { code, about: None, suggestion: None, values: Vec::new(), known: None }
    }

    fn suggesting(self, value: String) -> Self {
        Self { suggestion: Some(value), ..self }
    }
}

/// An experiment that was made.
pub struct Trial {
    /// What was changed, as the beginning of a sentence.
    pub what: String,
    /// What then happened, as its end.
    pub result: String,
    /// Whether that settles the cause.
    pub proves: bool,
    /// When it began.
    pub started: Instant,
    /// How long it took.
    pub duration: Duration,
    /// The requests that it sent: one, or none.
    pub exchanges: Vec<Exchange>,
}

/// What is to be explained: the root cause of a failure at `config` or `connect`, and the facts around it.
struct Case<'a> {
    code: Code,
    /// What the value should be instead, in the server's own words or by R2's rules.
    suggestion: Option<String>,
    loaded: &'a Loaded,
    way: &'a Way,
    connection: Option<&'a ConnectionFacts>,
    error: Option<&'a TransportError>,
    /// Whether a later check holds, so that credentials and bucket are known to be right.
    works_otherwise: bool,
}

/// Makes the experiments that the failure of a run calls for, and adds to its root cause what they showed.
pub async fn explain(run: &Run, findings: &mut ByCheck, setup: &ExperimentSetup<'_>) -> Vec<Trial> {
    let Some(code) = joint::root_cause(run.stopped, findings).filter(|_| run.stopped.is_none()) else {
        return Vec::new();
    };
    let Some(finding) = subject(findings, code) else { return Vec::new() };
    let suggestion = finding.suggestion.as_ref().map(ToString::to_string);
    let case = Case { suggestion, ..case(run, code, setup) };
    let end = setup.stop.deadline().min(Instant::now() + TIME);
    let stop = setup.stop.until(end);
    let (planned, control, first) = prepare(run, &case, setup, &stop).await;
    let mut trials: Vec<Trial> = first.into_iter().collect();
    if let Control::Granted = control {
        for trial in &trials {
            conclude(finding, None, trial);
        }
        return trials;
    }
    for experiment in planned.into_iter().take(REQUESTS - trials.len()) {
        if stop.reason().is_some() {
            break;
        }
        let Some(trial) = trial::perform(&experiment, &control, setup, &stop, case.error).await else {
            continue;
        };
        let settled = trial.proves;
        conclude(finding, experiment.proven_cause, &trial);
        trials.push(trial);
        if settled {
            break;
        }
    }
    trials
}

/// The experiments for a case, and what they are compared with: the listing of the run, or, where nothing was sent yet, one
/// with the value unchanged.
async fn prepare(
    run: &Run,
    case: &Case<'_>,
    setup: &ExperimentSetup<'_>,
    stop: &Stop,
) -> (Vec<Experiment>, Control, Option<Trial>) {
    if let Some(settings) = &setup.loaded.settings {
        return (plan::plan(case, settings), Control::of_run(run, settings, setup), None);
    }
    let Some(correction) = corrected(setup.loaded) else {
        return (Vec::new(), Control::Open("it has no correction".to_owned()), None);
    };
    let (control, trial) = Control::of_standing(&correction, setup, stop).await;
    (vec![plan::with_correction(case, correction)], control, trial)
}

/// The finding that experiments may explain; what failed later is distinguished by the checks themselves.
fn subject(findings: &mut ByCheck, code: Code) -> Option<&mut Finding> {
    findings
        .iter_mut()
        .filter(|(id, _)| matches!(id, CheckId::Config | CheckId::Connect))
        .flat_map(|(_, list)| list)
        .find(|finding| finding.severity == Severity::Error && finding.code == code)
}

fn case<'a>(run: &'a Run, code: Code, setup: &ExperimentSetup<'a>) -> Case<'a> {
    let connect = run.results.iter().find(|result| result.id == CheckId::Connect);
    let last = connect.and_then(CheckResult::main_call).and_then(Call::last);
    let later = |result: &CheckResult| result.id > CheckId::Connect;
    Case {
        code,
        suggestion: None,
        loaded: setup.loaded,
        way: setup.way,
        connection: connect.and_then(|result| result.connections.last()),
        error: last.and_then(|exchange| exchange.outcome.as_ref().err()),
        works_otherwise: run
            .results
            .iter()
            .any(|result| later(result) && matches!(result.outcome, Outcome::Passed { .. })),
    }
}

/// Adds to a finding what an experiment showed. One that settles nothing is evidence all the same.
fn conclude(finding: &mut Finding, proven_cause: Option<ProvenCause>, trial: &Trial) {
    let Trial { what, result, proves, .. } = trial;
    if !proves {
        let broken = trial.exchanges.last().and_then(|exchange| exchange.outcome.as_ref().err());
        if broken.is_some_and(|error| error.stage == Stage::Tls) {
            finding.circumstances.insert(Circumstance::NoTls);
        }
        finding.add(format!("experiment: {what} {result}"));
        return;
    }
    finding.proof = Some(Proof { experiment: what.into(), result: result.into() });
    if let Some(ProvenCause { code, about, suggestion, values, known }) = proven_cause {
        finding.code = code;
        finding.values.remove("fault");
        finding.circumstances.extend(known);
        finding.about = about.or(finding.about);
        finding.suggestion = suggestion.as_deref().map(Into::into);
        let named = about.map(|variable| ("variable", variable.name().to_owned()));
        let values = values.into_iter().chain(named).chain(suggestion.map(|value| ("suggestion", value)));
        finding.values.extend(values.map(|(name, value)| (name, value.into())));
    }
}
