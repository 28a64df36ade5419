//! The value of a variable that names a proxy. It may hold a login, so the whole text is a secret: it is parsed
//! here, and the result is the unambiguous address of the proxy, or why there is none.

use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use masking::Secret;

/// Why a value names no proxy. Neither reason holds anything of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is not the address of a usable proxy. Most HTTP clients ignore such a value, and boto3 fails.
    Unsupported(&'static str),
    /// HTTP clients parse it differently, so that the host may be part of the password.
    Unreadable(&'static str),
}

/// A proxy to be used.
#[derive(Clone)]
pub struct Proxy {
    /// Whether the connection to the proxy uses TLS.
    pub tls: bool,
    /// Its host, an IPv6 address in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The value of the header field `Proxy-Authorization`.
    pub login: Option<Secret>,
    /// The variable that names it.
    pub variable: String,
}

impl Proxy {
    /// Its address for reports: scheme, host and port only.
    pub fn shown(&self) -> String {
        format!("{}://{}:{}", if self.tls { "https" } else { "http" }, self.host, self.port)
    }

    /// One at this address, without TLS and without a login.
    #[cfg(any(feature = "demo", test))]
    pub fn at(address: std::net::SocketAddr) -> Self {
        let (host, port) = match address {
            std::net::SocketAddr::V4(v4) => (v4.ip().to_string(), v4.port()),
            std::net::SocketAddr::V6(v6) => (format!("[{}]", v6.ip()), v6.port()),
        };
        Self { tls: false, host, port, login: None, variable: "HTTPS_PROXY".to_owned() }
    }

    fn of(intercept: &Intercept, variable: &str) -> Self {
        let uri = intercept.uri();
        let tls = uri.scheme_str() == Some("https");
        let login = intercept.basic_auth().and_then(|login| login.to_str().ok());
        Self {
            tls,
            host: uri.host().unwrap_or_default().to_owned(),
            port: uri.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            login: login.map(|login| Secret::new(login.to_owned())),
            variable: variable.to_owned(),
        }
    }
}

/// The address of a proxy that can be used, its login included.
pub struct Address(Secret);

impl Address {
    /// Reads a value that is set and not empty.
    pub fn read(value: String) -> Result<Self, Unusable> {
        if let Some(reason) = ambiguity(&value) {
            return Err(Unusable::Unreadable(reason));
        }
        let address = Self(Secret::new(value));
        match address.scheme_and_host() {
            Some((Some("http" | "https"), true)) => Ok(address),
            Some((Some("http" | "https"), false)) | None => {
                Err(Unusable::Unsupported("is not the address of a proxy"))
            }
            Some(_) => Err(Unusable::Unsupported("names a SOCKS proxy, which this program cannot use")),
        }
    }

    /// The matcher that selects this proxy, except for the exempted hosts.
    pub fn matcher(&self, exempt: &str) -> Matcher {
        Matcher::builder().https(self.0.expose()).no(exempt).build()
    }

    /// The proxy itself.
    pub fn proxy(&self, variable: &str) -> Option<Proxy> {
        let intercept = self.matcher("").intercept(&Uri::from_static("https://host/"))?;
        Some(Proxy::of(&intercept, variable))
    }

    /// The scheme, as far as it is one that some proxy has, and whether there is a host.
    fn scheme_and_host(&self) -> Option<(Option<&'static str>, bool)> {
        let intercept = self.matcher("").intercept(&Uri::from_static("https://host/"))?;
        let scheme = intercept.uri().scheme_str()?;
        let scheme = ["http", "https"].into_iter().find(|known| *known == scheme);
        Some((scheme, intercept.uri().host().is_some_and(|host| !host.is_empty())))
    }
}

/// Parses a value that is set and not empty as botocore and urllib3 do. Without a scheme, or with an unknown one, `http://`
/// is put before it; the name of an unknown scheme is then taken for the host.
///
/// # Errors
/// When they fail on it, or may take a part of the password for the host.
pub fn of_urllib3(value: &str, variable: &str) -> Result<Proxy, Unusable> {
    let (tls, rest) = split_scheme(value).ok_or(Unusable::Unsupported("is not the address of a proxy"))?;
    if let Some((scheme, _)) = rest.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        return Err(Unusable::Unsupported(if scheme.to_ascii_lowercase().starts_with("socks") {
            "names a SOCKS proxy, which boto3 cannot use"
        } else {
            "has another scheme than `http://` and `https://` in lower case, the only ones that boto3 knows"
        }));
    }
    if let Some((login, _)) = rest.rsplit_once('@').filter(|(login, _)| login.contains(SEPARATORS)) {
        return Err(Unusable::Unreadable(if login.contains('@') { MANY } else { SEPARATED }));
    }
    let authority = rest.split(SEPARATORS).next().unwrap_or_default();
    let (login, place) = match authority.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, authority),
    };
    let (host, port) = place_of(place).ok_or(Unusable::Unsupported("is not the address of a proxy"))?;
    let port = port.unwrap_or(if tls { 443 } else { 80 });
    let login = login.map_or(Ok(None), login_of)?;
    Ok(Proxy { tls, host: host.to_owned(), port, login, variable: variable.to_owned() })
}

