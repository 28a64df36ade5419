//! What an endpoint's host is: an R2 account, something of Cloudflare that is not the S3 API, a misspelt host, or another
//! server.

use super::is_hex;
use super::region::is_aws_region;
use crate::settings::endpoint::Jurisdiction;
use crate::settings::lists::{LOCATION_HINTS, NO_JURISDICTIONS, OTHER_HOSTS, R2_DOMAIN};

/// What a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// `<account>[.<jurisdiction>].r2.cloudflarestorage.com`; the account may be malformed, and the jurisdiction one that
    /// this program does not know.
    Account(String, Jurisdiction),
    /// The same with a bucket's name before it.
    WithBucket(String, String, Jurisdiction),
    /// The jurisdiction elsewhere than right after the account.
    Reversed(String, Jurisdiction),
    /// After the account, a label that is known to be no jurisdiction.
    NoJurisdiction(String, String),
    /// R2's domain with no account, or an empty one, before it.
    NoAccount,
    /// R2's domain with something before it that is no account.
    Unreadable(Option<String>),
    /// Something of Cloudflare that is not the S3 API.
    NotTheApi(&'static str),
    /// R2's domain, misspelt, with the account and jurisdiction before it, if there is a well-formed one.
    Misspelt(Option<(String, Jurisdiction)>),
    /// Any other server.
    Other,
}

/// What a host in lower case, without a trailing dot, is.
pub fn host(name: &str) -> Host {
    if name == R2_DOMAIN {
        return Host::NoAccount;
    }
    if let Some(labels) = name.strip_suffix(R2_DOMAIN).and_then(|labels| labels.strip_suffix('.')) {
        return on_r2(&labels.split('.').collect::<Vec<_>>());
    }
    if let Some(what) = not_the_api(name) {
        return Host::NotTheApi(what);
    }
    if let Some((account, jurisdiction)) = displaced(name) {
        return Host::Reversed(account, jurisdiction);
    }
    if is_misspelt(name) { Host::Misspelt(account_in(name)) } else { Host::Other }
}

fn on_r2(labels: &[&str]) -> Host {
    match *labels {
        [""] | ["", _] => Host::NoAccount,
        [account] => Host::Account(account.to_owned(), Jurisdiction::Default),
        [first, second] => two_labels(first, second),
        [bucket, account, third] => {
            match Jurisdiction::labelled(third).or_else(|| possible(account, third)) {
                Some(jurisdiction) if !bucket.is_empty() => {
                    Host::WithBucket(bucket.to_owned(), account.to_owned(), jurisdiction)
                }
                Some(_) | None => Host::Unreadable(well_formed(labels)),
            }
        }
        _ => Host::Unreadable(well_formed(labels)),
    }
}

fn two_labels(first: &str, second: &str) -> Host {
    match (Jurisdiction::labelled(first), Jurisdiction::labelled(second)) {
        (_, Some(jurisdiction)) => Host::Account(first.to_owned(), jurisdiction),
        (Some(jurisdiction), None) if is_account(second) => Host::Reversed(second.to_owned(), jurisdiction),
        _ if is_account(second) => {
            Host::WithBucket(first.to_owned(), second.to_owned(), Jurisdiction::Default)
        }
        _ if mistake(second).is_some() => Host::NoJurisdiction(first.to_owned(), second.to_owned()),
        _ => possible(first, second)
            .map_or(Host::Unreadable(well_formed(&[first])), |new| Host::Account(first.to_owned(), new)),
    }
}

/// The jurisdiction that a label after a well-formed account id may be: one that R2 has and this program does not know.
fn possible(account: &str, label: &str) -> Option<Jurisdiction> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let is_open = is_label && label.bytes().all(plain) && mistake(label).is_none();
    (is_account(account) && is_open).then(|| Jurisdiction::Labelled(label.to_owned()))
}

/// Whether a text is shaped as an account id.
pub fn is_account(text: &str) -> bool {
    is_hex(text, 32)
}

fn well_formed(labels: &[&str]) -> Option<String> {
    labels.iter().find(|label| is_account(label)).map(|label| (*label).to_owned())
}

/// What a label is that is known to be neither an account id nor a jurisdiction.
pub fn mistake(label: &str) -> Option<&'static str> {
    if LOCATION_HINTS.contains(&label) {
        Some("location hint")
    } else if is_aws_region(label) {
        Some("AWS region")
    } else {
        NO_JURISDICTIONS.contains(&label).then_some("label")
    }
}

/// What a label in the place of an account id is, where it is known to be something else.
pub fn not_an_account(label: &str) -> Option<&'static str> {
    let is_jurisdiction = Jurisdiction::labelled(label).is_some();
    is_jurisdiction.then_some("jurisdiction").or_else(|| mistake(label))
}

fn is_below(name: &str, domain: &str) -> bool {
    name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn not_the_api(name: &str) -> Option<&'static str> {
    OTHER_HOSTS.iter().find(|(domain, _)| is_below(name, domain)).map(|(_, what)| *what)
}

