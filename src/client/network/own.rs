//! The certificate of an authority as a server's own: what the simplest recipes for a private server make.
//!
//! webpki refuses it, whatever is trusted. OpenSSL, and with it boto3, takes it where the bundle in use holds that very
//! certificate: nobody can pretend to be the server without its key, so that this is as good as any other trust.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{CertificateError, Error};

use super::certificate::Certificate;

/// Certificates by their digests.
pub type Digests = BTreeSet<[u8; 32]>;

/// The digest by which a certificate is known.
pub fn digest(certificate: &CertificateDer<'_>) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

/// Whether a certificate is refused for being that of an authority. rustls has no name of its own for that: webpki's error is
/// inside. A test fails if it were that of another version of webpki, which is another type.
pub fn is_authoritys(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// Whether a server's certificate, refused for being that of an authority, is one of those that were named to be trusted, and
/// holds for this server now, by OpenSSL's rules for a server.
pub fn vouches_for_itself(
    named: &Digests,
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> bool {
    let Some(read) = Certificate::read(certificate) else { return false };
    let is_named = named.contains(&digest(certificate));
    let holds_for = |name| {
        ParsedCertificate::try_from(certificate).is_ok_and(|parsed| verify_server_name(&parsed, name).is_ok())
    };
    is_named && read.is_its_own_issuer() && read.is_valid_at(now) && read.is_for_servers() && holds_for(name)
}