/// Whether the connection to the proxy uses TLS, and what follows the two slashes (`ProxyConfiguration._fix_proxy_url`).
fn split_scheme(value: &str) -> Option<(bool, &str)> {
    for (scheme, tls) in [("http:", false), ("https:", true)] {
        if let Some(rest) = value.strip_prefix(scheme) {
            return rest.strip_prefix("//").map(|rest| (tls, rest));
        }
    }
    Some((false, value.strip_prefix("//").unwrap_or(value)))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Host and port, if the host is one that a resolver could know.
fn place_of(place: &str) -> Option<(&str, Option<u16>)> {
    let end =
        if place.starts_with('[') { place.find(']')? + 1 } else { place.find(':').unwrap_or(place.len()) };
    let (host, port) = place.split_at(end);
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        None | Some(_) => return None,
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    let fits = inner.map_or_else(|| is_name(host), |inner| inner.parse::<Ipv6Addr>().is_ok());
    fits.then_some((host, port))
}

/// User and password as HTTP joins them; none where one of both is missing (`ProxyConfiguration.proxy_headers_for`).
fn login_of(login: &str) -> Result<Option<Secret>, Unusable> {
    let Some((user, password)) = login.split_once(':') else { return Ok(None) };
    let decoded = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let (user, password) = (decoded(user), decoded(password));
    if user.is_empty() || password.is_empty() {
        return Ok(None);
    }
    let joined = Secret::new(format!("{user}:{password}"));
    if !joined.expose().is_ascii() {
        return Err(Unusable::Unsupported(
            "contains a login with non-ASCII characters, on which boto3 fails",
        ));
    }
    Ok(Some(Secret::new(format!("Basic {}", STANDARD.encode(joined.expose())))))
}

/// What ends the authority of a URL (RFC 3986, section 3.2), `\\` for some.
const SEPARATORS: [char; 4] = ['#', '/', '?', '\\'];
const MANY: &str = "contains more than one `@`, so it is unclear where its login ends";
const SEPARATED: &str =
    "contains `#`, `/`, `?` or `\\` before its `@`, so it is unclear where its login ends";

/// Why it is ambiguous where the login ends and the host begins. A URL's authority ends at the first `/`, `?` or `#`
/// (RFC 3986, section 3.2), at a `\\` for browsers, and its login at the last `@` for some and at the first for others.
fn ambiguity(value: &str) -> Option<&'static str> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (login, _) = rest.rsplit_once('@')?;
    if login.contains('@') {
        Some(MANY)
    } else if login.contains(SEPARATORS) {
        Some(SEPARATED)
    } else {
        None
    }
}

/// The pieces of an ambiguous value: each may be part of the password.
pub fn pieces(value: &str) -> Vec<Secret> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let login = rest.rsplit_once('@').filter(|_| ambiguity(value).is_some()).map_or("", |(login, _)| login);
    let pieces = login.split(['@', '#', '/', '?', '\\', ':']).filter(|piece| !piece.is_empty());
    pieces.map(|piece| Secret::new(piece.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome(value: &str) -> Result<(), Unusable> {
        Address::read(value.to_owned()).map(drop)
    }

    #[test]
    fn where_a_login_ends_is_beyond_doubt_or_nothing_is_read() {
        for value in [
            "http://ana:P@Secret7#9@proxy.example:3128",
            "http://ana:p@ss@proxy:3128",
            "http://ana:p#ss@proxy:3128",
            "http://ana:p/ss@proxy:3128",
            "http://ana:p?ss@proxy:3128",
            "http://ana:p\\ss@proxy:3128",
            "http://ana:http://p@proxy",
            "ana:p#ss@proxy:3128",
            "socks5://ana:p#ss@proxy",
            "http://proxy:3128/@",
        ] {
            assert!(matches!(outcome(value), Err(Unusable::Unreadable(_))), "{value}");
        }
        for value in
            ["http://ana:p%40ss@proxy:3128", "ana:pass@proxy", "http://proxy:3128/", "https://proxy/?x#y"]
        {
            assert_eq!(outcome(value), Ok(()), "{value}");
        }
        for value in ["http://", "ftp://a", "socks5://a:1", "a b"] {
            assert!(matches!(outcome(value), Err(Unusable::Unsupported(_))), "{value}");
        }
    }

    proptest! {
        /// Whatever a password holds, the host that is shown, looked up and connected to is the proxy's, or there is no proxy.
        #[test]
        fn no_password_is_ever_taken_for_a_host(user in "[ -~]{0,12}", password in "[ -~\\PC]{0,24}", scheme in "(https?://)?") {
            let value = format!("{scheme}{user}:{password}@proxy.example:3128");
            if let Ok(address) = Address::read(value) {
                let proxy = address.proxy("HTTPS_PROXY").expect("a proxy");
                prop_assert_eq!((proxy.host.as_str(), proxy.port), ("proxy.example", 3128));
            }
        }
    }
}
