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
use x509_parser::certificate::X509Certificate;
use x509_parser::time::ASN1Time;

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
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else { return false };
    let is_named = named.contains(&digest(certificate));
    let is_its_own_issuer = read.issuer().as_raw() == read.subject().as_raw();
    let holds_for = |name| {
        ParsedCertificate::try_from(certificate).is_ok_and(|parsed| verify_server_name(&parsed, name).is_ok())
    };
    is_named && is_its_own_issuer && is_valid(&read, now) && is_for_servers(&read) && holds_for(name)
}

fn is_valid(certificate: &X509Certificate<'_>, now: UnixTime) -> bool {
    let now = i64::try_from(now.as_secs()).ok().and_then(|now| ASN1Time::from_timestamp(now).ok());
    now.is_some_and(|now| certificate.validity().is_valid_at(now))
}

/// What `check_purpose_ssl_server` of OpenSSL wants, where the certificate says what it is for.
fn is_for_servers(certificate: &X509Certificate<'_>) -> bool {
    let usage = certificate.key_usage().map(|usage| {
        usage.is_none_or(|usage| {
            let usage = usage.value;
            usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
        })
    });
    let extended = certificate
        .extended_key_usage()
        .map(|usage| usage.is_none_or(|usage| usage.value.server_auth || usage.value.any));
    usage.unwrap_or(false) && extended.unwrap_or(false)
}
