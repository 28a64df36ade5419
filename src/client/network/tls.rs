//! The TLS handshake, which keeps the server's certificate also when it is not trusted.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, SignatureScheme};

use super::certificate::Certificate;
use super::own;
use super::roots::{self, Roots};
use super::{BoxedStream, Failed, Step, classify};
use crate::base::machine;
use crate::client::exchange::{CertificateFacts, ConnectionFacts, Stage, TlsFacts, TransportErrorKind};
use crate::settings::way::Trust;

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
    let verifier = Arc::new(RecordingVerifier {
        judge: judge(&trusted)?,
        trusted: Arc::clone(&trusted),
        seen: Mutex::new(None),
    });
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

fn configuration(verifier: &Arc<RecordingVerifier>) -> Result<ClientConfig, Failed> {
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
struct RecordingVerifier {
    judge: Arc<WebPkiServerVerifier>,
    trusted: Arc<Roots>,
    seen: Mutex<Option<CertificateDer<'static>>>,
}

impl RecordingVerifier {
    fn certificate(&self) -> Option<CertificateFacts> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().and_then(|der| Certificate::read(der)).map(|certificate| certificate.facts())
    }
}

impl ServerCertVerifier for RecordingVerifier {
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
