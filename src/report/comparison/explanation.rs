//! Which difference explains that one report fails and the other does not.

use super::Obstacle;
use super::difference::{Difference, Topic};
use crate::base::finding::Severity;
use crate::base::variable::Variable;
use crate::report::{Finding, Report, Verdict};

use Topic::{
    Address, Certificate, Client, Clock, EnvFile, OtherSetting, Place, Protocol, Proxy, Sdk, Setting, Source,
    Target, Tool,
};
use Variable::{AccessKeyId, BucketName, Enabled, Endpoint, Region, SecretAccessKey, SessionToken};

/// The differences that may explain a root cause, the likeliest first: for a code, or for an area. The first row
/// that fits counts.
const EXPLAINS: [(&str, &[Topic]); 16] = [
    ("auth.clock-skew", &[Clock]),
    ("auth.expired", &[Setting(SessionToken), Setting(AccessKeyId), Clock]),
    (
        "auth",
        &[
            Setting(SecretAccessKey),
            Setting(AccessKeyId),
            Setting(SessionToken),
            Setting(Endpoint),
            Setting(Region),
            Clock,
            Proxy,
            Sdk,
        ],
    ),
    ("permission", &[Setting(AccessKeyId), Setting(SecretAccessKey), Setting(BucketName), Setting(Endpoint)]),
    ("account", &[Setting(Endpoint), Setting(AccessKeyId)]),
    ("bucket", &[Setting(BucketName), Setting(Endpoint), Target, Setting(AccessKeyId)]),
    ("proxy", &[Proxy, Client]),
    ("tls.expired", &[Clock, Certificate, Proxy, Setting(Endpoint)]),
    ("tls.not-yet-valid", &[Clock, Certificate, Proxy, Setting(Endpoint)]),
    ("tls", &[Setting(Endpoint), Client, Proxy, Certificate, Protocol]),
    ("network", &[Setting(Endpoint), Target, Proxy, Client]),
    ("http", &[Setting(Endpoint), Target, Proxy, Client]),
    ("integrity", &[Sdk, Setting(Endpoint), Proxy]),
    ("service", &[Sdk, Setting(Endpoint), Target]),
    ("cleanup", &[Setting(AccessKeyId), Setting(BucketName)]),
    (
        "config",
        &[
            Setting(Enabled),
            Setting(Endpoint),
            Setting(AccessKeyId),
            Setting(SecretAccessKey),
            Setting(SessionToken),
            Setting(BucketName),
            Setting(Region),
            OtherSetting,
            Source,
            EnvFile,
            Client,
        ],
    ),
];

/// The differences that may explain anything, where nothing fits better.
const LIKELY: [Topic; 7] = [Proxy, Client, Sdk, Clock, Certificate, Address, Target];

/// One sentence on what explains the two verdicts.
pub fn of(a: &Report, b: &Report, differences: &[Difference], obstacle: Option<&Obstacle>) -> String {
    match (outcome(a.verdict), outcome(b.verdict)) {
        (Outcome::Unknown, _) | (_, Outcome::Unknown) => {
            "A run that was interrupted says nothing, so there is nothing to explain.".to_owned()
        }
        (Outcome::Passes, Outcome::Passes) => both_pass(a, b),
        (Outcome::Fails, Outcome::Fails) if a.root_cause == b.root_cause => {
            format!("Both fail with the same root cause, {}.", code(a))
        }
        (Outcome::Fails, Outcome::Fails) => {
            format!("Both fail, and not with the same root cause: A with {}, B with {}.", code(a), code(b))
        }
        (Outcome::Fails, Outcome::Passes) => one_fails(a, "A", "B", differences, obstacle),
        (Outcome::Passes, Outcome::Fails) => one_fails(b, "B", "A", differences, obstacle),
    }
}

#[derive(Clone, Copy)]
enum Outcome {
    Passes,
    Fails,
    Unknown,
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass | Verdict::Warn => Outcome::Passes,
        Verdict::Fail => Outcome::Fails,
        Verdict::Interrupted => Outcome::Unknown,
    }
}

fn code(report: &Report) -> &str {
    report.root_cause.as_deref().unwrap_or("a cause that is not known")
}

