//! The embedded S3 server: s3s with a folder behind it, over plain TCP or inside TLS.

use std::io;
use std::path::Path;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use time::{Duration, OffsetDateTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::environment::{Access, BUCKET};
use super::front::Front;

/// An S3 server that has one empty bucket in a folder, and knows one pair of keys.
///
/// # Errors
/// When the bucket cannot be made.
pub fn service(folder: &Path, access: &Access) -> io::Result<S3Service> {
    std::fs::create_dir(folder.join(BUCKET))?;
    let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(access.key.clone(), access.secret.clone()));
    Ok(builder.build())
}

/// Answers one connection after the other, for ever.
pub async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, front: Front) {
    while let Ok((stream, _)) = listener.accept().await {
        // Headers and body are written apart; without this, each answer would wait for a delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let (tls, front) = (tls.clone(), front.clone());
        tokio::spawn(async move {
            let Some(tls) = tls else { return converse(stream, front).await };
            // A client that does not trust the certificate goes away instead.
            if let Ok(stream) = tls.accept(stream).await {
                converse(stream, front).await;
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, front: Front) {
    // How a conversation ends is for the client to judge.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), front).await;
}

/// TLS with a certificate for this host that was made a moment ago, by nobody in particular.
///
/// # Errors
/// When the certificate cannot be made or used, which would be a bug.
pub fn self_signed(host: &str) -> io::Result<TlsAcceptor> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate =
        certificate(host).and_then(|wanted| wanted.self_signed(&key)).map_err(io::Error::other)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let configuration = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key.into())
        })
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(configuration)))
}

/// Valid from yesterday, so that a clock that is a little behind finds no second fault.
fn certificate(host: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut wanted = CertificateParams::new([host.to_owned()])?;
    wanted.distinguished_name = DistinguishedName::new();
    wanted.distinguished_name.push(DnType::CommonName, "r2-selftest demo");
    wanted.not_before = OffsetDateTime::now_utc() - Duration::DAY;
    wanted.not_after = OffsetDateTime::now_utc() + 30 * Duration::DAY;
    Ok(wanted)
}
