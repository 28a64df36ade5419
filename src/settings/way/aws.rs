//! What makes boto3 fail before it sends anything: its own variables, and those of its files in the home folder.
//!
//! Each rule is one of botocore 1.44 (`configprovider.py`, `args.py`, `session.py`, `configloader.py`), found by running it.

mod ini;

use std::path::PathBuf;

use super::Variables;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::machine;
use crate::base::worker::{Unreadable, Worker};
use ini::Ini;

/// Longest file of settings that is read.
const LONGEST: usize = 256 * 1024;
/// Longest file of root certificates.
const LONGEST_BUNDLE: usize = 2 * 1024 * 1024;
/// The variables that name a profile, the first that is set.
const PROFILES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
/// Those that name a file of root certificates, the first that is set.
const BUNDLES: [&str; 2] = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];

/// A setting of botocore with restricted values.
struct Rule {
    variable: &'static str,
    /// The key of a profile in the file.
    key: &'static str,
    takes: fn(&str) -> bool,
    /// The accepted values, in words.
    wanted: &'static str,
}

const RULES: [Rule; 10] = [
    Rule {
        variable: "AWS_RETRY_MODE",
        key: "retry_mode",
        takes: |value| ["legacy", "standard", "adaptive"].contains(&value),
        wanted: "`legacy`, `standard` or `adaptive`, in lower case",
    },
    Rule {
        variable: "AWS_MAX_ATTEMPTS",
        key: "max_attempts",
        takes: |value| integer(value).is_some_and(|number| number >= 1),
        wanted: "a whole number from 1",
    },
    Rule {
        variable: "AWS_REQUEST_CHECKSUM_CALCULATION",
        key: "request_checksum_calculation",
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
    },
    Rule {
        variable: "AWS_RESPONSE_CHECKSUM_VALIDATION",
        key: "response_checksum_validation",
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
    },
    Rule {
        variable: "AWS_DEFAULTS_MODE",
        key: "defaults_mode",
        takes: |value| {
            let modes = ["legacy", "auto", "standard", "in-region", "cross-region", "mobile"];
            modes.contains(&value.to_lowercase().as_str())
        },
        wanted: "`legacy`, `auto`, `standard`, `in-region`, `cross-region` or `mobile`",
    },
    Rule {
        variable: "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        key: "account_id_endpoint_mode",
        takes: |value| ["preferred", "disabled", "required"].contains(&value.to_lowercase().as_str()),
        wanted: "`preferred`, `disabled` or `required`",
    },
    Rule {
        variable: "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
        key: "request_min_compression_size_bytes",
        takes: |value| integer(value).is_some_and(|number| (1..=1_048_576).contains(&number)),
        wanted: "a whole number from 1 to 1048576",
    },
    Rule {
        variable: "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        key: "s3_us_east_1_regional_endpoint",
        takes: is_regional,
        wanted: "`legacy` or `regional`",
    },
    Rule {
        variable: "AWS_STS_REGIONAL_ENDPOINTS",
        key: "sts_regional_endpoints",
        takes: |value| value.is_empty() || is_regional(value),
        wanted: "`legacy` or `regional`",
    },
    Rule {
        variable: "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        key: "s3_disable_express_session_auth",
        takes: |value| ["true", "false"].contains(&value.to_lowercase().as_str()),
        wanted: "`true` or `false`",
    },
];

fn is_checksum(value: &str) -> bool {
    ["when_supported", "when_required"].contains(&value.to_lowercase().as_str())
}

fn is_regional(value: &str) -> bool {
    ["legacy", "regional"].contains(&value.to_lowercase().as_str())
}

