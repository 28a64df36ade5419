//! `R2_REGION`: R2 signs with `auto`, and takes a few other names for it
//! (<https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>).

use super::{Site, Subject};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::Disclosure;
use crate::settings::{DEFAULT_REGION, Setting, Source, Variable};

/// R2's location hints, which it takes in signatures too (its error `InvalidRegionName` lists them).
pub const LOCATION_HINTS: [&str; 6] = ["wnam", "enam", "weur", "eeur", "apac", "oc"];

/// A region that R2 does not know, or one that it only tolerates.
pub fn region(subject: &Subject, site: &Site, disclosure: &Disclosure) -> Option<Finding> {
    let core = subject.core();
    if !matches!(site, Site::R2(_)) && !core.is_empty() && !is_label(core) {
        let evidence = format!(
            "{} is {}, which boto3 refuses as an invalid region",
            subject.named(),
            disclosure.quote(core)
        );
        return Some(subject.error(Code::ConfigRegion).because(evidence));
    }
    if !matches!(site, Site::R2(_)) || core == DEFAULT_REGION || core.is_empty() {
        return None;
    }
    let (named, value) = (subject.named(), disclosure.quote(core));
    let lower = core.to_lowercase();
    let finding = if core == "us-east-1" {
        subject.warning(Code::ConfigRegion).because(format!("{named} is {value}, which R2 takes for `auto`"))
    } else if LOCATION_HINTS.contains(&core) {
        let evidence =
            format!("{named} is {value}, a location hint, which R2 accepts here and which has no effect");
        subject.warning(Code::ConfigRegion).because(evidence)
    } else if lower == DEFAULT_REGION || lower == "us-east-1" || LOCATION_HINTS.contains(&lower.as_str()) {
        let evidence = format!("{named} is {value}; R2 documents its regions in lower case only");
        subject.warning(Code::ConfigRegion).because(evidence)
    } else {
        unknown(subject, &value)
    };
    Some(Finding { on_r2: true, ..subject.suggest(finding, DEFAULT_REGION, disclosure) })
}

/// Whether requests may be signed for this region at this site.
pub fn is_sound(region: &str, site: &Site) -> bool {
    let known = || [DEFAULT_REGION, "us-east-1"].contains(&region) || LOCATION_HINTS.contains(&region);
    if matches!(site, Site::R2(_)) { known() } else { is_label(region) }
}

/// Whether boto3 takes a region: one label of a host's name that is no number (`botocore.utils.validate_region_name`).
fn is_label(region: &str) -> bool {
    region.len() <= 63
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|byte| byte.is_ascii_digit())
}

fn unknown(subject: &Subject, value: &str) -> Finding {
    let named = subject.named();
    let finding =
        subject.error(Code::ConfigRegion).because(format!("{named} is {value}, which is no region of R2"));
    if ["eu", "us", "fedramp"].contains(&subject.core()) {
        return finding
            .because("a jurisdiction stands in R2_ENDPOINT, after the account id, not in the region");
    }
    finding.because(format!(
        "R2 answers InvalidRegionName to all but auto, us-east-1, {}",
        LOCATION_HINTS.join(", ")
    ))
}

/// A region that is set to nothing: R2 takes it for `auto`, other clients may not even sign with it.
pub fn empty_region(setting: &Setting, file: &str) -> Option<Finding> {
    if setting.variable != Variable::Region || setting.length() != Some(0) {
        return None;
    }
    let place = match setting.source {
        Source::Environment => "the environment",
        Source::EnvFile => file,
        Source::Default | Source::Missing => return None,
    };
    let finding = Finding::warning(Code::ConfigRegion)
        .about(setting.variable)
        .with("length", "0")
        .suggesting(DEFAULT_REGION)
        .because(format!("R2_REGION is set in {place}, but empty; R2 takes that for `auto`"));
    Some(Finding { on_r2: true, ..finding })
}
