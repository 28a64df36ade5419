//! The value of a variable that names a proxy. It may hold a login, so that its text is a secret as a whole: it is read here,
//! and what comes out is where the proxy is, beyond doubt, or why that cannot be told.

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::base::secret::Secret;

/// Why a value names no proxy. Neither reason holds anything of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// HTTP clients pass over such a value, and so does this program.
    Ignored(&'static str),
    /// HTTP clients read it, each in its own way; what one takes for the host may be a piece of the password.
    Unreadable(&'static str),
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
                Err(Unusable::Ignored("is not the address of a proxy"))
            }
            Some(_) => Err(Unusable::Ignored("names a SOCKS proxy, which this program cannot use")),
        }
    }

    /// The rule that sends requests to this proxy, but for the exempted hosts.
    pub fn matcher(&self, exempt: &str) -> Matcher {
        Matcher::builder().https(self.0.expose()).no(exempt).build()
    }

    /// The scheme, as far as it is one that some proxy has, and whether there is a host.
    fn scheme_and_host(&self) -> Option<(Option<&'static str>, bool)> {
        let intercept = self.matcher("").intercept(&Uri::from_static("https://host/"))?;
        let scheme = intercept.uri().scheme_str()?;
        let scheme = ["http", "https"].into_iter().find(|known| *known == scheme);
        Some((scheme, intercept.uri().host().is_some_and(|host| !host.is_empty())))
    }
}

/// What a report shows of a proxy that is in use: scheme, host and port, and nothing else of its address.
pub fn shown(intercept: &Intercept) -> String {
    let uri = intercept.uri();
    format!("{}://{}:{}", uri.scheme_str().unwrap_or("http"), host(intercept), port(intercept))
}

/// The proxy's host.
pub fn host(intercept: &Intercept) -> &str {
    intercept.uri().host().unwrap_or_default()
}

/// The proxy's port, by its scheme if none is named.
pub fn port(intercept: &Intercept) -> u16 {
    intercept.uri().port_u16().unwrap_or(if is_tls(intercept) { 443 } else { 80 })
}

/// Whether the proxy itself is spoken to in TLS.
pub fn is_tls(intercept: &Intercept) -> bool {
    intercept.uri().scheme_str() == Some("https")
}

/// What leaves it open where the login ends and the host begins. A URL's authority ends at the first `/`, `?` or `#`
/// (RFC 3986, section 3.2), at a `\\` for browsers, and its login at the last `@` for some and at the first for others.
fn ambiguity(value: &str) -> Option<&'static str> {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (login, _) = rest.rsplit_once('@')?;
    if login.contains('@') {
        Some("holds more than one `@`, so that it is not plain where its login ends")
    } else if login.contains(['#', '/', '?', '\\']) {
        Some("holds `#`, `/`, `?` or `\\` before its `@`, so that it is not plain where its login ends")
    } else {
        None
    }
}

/// The pieces of a value that cannot be taken apart beyond doubt: each may be one of the password.
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
            assert!(matches!(outcome(value), Err(Unusable::Ignored(_))), "{value}");
        }
    }

    proptest! {
        /// Whatever a password holds, the host that is shown, looked up and connected to is the proxy's, or there is none.
        #[test]
        fn no_password_is_ever_taken_for_a_host(user in "[ -~]{0,12}", password in "[ -~\\PC]{0,24}", scheme in "(https?://)?") {
            let value = format!("{scheme}{user}:{password}@proxy.example:3128");
            if let Ok(address) = Address::read(value) {
                let intercept = address.matcher("").intercept(&Uri::from_static("https://host/")).expect("a proxy");
                prop_assert_eq!((host(&intercept), port(&intercept)), ("proxy.example", 3128));
            }
        }
    }
}
