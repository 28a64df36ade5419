//! Why a certificate is not trusted, beyond what the certificate shows.

use crate::base::finding::Finding;
use crate::client::exchange::{TransportError, TransportErrorKind};
use crate::client::network;

/// Adds what is known of the roots, and of a certificate that TLS libraries judge differently.
pub fn explained(finding: Finding, error: &TransportError) -> Finding {
    let finding = with_roots(finding, error);
    if !is_authoritys_own(error) {
        return finding;
    }
    finding
        .because(
            "the server shows the certificate of an authority (CA:TRUE) as its own, which many TLS libraries refuse whatever is \
             trusted",
        )
        .because(
            "OpenSSL, and with it boto3, takes such a certificate if AWS_CA_BUNDLE holds that very one, valid and for this \
             host; one that the authority issues for the server works with all",
        )
}

/// Whether the certificate is refused for being that of an authority.
fn is_authoritys_own(error: &TransportError) -> bool {
    matches!(&error.kind, TransportErrorKind::Tls(error) if network::is_authoritys(error))
}

/// Which variables name the roots, where none could be read or they do not do, and what of that could not be read.
fn with_roots(finding: Finding, error: &TransportError) -> Finding {
    let connection = &error.connection;
    let mut finding = finding;
    if let TransportErrorKind::NoRoots = error.kind
        && let Some(variable) = connection.roots_from
    {
        finding = finding.because(format!(
            "{variable} is set, and what it names contains no certificate that can be read"
        ));
    }
    let of_trust = matches!(error.kind, TransportErrorKind::NoRoots | TransportErrorKind::Tls(_));
    let troubles = connection.roots_trouble.iter().filter(|_| of_trust);
    troubles.fold(finding, Finding::because)
}
