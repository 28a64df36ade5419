//! Values that were never filled in: example text of guides and templates, and unresolved references.

use super::reference::{Family, family};
use super::{Site, Subject};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Kind};
use crate::settings::Variable;
use crate::settings::characters::{QUOTES, is_whitespace};
use crate::settings::disclosure::{Disclosure, without_user_info};

/// Identifiers in Cloudflare's documentation, which copied examples hold
/// (<https://developers.cloudflare.com/r2/api/tokens/>, <https://developers.cloudflare.com/api/>).
const DOCUMENTED: [&str; 3] = [
    "4793d734c0b8e484dfc37ec392b5fa8a",
    "023e105f4ecef8ad9ca31a8372d0c353",
    "f267e341f3dd4697bd3b9f71dd96247f",
];
/// Placeholder words, with `_` for every separator.
const WORDS: [&str; 30] = [
    "account_id",
    "accountid",
    "my_account_id",
    "cf_account_id",
    "cloudflare_account_id",
    "access_key",
    "access_key_id",
    "accesskeyid",
    "access_key_secret",
    "secret_key",
    "secret_access_key",
    "secretaccesskey",
    "session_token",
    "bucket_name",
    "bucketname",
    "changeme",
    "change_me",
    "replaceme",
    "replace_me",
    "fill_me_in",
    "fixme",
    "todo",
    "tbd",
    "placeholder",
    "redacted",
    "undefined",
    "null",
    "none",
    "nil",
    "n_a",
];
/// Beginnings of placeholders.
const OPENINGS: [&str; 8] =
    ["your_", "youraccount", "youraccess", "yoursecret", "yourkey", "yourbucket", "insert_", "replace_with"];
/// Those of these words that may be the name of a bucket.
const BUCKET_NAMES: [&str; 4] = ["todo", "none", "nil", "placeholder"];

/// A placeholder instead of a value.
pub fn placeholder(subject: &Subject, site: &Site, disclosure: &Disclosure) -> Option<Finding> {
    if let Some((family, mark)) = family_of(subject) {
        return Some(unresolved(subject, family, mark, disclosure));
    }
    // Passwords of other servers may be any word; their hosts are judged like R2's.
    let words = *site != Site::Other || subject.variable == Variable::Endpoint;
    let named = || named(subject.variable, subject.core());
    let what = marked(subject).or_else(|| words.then(named).flatten())?;
    let finding = subject
        .error(Code::ConfigPlaceholder)
        .under(Circumstance::Example)
        .of_kind(Kind::StandIn(what.into()));
    Some(finding.because(shown(subject, what, disclosure)))
}

/// A stand-in that was not replaced by its value.
fn unresolved(subject: &Subject, family: &Family, mark: &str, disclosure: &Disclosure) -> Finding {
    let what = family.stand_in();
    let evidence = shown(subject, &format!("{what} (`{mark}`)"), disclosure);
    let command = family.command.unwrap_or_default().replace("{variable}", subject.variable.name());
    let finding = subject.error(Code::ConfigPlaceholder).because(evidence);
    finding
        .under(Circumstance::StandIn)
        .under(family.circumstance())
        .of_kind(Kind::StandIn(what.into()))
        .with("resolve", family.resolve)
        .with("command", command)
}

/// A description of the stand-in, and the value itself if it may be shown.
fn shown(subject: &Subject, what: &str, disclosure: &Disclosure) -> String {
    let evidence = format!("{} contains {what}", subject.named());
    match disclosure.show(&without_user_info(subject.core())).filter(|_| !subject.variable.is_secret()) {
        Some(value) => format!("{evidence}, `{value}`"),
        None => evidence,
    }
}

/// Whether a text is a placeholder or a stand-in for a variable's value.
pub fn stands_for_another(variable: Variable, text: &str) -> bool {
    family(text).is_some() || mark(text, variable.is_secret()).is_some() || named(variable, text).is_some()
}

/// The family of a value: within its quotes if blanks matter, or without blanks.
fn family_of(subject: &Subject) -> Option<(&'static Family, &'static str)> {
    let within = subject.raw().trim_matches(|c| is_whitespace(c) || QUOTES.contains(&c));
    family(within).filter(|_| !subject.is_repaired()).or_else(|| family(subject.core()))
}

/// Marks that no real value has. A password may hold brackets, so there they must enclose the whole value.
fn marked(subject: &Subject) -> Option<&'static str> {
    mark(subject.core(), subject.variable.is_secret())
}

