//! Why a certificate is not trusted, beyond what it says itself.

use tokio_rustls::rustls::{CertificateError, Error};

use crate::base::finding::Finding;
use crate::client::exchange::{TransportError, TransportErrorKind};

/// Adds what is known of the roots, and of a certificate that TLS libraries judge differently.
pub fn explained(finding: Finding, error: &TransportError) -> Finding {
    let finding = with_roots(finding, error);
    if !is_authoritys_own(error) {
        return finding;
    }
    finding
        .because(
            "the server shows the certificate of an authority (CA:TRUE) as its own, which this program's TLS library refuses \
             whatever is trusted",
        )
        .because(
            "OpenSSL, and with it boto3, takes such a certificate if AWS_CA_BUNDLE holds that very one: the application may \
             work where this program cannot check it; one that the authority issues for the server works with both",
        )
}

/// Whether the certificate is refused for being that of an authority. The library has no name of its own for that: webpki's
/// error is inside, as text (`webpki::Error::CaUsedAsEndEntity`).
fn is_authoritys_own(error: &TransportError) -> bool {
    let TransportErrorKind::Tls(Error::InvalidCertificate(CertificateError::Other(other))) = &error.kind
    else {
        return false;
    };
    format!("{other:?}").contains("CaUsedAsEndEntity")
}

/// Which variables name the roots, where none could be read or they do not do, and what of that could not be read.
fn with_roots(finding: Finding, error: &TransportError) -> Finding {
    let connection = &error.connection;
    let mut finding = finding;
    if let TransportErrorKind::NoRoots = error.kind
        && let Some(variable) = connection.roots_from
    {
        finding = finding
            .because(format!("{variable} is set, and what it names holds no certificate that can be read"));
    }
    let of_trust = matches!(error.kind, TransportErrorKind::NoRoots | TransportErrorKind::Tls(_));
    let told = connection.roots_trouble.iter().filter(|_| of_trust);
    told.fold(finding, Finding::because)
}
