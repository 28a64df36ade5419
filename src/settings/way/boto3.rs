//! The proxy of boto3: `urllib.request.getproxies_environment` and `proxy_bypass_environment` of Python,
//! `ProxyConfiguration` of botocore's `httpsession`, and `parse_url` of urllib3.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::sync::Arc;

use masking::Secret;

use super::address::{self, Unusable};
use super::python::stripped;
use super::{NoWay, Proxy, UnusableProxy, Variables};

/// The proxies from the environment, by the scheme that each is for; `no` names the exempted hosts.
pub struct Proxies {
    by_scheme: BTreeMap<String, (String, Option<Secret>)>,
    /// The variable in lower case for each of them, which counts even if it is empty.
    decisive: BTreeMap<String, String>,
}

impl Proxies {
    /// Reads the variables. Of two spellings the one in lower case wins; an empty one removes the other.
    pub fn read(variables: &Variables) -> Self {
        let mut by_scheme = BTreeMap::new();
        let scheme = |name: &str| name.to_lowercase().strip_suffix("_proxy").map(str::to_owned);
        let set = |value: &OsStr| value.to_str().map(|text| Secret::new(text.to_owned()));
        for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(scheme) = scheme(name) {
                by_scheme.insert(scheme, (name.to_owned(), set(value)));
            }
        }
        // A CGI program gets the client's header field `Proxy` in this variable (CVE-2016-1000110).
        if variables.get("REQUEST_METHOD").is_some() {
            by_scheme.remove("http");
        }
        let mut decisive = BTreeMap::new();
        for (name, value) in variables.iter().filter(|(name, _)| name.ends_with("_proxy")) {
            let Some(scheme) = scheme(name) else { continue };
            decisive.insert(scheme.clone(), name.to_owned());
            if value.is_empty() {
                by_scheme.remove(&scheme);
            } else {
                by_scheme.insert(scheme, (name.to_owned(), set(value)));
            }
        }
        Self { by_scheme, decisive }
    }

    /// The variable for a scheme whose value counts, or would count if it were set.
    pub fn variable(&self, scheme: &str) -> String {
        let used = || self.by_scheme.get(scheme).map(|(name, _)| name.clone());
        let decisive = self.decisive.get(scheme).cloned();
        decisive.or_else(used).unwrap_or_else(|| format!("{}_PROXY", scheme.to_uppercase()))
    }

    /// As [`super::Way::proxy_for`].
    pub fn proxy_for(&self, tls: bool, host: &str, port: u16) -> Result<Option<Arc<Proxy>>, NoWay> {
        let scheme = if tls { "https" } else { "http" };
        let Some((variable, value)) = self.by_scheme.get(scheme) else { return Ok(None) };
        if self.exempts(tls, host, port) {
            return Ok(None);
        }
        let unusable = |reason| UnusableProxy { variable: variable.clone(), reason };
        let Some(value) = value else { return Err(NoWay::Unsupported(unusable("is not UTF-8"))) };
        match address::of_urllib3(value.expose(), variable) {
            Ok(proxy) => Ok(Some(Arc::new(proxy))),
            Err(Unusable::Unsupported(reason)) => Err(NoWay::Unsupported(unusable(reason))),
            Err(Unusable::Unreadable(reason)) => Err(NoWay::Unreadable(unusable(reason))),
        }
    }

    /// Whether `no_proxy` names the host: `*` alone, the host with or without its port, or a domain above it. Networks and
    /// patterns are not supported.
    fn exempts(&self, tls: bool, host: &str, port: u16) -> bool {
        let Some((_, Some(exempt))) = self.by_scheme.get("no") else { return false };
        if exempt.expose() == "*" {
            return true;
        }
        let host = host.to_lowercase();
        let is_default = port == if tls { 443 } else { 80 };
        let whole = if is_default { host.clone() } else { format!("{host}:{port}") };
        exempt.expose().split(',').map(stripped).filter(|name| !name.is_empty()).any(|name| {
            let name = name.trim_start_matches('.').to_lowercase();
            let suffix = format!(".{name}");
            [&host, &whole].into_iter().any(|host| *host == name || host.ends_with(&suffix))
        })
    }
}
