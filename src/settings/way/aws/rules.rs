//! The settings of botocore that take certain values only, each found by running botocore 1.44 (`args.py`, `config.py`,
//! `session.py`, `configprovider.py`).

use super::profile::{Entry, Profile};
use super::{Fault, Variables};
use crate::settings::way::python::stripped;

/// A setting of botocore that takes certain values only.
pub struct Rule {
    pub(super) variable: &'static str,
    /// The key of a profile in the file; those of a block after its name and a dot.
    pub(super) keys: &'static [&'static str],
    pub(super) takes: fn(&str) -> bool,
    /// What it takes, in words.
    pub(super) wanted: &'static str,
    /// The first version of boto3 that may judge it; those before were run, and do not.
    pub(super) since: (u32, u32),
}

/// All versions judge it.
pub(super) const EVER: (u32, u32) = (0, 0);

/// All of them.
pub const RULES: [Rule; 12] = [
    Rule {
        variable: "AWS_RETRY_MODE",
        keys: &["retry_mode"],
        takes: |value| ["legacy", "standard", "adaptive"].contains(&value),
        wanted: "`legacy`, `standard` or `adaptive`, in lower case",
        since: EVER,
    },
    Rule {
        variable: "AWS_MAX_ATTEMPTS",
        keys: &["max_attempts"],
        takes: |value| integer(value).is_some_and(|number| number >= 1),
        wanted: "a whole number from 1",
        since: EVER,
    },
    Rule {
        variable: "AWS_REQUEST_CHECKSUM_CALCULATION",
        keys: &["request_checksum_calculation"],
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
        since: (1, 36),
    },
    Rule {
        variable: "AWS_RESPONSE_CHECKSUM_VALIDATION",
        keys: &["response_checksum_validation"],
        takes: is_checksum,
        wanted: "`when_supported` or `when_required`",
        since: (1, 36),
    },
    Rule {
        variable: "AWS_DEFAULTS_MODE",
        keys: &["defaults_mode"],
        takes: |value| {
            let modes = ["legacy", "auto", "standard", "in-region", "cross-region", "mobile"];
            modes.contains(&value.to_lowercase().as_str())
        },
        wanted: "`legacy`, `auto`, `standard`, `in-region`, `cross-region` or `mobile`",
        since: EVER,
    },
    Rule {
        variable: "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        keys: &["account_id_endpoint_mode"],
        takes: |value| ["preferred", "disabled", "required"].contains(&value.to_lowercase().as_str()),
        wanted: "`preferred`, `disabled` or `required`",
        since: (1, 35),
    },
    Rule {
        variable: "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
        keys: &["request_min_compression_size_bytes"],
        takes: |value| integer(value).is_some_and(|number| (1..=1_048_576).contains(&number)),
        wanted: "a whole number from 1 to 1048576",
        since: EVER,
    },
    Rule {
        variable: "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        keys: &["s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"],
        takes: is_regional,
        wanted: "`legacy` or `regional`, in lower case",
        since: EVER,
    },
    Rule {
        variable: "AWS_STS_REGIONAL_ENDPOINTS",
        keys: &["sts_regional_endpoints"],
        takes: |value| value.is_empty() || is_regional(value),
        wanted: "`legacy` or `regional`, in lower case",
        since: EVER,
    },
    Rule {
        variable: "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        keys: &["s3_disable_express_session_auth"],
        takes: |value| ["true", "false"].contains(&value.to_lowercase().as_str()),
        wanted: "`true` or `false`",
        since: (1, 39),
    },
    Rule { variable: "AWS_DATA_PATH", keys: &["data_path"], takes: |_| true, wanted: "text", since: EVER },
    Rule {
        variable: "AWS_AUTH_SCHEME_PREFERENCE",
        keys: &["auth_scheme_preference"],
        takes: |_| true,
        wanted: "text",
        since: (1, 35),
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
        Some(Fault::of_entry(&entry, &format!("{what}; boto3 takes {} only", self.wanted)))
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

/// A value in words that do not show it.
pub(super) fn described(value: &str) -> String {
    match value.chars().count() {
        0 => "is empty".to_owned(),
        length => format!("has a value of {length} characters"),
    }
}

fn is_checksum(value: &str) -> bool {
    ["when_supported", "when_required"].contains(&value.to_lowercase().as_str())
}

fn is_regional(value: &str) -> bool {
    ["legacy", "regional"].contains(&value)
}

/// A whole number as Python's `int` reads it: blanks around it, a sign and single underscores within are no fault.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = stripped(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.split('_').any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    // Python's numbers have no bounds.
    let beyond = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(text.replace('_', "").parse().unwrap_or(beyond))
}
