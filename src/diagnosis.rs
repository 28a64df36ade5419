//! From facts to causes: pure functions over the results of the checks. Knows no terminal and no format.
//!
//! A single result is judged by [`of_check`] as soon as it is there; [`joint`] refines these findings once all six
//! results are known, and names the one to act on first.

mod answer;
pub mod catalogue;
mod claim;
mod clock;
pub mod cloudflare;
mod conclusion;
pub mod experiment;
mod here;
pub mod joint;
mod page;
mod policy;
mod remarks;
mod server;
mod together;
mod transport;
pub mod vocabulary;

pub use answer::in_short;
pub use conclusion::{Conclusion, conclude};
pub use here::Here;
pub use policy::Policy;
pub use server::Server;
pub use transport::doing;

use std::time::Duration;

use crate::base::finding::{Finding, Severity};
use crate::base::text::list;
use crate::checks::check::{CheckResult, Fault, Outcome, connect};
use crate::client::exchange::Answer;
use crate::client::storage::Call;
use crate::client::storage::answer::Document;
use crate::settings::Settings;
use crate::settings::endpoint::Provider;

/// What a finding may need to know of the run besides the facts of its check.
pub struct Context<'a> {
    /// What the user has decided about findings.
    pub policy: &'a Policy,
    /// What is known of the place.
    pub here: &'a Here,
    /// The settings, unless they were faulty.
    pub settings: Option<&'a Settings>,
    /// Whether the server plays R2, as the demo's does.
    pub plays_r2: bool,
    /// The probe object's key.
    pub key: &'a str,
    /// What the keys of all runs begin with.
    pub prefix: &'a str,
    /// The limit of one request.
    pub timeout: Duration,
    /// The limit of the run.
    pub deadline: Duration,
}

impl Context<'_> {
    /// Who answers, with the answers that are at hand.
    fn server<'b>(&self, answers: impl IntoIterator<Item = &'b Answer>) -> Option<Server<'_>> {
        self.settings.map(|settings| Server::at(&settings.endpoint, answers, self.plays_r2))
    }

    /// Fills the placeholders that any text may use.
    fn fill<'b>(&self, mut finding: Finding, answers: impl IntoIterator<Item = &'b Answer>) -> Finding {
        let server = self.server(answers);
        finding.on_r2 |= server.map_or(self.plays_r2, |server| server.is_r2());
        let on_r2 = finding.on_r2;
        finding.circumstances.extend(&self.here.circumstances);
        let about = finding.variables();
        let names: Vec<&str> = about.iter().map(|variable| variable.name()).collect();
        let (is, s) = if names.len() > 1 { ("are", "") } else { ("is", "s") };
        let them = if names.len() > 1 { "them".to_owned() } else { list(&names) };
        let place = self.here.places.of_variables(&about);
        let fillings = [("where", place), ("is", is.to_owned()), ("s", s.to_owned()), ("them", them)];
        finding.values.extend(fillings.map(|(name, value)| (name, value.into())));
        if names.len() > 1 {
            finding.values.insert("variable", list(&names).into());
        }
        let mut set = |name: &'static str, value: String| {
            finding.values.entry(name).or_insert_with(|| value.into());
        };
        self.here.fillings().for_each(|(name, value)| set(name, value));
        set("key", self.key.to_owned());
        set("prefix", self.prefix.to_owned());
        set("timeout", seconds(self.timeout));
        set("deadline", seconds(self.deadline));
        set("server", server.map_or_else(|| "the server".to_owned(), |server| server.name()));
        // A region may be refused before a server has named another.
        set("expected", "the server's region".to_owned());
        set("any_more", String::new());
        let place = if on_r2 { "jurisdiction" } else { "region" };
        set(
            "absence",
            format!("The name is wrong, the bucket was deleted, or it is in another account or {place}"),
        );
        if let Some(settings) = self.settings {
            finding.circumstances.extend(settings.endpoint.circumstance());
            set("bucket", settings.bucket.clone());
            set("region", settings.region.clone());
            set("endpoint", settings.endpoint.as_str().to_owned());
            set("host", settings.endpoint.host().to_owned());
            set("port", settings.endpoint.port().to_string());
            if let Provider::R2 { account_id, jurisdiction } = settings.endpoint.provider() {
                set("account", account_id.clone());
                set("jurisdiction", jurisdiction.as_str().to_owned());
            }
        }
        here::with_places(finding, &self.here.places)
    }
}

