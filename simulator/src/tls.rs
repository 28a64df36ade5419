//! TLS as it should be, and each way in which it can go wrong before HTTP begins.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};
use tokio_rustls::server::TlsStream;

use super::address::{DOMAIN, Jurisdiction};
use super::clock;
use super::http::Stream;
use super::journal::Journal;
use super::settings::Settings;
use super::wire::{Ending, end, put};

/// What a TLS client meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    /// A certificate for all of the server's names, by the authority whose file a test can trust.
    Good,
    /// As good, by an authority that nobody trusts, such as a company's inspecting proxy.
    UnknownIssuer,
    /// The same, by one whose name holds what steers terminals.
    HostileIssuer,
    /// A certificate signed by itself.
    SelfSigned,
    /// The same, of an authority: what the simplest recipes for a private server make.
    OwnAuthority,
    /// A certificate that was valid in 2020.
    Expired,
    /// A certificate that will be valid in 2090.
    NotYetValid,
    /// A certificate for `wrong.example`.
    WrongName,
    /// Good, with TLS 1.2 and no other.
    Only12,
    /// Good, with TLS 1.3 and no other.
    Only13,
    /// A fatal alert after the `ClientHello`: 40 is a handshake failure, 70 the protocol version.
    Alert(u8),
    /// Nothing after the `ClientHello`.
    Silence,
    /// RST after the `ClientHello`.
    Reset,
    /// The end of the connection after the `ClientHello`.
    Close,
    /// A server that speaks plain HTTP.
    Plain,
}

const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\
    Connection: close\r\n\r\nBad Request\n";

/// A name that clears the screen and writes a verdict, as far as a terminal obeys it.
const HOSTILE_NAME: &str = "Corp\u{1b}[2J\u{1b}[1;1H\r\nPASS\u{9b}31m\u{202e}\u{2028}";

type Authority = CertifiedIssuer<'static, KeyPair>;

struct Authorities {
    trusted: Authority,
    other: Authority,
    hostile: Authority,
}

/// The certificates of one server.
pub struct Handshakes {
    configs: HashMap<Tls, Arc<ServerConfig>>,
    /// The trusted authority's certificate, in PEM; empty where there is no TLS.
    pub authority: String,
    /// The certificate that the server itself shows, in PEM; of several the last.
    pub own: String,
}

impl Handshakes {
    /// Makes the certificates that the settings need.
    ///
    /// # Errors
    /// When a certificate cannot be made or used, as of a name that no certificate can have.
    pub fn new(settings: &Settings, identity: &Identity) -> io::Result<Self> {
        let mut handshakes = Self { configs: HashMap::new(), authority: String::new(), own: String::new() };
        if !settings.speaks_tls() {
            return Ok(handshakes);
        }
        let authorities = Authorities {
            trusted: authority("Test Root")?,
            other: authority("Example Corp TLS Inspection")?,
            hostile: authority(HOSTILE_NAME)?,
        };
        handshakes.authority = pem(authorities.trusted.der());
        let identity = identity.completed(settings);
        for tls in settings.tls.iter().chain(settings.tls_by_host.iter().map(|(_, tls)| tls)) {
            if let Some((config, own)) = config(*tls, &identity, &authorities)? {
                handshakes.own = own;
                handshakes.configs.insert(*tls, Arc::new(config));
            }
        }
        Ok(handshakes)
    }

    /// Shakes hands, if that is what the server does with this client.
    pub async fn accept(&self, tcp: TcpStream, settings: &Settings, journal: &Journal) -> Option<Stream> {
        let start = LazyConfigAcceptor::new(Acceptor::default(), tcp).await.ok()?;
        let name = start.client_hello().server_name().map(str::to_owned);
        journal.server_name(name.as_deref());
        let tls = settings.tls_for(name.as_deref()).unwrap_or(Tls::Alert(40));
        let Some(config) = self.configs.get(&tls) else {
            refuse(Box::new(start.io), tls).await;
            return None;
        };
        let stream: TlsStream<TcpStream> = start.into_stream(Arc::clone(config)).await.ok()?;
        Some(Box::new(stream))
    }
}

