//! Turns a run and its diagnosis into a [`Report`].

mod check;
mod measurements;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{
    Check, Cleanup, Experiment, Report, SCHEMA_VERSION, Setting, SettingSource, Target, TargetKind, Tool,
    Usage, Verdict, environment,
};
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::checks::check::CheckResult;
use crate::checks::runner::{self, Run};
use crate::diagnosis::experiment::Trial;
use crate::diagnosis::{Conclusion, Server};
use crate::settings::endpoint::Provider;
use crate::settings::way::ClientKind;
use crate::settings::{ShownSetting, ShownSettings, Source, Variable};

pub use check::{check, describe, milliseconds, timestamp};
use check::{experiment, timed, with_origin};
use verdict::{Words, exit_code, has_bug, rounds, summary, verdict};

/// What a report contains besides the run and its conclusion.
#[derive(Clone)]
pub struct Framing {
    /// Whether the embedded server was the target.
    pub demo: bool,
    /// The settings, as far as they may be shown.
    pub shown: ShownSettings,
    /// Where the run takes place.
    pub around: Arc<Surroundings>,
    /// Whose rules led to the server.
    pub client: ClientKind,
    /// What `--tag` added.
    pub tags: BTreeMap<String, String>,
}

impl Framing {
    /// What is checked, as far as the settings show it.
    pub fn target(&self) -> Target {
        target(&self.shown, self.demo)
    }
}

impl Report {
    /// The whole report of a finished run.
    pub fn of(run: &Run, conclusion: &Conclusion, framing: Framing) -> Self {
        let checks: Vec<Check> = run.results.iter().map(|result| checked(result, run, conclusion)).collect();
        let verdict = verdict(conclusion, &checks);
        // Under `--strict`, a run that fails for its warnings alone has the first of them to act on.
        let warning = || conclusion.first_warning().filter(|_| verdict == Verdict::Fail);
        let root_cause = conclusion.root_cause().or_else(|| warning().map(|finding| finding.code));
        let target = Target { server: server(run, &framing), ..framing.target() };
        let strict = conclusion.policy.strict;
        let deploy = strict || platform::is_railway(&framing.around) || platform::is_ci(&framing.around);
        let words = Words { strict, demo: framing.demo, deploy };
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            run_id: run.probe.run_id.to_string(),
            started_at: timestamp(run.started_at),
            duration_ms: milliseconds(duration(run, &conclusion.experiments)),
            verdict,
            exit_code: if has_bug(run) { 70 } else { exit_code(verdict, conclusion.ended_by) },
            summary: summary(run, conclusion, verdict, &checks, &target, words) + &rounds(run),
            root_cause: root_cause.map(|code| code.to_string()),
            environment: environment::observe(&framing.around, &framing.shown, framing.client, proxy(run)),
            target,
            tags: framing.tags,
            settings: framing.shown.rows.into_iter().map(setting).collect(),
            experiments: conclusion.experiments.iter().map(|trial| tried(trial, run)).collect(),
            cleanup: cleanup(run),
            usage: usage(run, &conclusion.experiments),
            measurements: run.rounds.as_ref().map(measurements::of),
            checks,
        }
    }
}

/// How long a run took, its experiments included.
fn duration(run: &Run, trials: &[Trial]) -> Duration {
    let end = |trial: &Trial| trial.started.saturating_duration_since(run.began) + trial.duration;
    trials.iter().map(end).fold(run.duration, Duration::max)
}

fn checked(result: &CheckResult, run: &Run, conclusion: &Conclusion) -> Check {
    let check = check(result, &conclusion.findings[result.id]);
    let mut check = with_origin(check, conclusion.origin(result.id));
    timed(&mut check.requests, result.exchanges(), run.began);
    check.started_ms =
        result.started.map(|started| milliseconds(started.saturating_duration_since(run.began)));
    check
}

fn tried(trial: &Trial, run: &Run) -> Experiment {
    let mut experiment = experiment(trial, run.began);
    timed(&mut experiment.requests, trial.exchanges.iter(), run.began);
    experiment
}

/// What is checked, as far as the settings show it.
pub fn target(shown: &ShownSettings, demo: bool) -> Target {
    let Some(place) = &shown.place else { return faulty_target(shown, demo) };
    let (kind, account_id, jurisdiction) = match place.endpoint.provider() {
        Provider::R2 { account_id, jurisdiction } => {
            (TargetKind::R2, Some(account_id.clone()), Some(jurisdiction.as_str().to_owned()))
        }
        Provider::Other if demo => (TargetKind::Demo, None, None),
        Provider::Other => (TargetKind::S3, None, None),
    };
    Target {
        kind: Some(kind),
        server: None,
        endpoint: Some(place.endpoint.as_str().to_owned()),
        account_id,
        jurisdiction,
        bucket: Some(place.bucket.clone()),
        region: Some(place.region.clone()),
    }
}

/// The server's name, as far as its host or its responses show it.
fn server(run: &Run, framing: &Framing) -> Option<String> {
    let place = framing.shown.place.as_ref().filter(|_| !framing.demo)?;
    let answers = run.results.iter().flat_map(CheckResult::answers);
    Server::at(&place.endpoint, answers, false).known_name().map(str::to_owned)
}

/// The target in faulty settings: their values as they stand, as far as they may be shown.
fn faulty_target(shown: &ShownSettings, demo: bool) -> Target {
    Target {
        kind: demo.then_some(TargetKind::Demo),
        endpoint: shown.value(Variable::Endpoint),
        bucket: shown.value(Variable::BucketName),
        region: shown.value(Variable::Region),
        ..Target::default()
    }
}

fn proxy(run: &Run) -> Option<String> {
    let facts =
        run.results.iter().flat_map(|result| &result.connections).find_map(|facts| facts.proxy.as_ref())?;
    Some(format!("{} ({})", facts.address, facts.variable))
}

fn setting(setting: ShownSetting) -> Setting {
    Setting {
        name: setting.variable.name().to_owned(),
        source: match setting.source {
            Source::Environment => SettingSource::Environment,
            Source::EnvFile => SettingSource::EnvFile,
            Source::Default => SettingSource::Default,
            Source::Missing => SettingSource::Missing,
        },
        value: setting.value,
        length: setting.length,
        fingerprint: setting.fingerprint,
    }
}

fn cleanup(run: &Run) -> Cleanup {
    let keys = |happened: fn(runner::Cleanup) -> bool| {
        let first = happened(run.cleanup).then(|| run.probe.key.clone());
        let second = run.second.filter(|second| happened(*second)).map(|_| run.probe.plain_key.clone());
        first.into_iter().chain(second).collect()
    };
    Cleanup {
        created: keys(|object| object.created),
        deleted: keys(|object| object.deleted && (object.created || object.maybe_created)),
        verified_gone: keys(|object| object.verified_gone),
        leftover: keys(runner::Cleanup::leftover),
    }
}

/// Counts the requests that got a response, those of experiments and of all rounds included.
fn usage(run: &Run, trials: &[Trial]) -> Usage {
    let mut billed = run.rounds.as_ref().map(|rounds| rounds.besides).unwrap_or_default();
    let tried = trials.iter().flat_map(|trial| &trial.exchanges);
    run.results
        .iter()
        .flat_map(CheckResult::exchanges)
        .chain(tried)
        .for_each(|exchange| billed.count(exchange));
    Usage { class_a: billed.class_a, class_b: billed.class_b, free: billed.free }
}
