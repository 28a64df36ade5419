//! `R2_REGION`: R2 signs with `auto`, and accepts a few other names
//! (<https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>).

use super::{Site, Subject};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::Disclosure;
use crate::settings::lists::{
    AWS_AREAS, AWS_DIRECTIONS, EUROPE, JURISDICTIONS, LOCATION_HINTS, REGION, REGION_ALIAS,
};
use crate::settings::{Setting, Source, Variable};

/// A region that R2 does not know, or one that it only tolerates.
pub fn region(subject: &Subject, site: &Site, disclosure: &Disclosure) -> Option<Finding> {
    let core = subject.core();
    if !matches!(site, Site::R2(_)) && !core.is_empty() && !is_label(core) {
        let evidence = format!(
            "{} is {}, which boto3 refuses as an invalid region",
            subject.named(),
            disclosure.quote(core)
        );
        let fault = format!("is {}, which boto3 refuses as a region", disclosure.quote(core));
        return Some(subject.error(Code::ConfigRegion).with_fault(fault).because(evidence));
    }
    if !matches!(site, Site::R2(_)) || core == REGION || core.is_empty() {
        return None;
    }
    let value = disclosure.quote(core);
    let lower = core.to_lowercase();
    let finding = if core == REGION_ALIAS {
        tolerated(subject, &value, &format!("which R2 treats as `{REGION}`"))
    } else if LOCATION_HINTS.contains(&core) {
        tolerated(subject, &value, "a location hint, which has no effect here")
    } else if lower == REGION || lower == REGION_ALIAS || LOCATION_HINTS.contains(&lower.as_str()) {
        tolerated(subject, &value, "and R2 documents its regions in lower case only")
    } else {
        unknown(subject, &value)
    };
    let names_europe = lower.split('-').next().is_some_and(|first| EUROPE.contains(&first));
    let finding = if names_europe { finding.under(Circumstance::EuropeMeant) } else { finding };
    Some(Finding { on_r2: true, ..subject.suggest(finding, REGION, disclosure) })
}

/// Whether requests may be signed for this region at this site.
pub fn is_sound(region: &str, site: &Site) -> bool {
    let known = || [REGION, REGION_ALIAS].contains(&region) || LOCATION_HINTS.contains(&region);
    if matches!(site, Site::R2(_)) { known() } else { is_label(region) }
}

/// Whether boto3 accepts a region: one label of a host's name that is no number (`botocore.utils.validate_region_name`).
fn is_label(region: &str) -> bool {
    region.len() <= 63
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is shaped as a region of AWS: `eu-west-1`.
pub fn is_aws_region(text: &str) -> bool {
    let Some((place, number)) = text.rsplit_once('-') else { return false };
    let digits = !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let of_area = |area: &str| {
        let direction = place.strip_prefix(area).and_then(|rest| rest.strip_prefix('-'));
        direction.is_some_and(|direction| AWS_DIRECTIONS.contains(&direction))
    };
    digits && AWS_AREAS.iter().any(|area| of_area(area))
}

/// A region that R2 accepts although it is not its own.
fn tolerated(subject: &Subject, value: &str, why: &str) -> Finding {
    let fault = format!("is {value}, {why}");
    let evidence = format!("{} {fault}", subject.named());
    subject.warning(Code::ConfigRegion).with_fault(fault).because(evidence)
}

fn unknown(subject: &Subject, value: &str) -> Finding {
    let what = if is_aws_region(subject.core()) { "an AWS region" } else { "which is not a region of R2" };
    let fault = format!("is {value}, {what}");
    let evidence = format!("{} {fault}", subject.named());
    let finding = subject.error(Code::ConfigRegion).with_fault(fault).because(evidence);
    if JURISDICTIONS.contains(&subject.core()) {
        return finding.because("a jurisdiction belongs in R2_ENDPOINT, after the account id");
    }
    finding.because(format!(
        "R2 refuses all regions but {REGION}, {REGION_ALIAS}, {}, with InvalidRegionName",
        LOCATION_HINTS.join(", ")
    ))
}

/// An empty region. boto3 signs with it as it is, and R2 documents that it accepts it as its own
/// (<https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>); for other servers it is no region. An application
/// that reads `os.environ.get("R2_REGION") or "auto"` has no empty one.
pub fn empty_region(setting: &Setting, site: &Site, file: &str) -> Option<Finding> {
    if setting.variable != Variable::Region || setting.length() != Some(0) {
        return None;
    }
    let place = match setting.source {
        Source::Environment => "the environment",
        Source::EnvFile => file,
        Source::Default | Source::Missing => return None,
    };
    let set = format!("R2_REGION is set in {place}, but empty");
    let finding = match site {
        Site::R2(_) => {
            Finding::note(Code::ConfigEmpty).because(format!("{set}; R2 treats that as `{REGION}`"))
        }
        Site::Other | Site::Unknown => Finding::warning(Code::ConfigRegion)
            .suggesting(REGION)
            .because(format!("{set}; R2 would treat that as `{REGION}`, and other servers may not"))
            .because("boto3 signs for an empty region, unless the application puts another in its place"),
    };
    Some(finding.about(setting.variable).with_fault("is empty").with("length", "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_aws_is_known_by_its_shape() {
        for region in
            ["us-east-1", "eu-west-1", "ap-southeast-2", "us-gov-west-1", "eusc-de-east-1", "eu-north-12"]
        {
            assert!(is_aws_region(region), "{region}");
        }
        for region in
            ["eu", "auto", "weur", "eu-west", "eu-west-x", "eu-2", "mars-east-1", "us-east-123", "", "-1"]
        {
            assert!(!is_aws_region(region), "{region}");
        }
    }
}