async fn refuse(mut stream: Stream, tls: Tls) {
    let (bytes, ending) = match tls {
        Tls::Alert(description) => (vec![0x15, 3, 3, 0, 2, 2, description], Ending::Close),
        Tls::Plain => (PLAIN.to_vec(), Ending::Close),
        Tls::Reset => (Vec::new(), Ending::Reset),
        Tls::Silence => (Vec::new(), Ending::Silence),
        Tls::Close
        | Tls::Good
        | Tls::UnknownIssuer
        | Tls::HostileIssuer
        | Tls::SelfSigned
        | Tls::OwnAuthority
        | Tls::Expired
        | Tls::NotYetValid
        | Tls::WrongName
        | Tls::Only12
        | Tls::Only13 => (Vec::new(), Ending::Close),
    };
    let _ = put(&mut stream, &bytes).await;
    end(stream, ending).await;
}

/// To whom certificates are issued, and what they hold for.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// None: the first of the names.
    pub subject: Option<String>,
    pub names: Vec<String>,
}

impl Identity {
    /// With the names that a server has of itself, unless it is said to be somebody.
    fn completed(&self, settings: &Settings) -> Self {
        if self.subject.is_some() {
            return self.clone();
        }
        let accounts = settings.buckets.iter().map(|place| &place.account).chain([&settings.account]);
        let hosts =
            accounts.flat_map(|account| Jurisdiction::ALL.map(|jurisdiction| jurisdiction.host(account)));
        let own = ["localhost", "127.0.0.1", "::1", DOMAIN].map(str::to_owned);
        Self { subject: None, names: hosts.chain(own).chain(self.names.iter().cloned()).collect() }
    }
}

fn authority(name: &str) -> io::Result<Authority> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().map_err(io::Error::other)?;
    CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)
}

/// None for what never gets as far as a certificate.
fn config(
    tls: Tls,
    identity: &Identity,
    authorities: &Authorities,
) -> io::Result<Option<(ServerConfig, String)>> {
    let (issuer, validity) = match tls {
        Tls::Good | Tls::WrongName | Tls::Only12 | Tls::Only13 => (Some(&authorities.trusted), None),
        Tls::Expired => {
            (Some(&authorities.trusted), Some((date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1))))
        }
        Tls::NotYetValid => {
            (Some(&authorities.trusted), Some((date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1))))
        }
        Tls::UnknownIssuer => (Some(&authorities.other), None),
        Tls::HostileIssuer => (Some(&authorities.hostile), None),
        Tls::SelfSigned | Tls::OwnAuthority => (None, None),
        Tls::Alert(_) | Tls::Silence | Tls::Reset | Tls::Close | Tls::Plain => return Ok(None),
    };
    let wrong = ["wrong.example".to_owned()];
    let names: &[String] = if tls == Tls::WrongName { &wrong } else { &identity.names };
    let subject = identity.subject.as_ref().or(names.first()).map_or("", String::as_str);
    let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
    params.distinguished_name.push(DnType::CommonName, subject);
    (params.not_before, params.not_after) = validity.unwrap_or_else(around_now);
    if tls == Tls::OwnAuthority {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer),
        None => params.self_signed(&key),
    };
    let certificate = certificate.map_err(io::Error::other)?.der().clone();
    let versions: &[&SupportedProtocolVersion] = if tls == Tls::Only12 {
        &[&TLS12]
    } else if tls == Tls::Only13 {
        &[&TLS13]
    } else {
        &[&TLS12, &TLS13]
    };
    let own = pem(&certificate);
    let config = server(versions, certificate, PrivatePkcs8KeyDer::from(key.serialize_der()).into())?;
    Ok(Some((config, own)))
}

/// From yesterday, so that a clock that is a little behind finds no second fault, for a month.
fn around_now() -> (OffsetDateTime, OffsetDateTime) {
    let now = clock::of_this_machine();
    (now - Duration::DAY, now + 30 * Duration::DAY)
}

fn server(
    versions: &[&'static SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> io::Result<ServerConfig> {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
        .map_err(io::Error::other)
}

/// A certificate as text (RFC 7468).
fn pem(certificate: &CertificateDer<'_>) -> String {
    let encoded = STANDARD.encode(certificate);
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.extend([line, "\n"]);
        rest = after;
    }
    text + "-----END CERTIFICATE-----\n"
}
