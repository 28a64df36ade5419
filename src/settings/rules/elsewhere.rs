//! A value that holds a secret of another variable.

use super::Subject;
use super::keys::is_shaped_as_id;
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::settings::Variable;
use crate::settings::strays::Strays;

/// A setting that holds another one's secret, unless a more specific finding exists.
pub fn elsewhere(subject: &Subject, strays: &Strays, known: &[Finding]) -> Option<Finding> {
    let is_reported = |code: Code| {
        known.iter().any(|finding| finding.code == code && finding.about == Some(subject.variable))
    };
    let whose = match subject.variable {
        Variable::Endpoint | Variable::BucketName | Variable::Region => strays.in_text(subject.raw()),
        // The same value in both places is an id instead of the secret, which has a rule of its own.
        Variable::AccessKeyId if is_shaped_as_id(subject.core()) => None,
        Variable::AccessKeyId => strays.in_key_id(subject.raw()),
        // No request has one of them in its URL.
        Variable::Enabled | Variable::SecretAccessKey | Variable::SessionToken => None,
    }?;
    let broken_id = subject.variable == Variable::AccessKeyId
        && known
            .iter()
            .any(|finding| finding.severity == Severity::Error && finding.about == Some(subject.variable));
    if is_reported(Code::ConfigPlaceholder) || broken_id {
        return None;
    }
    Some(
        subject
            .error(Code::ConfigSecretElsewhere)
            .because(format!(
                "{} contains part of the secret of {whose}, which is not shown",
                subject.named()
            ))
            .because("nothing was sent and no name was looked up with it"),
    )
}