/// A whole number as Python's `int` reads it: blanks around it, a sign and single underscores within are accepted.
fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.split('_').any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// Reads boto3's files: the variables, completed by those of the profile in use, and what makes boto3 fail.
pub fn complete(worker: &Worker, variables: &Variables, tls: bool) -> (Variables, Vec<Finding>) {
    let mut variables = variables.clone();
    let mut findings = Vec::new();
    let config = file(worker, &variables, "AWS_CONFIG_FILE", "config", &mut findings);
    let credentials = file(worker, &variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials", &mut findings);
    if findings.is_empty() {
        let profile = profile(&variables, config.as_ref(), credentials.as_ref());
        match profile {
            Ok(values) => {
                let keys = RULES
                    .iter()
                    .map(|rule| (rule.variable, rule.key))
                    .chain([("AWS_CA_BUNDLE", "ca_bundle")]);
                let set = keys.filter_map(|(variable, key)| Some((variable, ini::value(&values, key)?)));
                variables.add(set.collect::<Vec<_>>());
            }
            Err(finding) => findings.push(*finding),
        }
    }
    findings.extend(RULES.iter().filter_map(|rule| refused(rule, &variables)));
    findings.extend(bundle(worker, &variables, tls));
    (variables, findings)
}

fn error(variable: &str, evidence: String) -> Finding {
    Finding::error(Code::ConfigClientEnvironment).because(evidence).with("variable", variable.to_owned())
}

fn refused(rule: &Rule, variables: &Variables) -> Option<Finding> {
    let value = variables.text(rule.variable).filter(|value| !(rule.takes)(value))?;
    let (variable, wanted) = (rule.variable, rule.wanted);
    let length = value.chars().count();
    let what =
        if length == 0 { "is empty".to_owned() } else { format!("has a value of {length} characters") };
    Some(error(
        variable,
        format!("{variable} (`{}` in boto3's config file) {what}; boto3 takes {wanted} only", rule.key),
    ))
}

/// One of boto3's files, or none if it does not exist.
fn file(
    worker: &Worker,
    variables: &Variables,
    variable: &'static str,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Option<Ini> {
    let path = match variables.text(variable) {
        Some(path) => variables.at_home(&path),
        None => PathBuf::from(variables.get("HOME")?).join(".aws").join(name),
    };
    let bytes = worker.read(&path, LONGEST).ok()?;
    let parsed = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned());
    match parsed.and_then(|text| Ini::parse(&text)) {
        Ok(ini) => Some(ini),
        Err(reason) => {
            let what = format!("boto3 cannot read its file {}: {reason}", path.display());
            findings.push(error(variable, what));
            None
        }
    }
}

/// The values of the profile in use, by `Session.get_scoped_config`.
fn profile(
    variables: &Variables,
    config: Option<&Ini>,
    credentials: Option<&Ini>,
) -> Result<Vec<(String, String)>, Box<Finding>> {
    let named = PROFILES.iter().find_map(|variable| Some((*variable, variables.text(variable)?)));
    let name = named.as_ref().map_or("default", |(_, name)| name.as_str());
    let in_config = config.and_then(|config| config.profile(name));
    let in_credentials = credentials.and_then(|credentials| credentials.section(name));
    if let Some((variable, name)) = named.filter(|_| in_config.is_none() && in_credentials.is_none()) {
        let what = if name.is_empty() {
            format!("{variable} is empty, and boto3 takes that for a profile without a name")
        } else {
            format!("{variable} names a profile that neither of boto3's files has")
        };
        let finding = error(variable, what);
        return Err(Box::new(
            finding.because("boto3: ProfileNotFound: The config profile could not be found"),
        ));
    }
    // The credentials file wins over the other one.
    let both = in_credentials.into_iter().flatten().chain(in_config.into_iter().flatten());
    Ok(both.cloned().collect())
}

/// The finding for an unusable file of root certificates. boto3 opens it for TLS only, but always requires that it exists.
fn bundle(worker: &Worker, variables: &Variables, tls: bool) -> Option<Finding> {
    let (variable, path) = BUNDLES.iter().find_map(|name| Some((*name, variables.text(name)?)))?;
    if path.trim().is_empty() {
        return Some(error(variable, format!("{variable} is empty, and boto3 refuses to create a client")));
    }
    if !tls {
        return None;
    }
    let why = match worker.read(&variables.at_home(&path), LONGEST_BUNDLE) {
        Ok(bytes) if bytes.windows(10).any(|part| part == b"-----BEGIN") => return None,
        Ok(_) => "holds no certificate".to_owned(),
        Err(Unreadable::TooLong) => return None,
        // Without free descriptors, the connection fails too and reports it.
        Err(_) if machine::files(1).is_err() => return None,
        Err(why) => why.reason(),
    };
    Some(error(variable, format!("the file that {variable} names {why}, so that boto3 trusts no server")))
}

#[cfg(test)]
mod tests;
