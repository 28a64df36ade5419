//! Two reports side by side: what differs between them, and which difference explains that one fails and the other does
//! not. A pure function of the two.

mod difference;
mod explanation;
pub mod text;

use std::fmt;

use serde::Serialize;

use super::{Report, Status, TargetKind, Verdict};
use crate::checks::check::CheckId;
pub use difference::Difference;

/// Two reports compared.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The first report.
    pub a: Side,
    /// The second.
    pub b: Side,
    /// Whether both have the same verdict about the same bucket.
    pub equal: bool,
    /// Why the two cannot be compared, if so.
    pub obstacle: Option<String>,
    /// What differs.
    pub differences: Vec<Difference>,
    /// The first check whose outcome differs.
    pub first_check: Option<CheckPair>,
    /// How long each phase took.
    pub timings: Vec<Timing>,
    /// One sentence: which difference explains the failure, or that none does.
    pub explanation: String,
}

/// One of the reports, in short.
#[derive(Debug, Serialize)]
pub struct Side {
    /// The run.
    pub run_id: String,
    /// When it began.
    pub started_at: String,
    /// Where it took place, in a few words.
    pub place: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The code to act on first.
    pub root_cause: Option<String>,
}

/// A check of both reports.
#[derive(Debug, Serialize)]
pub struct CheckPair {
    /// Its name.
    pub name: String,
    /// Its outcome in the first report, and in the second.
    pub a: Status,
    /// The same in the second.
    pub b: Status,
    /// The detail worth reading in the first.
    pub a_detail: String,
    /// The same in the second.
    pub b_detail: String,
}

/// How long something took, where it was measured.
#[derive(Debug, Serialize)]
pub struct Timing {
    /// What.
    pub name: String,
    /// In the first report, in milliseconds.
    pub a_ms: Option<f64>,
    /// In the second.
    pub b_ms: Option<f64>,
}

impl Comparison {
    /// Compares two reports.
    pub fn of(a: &Report, b: &Report) -> Self {
        let differences = difference::all(a, b);
        let obstacle = obstacle(a, b);
        Self {
            equal: a.verdict == b.verdict && obstacle.is_none(),
            explanation: explanation::of(a, b, &differences, obstacle.as_ref()),
            a: side(a),
            b: side(b),
            obstacle: obstacle.map(|obstacle| obstacle.to_string()),
            differences,
            first_check: first_check(a, b),
            timings: timings(a, b),
        }
    }
}

fn side(report: &Report) -> Side {
    Side {
        run_id: report.run_id.clone(),
        started_at: report.started_at.clone(),
        place: place(report),
        verdict: report.verdict,
        root_cause: report.root_cause.clone(),
    }
}

/// Where a run took place, in a few words.
fn place(report: &Report) -> String {
    let environment = &report.environment;
    let machine = format!("{} {}", environment.os, environment.arch);
    match &environment.railway {
        Some(railway) => {
            let names = [&railway.service, &railway.environment, &railway.region];
            let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
            format!("Railway {}", names.join(" / ")).trim_end().to_owned()
        }
        None if environment.container => format!("{machine}, in a container"),
        None => machine,
    }
}

/// Why two reports cannot be compared: they are about different things.
enum Obstacle {
    /// One of them is about the embedded server.
    Demo,
    /// Two buckets, or two accounts.
    Two {
        /// Of what there are two.
        what: &'static str,
        /// The name in the first report.
        a: String,
        /// The name in the second.
        b: String,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => {
                formatter.write_str("one report is of the demo, and says nothing about any other bucket")
            }
            Self::Two { what, a, b } => {
                write!(formatter, "the reports are about two {what}: A about `{a}`, B about `{b}`")
            }
        }
    }
}

fn obstacle(a: &Report, b: &Report) -> Option<Obstacle> {
    let is_demo = |report: &Report| report.target.kind == Some(TargetKind::Demo);
    if is_demo(a) != is_demo(b) {
        return Some(Obstacle::Demo);
    }
    let two = |what: &'static str, a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) if a != b => Some(Obstacle::Two { what, a: a.clone(), b: b.clone() }),
        (Some(_) | None, _) => None,
    };
    two("buckets", &a.target.bucket, &b.target.bucket)
        .or_else(|| two("R2 accounts", &a.target.account_id, &b.target.account_id))
}

fn first_check(a: &Report, b: &Report) -> Option<CheckPair> {
    a.checks.iter().find_map(|check| {
        let other = b.checks.iter().find(|other| other.name == check.name)?;
        (check.status != other.status).then(|| CheckPair {
            name: check.name.clone(),
            a: check.status,
            b: other.status,
            a_detail: check.detail.clone(),
            b_detail: other.detail.clone(),
        })
    })
}

/// The phases of the connection, the checks that took place, and the whole run.
fn timings(a: &Report, b: &Report) -> Vec<Timing> {
    let timing = |name: &str, of: &dyn Fn(&Report) -> Option<f64>| Timing {
        name: name.to_owned(),
        a_ms: of(a),
        b_ms: of(b),
    };
    let phases = |report: &Report| connection(report).map(|check| check.phases.clone()).unwrap_or_default();
    let mut timings = vec![
        timing("dns", &|report| phases(report).dns_ms),
        timing("tcp", &|report| phases(report).tcp_ms),
        timing("proxy", &|report| phases(report).proxy_ms),
        timing("tls", &|report| phases(report).tls_ms),
        timing("http", &|report| phases(report).http_ms),
    ];
    timings.extend(CheckId::ALL.iter().map(|id| timing(id.name(), &|report| took(report, id.name()))));
    timings.push(timing("all", &|report| Some(report.duration_ms)));
    timings.retain(|timing| timing.a_ms.is_some() || timing.b_ms.is_some());
    timings
}

fn took(report: &Report, name: &str) -> Option<f64> {
    let check = report.checks.iter().find(|check| check.name == name)?;
    (check.status != Status::Skip).then_some(check.duration_ms)
}

/// The check that opened the first connection.
fn connection(report: &Report) -> Option<&super::Check> {
    let opened = |check: &&super::Check| check.phases.tcp_ms.is_some() || check.phases.address.is_some();
    report.checks.iter().find(opened)
}
