//! What makes boto3 fail before it sends anything: its own variables, and those of its files in the home folder; and what
//! has it address the bucket in another way.
//!
//! Each rule is one of botocore 1.44 (`configprovider.py`, `args.py`, `session.py`, `configloader.py`), found by running it.

mod buckets;
mod experimental;
mod files;
mod ini;
mod models;
mod profile;
mod rules;
mod several;
mod words;

use super::Variables;
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::worker::Worker;
use crate::settings::Settings;
use crate::settings::payload::Payload;
use crate::settings::sdk::Sdk;
use crate::settings::style::{Style, virtual_host};
use profile::{Entry, Profile};

/// Something on which boto3 fails, or by which it does what no check here can do.
pub struct Fault(Box<Finding>);

impl Fault {
    fn new(evidence: String) -> Self {
        Self(Box::new(Finding::error(Code::ConfigClientEnvironment).because(evidence)))
    }

    /// The same, where boto3 does not fail: it goes another way than the checks.
    fn unfollowed(self) -> Self {
        self.changed(|finding| Finding { code: Code::ConfigClientUnfollowed, ..finding })
    }

    fn changed(self, change: impl FnOnce(Finding) -> Finding) -> Self {
        Self(Box::new(change(*self.0)))
    }

    /// The value of a variable.
    fn in_variable(variable: &str, evidence: String) -> Self {
        Self::new(evidence).named_by(variable)
    }

    /// A line of a profile.
    fn of_entry(entry: &Entry, what: &str) -> Self {
        Self::in_file(&entry.place(), format!("{} {what}", entry.place()))
    }

    /// A line of a file.
    fn in_file(place: &str, evidence: String) -> Self {
        let told = |finding: Finding| named(finding.with("part", place), place);
        Self::new(evidence).changed(|finding| told(finding.under(Circumstance::InClientFile)))
    }

    /// The variable that is at fault, or that names the file.
    fn named_by(self, variable: &str) -> Self {
        self.changed(|finding| named(finding.under(Circumstance::InClientVariable), variable))
    }

    fn because(self, evidence: &str) -> Self {
        self.changed(|finding| finding.because(evidence))
    }
}

/// Names what is at fault, and what is wrong with it where the evidence says that.
fn named(finding: Finding, name: &str) -> Finding {
    let told = finding.evidence.first().and_then(|evidence| evidence.strip_prefix(name)?.strip_prefix(' '));
    let fault = told.map(str::to_owned);
    let finding = finding.with("variable", name);
    match fault {
        Some(fault) => finding.with_fault(fault),
        None => finding,
    }
}

/// The result of boto3's own files and variables.
#[derive(Default)]
pub struct Beside {
    /// The variables, completed by those of the profile in use.
    pub variables: Variables,
    /// What makes boto3 fail.
    pub findings: Vec<Finding>,
    /// Where boto3 puts the bucket's name.
    pub style: Style,
    /// The line that sets it.
    pub style_set: Option<String>,
    /// Whether boto3's signatures cover bodies.
    pub payload: Payload,
    /// The line that sets it.
    pub payload_set: Option<String>,
}

/// Reads boto3's files, for an application with these settings, as far as they are sound, and this boto3, if it is known.
pub fn complete(
    worker: &Worker,
    variables: &Variables,
    settings: Option<&Settings>,
    sdk: Option<&Sdk>,
) -> Beside {
    let (profile, mut faults) = match Profile::read(worker, variables) {
        Ok(profile) => (profile, Vec::new()),
        Err(faults) => (Profile::default(), faults),
    };
    let judged = rules::RULES.iter().filter(|rule| sdk.is_none_or(|sdk| !sdk.is_before(rule.since)));
    faults.extend(judged.filter_map(|rule| rule.refuses(variables, &profile)));
    faults.extend(several::faults(variables, &profile, settings, sdk));
    let is_tls = settings.is_some_and(|settings| settings.endpoint.is_tls());
    let takes_blank = !is_tls && sdk.is_some_and(|sdk| sdk.is_before(files::FIRST_WITHOUT_BLANKS));
    faults.extend(files::bundle(worker, variables, &profile, is_tls).filter(|_| !takes_blank));
    faults.extend(files::keys_of_tls(worker, variables));
    faults.extend(models::foreign(worker, variables, &profile));
    faults.extend(experimental::switched_on(variables, settings));
    faults.extend(settings.and_then(buckets::of_aws));
    let wanted = settings.and_then(|settings| several::wants_virtual_host(&profile, &settings.bucket));
    let style = style(wanted.as_ref(), settings).unwrap_or_else(|fault| {
        faults.push(fault);
        Style::default()
    });
    let mut completed = variables.clone();
    let set: Vec<_> = rules::RULES.iter().filter_map(|rule| rule.set_by(&profile)).collect();
    completed.add(set.iter().map(|(variable, value)| (*variable, value.as_str())));
    completed.add(profile.entry("ca_bundle").and_then(|entry| Some(("AWS_CA_BUNDLE", entry.text()?))));
    Beside {
        variables: completed,
        findings: faults.into_iter().map(|fault| *fault.0).collect(),
        style,
        style_set: wanted.map(|entry| entry.place()),
        payload: several::payload(&profile),
        payload_set: several::payload_entry(&profile).map(|entry| entry.place()),
    }
}

/// Where boto3 puts the bucket's name, which this line wants before the host's.
fn style(wanted: Option<&Entry>, settings: Option<&Settings>) -> Result<Style, Fault> {
    let (Some(entry), Some(settings)) = (wanted, settings) else { return Ok(Style::default()) };
    match virtual_host(settings) {
        None => Ok(Style::Path),
        Some(_) if settings.endpoint.path().is_empty() => Ok(Style::Host),
        Some(host) => {
            let what = format!("has boto3 send its requests to {host}, below the path of R2_ENDPOINT");
            Err(Fault::of_entry(entry, &what).unfollowed())
        }
    }
}

#[cfg(test)]
mod tests;
