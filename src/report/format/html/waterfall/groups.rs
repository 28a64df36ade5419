//! What the picture shows of a run: its checks and its experiments, with when they and their requests began.

use crate::report::format::facts;
use crate::report::text::duration;
use crate::report::{Check, Report, Request, Status};

/// A check, or all experiments, with when it began and when its requests did.
pub struct Group<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is said beside it.
    pub note: String,
    /// Whether it took place.
    pub runs: bool,
    /// When it began, in milliseconds from the beginning of the run.
    pub at: f64,
    /// How long it took.
    pub time: f64,
    /// Its requests, each with when it began.
    pub requests: Vec<(f64, &'a Request)>,
}

/// The checks, then all experiments.
pub fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut at = 0.0;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for check in &report.checks {
        at = check.started_ms.unwrap_or(at).max(0.0);
        groups.push(Group {
            name: &check.name,
            note: note(check),
            runs: check.status != Status::Skip,
            at,
            time: check.duration_ms,
            requests: placed(check.requests.iter(), at),
        });
        at += check.duration_ms;
    }
    groups.extend(experiments(report, at));
    groups
}

/// All experiments, with those that sent no request.
fn experiments(report: &Report, mut at: f64) -> Option<Group<'_>> {
    let mut spans = Vec::new();
    for experiment in &report.experiments {
        let first = experiment.requests.first().and_then(|request| request.started_ms);
        at = experiment.started_ms.or(first).unwrap_or(at).max(0.0);
        spans.push((at, at + experiment.duration_ms));
        at += experiment.duration_ms;
    }
    let &(at, _) = spans.first()?;
    let until = spans.iter().fold(at, |until, (_, end)| until.max(*end));
    Some(Group {
        name: "experiments",
        note: duration(until - at),
        runs: true,
        at,
        time: until - at,
        requests: placed(report.experiments.iter().flat_map(|experiment| &experiment.requests), at),
    })
}

/// When the picture begins and ends: with the run, or with the one of several rounds that the report has.
pub fn window(report: &Report, groups: &[Group<'_>]) -> (f64, f64) {
    let ends = groups.iter().filter(|group| group.runs).flat_map(|group| {
        let requests = group.requests.iter().map(|(at, request)| at + request.duration_ms);
        requests.chain([group.at + group.time])
    });
    if report.measurements.is_none() {
        return (0.0, ends.fold(report.duration_ms, f64::max));
    }
    let remote = groups.iter().filter(|group| group.runs && !group.requests.is_empty());
    let from = remote.map(|group| group.at).reduce(f64::min).unwrap_or_default();
    (from, ends.fold(from, f64::max))
}

fn note(check: &Check) -> String {
    match check.status {
        Status::Skip => "skipped".to_owned(),
        Status::Fail if facts::was_interrupted(check) => {
            format!("{}, interrupted", duration(check.duration_ms))
        }
        Status::Fail => format!("{}, failed", duration(check.duration_ms)),
        Status::Pass | Status::Warn => duration(check.duration_ms),
    }
}

/// When each request began; those of older reports, which do not contain it, one after the other.
fn placed<'a>(requests: impl Iterator<Item = &'a Request>, mut next: f64) -> Vec<(f64, &'a Request)> {
    requests
        .map(|request| {
            let at = request.started_ms.unwrap_or(next).max(0.0);
            next = at + request.duration_ms;
            (at, request)
        })
        .collect()
}
