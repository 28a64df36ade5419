//! The catalogue: the texts of each diagnosis code. Data only.
//!
//! It is the single source of every title, cause and fix, for the reports, for `explain` and for the documentation.
//! Texts may hold `{placeholders}`, which a finding's values fill; without a value, `{bucket}` reads `<bucket>`.

mod entry;
mod files;

use std::collections::BTreeMap;

use crate::base::finding::{Finding, Line};
pub use entry::{Entry, Step};
pub use files::{area, entry, first_steps, texts};

/// The title of a finding: the headline of its code, filled.
pub fn headline(finding: &Finding) -> String {
    entry(finding.code).map(|entry| fill(entry.headline(finding), &finding.values)).unwrap_or_default()
}

/// Fills the `{placeholders}` of a text. One without a value is shown as `<placeholder>`.
pub fn fill(text: &str, values: &BTreeMap<&'static str, Line>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if is_placeholder(name) => {
                match values.get(name) {
                    Some(value) => filled.push_str(value),
                    None => filled.extend(["<", name, ">"]),
                }
                rest = tail;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The names that titles, causes and fixes may use. Whoever makes a finding supplies those that its entry needs.
#[cfg(test)]
pub const PLACEHOLDERS: &[&str] = &[
    "absence",
    "account",
    "address",
    "any_more",
    "assignments",
    "bucket",
    "check",
    "class",
    "command",
    "days",
    "deadline",
    "elsewhere",
    "endpoint",
    "env_file",
    "expected",
    "extra",
    "host",
    "is",
    "issuer",
    "jurisdiction",
    "key",
    "length",
    "name",
    "no_proxy",
    "offset",
    "other",
    "operation",
    "port",
    "prefix",
    "proxy",
    "proxy_fault",
    "proxy_variable",
    "reason",
    "line",
    "part",
    "ca_file",
    "reference",
    "region",
    "resolve",
    "roots_variable",
    "s",
    "s3_code",
    "server",
    "set_proxy",
    "stand_in",
    "status",
    "subject",
    "suggestion",
    "them",
    "through",
    "timeout",
    "variable",
    "where",
    "where_bucket",
    "where_endpoint",
    "where_keys",
    "where_no_proxy",
    "where_proxy",
    "where_roots",
    "where_variable",
];

fn is_placeholder(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests;