fn mark(core: &str, whole: bool) -> Option<&'static str> {
    let enclosed = |open: char, close: char| {
        let inside = core.find(open).is_some_and(|start| core[start..].contains(close));
        inside && (!whole || (core.starts_with(open) && core.ends_with(close)))
    };
    let lower = core.to_lowercase();
    if enclosed('<', '>') || enclosed('{', '}') || (enclosed('[', ']') && core.starts_with('[')) {
        Some("a name in brackets")
    } else if core.contains("...") || core.contains('…') {
        Some("an ellipsis")
    } else if core.contains("***") || core.contains("••") {
        Some("asterisks or dots that mask a value")
    } else if lower.contains("your_") || lower.contains("your-account") || lower.contains("youraccount") {
        Some("template text")
    } else {
        None
    }
}

/// Placeholder words and examples, each for the variables in which they make sense.
fn named(variable: Variable, text: &str) -> Option<&'static str> {
    match variable {
        Variable::Enabled | Variable::Region => None,
        Variable::Endpoint => host_labels(text).find_map(word),
        Variable::BucketName => bucket_word(text),
        Variable::AccessKeyId | Variable::SecretAccessKey | Variable::SessionToken => word(text),
    }
}

fn host_labels(endpoint: &str) -> impl Iterator<Item = &str> {
    let after_scheme = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    after_scheme.split(['/', '?', '#', ':']).next().unwrap_or_default().split('.')
}

fn plain(text: &str) -> String {
    text.to_lowercase().replace(['-', ' '], "_")
}

fn word(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    if DOCUMENTED.contains(&plain.as_str()) {
        Some("an example from Cloudflare's documentation")
    } else if WORDS.contains(&plain.trim_start_matches("r2_"))
        || OPENINGS.iter().any(|opening| plain.starts_with(opening))
    {
        Some("template text")
    } else if plain.contains("xxxx") || is_all_x(&plain) {
        Some("a row of `x`")
    } else {
        None
    }
}

/// A bucket may have almost any name: only obvious placeholders count.
fn bucket_word(name: &str) -> Option<&'static str> {
    const TEMPLATE: [&str; 8] = ["bucket", "name", "here", "r2", "s3", "cloudflare", "app", "storage"];
    let plain = plain(name);
    let after_your = plain.strip_prefix("your").map(|rest| rest.trim_start_matches('_'));
    let templated = after_your
        .is_some_and(|rest| rest == "bucketname" || rest.split('_').all(|part| TEMPLATE.contains(&part)));
    let named = WORDS.contains(&plain.trim_start_matches("r2_")) && !BUCKET_NAMES.contains(&plain.as_str());
    if templated || named {
        Some("template text")
    } else if is_all_x(&plain) {
        Some("a row of `x`")
    } else {
        None
    }
}

fn is_all_x(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte == b'x')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_no_real_value_has_are_placeholders_anywhere() {
        for value in [
            "https://<ACCOUNT_ID>.r2.cloudflarestorage.com",
            "${R2_BUCKET_NAME}",
            "${{shared.R2_BUCKET}}",
            "{{ bucket }}",
            "$R2_BUCKET",
            "%R2_BUCKET%",
            "https://{account}.r2.cloudflarestorage.com",
            "abc...",
            "abc…",
            "******",
            "[bucket]",
            "your_bucket",
        ] {
            assert!(stands_for_another(Variable::BucketName, value), "{value}");
        }
        for value in ["https://[::1]:9000", "photos", "a$b", "100%", "wJalrXUtnFEMI/K7MDENG"] {
            assert!(mark(value, false).is_none(), "{value}");
        }
        assert!(mark("p<as>s", true).is_none() && mark("<secret>", true).is_some());
    }

    #[test]
    fn words_of_a_template_are_placeholders_and_real_values_are_not() {
        for value in [
            "changeme",
            "ACCOUNT_ID",
            "your-secret-key",
            "xxxx",
            "R2_SECRET_ACCESS_KEY",
            DOCUMENTED[0],
            "undefined",
        ] {
            assert!(word(value).is_some(), "{value}");
        }
        for value in ["0123456789abcdef0123456789abcdef", "minio", "localhost", "r2", "eu", "xx"] {
            assert!(word(value).is_none(), "{value}");
        }
    }

    #[test]
    fn a_bucket_may_have_a_name_that_only_resembles_a_template() {
        for name in [
            "your-bucket",
            "your-r2-bucket-name",
            "bucket-name",
            "BUCKET_NAME",
            "xxxx",
            "R2_BUCKET_NAME",
            "yourbucketname",
        ] {
            assert!(bucket_word(name).is_some(), "{name}");
        }
        for name in ["your-story", "my-bucket", "todo", "photos", "xxl-prints", "app"] {
            assert!(bucket_word(name).is_none(), "{name}");
        }
    }
}
