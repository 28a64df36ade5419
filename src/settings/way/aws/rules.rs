//! The settings of botocore that take certain values only, each found by running botocore 1.44 (`args.py`, `config.py`,
//! `session.py`, `configprovider.py`).

use super::profile::{Entry, Profile};
use super::{Fault, Variables, ini};

/// A setting of botocore that takes certain values only.
pub struct Rule {
    variable: &'static str,
    /// The key of a profile in the file; those of a block after its name and a dot.
    keys: &'static [&'static str],
    takes: fn(&str) -> bool,
    /// What it takes, in words.
    wanted: &'static str,
}

/// All of them.
pub const RULES: [Rule; 12] = [
    Rule {
        variable: "AWS_RETRY_MODE",
        keys: &["retry_mode"],
        takes: |value| ["legacy", "standard", "adaptive"].contains(&value),
        wanted: "`legacy`, `standard` or `adaptive`, in lower case",
    },
    Rule {
        variable: "AWS_MAX_ATTEMPTS",
        keys: &["max_attempts"],
        takes: |value| integer(value).is_some_and(|number| number >= 1),
        wanted: "a whole number from 1",
    },
    Rule {
        variable: "AWS_REQUEST_CHECKSUM_CALCULATION",
        keys: &["request_checksum_calculation"],
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
    },
    Rule {
        variable: "AWS_RESPONSE_CHECKSUM_VALIDATION",
        keys: &["response_checksum_validation"],
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
    },
    Rule {
        variable: "AWS_DEFAULTS_MODE",
        keys: &["defaults_mode"],
        takes: |value| {
            let modes = ["legacy", "auto", "standard", "in-region", "cross-region", "mobile"];
            modes.contains(&value.to_lowercase().as_str())
        },
        wanted: "`legacy`, `auto`, `standard`, `in-region`, `cross-region` or `mobile`",
    },
    Rule {
        variable: "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        keys: &["account_id_endpoint_mode"],
        takes: |value| ["preferred", "disabled", "required"].contains(&value.to_lowercase().as_str()),
        wanted: "`preferred`, `disabled` or `required`",
    },
    Rule {
        variable: "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
        keys: &["request_min_compression_size_bytes"],
        takes: |value| integer(value).is_some_and(|number| (1..=1_048_576).contains(&number)),
        wanted: "a whole number from 1 to 1048576",
    },
    Rule {
        variable: "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        keys: &["s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"],
        takes: is_regional,
        wanted: "`legacy` or `regional`, in lower case",
    },
    Rule {
        variable: "AWS_STS_REGIONAL_ENDPOINTS",
        keys: &["sts_regional_endpoints"],
        takes: |value| value.is_empty() || is_regional(value),
        wanted: "`legacy` or `regional`, in lower case",
    },
    Rule {
        variable: "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        keys: &["s3_disable_express_session_auth"],
        takes: |value| ["true", "false"].contains(&value.to_lowercase().as_str()),
        wanted: "`true` or `false`",
    },
    Rule { variable: "AWS_DATA_PATH", keys: &["data_path"], takes: |_| true, wanted: "text" },
    Rule {
        variable: "AWS_AUTH_SCHEME_PREFERENCE",
        keys: &["auth_scheme_preference"],
        takes: |_| true,
        wanted: "text",
    },
];

impl Rule {
    /// What it refuses in these variables, or in the profile where no variable sets it.
    pub fn refuses(&self, variables: &Variables, profile: &Profile) -> Option<Fault> {
        if let Some(value) = variables.text(self.variable) {
            let evidence =
                format!("{} {}; boto3 takes {} only", self.variable, described(&value), self.wanted);
            return (!(self.takes)(&value)).then(|| Fault::in_variable(self.variable, evidence));
        }
        let entry = self.entry(profile)?;
        if entry.text().is_some_and(self.takes) {
            return None;
        }
        let what = entry.text().map_or("is a block of lines".to_owned(), described);
        Some(refused(&entry, &format!("{what}; boto3 takes {} only", self.wanted)))
    }

    /// Where the profile sets it.
    fn entry(&self, profile: &Profile) -> Option<Entry> {
        self.keys.iter().find_map(|key| match key.split_once('.') {
            None => profile.entry(key).cloned(),
            Some((block, key)) => profile.entry(block)?.within(key),
        })
    }

    /// The variable with the value that the profile sets in its place.
    pub fn set_by(&self, profile: &Profile) -> Option<(&'static str, String)> {
        Some((self.variable, self.entry(profile)?.text()?.to_owned()))
    }
}