/// Both pass, and which of them with which warning.
fn both_pass(a: &Report, b: &Report) -> String {
    let warning = |report: &Report| {
        let found = report.checks.iter().flat_map(|check| &check.findings);
        let code =
            found.filter(|finding| finding.severity == Severity::Warning).map(|finding| &finding.code).next();
        format!("with a warning ({})", code.map_or("which is not known", String::as_str))
    };
    match [a, b].map(|report| report.verdict == Verdict::Warn) {
        [true, true] => format!("Both pass, A {}, B {}.", warning(a), warning(b)),
        [true, false] => format!("Both pass, and only A {}.", warning(a)),
        [false, true] => format!("Both pass, and only B {}.", warning(b)),
        [false, false] => "Both pass.".to_owned(),
    }
}

fn one_fails(
    failing: &Report,
    fails: &str,
    passes: &str,
    differences: &[Difference],
    obstacle: Option<&Obstacle>,
) -> String {
    let start = format!("{fails} fails with {}, and {passes} does not", code(failing));
    let shown = |found: &Difference| format!("{} (A: {}; B: {})", found.name, found.a, found.b);
    if let Some(obstacle) = obstacle {
        // The wrong name may be the very reason; all else of two buckets may differ rightly.
        return match explaining(failing, differences).filter(|found| counts(failing, found.topic, obstacle)) {
            Some(found) => format!("{start}: that is explained by {}.", shown(found)),
            None => format!("{start}, which explains nothing: they are about different things."),
        };
    }
    match (explaining(failing, differences), likely(differences)) {
        (Some(found), _) => format!("{start}: that is explained by {}.", shown(found)),
        (None, Some(found)) => {
            format!("{start}: nothing that differs explains that by itself; look first at {}.", shown(found))
        }
        (None, None)
            if differences.iter().all(|found| matches!(found.topic, Place | Tool | EnvFile | Source)) =>
        {
            format!(
                "{start}, although settings, client rules and the way to the server are the same: it is down to the \
                     moment or to the network of {fails}."
            )
        }
        (None, None) => format!("{start}; none of the differences explains that."),
    }
}

/// Whether a difference explains something although the reports are about two buckets: it is about which bucket is meant,
/// or the failure is one of the settings alone.
fn counts(failing: &Report, topic: Topic, obstacle: &Obstacle) -> bool {
    match obstacle {
        Obstacle::Demo => false,
        Obstacle::Two { .. } => {
            let of_settings = failing.root_cause.as_deref().is_some_and(|code| code.starts_with("config."));
            of_settings || matches!(topic, Setting(BucketName | Endpoint) | Target)
        }
    }
}

/// The difference that the failing report's root cause is about: the one variable that its finding names, or else what such
/// a cause comes from, the likeliest first.
fn explaining<'a>(failing: &Report, differences: &'a [Difference]) -> Option<&'a Difference> {
    let root = failing.root_cause.as_deref()?;
    let finding =
        failing.checks.iter().flat_map(|check| &check.findings).find(|finding| finding.code == root);
    let topics = topics(root);
    let is_named = |found: &&Difference| {
        let variable = matches!(found.topic, Setting(_) | OtherSetting) && topics.contains(&found.topic);
        variable && finding.is_some_and(|finding| names(finding, &found.name))
    };
    let named: Vec<&Difference> = differences.iter().filter(is_named).collect();
    match named.as_slice() {
        [only] => Some(only),
        _ => topics.iter().find_map(|topic| differences.iter().find(|found| found.topic == *topic)),
    }
}

fn topics(root: &str) -> &'static [Topic] {
    let area = root.split('.').next().unwrap_or_default();
    let fits = |(what, _): &&(&str, _)| *what == root || *what == area;
    EXPLAINS.iter().find(fits).map_or(&[], |(_, topics)| topics)
}

fn likely(differences: &[Difference]) -> Option<&Difference> {
    let of_topic = |topic: &Topic| differences.iter().find(|found| found.topic == *topic);
    LIKELY
        .iter()
        .find_map(of_topic)
        .or_else(|| differences.iter().find(|found| matches!(found.topic, Setting(_))))
}

/// Whether a finding is about a variable: its evidence comes first, because fixes name others too.
fn names(finding: &Finding, variable: &str) -> bool {
    let texts = finding.evidence.iter().chain([&finding.title, &finding.cause]);
    texts.into_iter().any(|text| text.contains(variable))
}
