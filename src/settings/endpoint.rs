//! The endpoint: a URL taken apart, and what its host tells about R2.

use std::net::IpAddr;

use url::{Host, Url};

/// The domain under which every R2 account has its S3 endpoint
/// (<https://developers.cloudflare.com/r2/api/s3/api/>).
pub const R2_DOMAIN: &str = "r2.cloudflarestorage.com";

/// Where R2 keeps a bucket; each is a namespace of its own
/// (<https://developers.cloudflare.com/r2/reference/data-location/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jurisdiction {
    /// No restriction.
    Default,
    /// The European Union.
    Eu,
    /// `FedRAMP`.
    FedRamp,
}

impl Jurisdiction {
    /// The name in reports and, but for the default, the label in the host.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Eu => "eu",
            Self::FedRamp => "fedramp",
        }
    }
}

/// Who answers at the endpoint, as far as its host tells.
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

/// A well-formed endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    provider: Provider,
}

impl Endpoint {
    /// Takes an endpoint apart.
    ///
    /// # Errors
    /// When the text is no URL.
    pub fn parse(text: &str) -> Result<Self, url::ParseError> {
        let url = Url::parse(text)?;
        let provider = url.host_str().map_or(Provider::Other, provider_of);
        Ok(Self { url, provider })
    }

    /// The URL without its trailing slash.
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
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

    /// Who answers there.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Whether the host is this machine itself.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            None => false,
        }
    }
}

/// Recognises `<account>[.<jurisdiction>].r2.cloudflarestorage.com`.
fn provider_of(host: &str) -> Provider {
    let Some(labels) = host.strip_suffix(R2_DOMAIN).and_then(|rest| rest.strip_suffix('.')) else {
        return Provider::Other;
    };
    let (account, jurisdiction) = match labels.split_once('.') {
        None => (labels, Jurisdiction::Default),
        Some((account, "eu")) => (account, Jurisdiction::Eu),
        Some((account, "fedramp")) => (account, Jurisdiction::FedRamp),
        Some(_) => return Provider::Other,
    };
    Provider::R2 { account_id: account.to_owned(), jurisdiction }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_panics_and_only_hosts_below_r2s_domain_are_r2s(
            text in prop_oneof![any::<String>(), "(https?|s3)://[a-z0-9@:.\\[\\]/?#%-]{0,30}(\\.eu)?(\\.r2\\.cloudflarestorage\\.com)?(:[0-9]{0,6})?/?"],
        ) {
            let Ok(endpoint) = Endpoint::parse(&text) else { return Ok(()) };
            let is_r2 = matches!(endpoint.provider(), Provider::R2 { .. });
            let below = endpoint.host().strip_suffix(R2_DOMAIN).is_some_and(|rest| rest.ends_with('.'));
            prop_assert!(!is_r2 || below);
            prop_assert!(!is_r2 || !endpoint.is_loopback());
            prop_assert!(!endpoint.as_str().ends_with('/'));
            let _ = (endpoint.port(), endpoint.is_tls());
        }
    }
}