fn described(value: &str) -> String {
    match value.chars().count() {
        0 => "is empty".to_owned(),
        length => format!("has a value of {length} characters"),
    }
}

/// A fault of a line in a file.
fn refused(entry: &Entry, what: &str) -> Fault {
    Fault::in_file(&entry.place(), format!("{} {what}", entry.place()))
}

/// What boto3 refuses that takes more than one key to see.
pub fn of_several(variables: &Variables, profile: &Profile) -> Vec<Fault> {
    [monitoring(variables, profile), versions(profile), s3(profile), session(profile)]
        .into_iter()
        .flatten()
        .collect()
}

/// Client-side monitoring, whose port and name are read only where it is on (`Session._create_csm_monitor`).
fn monitoring(variables: &Variables, profile: &Profile) -> Option<Fault> {
    let is_set = |variable: &str, key: &str| {
        let in_file = || profile.entry(key)?.text().map(str::to_owned);
        variables.text(variable).or_else(in_file)
    };
    if !is_set("AWS_CSM_ENABLED", "csm_enabled").is_some_and(|value| is_true(&value)) {
        return None;
    }
    let port = Rule {
        variable: "AWS_CSM_PORT",
        keys: &["csm_port"],
        takes: |value| integer(value).is_some(),
        wanted: "a whole number where AWS_CSM_ENABLED is `true`",
    };
    let name = Rule {
        variable: "AWS_CSM_CLIENT_ID",
        keys: &["csm_client_id"],
        takes: |value| value.chars().count() <= 255,
        wanted: "255 characters",
    };
    port.refuses(variables, profile).or_else(|| name.refuses(variables, profile))
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// The only version of S3's interface that botocore knows.
const VERSION: &str = "2006-03-01";

fn versions(profile: &Profile) -> Option<Fault> {
    let entry = profile.entry("api_versions")?;
    if entry.text().is_some() {
        return Some(refused(entry, "is not a block of lines, and boto3 fails on that"));
    }
    let own = entry.within("s3").filter(|own| own.text() != Some(VERSION))?;
    Some(refused(&own, &format!("is not `{VERSION}`, the only version that boto3 has for S3")))
}

fn s3(profile: &Profile) -> Option<Fault> {
    let entry = profile.entry("s3")?;
    if entry.text().is_some() {
        return Some(refused(entry, "is not a block of lines, and boto3 fails on that"));
    }
    let styles = ["auto", "path", "virtual"];
    let style = entry.within("addressing_style");
    if let Some(style) = style.filter(|style| !style.text().is_some_and(|text| styles.contains(&text))) {
        let what = described(style.text().unwrap_or_default());
        return Some(refused(&style, &format!("{what}; boto3 takes `auto`, `path` or `virtual` only")));
    }
    let accelerated = entry.within("use_accelerate_endpoint")?;
    accelerated.text().is_some_and(is_true).then(|| {
        refused(&accelerated, "turns on S3 Accelerate, and boto3 refuses that together with an endpoint")
    })
}

/// A session of single sign-on, which is looked up though the application has its own keys (`SSOTokenProvider`).
fn session(profile: &Profile) -> Option<Fault> {
    let entry = profile.entry("sso_session")?;
    let pairs = profile.sso_session(entry.text()?).filter(|pairs| !pairs.is_empty());
    let Some(pairs) = pairs else {
        return Some(refused(entry, "names a section `sso-session` that boto3's file does not have"));
    };
    let missing = ["sso_start_url", "sso_region"].into_iter().find(|key| ini::value(pairs, key).is_none())?;
    Some(refused(entry, &format!("names a section `sso-session` without `{missing}`")))
}

/// Whether the profile has the bucket's name put before the host's, and boto3 does so: with a name that S3 allows.
pub fn wants_virtual_host(profile: &Profile, bucket: &str) -> Option<Entry> {
    let style = profile.entry("s3")?.within("addressing_style")?;
    let is_address = bucket.parse::<std::net::Ipv4Addr>().is_ok();
    (style.text() == Some("virtual") && bucket.len() >= 3 && !is_address).then_some(style)
}

fn is_checksum(value: &str) -> bool {
    ["when_supported", "when_required"].contains(&value.to_lowercase().as_str())
}

fn is_regional(value: &str) -> bool {
    ["legacy", "regional"].contains(&value)
}

/// A whole number as Python's `int` reads it: blanks around it, a sign and single underscores within are no fault.
fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.split('_').any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    text.replace('_', "").parse().ok()
}
