//! The facts of a connection, layer by layer.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use time::OffsetDateTime;

use crate::settings::way::UnusableProxy;

/// The facts of a connection, up to the layer that failed.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFacts {
    /// The host whose name was looked up: the endpoint's, or the proxy's.
    pub looked_up: String,
    /// The addresses of the name.
    pub addresses: Vec<IpAddr>,
    /// The address that accepted the connection.
    pub peer: Option<SocketAddr>,
    /// The addresses that did not, with the reasons.
    pub failed: Vec<(SocketAddr, String)>,
    /// The proxy in use, without its credentials, and the variable that names it.
    pub proxy: Option<ProxyFacts>,
    /// The variables that apply to this connection, but whose values cannot be used.
    pub ignored_proxies: Vec<UnusableProxy>,
    /// The variable that chooses the root certificates, if one does.
    pub roots_from: Option<&'static str>,
    /// What could not be read of its files, in sentences.
    pub roots_trouble: Vec<String>,
    /// The result of the TLS handshake.
    pub tls: Option<TlsFacts>,
    /// The certificate that the server showed, trusted or not.
    pub certificate: Option<CertificateFacts>,
    /// How long each step took.
    pub phases: Phases,
}

/// A proxy and where it was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyFacts {
    /// `scheme://host:port`, never with credentials.
    pub address: String,
    /// The variable that names it.
    pub variable: String,
}

/// The outcome of a TLS handshake.
#[derive(Clone, Debug)]
pub struct TlsFacts {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
}

/// The fields of a certificate that are reported.
#[derive(Clone, Debug)]
pub struct CertificateFacts {
    /// The subject.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
    /// The names and addresses it holds for.
    pub names: Vec<String>,
    /// The first second of its validity.
    pub not_before: OffsetDateTime,
    /// The last second of its validity.
    pub not_after: OffsetDateTime,
    /// When it was shown, by this machine's clock.
    pub shown: OffsetDateTime,
}

/// How long each step of opening a connection took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    /// Looking up the name; none for an address.
    pub dns: Option<Duration>,
    /// The TCP connection.
    pub tcp: Option<Duration>,
    /// The tunnel through a proxy.
    pub proxy: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
}
