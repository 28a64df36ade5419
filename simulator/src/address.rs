//! Where a request is meant to go: the account and the jurisdiction by host, the bucket and the key by path.

use super::http::{Request, decoded};

/// The domain of R2's S3 API, which is also the host of no account.
pub const DOMAIN: &str = "r2.cloudflarestorage.com";

/// Where a bucket's data has to stay. Each is a namespace of its own, with a host of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Jurisdiction {
    #[default]
    /// None in particular.
    Default,
    /// The European Union.
    Eu,
    /// The United States.
    Us,
    /// The `FedRAMP` programme of the United States.
    Fedramp,
}

impl Jurisdiction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Eu, Self::Us, Self::Fedramp];

    /// The host that serves an account's buckets of this jurisdiction.
    pub fn host(self, account: &str) -> String {
        match self {
            Self::Default => format!("{account}.{DOMAIN}"),
            Self::Eu => format!("{account}.eu.{DOMAIN}"),
            Self::Us => format!("{account}.us.{DOMAIN}"),
            Self::Fedramp => format!("{account}.fedramp.{DOMAIN}"),
        }
    }
}

/// The object, bucket or service that a request names.
#[derive(Clone, Debug, Default)]
pub struct Address {
    /// None on a host of R2's domain that belongs to no account, and outside the path prefix.
    pub account: Option<String>,
    pub jurisdiction: Jurisdiction,
    pub bucket: Option<String>,
    pub key: Option<String>,
}

impl Address {
    /// Taken from the host and the path; a host outside R2's domain plays `own` account in `own` jurisdiction.
    pub fn of(
        request: &Request,
        own: (&str, Jurisdiction),
        path_prefix: &str,
        virtual_host: Option<&str>,
    ) -> Self {
        let host = request.host();
        let Some(path) = within(request.path(), path_prefix) else { return Self::default() };
        if let Some(bucket) = virtual_host.and_then(|own| host.strip_suffix(own)?.strip_suffix('.')) {
            return Self {
                account: Some(own.0.to_owned()),
                jurisdiction: own.1,
                bucket: Some(bucket.to_owned()),
                key: non_empty(path.trim_start_matches('/')),
            };
        }
        let Some(labels) = labels_before_domain(&host) else {
            return Self { account: Some(own.0.to_owned()), jurisdiction: own.1, ..path_style(path) };
        };
        let (rest, jurisdiction) = jurisdiction_of(&labels);
        match *rest {
            [account] => Self { account: Some(account.to_owned()), jurisdiction, ..path_style(path) },
            [bucket, account] => Self {
                account: Some(account.to_owned()),
                jurisdiction,
                bucket: Some(bucket.to_owned()),
                key: non_empty(path.trim_start_matches('/')),
            },
            _ => Self::default(),
        }
    }
}

fn within<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

fn labels_before_domain(host: &str) -> Option<Vec<&str>> {
    let before = host.strip_suffix(DOMAIN)?;
    Some(before.split('.').filter(|label| !label.is_empty()).collect())
}

fn jurisdiction_of<'a, 'b>(labels: &'b [&'a str]) -> (&'b [&'a str], Jurisdiction) {
    match labels {
        [rest @ .., "eu"] => (rest, Jurisdiction::Eu),
        [rest @ .., "us"] => (rest, Jurisdiction::Us),
        [rest @ .., "fedramp"] => (rest, Jurisdiction::Fedramp),
        rest => (rest, Jurisdiction::Default),
    }
}

fn path_style(path: &str) -> Address {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    Address { bucket: non_empty(bucket), key: non_empty(key), ..Address::default() }
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| decoded(text))
}
