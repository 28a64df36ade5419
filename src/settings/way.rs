//! The route to the server as a value: which proxy is used, and which root certificates are trusted.
//!
//! Both follow the rules of the application's client, from variables that were read before. Only `aws` reads files, and
//! only those of boto3. Nothing is sent: `client::network` takes the route as a parameter.

mod address;
pub mod aws;
mod boto3;
mod native;
mod python;
#[cfg(test)]
mod tests;
mod trust;
mod variables;

use std::sync::Arc;

use clap::ValueEnum;
use masking::Secret;

use super::confidential::logins_in;
pub use address::Proxy;
pub use trust::Trust;
pub use variables::Variables;

/// The client of the application, whose rules are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ClientKind {
    /// The rules of boto3, the AWS SDK for Python
    #[default]
    Boto3,
    /// The system's root certificates and curl's proxy variables
    Native,
}

impl ClientKind {
    /// The name in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boto3 => "boto3",
            Self::Native => "native",
        }
    }
}

/// The route to a server.
#[derive(Clone)]
pub struct Way {
    /// The client whose rules it follows.
    pub client: ClientKind,
    /// The trusted root certificates.
    pub trust: Trust,
    proxies: Proxies,
}

/// Which proxy is used.
#[derive(Clone)]
enum Proxies {
    /// None, whatever the destination.
    Never,
    /// The one that boto3 would use.
    Boto3(Arc<boto3::Proxies>),
    /// The one that `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name, as curl reads them.
    Native(Arc<native::Choice>),
    /// This one, for TLS.
    #[cfg(any(feature = "demo", test))]
    Given(Arc<Proxy>),
}

/// A variable that is set, but names no usable proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableProxy {
    /// The variable.
    pub variable: String,
    /// What is wrong with its value, which is not shown: it may hold a password.
    pub reason: &'static str,
}

/// Why there is no route to a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWay {
    /// The client fails on this value.
    Unsupported(UnusableProxy),
    /// The proxy's host is ambiguous: it may be part of the password.
    Unreadable(UnusableProxy),
}

impl Way {
    /// The route of a client in an environment.
    pub fn of(client: ClientKind, variables: &Variables) -> Self {
        let proxies = match client {
            ClientKind::Boto3 => Proxies::Boto3(Arc::new(boto3::Proxies::read(variables))),
            ClientKind::Native => Proxies::Native(Arc::new(native::Choice::read(variables))),
        };
        Self { client, trust: Trust::of(client, variables), proxies }
    }

    /// The direct route with the bundled root certificates, whatever the environment: the demo stays on this machine.
    #[cfg(any(feature = "demo", test))]
    pub fn direct() -> Self {
        Self { client: ClientKind::default(), trust: Trust::Bundled, proxies: Proxies::Never }
    }

    /// The same through a proxy at this port of this machine.
    #[cfg(any(feature = "demo", test))]
    pub fn through(address: std::net::SocketAddr) -> Self {
        Self { proxies: Proxies::Given(Arc::new(Proxy::at(address))), ..Self::direct() }
    }

    /// The same route without any proxy.
    #[must_use]
    pub fn without_proxies(&self) -> Self {
        Self { proxies: Proxies::Never, ..self.clone() }
    }

    /// The same route with other root certificates.
    #[must_use]
    pub fn trusting(&self, trust: Trust) -> Self {
        Self { trust, ..self.clone() }
    }

    /// Whether no destination has a proxy.
    pub fn has_no_proxies(&self) -> bool {
        matches!(self.proxies, Proxies::Never)
    }

    /// The proxy on the route to a host, if there is one.
    ///
    /// # Errors
    /// When the client would fail on the value of the variable, or no part of the value may be looked up.
    pub fn proxy_for(&self, tls: bool, host: &str, port: u16) -> Result<Option<Arc<Proxy>>, NoWay> {
        match &self.proxies {
            Proxies::Never => Ok(None),
            Proxies::Boto3(proxies) => proxies.proxy_for(tls, host, port),
            // Plain HTTP is for this machine and private networks, for which these clients use no proxy.
            Proxies::Native(choice) if tls => choice.proxy_for(host, port),
            Proxies::Native(_) => Ok(None),
            #[cfg(any(feature = "demo", test))]
            Proxies::Given(proxy) => Ok(tls.then(|| Arc::clone(proxy))),
        }
    }

    /// The variable whose value the client takes for the hosts to be reached without a proxy, or would take if it were set.
    pub fn exempting(&self) -> String {
        match &self.proxies {
            Proxies::Boto3(proxies) => proxies.variable("no"),
            Proxies::Native(choice) => choice.exempting.to_owned(),
            Proxies::Never => "NO_PROXY".to_owned(),
            #[cfg(any(feature = "demo", test))]
            Proxies::Given(_) => "NO_PROXY".to_owned(),
        }
    }

    /// The same for the proxy itself.
    pub fn naming(&self, tls: bool) -> String {
        let (scheme, usual) = if tls { ("https", "HTTPS_PROXY") } else { ("http", "HTTP_PROXY") };
        match &self.proxies {
            Proxies::Boto3(proxies) => proxies.variable(scheme),
            Proxies::Native(choice) => choice.naming.to_owned(),
            Proxies::Never => usual.to_owned(),
            #[cfg(any(feature = "demo", test))]
            Proxies::Given(_) => usual.to_owned(),
        }
    }

    /// The variables for the proxy of a host that the client ignores.
    pub fn ignored_for(&self, tls: bool, host: &str, port: u16) -> Vec<UnusableProxy> {
        match &self.proxies {
            Proxies::Native(choice) if tls => choice.ignored_for(host, port),
            // boto3 ignores no value: it fails.
            Proxies::Never | Proxies::Boto3(_) | Proxies::Native(_) => Vec::new(),
            #[cfg(any(feature = "demo", test))]
            Proxies::Given(_) => Vec::new(),
        }
    }
}

/// The logins of all proxies that the environment names, whether they are used or not.
pub fn logins(variables: &Variables) -> Vec<Secret> {
    let of_proxies = variables.iter().filter(|(name, _)| name.to_ascii_lowercase().ends_with("_proxy"));
    let urls = of_proxies
        .filter_map(|(_, value)| value.to_str())
        .map(|url| if url.contains("://") { url.to_owned() } else { format!("http://{url}") });
    urls.flat_map(|url| [logins_in(&url), address::pieces(&url)].concat()).collect()
}
