//! Variables that are not set, or set to nothing.

use super::loaders::dead_reference;
use super::near_miss::{is_file_of, near_misses};
use super::origin::hides_value;
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::Disclosure;
use crate::settings::lists::other_names;
use crate::settings::{Raw, Setting, Source, Variable};

/// A required variable without a value. If the env file is broken, only that is reported.
pub fn missing(setting: &Setting, raw: &Raw, disclosure: &Disclosure) -> Option<Finding> {
    if !setting.variable.is_needed() || setting.length().is_some_and(|length| length > 0) {
        return None;
    }
    if setting.source == Source::Missing && raw.file.explains(setting.variable) {
        return None;
    }
    let mut finding = error(setting.variable).because(what(setting, raw));
    if setting.source != Source::Missing {
        finding = finding.with_fault("is empty");
    }
    if let Some((entry, name)) = dead_reference(setting, raw, disclosure) {
        let file = raw.file.name();
        let (says, name) = match name {
            Some(name) => (format!("{name}, which is not set"), name),
            // The name may be part of the secret.
            None => ("a variable that is not set".to_owned(), "the variable that it refers to".to_owned()),
        };
        finding = finding
            .because(format!("line {} of {file} refers to {says}", entry.line))
            .under(Circumstance::DeadReference)
            .with("reference", name)
            .with("line", entry.line.to_string())
            .with("env_file", file);
    }
    if hides_value(setting, raw) {
        let file = raw.file.name();
        finding = finding
            .because(format!("{file} has a value for it, but the environment wins, even with an empty value"))
            .under(Circumstance::HidesValue)
            .with("env_file", file);
    }
    if let Some(line) = raw.file.bare.get(&setting.variable).filter(|_| setting.source == Source::Missing) {
        let (name, file) = (setting.variable.name(), raw.file.name());
        finding = finding.because(format!("{name} is on line {line} of {file}, without `=`"));
    }
    for (name, place) in files(setting.variable, raw) {
        let own = setting.variable.name();
        finding = finding
            .because(format!("{name} in {place} names a file, and the application reads {own} only"))
            .under(Circumstance::FileVariable)
            .with("command", format!("export {own}=\"$(cat \"${name}\")\""));
    }
    for (name, place) in near_misses(raw.other_names(), setting.variable) {
        finding = finding.because(format!(
            "{name} is set in {place}, but the application reads {}",
            setting.variable.name()
        ));
        if holds_the_same(&name, setting.variable) {
            let assignment = format!("{}=\"${name}\"", setting.variable.name());
            finding = finding
                .under(Circumstance::OtherNames)
                .under(Circumstance::AllOtherNames)
                .with("other", name)
                .with("assignments", assignment);
        }
    }
    Some(finding)
}

/// The variables that name a file with the value of a missing one.
fn files(variable: Variable, raw: &Raw) -> Vec<(&str, String)> {
    let mut found: Vec<_> = raw.other_names().filter(|(name, _)| is_file_of(name, variable)).collect();
    found.sort();
    found.dedup();
    found
}

/// Whether another application uses this name for the same value. An account id is only a part of an endpoint.
fn holds_the_same(name: &str, variable: Variable) -> bool {
    other_names(variable).contains(&name) && !name.ends_with("ACCOUNT_ID") && !name.ends_with("HOST")
}

/// An empty session token. boto3 ignores it (`botocore.auth.SigV4Auth.add_auth` tests whether it is
/// true), and so does this program.
pub fn empty_session_token(setting: &Setting, raw: &Raw) -> Option<Finding> {
    let empty = setting.variable == Variable::SessionToken && setting.length() == Some(0);
    empty.then(|| {
        Finding::note(Code::ConfigEmpty)
            .about(setting.variable)
            .with("length", "0")
            .because(what(setting, raw))
            .because(
                "R2_SESSION_TOKEN is only for temporary credentials, and boto3 sends none if it is empty",
            )
    })
}

fn error(variable: Variable) -> Finding {
    let finding = Finding::error(Code::ConfigMissing).about(variable).with("length", "0");
    match variable {
        Variable::Enabled => finding.suggesting("true"),
        Variable::Endpoint
        | Variable::AccessKeyId
        | Variable::SecretAccessKey
        | Variable::SessionToken
        | Variable::BucketName
        | Variable::Region => finding,
    }
}

fn what(setting: &Setting, raw: &Raw) -> String {
    let name = setting.variable.name();
    match (setting.source, raw.file.shown.as_deref()) {
        (Source::Environment, _) => format!("{name} (from the environment) is empty"),
        (Source::EnvFile, _) => format!("{name} (from {}) is empty", raw.file.name()),
        (Source::Default | Source::Missing, Some(file)) => {
            format!("not set in the environment, and not in {file}")
        }
        (Source::Default | Source::Missing, None) if raw.file.wanted => {
            "not set in the environment, and there is no .env in this folder or above it".to_owned()
        }
        (Source::Default | Source::Missing, None) => {
            "not set in the environment, and no env file is read".to_owned()
        }
    }
}