/// Whether a host was meant to end in R2's domain: at most three typing errors, or with its distinctive word inside.
fn is_misspelt(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let near = |count: usize| {
        let tail = labels[labels.len().saturating_sub(count)..].join(".");
        tail.len().abs_diff(R2_DOMAIN.len()) <= 3 && strsim::osa_distance(&tail, R2_DOMAIN) <= 3
    };
    name.contains("cloudflarestorage") || near(2) || near(3) || near(4)
}

/// A host of R2 with its jurisdiction in a wrong place: `<account>.r2.eu.cloudflarestorage.com`.
fn displaced(name: &str) -> Option<(String, Jurisdiction)> {
    let labels: Vec<&str> = name.split('.').collect();
    labels.iter().enumerate().find_map(|(position, label)| {
        let found = Jurisdiction::labelled(label)?;
        let rest = [&labels[..position], &labels[position + 1..]].concat().join(".");
        let account =
            rest.strip_suffix(R2_DOMAIN)?.strip_suffix('.').filter(|account| is_account(account))?;
        Some((account.to_owned(), found))
    })
}

fn account_in(name: &str) -> Option<(String, Jurisdiction)> {
    let mut labels = name.split('.');
    let account = labels.next().filter(|label| is_account(label))?;
    let jurisdiction = labels.next().and_then(Jurisdiction::labelled).unwrap_or(Jurisdiction::Default);
    Some((account.to_owned(), jurisdiction))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_host_on_r2_is_taken_apart() {
        let account = || ACCOUNT.to_owned();
        let labelled = |label: &str| Jurisdiction::Labelled(label.to_owned());
        for (labels, found) in [
            ("ACC", Host::Account(account(), Jurisdiction::Default)),
            ("ACC.eu", Host::Account(account(), labelled("eu"))),
            ("ACC.fedramp", Host::Account(account(), labelled("fedramp"))),
            ("typo", Host::Account("typo".to_owned(), Jurisdiction::Default)),
            ("photos.ACC", Host::WithBucket("photos".to_owned(), account(), Jurisdiction::Default)),
            ("photos.ACC.eu", Host::WithBucket("photos".to_owned(), account(), labelled("eu"))),
            ("eu.ACC", Host::Reversed(account(), labelled("eu"))),
            ("ACC.us", Host::Account(account(), labelled("us"))),
            ("ACC.mars", Host::Account(account(), labelled("mars"))),
            ("ACC.gov-2", Host::Account(account(), labelled("gov-2"))),
            ("photos.ACC.mars", Host::WithBucket("photos".to_owned(), account(), labelled("mars"))),
            ("ACC.eu-west-1", Host::NoJurisdiction(account(), "eu-west-1".to_owned())),
            ("us-east-1", Host::Account("us-east-1".to_owned(), Jurisdiction::Default)),
            ("typo.weur", Host::NoJurisdiction("typo".to_owned(), "weur".to_owned())),
            ("", Host::NoAccount),
            ("eu", Host::Account("eu".to_owned(), Jurisdiction::Default)),
            (".eu", Host::NoAccount),
            ("a.b.ACC.eu", Host::Unreadable(Some(account()))),
            ("a.b", Host::Unreadable(None)),
        ] {
            assert_eq!(host(&format!("{}.{R2_DOMAIN}", labels.replace("ACC", ACCOUNT))), found, "{labels}");
        }
        assert_eq!(host(R2_DOMAIN), Host::NoAccount);
        for name in [
            "ACC.r2.eu.cloudflarestorage.com",
            "ACC.r2.cloudflarestorage.eu.com",
            "ACC.r2.cloudflarestorage.com.eu",
        ] {
            let found = host(&name.replace("ACC", ACCOUNT));
            assert_eq!(found, Host::Reversed(account(), Jurisdiction::Labelled("eu".to_owned())), "{name}");
        }
    }

    #[test]
    fn addresses_of_cloudflare_that_are_not_the_api_are_known() {
        for name in [
            "pub-0123.r2.dev",
            "dash.cloudflare.com",
            "api.cloudflare.com",
            "r2.cloudflare.com",
            "x.workers.dev",
        ] {
            assert!(matches!(host(name), Host::NotTheApi(_)), "{name}");
        }
    }

    #[test]
    fn a_slip_in_the_domain_is_distinguished_from_another_server() {
        for name in [
            "ACC.r2.cloudflarestorage.con",
            "ACC.r2.cloudflatestorage.com",
            "ACC.r2.cloudflarestorage",
            "ACC.r2.cloudflarestorage.com.evil.example",
            "ACC.cloudflarestorage.com",
            "ACC.r2cloudflarestorage.com",
            "ACC.r2.cloudflare-storage.com",
            "ACC.r2.cloud.flarestorage.com",
            "ACC.r3.cloudflarestorage.com",
            "ACC.r2.clouflarestorage.com",
        ] {
            let found = host(&name.replace("ACC", ACCOUNT));
            assert_eq!(found, Host::Misspelt(Some((ACCOUNT.to_owned(), Jurisdiction::Default))), "{name}");
        }
        for name in [
            "localhost",
            "127.0.0.1",
            "s3.amazonaws.com",
            "minio.example.com",
            "[::1]",
            "storage.example.com",
        ] {
            assert_eq!(host(name), Host::Other, "{name}");
        }
    }
}
