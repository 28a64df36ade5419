//! What a connection that broke means.

use tokio_rustls::rustls::{self, AlertDescription, CertificateError, PeerIncompatible};

use crate::code::Code;
use crate::exchange::{CertificateFacts, Operation, Stage, TransportError, TransportErrorKind};
use crate::finding::Finding;
use crate::stop::StopReason;

/// The finding for a request that got no whole answer.
pub fn broken(operation: Operation, error: &TransportError) -> Finding {
    let mut finding = Finding::error(code(error)).with("operation", operation.name());
    finding =
        finding.because(format!("{} failed while {}: {}", operation.name(), doing(error.stage), error.kind));
    for cause in error.chain.iter().filter(|cause| !error.kind.to_string().contains(cause.as_str())) {
        finding = finding.because(format!("cause: {cause}"));
    }
    if let Some(status) = error.status {
        finding = finding
            .because(format!("the answer had begun with status {status}"))
            .with("status", status.to_string());
    }
    with_connection(finding, error)
}

fn code(error: &TransportError) -> Code {
    match &error.kind {
        TransportErrorKind::Dns(_) => Code::NetworkDns,
        TransportErrorKind::Refused => Code::NetworkRefused,
        TransportErrorKind::Unreachable => Code::NetworkUnreachable,
        TransportErrorKind::TimedOut(_) => Code::NetworkTimeout,
        TransportErrorKind::Reset => Code::NetworkReset,
        TransportErrorKind::Closed => Code::NetworkClosed,
        TransportErrorKind::Truncated => Code::NetworkTruncated,
        TransportErrorKind::NotHttp => Code::NetworkNotHttp,
        TransportErrorKind::ProxyUnreachable => Code::ProxyUnreachable,
        TransportErrorKind::ProxyRefused(407) => Code::ProxyAuth,
        TransportErrorKind::ProxyRefused(_) => Code::ProxyDenied,
        TransportErrorKind::Tls(error) => tls_code(error),
        TransportErrorKind::NoRoots => Code::TlsNoRoots,
        TransportErrorKind::Unbuildable(_) => Code::ConfigEndpointHost,
        TransportErrorKind::Stopped(StopReason::Deadline) => Code::RunDeadline,
        TransportErrorKind::Stopped(StopReason::Signal(_)) => Code::RunInterrupted,
        TransportErrorKind::Other(_) => match error.stage {
            Stage::Dns => Code::NetworkDns,
            Stage::Tls => Code::TlsHandshake,
            Stage::Tcp | Stage::Proxy => Code::NetworkUnreachable,
            Stage::Header | Stage::Body => Code::NetworkClosed,
        },
    }
}

fn tls_code(error: &rustls::Error) -> Code {
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Code::TlsExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Code::TlsNotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Code::TlsHostname
            }
            _ => Code::TlsUntrusted,
        },
        rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity,
        )
        | rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::ServerDoesNotSupportTls12Or13,
        ) => Code::TlsVersion,
        rustls::Error::InvalidMessage(_) => Code::TlsNotTls,
        _ => Code::TlsHandshake,
    }
}

fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "looking up the host",
        Stage::Tcp => "connecting",
        Stage::Proxy => "asking the proxy for a tunnel",
        Stage::Tls => "agreeing on TLS",
        Stage::Header => "waiting for the answer",
        Stage::Body => "reading the answer",
    }
}

/// Adds what was known of the connection when it broke.
fn with_connection(mut finding: Finding, error: &TransportError) -> Finding {
    let facts = &error.connection;
    if error.stage == Stage::Dns && !facts.looked_up.is_empty() {
        finding = finding
            .because(format!("the name looked up: {}", facts.looked_up))
            .with("host", facts.looked_up.clone());
    }
    for (address, reason) in &facts.failed {
        finding = finding
            .because(format!("{address} ({}): {reason}", family(address)))
            .with("address", address.to_string());
    }
    if let Some(peer) = facts.peer {
        finding = finding.because(format!("connected to {peer}")).with("address", peer.to_string());
    }
    if let Some(proxy) = &facts.proxy {
        finding = finding
            .because(format!("through the proxy {} from {}", proxy.address, proxy.variable))
            .with("proxy", proxy.address.clone())
            .with("proxy_variable", proxy.variable.clone());
    }
    match (&facts.certificate, error.stage) {
        (Some(certificate), Stage::Tls) => with_certificate(finding, certificate),
        (Some(_) | None, _) => finding,
    }
}

fn with_certificate(finding: Finding, certificate: &CertificateFacts) -> Finding {
    let holds_for = match certificate.names.as_slice() {
        [] => "it names no host".to_owned(),
        names => format!("it holds for {}", names.join(", ")),
    };
    finding
        .because(format!("the certificate was issued to {} by {}", certificate.subject, certificate.issuer))
        .because(holds_for)
        .because(format!(
            "it is valid from {} to {}",
            certificate.not_before.date(),
            certificate.not_after.date()
        ))
        .with("issuer", certificate.issuer.clone())
        .with("subject", certificate.subject.clone())
}

fn family(address: &std::net::SocketAddr) -> &'static str {
    if address.is_ipv6() { "IPv6" } else { "IPv4" }
}
