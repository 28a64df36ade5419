//! One finding for all extra text around a value.

use super::{Subject, listed};
use crate::base::code::Code;
use crate::base::finding::{Finding, Kind};
use crate::base::text::{counted, list};
use crate::settings::Variable;
use crate::settings::disclosure::Disclosure;
use crate::settings::extra::{Layer, Peeled, Sort};

/// A value that is well-formed without its extra text.
pub fn extra(subject: &Subject, disclosure: &Disclosure) -> Option<Finding> {
    let peeled = subject.extra().filter(|peeled| peeled.has_own_finding())?;
    // A switch that is off stays off without its comment.
    if !peeled.sound && subject.variable == Variable::Enabled {
        return None;
    }
    let length = counted(subject.raw().chars().count(), "character");
    let places: Vec<String> = peeled.layers.iter().map(|layer| layer.seen.clone()).collect();
    let remains = remains(subject.variable, peeled);
    let evidence = format!("{} has {length}; it {}", subject.named(), listed(&places));
    let finding = subject
        .error(code(peeled))
        .because(format!("{evidence}; {remains}"))
        .of_kind(Kind::Extra(names(peeled).into()));
    let finding = match peeled.layers.iter().find(|layer| layer.sort == Sort::Scheme) {
        Some(scheme) if code(peeled) == Code::ConfigEndpointScheme => {
            finding.with_fault(scheme.seen.as_str())
        }
        Some(_) | None => finding,
    };
    Some(subject.suggest(finding, peeled.value.expose(), disclosure))
}

fn remains(variable: Variable, peeled: &Peeled) -> String {
    let length = counted(peeled.value.expose().chars().count(), "character");
    if variable == Variable::Enabled {
        "`true` remains".to_owned()
    } else if peeled.sound {
        format!("{length} remain, {}", kind(variable))
    } else {
        format!("{length} remain")
    }
}

/// The layers of extra text, as a list of names.
fn names(peeled: &Peeled) -> String {
    let mut names: Vec<&str> = peeled.layers.iter().map(|layer| layer.name).collect();
    names.dedup();
    list(&names)
}

fn code(peeled: &Peeled) -> Code {
    let any = |sort| peeled.layers.iter().any(|layer: &Layer| layer.sort == sort);
    if any(Sort::Text) { Code::ConfigExtraText } else { Code::ConfigEndpointScheme }
}

/// The name of a well-formed value of a variable.
fn kind(variable: Variable) -> &'static str {
    match variable {
        Variable::Enabled => "a switch that is on",
        Variable::Endpoint => "a well-formed endpoint",
        Variable::AccessKeyId => "a well-formed access key id",
        Variable::SecretAccessKey => "a well-formed secret",
        Variable::SessionToken => "a well-formed session token",
        Variable::BucketName => "a well-formed bucket name",
        Variable::Region => "a well-formed region",
    }
}
