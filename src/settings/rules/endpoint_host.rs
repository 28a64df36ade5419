//! What an endpoint's host tells: an R2 account, something of Cloudflare's that is not the S3 API, a slip, or another
//! server.

use url::Url;

use super::is_hex;
use super::region::LOCATION_HINTS;
use crate::settings::endpoint::{Jurisdiction, R2_DOMAIN};

/// What a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// `<account>[.<jurisdiction>].r2.cloudflarestorage.com`; the account may be malformed.
    Account(String, Jurisdiction),
    /// The same with a bucket's name before it.
    WithBucket(String, String, Jurisdiction),
    /// The jurisdiction elsewhere than right after the account.
    Reversed(String, Jurisdiction),
    /// A label that is no jurisdiction after the account.
    UnknownJurisdiction(String, String),
    /// R2's domain with no account, or an empty one, before it.
    NoAccount,
    /// R2's domain with something before it that is no account.
    Unreadable(Option<String>),
    /// Something of Cloudflare's that is not the S3 API.
    NotTheApi(&'static str),
    /// A slip in R2's domain, with the account and jurisdiction before it, if there is a well-formed one.
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
        [only] if only.is_empty() || jurisdiction(only).is_some() || is_hint(only) => Host::NoAccount,
        [account] => Host::Account(account.to_owned(), Jurisdiction::Default),
        ["", _] => Host::NoAccount,
        [first, second] => two_labels(first, second),
        [bucket, account, third] => match jurisdiction(third) {
            Some(jurisdiction) if !bucket.is_empty() => {
                Host::WithBucket(bucket.to_owned(), account.to_owned(), jurisdiction)
            }
            _ => Host::Unreadable(well_formed(labels)),
        },
        _ => Host::Unreadable(well_formed(labels)),
    }
}

fn two_labels(first: &str, second: &str) -> Host {
    match (jurisdiction(first), jurisdiction(second)) {
        (_, Some(jurisdiction)) => Host::Account(first.to_owned(), jurisdiction),
        (Some(jurisdiction), None) if is_account(second) => Host::Reversed(second.to_owned(), jurisdiction),
        _ if is_account(second) => {
            Host::WithBucket(first.to_owned(), second.to_owned(), Jurisdiction::Default)
        }
        _ if is_account(first) || is_hint(second) => {
            Host::UnknownJurisdiction(first.to_owned(), second.to_owned())
        }
        _ => Host::Unreadable(None),
    }
}

/// Whether a label may be a jurisdiction that R2 has and this program does not know: letters, and no location hint.
pub fn may_be_jurisdiction(label: &str) -> bool {
    (2..=20).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_lowercase()) && !is_hint(label)
}

/// Whether a host is one of a private network: a name without a dot, as services have in Compose, a name below `internal`
/// (<https://docs.railway.com/networking/private-networking>), or a private address (RFC 1918, RFC 4193).
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => !name.contains('.') || name.ends_with(".internal"),
        Some(url::Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(url::Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => false,
    }
}

/// Whether a text is shaped as an account id.
pub fn is_account(text: &str) -> bool {
    is_hex(text, 32)
}

fn well_formed(labels: &[&str]) -> Option<String> {
    labels.iter().find(|label| is_account(label)).map(|label| (*label).to_owned())
}

fn jurisdiction(label: &str) -> Option<Jurisdiction> {
    [Jurisdiction::Eu, Jurisdiction::Us, Jurisdiction::FedRamp]
        .into_iter()
        .find(|jurisdiction| jurisdiction.as_str() == label)
}

/// Names of places that are taken for jurisdictions.
fn is_hint(label: &str) -> bool {
    LOCATION_HINTS.contains(&label)
        || ["auto", "default", "global", "us-east-1", "uk", "de", "asia"].contains(&label)
}

fn is_below(name: &str, domain: &str) -> bool {
    name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn not_the_api(name: &str) -> Option<&'static str> {
    if is_below(name, "r2.dev") {
        Some("the public address of a bucket, which only serves files")
    } else if name == "dash.cloudflare.com" {
        Some("the dashboard, for people")
    } else if name == "api.cloudflare.com" {
        Some("Cloudflare's own API, which does not speak S3")
    } else if is_below(name, "workers.dev") || is_below(name, "pages.dev") {
        Some("a Worker or a page, not the S3 API")
    } else if is_below(name, "cloudflare.com") {
        Some("a site of Cloudflare's, not the S3 API")
    } else {
        None
    }
}

/// Whether a host was meant to end in R2's domain: within three slips of it, or with its telling word inside.
fn is_misspelt(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let near = |count: usize| {
        let tail = labels[labels.len().saturating_sub(count)..].join(".");
        strsim::osa_distance(&tail, R2_DOMAIN) <= 3
    };
    name.contains("cloudflarestorage") || near(2) || near(3) || near(4)
}

/// A host of R2 but for its jurisdiction, which stands in a wrong place: `<account>.r2.eu.cloudflarestorage.com`.
fn displaced(name: &str) -> Option<(String, Jurisdiction)> {
    let labels: Vec<&str> = name.split('.').collect();
    labels.iter().enumerate().find_map(|(position, label)| {
        let found = jurisdiction(label)?;
        let rest = [&labels[..position], &labels[position + 1..]].concat().join(".");
        let account =
            rest.strip_suffix(R2_DOMAIN)?.strip_suffix('.').filter(|account| is_account(account))?;
        Some((account.to_owned(), found))
    })
}

fn account_in(name: &str) -> Option<(String, Jurisdiction)> {
    let mut labels = name.split('.');
    let account = labels.next().filter(|label| is_account(label))?;
    let jurisdiction = labels.next().and_then(jurisdiction).unwrap_or(Jurisdiction::Default);
    Some((account.to_owned(), jurisdiction))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_host_on_r2_is_taken_apart() {
        let account = || ACCOUNT.to_owned();
        for (labels, found) in [
            ("ACC", Host::Account(account(), Jurisdiction::Default)),
            ("ACC.eu", Host::Account(account(), Jurisdiction::Eu)),
            ("ACC.fedramp", Host::Account(account(), Jurisdiction::FedRamp)),
            ("typo", Host::Account("typo".to_owned(), Jurisdiction::Default)),
            ("photos.ACC", Host::WithBucket("photos".to_owned(), account(), Jurisdiction::Default)),
            ("photos.ACC.eu", Host::WithBucket("photos".to_owned(), account(), Jurisdiction::Eu)),
            ("eu.ACC", Host::Reversed(account(), Jurisdiction::Eu)),
            ("ACC.us", Host::Account(account(), Jurisdiction::Us)),
            ("ACC.mars", Host::UnknownJurisdiction(account(), "mars".to_owned())),
            ("typo.weur", Host::UnknownJurisdiction("typo".to_owned(), "weur".to_owned())),
            ("", Host::NoAccount),
            ("eu", Host::NoAccount),
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
            assert_eq!(found, Host::Reversed(account(), Jurisdiction::Eu), "{name}");
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
    fn a_slip_in_the_domain_is_told_from_another_server() {
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
