//! TLS as it should be, and each way in which it can go wrong before HTTP begins.

use std::collections::HashMap;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tokio::net::TcpStream;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};
use tokio_rustls::server::TlsStream;

use super::address::{DOMAIN, Jurisdiction};
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
    Expired,
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
pub const HOSTILE_NAME: &str = "Corp\u{1b}[2J\u{1b}[1;1H\r\nPASS\u{9b}31m\u{202e}\u{2028}";

type Authority = CertifiedIssuer<'static, KeyPair>;

/// The certificates of one server.
pub struct Handshakes {
    configs: HashMap<Tls, Arc<ServerConfig>>,
    /// The trusted authority's certificate, in PEM.
    pub authority: String,
}

impl Handshakes {
    /// Makes the certificates that the settings need.
    pub fn new(settings: &Settings, more_names: &[String]) -> Self {
        let trusted = authority("Test Root");
        let others = [authority("Example Corp TLS Inspection"), authority(HOSTILE_NAME)];
        let names = names(settings, more_names);
        let used = settings.tls.iter().chain(settings.tls_by_host.iter().map(|(_, tls)| tls));
        let config = |tls: &Tls| Some((*tls, Arc::new(config(*tls, &names, &trusted, &others)?)));
        Self { configs: used.filter_map(config).collect(), authority: trusted.pem() }
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
        _ => (Vec::new(), Ending::Close),
    };
    let _ = put(&mut stream, &bytes).await;
    end(stream, ending).await;
}

fn names(settings: &Settings, more: &[String]) -> Vec<String> {
    let accounts = settings.buckets.iter().map(|place| &place.account).chain([&settings.account]);
    let hosts = accounts.flat_map(|account| Jurisdiction::ALL.map(|jurisdiction| jurisdiction.host(account)));
    let own = ["localhost", "127.0.0.1", "::1", DOMAIN].map(str::to_owned);
    hosts.chain(own).chain(more.iter().cloned()).collect()
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// None for what never gets as far as a certificate.
fn config(tls: Tls, names: &[String], trusted: &Authority, others: &[Authority; 2]) -> Option<ServerConfig> {
    let wrong = ["wrong.example".to_owned()];
    let names = if tls == Tls::WrongName { &wrong } else { names };
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, names[0].as_str());
    match tls {
        Tls::Good
        | Tls::UnknownIssuer
        | Tls::HostileIssuer
        | Tls::SelfSigned
        | Tls::WrongName
        | Tls::Only12
        | Tls::Only13 => {}
        Tls::Expired => valid(&mut params, 2020, 2021),
        Tls::NotYetValid => valid(&mut params, 2090, 2091),
        Tls::Alert(_) | Tls::Silence | Tls::Reset | Tls::Close | Tls::Plain => return None,
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match tls {
        Tls::SelfSigned => params.self_signed(&key),
        Tls::UnknownIssuer => params.signed_by(&key, &others[0]),
        Tls::HostileIssuer => params.signed_by(&key, &others[1]),
        _ => params.signed_by(&key, trusted),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    Some(server(&versions(tls), certificate.unwrap().der().clone(), key))
}

fn valid(params: &mut CertificateParams, from: i32, to: i32) {
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
}

fn versions(tls: Tls) -> Vec<&'static SupportedProtocolVersion> {
    match tls {
        Tls::Only12 => vec![&TLS12],
        Tls::Only13 => vec![&TLS13],
        _ => vec![&TLS12, &TLS13],
    }
}

fn server(
    versions: &[&'static SupportedProtocolVersion],
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}