/// What one check's facts tell by themselves: why it failed, and what is odd about it.
pub fn of_check(result: &CheckResult, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = together::together(result.findings.clone());
    findings.extend(cause(result, context));
    findings.extend(remarks::of_check(result));
    let fill =
        |finding| context.fill(here::with_connection_facts(finding, &result.connections), result.answers());
    findings.into_iter().map(|finding| context.policy.apply(fill(finding), result)).collect()
}

/// The finding that a failed check stands for; `config` names its own.
fn cause(result: &CheckResult, context: &Context<'_>) -> Option<Finding> {
    let Outcome::Failed(fault) = &result.outcome else { return None };
    let call = result.main_call();
    let answered = call.and_then(Call::answer);
    let finding = match fault {
        Fault::Settings => None,
        Fault::Unusable(reason) => Some(claim::unusable(reason)),
        Fault::Refused | Fault::KeyTaken(_) => call?.last().map(|exchange| match &exchange.outcome {
            Ok(answer) => answer::refusal(exchange, answer, context),
            Err(error) => transport::broken(exchange.operation, error, context),
        }),
        Fault::HeadBucket => result.calls.last()?.last().map(|exchange| {
            let finding = match &exchange.outcome {
                Ok(answer) => answer::refusal(exchange, answer, context),
                Err(error) => transport::broken(exchange.operation, error, context),
            };
            finding.because("the listing right before it was granted")
        }),
        Fault::NotS3(found) => Some(answer::not_s3(call?.last()?.operation, answered?, found, context)),
        Fault::DeletionUnverified => Some(claim::deletion_unverified(result)),
        Fault::Content(_) | Fault::ContentType { .. } | Fault::Mismatch(_) | Fault::DownloadedEtag { .. } => {
            let finding = claim::broken(fault).with("operation", call?.last()?.operation.name());
            Some(answered.map_or(finding.clone(), |answer| answer::with_sender(finding, answer)))
        }
        Fault::SdkForm => Some(claim::sdk_form(result)),
        Fault::UnsignedPayload => Some(claim::unsigned_payload(result)),
        Fault::Framed { .. }
        | Fault::Etag { .. }
        | Fault::NotListed { .. }
        | Fault::ListedSize { .. }
        | Fault::ListedEtag { .. }
        | Fault::Stopped(_)
        | Fault::Bug(_)
        | Fault::StillThere
        | Fault::StillListed => Some(claim::broken(fault)),
        Fault::NotOurs => Some(claim::not_ours(call, context)),
    };
    let finding = finding?.with("check", result.id.name());
    let finding = transport::through_proxy(claim::with_owner(finding, fault), result);
    Some(claim::with_clean_up(remarks::with_attempts(finding, result), result))
}

/// What a failed check has to say in a few words, for its own line.
pub fn headline(result: &CheckResult, findings: &[Finding]) -> String {
    match &result.outcome {
        Outcome::Passed { detail } => connect::refused_bucket(result)
            .filter(|_| findings.iter().any(|finding| finding.severity == Severity::Error))
            .map_or_else(|| detail.clone(), |answer| format!("HeadBucket: {}", answer::in_short(answer))),
        Outcome::Skipped { because } => format!("skipped because of {}", because.name()),
        Outcome::Failed(Fault::Settings) => problems(findings),
        Outcome::Failed(Fault::Refused | Fault::KeyTaken(_)) => last_outcome(result),
        Outcome::Failed(Fault::HeadBucket) => {
            format!(
                "HeadBucket: {}",
                result.calls.last().and_then(Call::last).map_or_else(String::new, answer::outcome)
            )
        }
        Outcome::Failed(Fault::NotS3(Document::Malformed(_))) => {
            format!("{}, but the response is damaged", last_outcome(result))
        }
        Outcome::Failed(Fault::NotS3(_)) => format!("{}, but not from S3", last_outcome(result)),
        Outcome::Failed(fault) => claim::in_short(fault),
    }
}

fn last_outcome(result: &CheckResult) -> String {
    let last = result.main_call().and_then(Call::last);
    last.map_or_else(String::new, answer::outcome)
}

fn problems(findings: &[Finding]) -> String {
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    match errors.as_slice() {
        [] => String::new(),
        [only] => catalogue::headline(only),
        [first, others @ ..] => format!("{}, and {} more", catalogue::headline(first), others.len()),
    }
}

/// A duration as a person writes it on the command line.
fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if duration.subsec_nanos() == 0 { format!("{seconds:.0} s") } else { format!("{seconds} s") }
}
