//! What a name on the command line of `explain` means: a code, an area, a code of S3, a number of Cloudflare, or the
//! beginning of a code.

use crate::base::code::{Area, Code};
use crate::diagnosis::cloudflare::{self, Number};
use crate::diagnosis::vocabulary::words;

/// What there is to explain.
pub enum Topic {
    /// A diagnosis code.
    Code(Code),
    /// An area of codes.
    Area(Area),
    /// A code of S3, as S3 spells it, and its conditions, the usual one first.
    OfS3(&'static str, Vec<Code>),
    /// A number of Cloudflare.
    Number(&'static Number),
}

/// Finds what a name means.
///
/// # Errors
/// With a sentence for the user, when it means nothing or several things.
pub fn find(name: &str) -> Result<Topic, String> {
    let area = || Area::ALL.into_iter().find(|area| area.name() == name).map(Topic::Area);
    let of_s3 = || words::of_s3(name).map(|(spelled, codes)| Topic::OfS3(spelled, codes));
    let number = || name.parse().ok().and_then(cloudflare::find).map(Topic::Number);
    let exact = Code::parse(name).map(Topic::Code).or_else(area).or_else(of_s3).or_else(number);
    match exact {
        Some(topic) => Ok(topic),
        None => begun(name),
    }
}

/// What begins with the name: codes if it has a dot, else areas.
fn begun(name: &str) -> Result<Topic, String> {
    let codes: Vec<Code> = Code::ALL.iter().copied().filter(|code| code.as_str().starts_with(name)).collect();
    let areas: Vec<Area> = Area::ALL.into_iter().filter(|area| area.name().starts_with(name)).collect();
    match (codes.as_slice(), areas.as_slice()) {
        _ if name.is_empty() => Err(unknown(name)),
        ([], _) => Err(unknown(name)),
        ([code], _) => Ok(Topic::Code(*code)),
        (_, [area]) => Ok(Topic::Area(*area)),
        (codes, []) => Err(several(name, codes.iter().map(|code| code.as_str()))),
        (_, areas) => Err(several(name, areas.iter().map(|area| area.name()))),
    }
}

fn several<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<_> = all.map(|known| format!("`{known}`")).collect();
    format!("`{name}` is the beginning of several: {}", all.join(", "))
}

fn unknown(name: &str) -> String {
    let hint = match nearest(name) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "`r2-selftest explain` lists all codes".to_owned(),
    };
    format!("there is no diagnosis code `{name}`; {hint}")
}

/// The code, area or S3 code that a mistyped name is nearest to; a code may lack its area.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase().replace(['_', ' ', ':'], "-");
    let areas = Area::ALL.map(|area| (area.name().to_owned(), area.name())).into_iter();
    let codes = Code::ALL.iter().map(|code| (code.as_str().to_owned(), code.as_str()));
    let conditions = Code::ALL.iter().map(|code| (code.condition().to_owned(), code.as_str()));
    let of_s3 = words::all().map(|code| (code.to_lowercase(), code));
    let distance = |(known, _): &(String, &str)| strsim::damerau_levenshtein(&name, known);
    // Few changes turn a short name into another one.
    let far = (name.len() / 3).min(4);
    let nearest = areas.chain(codes).chain(conditions).chain(of_s3).min_by_key(distance)?;
    (distance(&nearest) <= far).then_some(nearest.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_leads_to_the_code_or_the_area_that_was_meant() {
        for (name, meant) in [
            ("auth.signatur", Some("auth.signature")),
            ("signature", Some("auth.signature")),
            ("read_only", Some("permission.read-only")),
            ("TLS.Untrusted", Some("tls.untrusted")),
            ("TLS", Some("tls")),
            ("tsl", Some("tls")),
            ("netwrok", Some("network")),
            ("quotse", Some("config.quotes")),
            ("SignatureDoesNotMach", Some("SignatureDoesNotMatch")),
            ("what is this", None),
            ("x", None),
        ] {
            assert_eq!(nearest(name), meant, "{name}");
        }
    }
}
