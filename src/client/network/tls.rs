//! The TLS handshake, which keeps the server's certificate also when it is not trusted.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, SignatureScheme};
use x509_parser::extensions::GeneralName;

use super::own;
use super::roots::{self, Roots};
use super::{BoxedStream, Failed, Step, classify};
use crate::base::machine;
use crate::client::exchange::{CertificateFacts, ConnectionFacts, Stage, TlsFacts, TransportErrorKind};
use crate::settings::way::Trust;

/// How many names of a certificate are kept; some list hundreds.
const NAME_LIMIT: usize = 8;
/// The length to which a name is cut, in characters.
const NAME_LENGTH: usize = 200;

/// Performs the handshake with the server of this name.
pub async fn handshake(
    host: &str,
    trust: &Trust,
    stream: BoxedStream,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<BoxedStream, Failed> {
    facts.roots_from = trust.chosen_by();
    let trusted = roots::roots(trust, step).await?;
    facts.roots_trouble.clone_from(&trusted.trouble);
    let started = Instant::now();
    let verifier =
        Arc::new(Verifier { judge: judge(&trusted)?, trusted: Arc::clone(&trusted), seen: Mutex::new(None) });
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|error| Failed::new(Stage::Tls, TransportErrorKind::Unbuildable(error.to_string())))?;
    let connector = TlsConnector::from(Arc::new(configuration(&verifier)?));
    let agreed = step.bound(Stage::Tls, connector.connect(name, stream)).await;
    facts.certificate = verifier.certificate();
    let stream = agreed?
        .map_err(|error| Failed::new(Stage::Tls, classify::io_kind(&error, Stage::Tls)).caused_by(&error))?;
    facts.phases.tls = Some(started.elapsed());
    facts.tls = Some(describe(stream.get_ref().1));
    Ok(Box::new(stream))
}

fn configuration(verifier: &Arc<Verifier>) -> Result<ClientConfig, Failed> {
    let mut configuration = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failed::new(Stage::Tls, TransportErrorKind::Tls(error)))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(verifier) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(configuration)
}

/// The verifier of certificates against the trusted roots.
fn judge(trusted: &Roots) -> Result<Arc<WebPkiServerVerifier>, Failed> {
    let no_roots = || Failed::new(Stage::Tls, TransportErrorKind::NoRoots);
    if trusted.store.is_empty() {
        // Without free descriptors, a file of roots cannot be opened although it exists.
        let lack = machine::files(1).err();
        return Err(lack.map_or_else(no_roots, |lack| {
            Failed::new(Stage::Tls, TransportErrorKind::Exhausted(lack.to_string()))
        }));
    }
    WebPkiServerVerifier::builder_with_provider(
        Arc::clone(&trusted.store),
        Arc::new(ring::default_provider()),
    )
    .build()
    .map_err(|error| no_roots().caused_by(&error))
}

fn describe(session: &rustls::ClientConnection) -> TlsFacts {
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let cipher =
        session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())).unwrap_or_default();
    TlsFacts { version, cipher }
}

/// Passes every decision on to the real verifier, but for one that OpenSSL makes otherwise, and keeps the certificate that it
/// was asked about.
#[derive(Debug)]
struct Verifier {
    judge: Arc<WebPkiServerVerifier>,
    trusted: Arc<Roots>,
    seen: Mutex<Option<CertificateDer<'static>>>,
}

impl Verifier {
    fn certificate(&self) -> Option<CertificateFacts> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().and_then(|der| read(der))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(end_entity.clone().into_owned());
        let judged =
            self.judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let own = &self.trusted.own;
        match judged {
            Err(error)
                if own::is_authoritys(&error)
                    && own::vouches_for_itself(own, end_entity, server_name, now) =>
            {
                Ok(ServerCertVerified::assertion())
            }
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

fn read(der: &CertificateDer<'_>) -> Option<CertificateFacts> {
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let names = match certificate.subject_alternative_name() {
        Ok(Some(names)) => names.value.general_names.iter().filter_map(host_name).take(NAME_LIMIT).collect(),
        Ok(None) | Err(_) => Vec::new(),
    };
    Some(CertificateFacts {
        subject: short_name(certificate.subject()),
        issuer: short_name(certificate.issuer()),
        names,
        not_before: certificate.validity().not_before.to_datetime(),
        not_after: certificate.validity().not_after.to_datetime(),
    })
}

/// A host name, or an address.
fn host_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from);
    v4().or_else(v6)
}

/// `organisation, common name`, as far as the certificate has them.
fn short_name(name: &x509_parser::x509::X509Name<'_>) -> String {
    let parts: Vec<&str> = name
        .iter_organization()
        .chain(name.iter_common_name())
        .filter_map(|attribute| attribute.as_str().ok())
        .collect();
    if parts.is_empty() { cut(&name.to_string()) } else { cut(&parts.join(", ")) }
}

fn cut(name: &str) -> String {
    name.chars().take(NAME_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificate(name: &str) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(vec!["host.example".to_owned()]).expect("parameters");
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().expect("key");
        params.self_signed(&key).expect("certificate").der().to_vec()
    }

    #[test]
    fn a_certificate_is_read_and_a_name_without_end_is_cut() {
        let facts = read(&certificate("Example").into()).expect("facts");
        assert_eq!((facts.subject.as_str(), facts.issuer.as_str()), ("Example", "Example"));
        assert_eq!(facts.names, ["host.example"]);
        let facts = read(&certificate(&"x".repeat(60_000)).into()).expect("facts");
        assert_eq!(facts.subject.len(), NAME_LENGTH);
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_certificate_that_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes.into());
        }

        #[test]
        fn no_damage_to_a_certificate_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            static GOOD: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| certificate("Example"));
            let mut bytes = GOOD.clone();
            let place = at.index(bytes.len());
            bytes[place] = byte;
            let _ = read(&bytes.clone().into());
            bytes.truncate(cut.index(bytes.len()));
            let _ = read(&bytes.into());
        }
    }
}
