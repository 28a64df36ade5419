//! The endpoint: its URL, and the provider, account and jurisdiction from its host.

pub mod faithful;

use std::net::IpAddr;

use url::{Host, Url};

use super::lists::{JURISDICTIONS, NO_JURISDICTION, R2_DOMAIN};
use super::url_text::UrlText;
use crate::base::circumstance::Circumstance;

/// Where R2 keeps a bucket; each is a namespace of its own
/// (<https://developers.cloudflare.com/r2/reference/data-location/>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jurisdiction {
    /// No restriction.
    Default,
    /// The one that has this label in its hosts: one of R2's, or one that this program does not know.
    Labelled(String),
}

impl Jurisdiction {
    /// All that this program knows.
    pub fn known() -> impl Iterator<Item = Self> {
        let labelled = JURISDICTIONS.iter().map(|label| Self::Labelled((*label).to_owned()));
        std::iter::once(Self::Default).chain(labelled)
    }

    /// The known one with this label.
    pub fn labelled(label: &str) -> Option<Self> {
        JURISDICTIONS.contains(&label).then(|| Self::Labelled(label.to_owned()))
    }

    /// Whether this program knows it.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Default => true,
            Self::Labelled(label) => JURISDICTIONS.contains(&label.as_str()),
        }
    }

    /// The name in reports and, but for the default, the label in the host.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Default => NO_JURISDICTION,
            Self::Labelled(label) => label,
        }
    }
}

/// The provider of the endpoint, as far as its host shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Cloudflare R2.
    R2 {
        /// The account, 32 lower-case hexadecimal digits.
        account_id: String,
        /// The jurisdiction in the host.
        jurisdiction: Jurisdiction,
    },
    /// Some other S3-compatible server.
    Other,
}

/// A well-formed endpoint, which is used as written except for the case of scheme and host, one trailing slash, and the
/// default port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    provider: Provider,
}

impl Endpoint {
    /// Parses an endpoint.
    ///
    /// # Errors
    /// When the text is no URL, or a URL parser would change it.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let url = Url::parse(text)?;
        if let Some(difference) = faithful::differences(&UrlText::split(text), &url).into_iter().next() {
            return Err(Unfit::Unfaithful(difference));
        }
        let provider = url.host_str().map_or(Provider::Other, provider_of);
        Ok(Self { url, provider })
    }

    /// The URL without its trailing slash.
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The path below which the API is found, without a slash at its end: empty, if there is none.
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The value of the header field `Host`.
    pub fn authority(&self) -> String {
        self.url.port().map_or_else(|| self.host().to_owned(), |port| format!("{}:{port}", self.host()))
    }

    /// The host, IPv6 addresses in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, that of the scheme unless the URL names one.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// Whether requests travel inside TLS.
    pub fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The provider.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Whether the host is this machine itself.
    #[cfg(any(test, feature = "demo"))]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// What a fix may need to know of it.
    pub fn circumstance(&self) -> Option<Circumstance> {
        circumstance(&self.url)
    }
}

/// Why a text is no endpoint.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is no URL.
    #[error(transparent)]
    NoUrl(#[from] url::ParseError),
    /// It is a URL, but a URL parser would change it.
    #[error("{0}")]
    Unfaithful(faithful::Difference),
}

/// Whether a URL's host is this machine itself.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Whether a host is one of a private network: a name without a dot, as services have in Compose, a name below `internal`
/// (<https://docs.railway.com/networking/private-networking>), or a private address (RFC 1918, RFC 4193).
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".internal"),
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => false,
    }
}

/// What a fix may need to know of a URL's host.
pub fn circumstance(url: &Url) -> Option<Circumstance> {
    if is_loopback(url) {
        Some(Circumstance::Loopback)
    } else {
        is_private(url).then_some(Circumstance::Private)
    }
}

/// The endpoint of an R2 account in a jurisdiction.
pub fn url_on_r2(account: &str, jurisdiction: &Jurisdiction) -> String {
    match jurisdiction {
        Jurisdiction::Default => format!("https://{account}.{R2_DOMAIN}"),
        Jurisdiction::Labelled(label) => format!("https://{account}.{label}.{R2_DOMAIN}"),
    }
}

/// Recognises `<account>[.<jurisdiction>].r2.cloudflarestorage.com`. Whether there is such a jurisdiction, only R2 knows.
fn provider_of(host: &str) -> Provider {
    let Some(labels) = host.strip_suffix(R2_DOMAIN).and_then(|rest| rest.strip_suffix('.')) else {
        return Provider::Other;
    };
    let (account, jurisdiction) = match labels.split_once('.') {
        None => (labels, Jurisdiction::Default),
        Some((_, label)) if label.contains('.') => return Provider::Other,
        Some((account, label)) => (account, Jurisdiction::Labelled(label.to_owned())),
    };
    Provider::R2 { account_id: account.to_owned(), jurisdiction }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_endpoint_with_a_label_that_nobody_knows_is_r2s() {
        for label in ["eu", "mars", "eu-2"] {
            let text = format!("https://0123456789abcdef0123456789abcdef.{label}.{R2_DOMAIN}");
            let endpoint = Endpoint::parse(&text).expect("an endpoint");
            let Provider::R2 { jurisdiction, .. } = endpoint.provider() else { panic!("{text}") };
            assert_eq!((jurisdiction.as_str(), jurisdiction.is_known()), (label, label == "eu"));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_only_hosts_below_r2s_domain_are_r2s(
            text in prop_oneof![
                any::<String>(),
                "(https?|s3)://[a-z0-9@:.\\[\\]/?#%-]{0,30}(\\.eu)?(\\.r2\\.cloudflarestorage\\.com)?(:[0-9]{0,6})?/?",
                "[hH]ttps?://[a-zA-Z0-9.ⓡ２ß_-]{1,8}(:(80|443|9|080|))?(/|/[a-z.%2fe;=\\\\ä]{1,6}){0,3}/?",
                "http://([0-9]{1,4}|0x[0-9a-f]{1,2})(\\.([0-9]{1,4}|0x[0-9a-f]{1,2})){0,4}",
            ],
        ) {
            let Ok(endpoint) = Endpoint::parse(&text) else { return Ok(()) };
            let is_r2 = matches!(endpoint.provider(), Provider::R2 { .. });
            let below = endpoint.host().strip_suffix(R2_DOMAIN).is_some_and(|rest| rest.ends_with('.'));
            prop_assert!(!is_r2 || below);
            prop_assert!(!is_r2 || !endpoint.is_loopback());
            let _ = endpoint.is_tls();
            // The parts that are used, joined again, are the text.
            let scheme = if endpoint.is_tls() { "https" } else { "http" };
            let explicit = UrlText::split(&text).port.is_some();
            let port = if explicit { format!(":{}", endpoint.port()) } else { String::new() };
            let wire = format!("{scheme}://{}{port}{}", endpoint.host(), endpoint.path());
            let (head, path) = text.split_at(text.len() - UrlText::split(&text).path.len());
            let written = format!("{}{}", head.to_ascii_lowercase(), path.strip_suffix('/').unwrap_or(path));
            prop_assert_eq!(wire, written);
        }
    }
}
