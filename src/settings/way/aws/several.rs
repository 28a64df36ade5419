//! What takes more than one key to see, or concerns the block `s3`: each found by running botocore 1.44 (`args.py`,
//! `session.py`, `tokens.py`, `regions.py`).

use super::profile::{Entry, Profile};
use super::rules::{EVER, Rule, described, integer};
use super::{Fault, Variables, ini};
use crate::settings::Settings;
use crate::settings::payload::Payload;
use crate::settings::sdk::Sdk;

/// What boto3 refuses, or this version of it where one is known.
pub fn faults(
    variables: &Variables,
    profile: &Profile,
    settings: Option<&Settings>,
    sdk: Option<&Sdk>,
) -> Vec<Fault> {
    let region = settings.map(|settings| settings.region.as_str());
    let of_region = region.and_then(|region| without_dual_stack(variables, profile, region));
    [monitoring(variables, profile), versions(profile), s3(profile, sdk), session(profile), of_region]
        .into_iter()
        .flatten()
        .collect()
}

/// Client-side monitoring, whose port and name are read only where it is on (`Session._create_csm_monitor`).
fn monitoring(variables: &Variables, profile: &Profile) -> Option<Fault> {
    if !is_on(variables, profile, "AWS_CSM_ENABLED", "csm_enabled") {
        return None;
    }
    let port = Rule {
        variable: "AWS_CSM_PORT",
        keys: &["csm_port"],
        takes: |value| integer(value).is_some(),
        wanted: "a whole number where AWS_CSM_ENABLED is `true`",
        since: EVER,
    };
    let name = Rule {
        variable: "AWS_CSM_CLIENT_ID",
        keys: &["csm_client_id"],
        takes: |value| value.chars().count() <= 255,
        wanted: "255 characters",
        since: EVER,
    };
    // Only the number of its lines counts in a block, and no block has so many.
    let is_block = variables.get(name.variable).is_none()
        && profile.entry("csm_client_id").is_some_and(|entry| entry.text().is_none());
    port.refuses(variables, profile).or_else(|| name.refuses(variables, profile).filter(|_| !is_block))
}

/// Whether a switch is on, by its variable or, without one, by the profile.
fn is_on(variables: &Variables, profile: &Profile, variable: &str, key: &str) -> bool {
    let in_file = || profile.entry(key)?.text().map(str::to_owned);
    variables.text(variable).or_else(in_file).is_some_and(|value| is_true(&value))
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// The only version of S3's interface that botocore knows.
const VERSION: &str = "2006-03-01";
const NO_BLOCK: &str = "is not a block of lines, and boto3 fails on that";

fn versions(profile: &Profile) -> Option<Fault> {
    let entry = profile.entry("api_versions")?;
    if entry.text().is_some() {
        return Some(Fault::of_entry(entry, NO_BLOCK));
    }
    let own = entry.within("s3").filter(|own| own.text() != Some(VERSION))?;
    let what = format!("is not `{VERSION}`, the only version that boto3 has for S3");
    Some(Fault::of_entry(&own, &what))
}

/// Names of the block `s3` that boto3 takes for parameters of its rules for endpoints, which want no text: those of S3's
/// `clientContextParams` for which it has no setting of its own.
const PARAMETERS: [&str; 3] = ["accelerate", "disable_multi_region_access_points", "force_path_style"];

/// One more, for which boto3 has had a setting of its own for at least as long as this version.
const FORMER_PARAMETER: (&str, (u32, u32)) = ("disable_s3_express_session_auth", (1, 44));

fn s3(profile: &Profile, sdk: Option<&Sdk>) -> Option<Fault> {
    let entry = profile.entry("s3")?;
    if entry.text().is_some() {
        return Some(Fault::of_entry(entry, NO_BLOCK));
    }
    let styles = ["auto", "path", "virtual"];
    let style = entry.within("addressing_style");
    if let Some(style) = style.filter(|style| !style.text().is_some_and(|text| styles.contains(&text))) {
        let what = described(style.text().unwrap_or_default());
        let what = format!("{what}; boto3 takes `auto`, `path` or `virtual` only");
        return Some(Fault::of_entry(&style, &what));
    }
    let (former, until) = FORMER_PARAMETER;
    let former = Some(former).filter(|_| sdk.is_none_or(|sdk| sdk.is_before(until)));
    if let Some(parameter) = PARAMETERS.into_iter().chain(former).find_map(|name| entry.within(name)) {
        let what = "has a name of boto3's rules for endpoints, which fail on any value from a file";
        return Some(Fault::of_entry(&parameter, what));
    }
    let accelerated = entry.within("use_accelerate_endpoint")?;
    accelerated.text().is_some_and(is_true).then(|| {
        let what = "turns on S3 Accelerate, and boto3 refuses that together with an endpoint";
        Fault::of_entry(&accelerated, what)
    })
}

/// What boto3's signatures say of bodies (`S3SigV4Auth._should_sha256_sign_payload`): any other value than `true` is `false`.
pub fn payload(profile: &Profile) -> Payload {
    payload_entry(profile).map_or(Payload::Usual, |entry| match entry.text() {
        Some(text) if is_true(text) => Payload::Hashed,
        Some(_) | None => Payload::Unsigned,
    })
}

/// The line that says what signatures say of bodies.
pub fn payload_entry(profile: &Profile) -> Option<Entry> {
    profile.entry("s3")?.within("payload_signing_enabled")
}

/// A session of single sign-on, which is looked up though the application has its own keys (`SSOTokenProvider`).
fn session(profile: &Profile) -> Option<Fault> {
    let entry = profile.entry("sso_session")?;
    let Some(name) = entry.text() else {
        return Some(Fault::of_entry(entry, "is a block of lines, and boto3 fails on that"));
    };
    let pairs = profile.sso_session(name).filter(|pairs| !pairs.is_empty());
    let Some(pairs) = pairs else {
        let what = "names a section `sso-session` that boto3's file does not have";
        return Some(Fault::of_entry(entry, what));
    };
    let missing = ["sso_start_url", "sso_region"].into_iter().find(|key| ini::value(pairs, key).is_none())?;
    Some(Fault::of_entry(entry, &format!("names a section `sso-session` without `{missing}`")))
}

/// AWS's partitions of which botocore knows no endpoints of both kinds of addresses (`data/endpoints.json`).
const ONE_STACK: [&str; 2] = ["eu-isoe-", "us-isof-"];

/// Endpoints of both kinds of addresses, asked for in a region where botocore has none: it looks for them, and needs none.
fn without_dual_stack(variables: &Variables, profile: &Profile, region: &str) -> Option<Fault> {
    let in_s3 = profile.entry("s3").and_then(|entry| entry.within("use_dualstack_endpoint"));
    let in_s3 = in_s3.filter(|entry| matches!(entry.text(), Some("true" | "True")));
    let (variable, key) = ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
    let wanted = in_s3.is_some() || is_on(variables, profile, variable, key);
    let rest = ONE_STACK.iter().find_map(|partition| region.strip_prefix(partition));
    let is_region = rest.and_then(|rest| rest.rsplit_once('-')).is_some_and(|(name, number)| {
        let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_word && !name.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !wanted || !is_region {
        return None;
    }
    let what =
        "asks for endpoints of both kinds of addresses, and boto3 knows none in the region of R2_REGION";
    Some(match in_s3.as_ref().or_else(|| profile.entry(key).filter(|_| variables.get(variable).is_none())) {
        Some(entry) => Fault::of_entry(entry, what),
        None => Fault::in_variable(variable, format!("{variable} {what}")),
    })
}

/// The line that has the bucket's name put before the host's, if boto3 does so: with a name that S3 allows.
pub fn wants_virtual_host(profile: &Profile, bucket: &str) -> Option<Entry> {
    let style = profile.entry("s3")?.within("addressing_style")?;
    let is_address = bucket.parse::<std::net::Ipv4Addr>().is_ok();
    (style.text() == Some("virtual") && bucket.len() >= 3 && !is_address).then_some(style)
}
