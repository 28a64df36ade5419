//! What a connection that broke means, and what the way that a connection took has to do with an answer.

mod trust;

use std::net::IpAddr;

use tokio_rustls::rustls::{self, AlertDescription, CertificateError, PeerIncompatible};

use super::{Context, here};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::stop::StopReason;
use crate::checks::check::CheckResult;
use crate::client::exchange::{
    CertificateFacts, Operation, ProxyFacts, Stage, TransportError, TransportErrorKind,
};

/// The finding for a request that got no whole answer.
pub fn broken(operation: Operation, error: &TransportError, context: &Context<'_>) -> Finding {
    let mut finding = Finding::error(code(error)).with("operation", operation.name());
    finding = finding.because(happened(operation, error));
    finding = with_underlying(finding, error);
    if let Some(status) = error.status {
        finding = finding
            .because(format!("the response had begun with status {status}"))
            .with("status", status.to_string());
    }
    if let TransportErrorKind::ProxyUnreadable(value) | TransportErrorKind::ProxyUnsupported(value) =
        &error.kind
    {
        finding = finding
            .because(format!(
                "the value of {} is not shown, and no host in it was looked up: any part of it may be a password",
                value.variable
            ))
            .with("proxy_variable", value.variable.clone())
            .with("reason", value.reason);
    }
    let through = error.connection.proxy.as_ref();
    finding = finding.with(
        "through",
        through.map_or(String::new(), |proxy| format!(", through the proxy {}", proxy.address)),
    );
    finding = finding.with("proxy_fault", proxy_fault(error));
    let host = context.settings.map_or("", |settings| settings.endpoint.host());
    let finding = with_connection(finding, error);
    trust::explained(with_alert(with_route(finding, error), error, host), error)
}

/// What is wrong with a proxy that opens no tunnel.
fn proxy_fault(error: &TransportError) -> &'static str {
    if error.connection.peer.is_none() {
        "cannot be reached"
    } else if matches!(error.kind, TransportErrorKind::TimedOut(_)) {
        "does not respond"
    } else {
        "does not respond as a proxy"
    }
}

/// Adds what the libraries say, or the proxy, beyond what is said already.
fn with_underlying(finding: Finding, error: &TransportError) -> Finding {
    let mut said = error.kind.to_string();
    if let TransportErrorKind::Tls(tls) = &error.kind {
        said = format!("{said}\n{tls}");
    }
    let of_proxy = matches!(error.kind, TransportErrorKind::ProxyRefused(_));
    let label = if of_proxy { "the proxy's response has" } else { "underlying error:" };
    let new = error.chain.iter().filter(|text| !said.contains(text.as_str()));
    new.fold(finding, |finding, text| finding.because(format!("{label} {text}")))
}

fn code(error: &TransportError) -> Code {
    match &error.kind {
        // Whatever came of asking the proxy, the endpoint has no part in it.
        TransportErrorKind::TimedOut(_)
        | TransportErrorKind::Reset
        | TransportErrorKind::Closed
        | TransportErrorKind::Truncated
        | TransportErrorKind::NotHttp
        | TransportErrorKind::Other(_)
            if error.stage == Stage::Proxy =>
        {
            Code::ProxyUnreachable
        }
        TransportErrorKind::Dns(_) => Code::NetworkDns,
        TransportErrorKind::Refused => Code::NetworkRefused,
        TransportErrorKind::Unreachable => Code::NetworkUnreachable,
        TransportErrorKind::TimedOut(_) => Code::NetworkTimeout,
        TransportErrorKind::Reset => Code::NetworkReset,
        TransportErrorKind::Closed => Code::NetworkClosed,
        TransportErrorKind::Truncated => Code::NetworkTruncated,
        TransportErrorKind::Malformed(_) => Code::HttpMalformed,
        TransportErrorKind::NotHttp => Code::NetworkNotHttp,
        TransportErrorKind::ProxyUnreachable => Code::ProxyUnreachable,
        TransportErrorKind::ProxyUnreadable(_) => Code::ProxyUnreadable,
        TransportErrorKind::ProxyUnsupported(_) => Code::ProxyUnsupported,
        TransportErrorKind::ProxyRefused(407) => Code::ProxyAuth,
        TransportErrorKind::ProxyRefused(_) => Code::ProxyDenied,
        TransportErrorKind::Tls(error) => tls_code(error),
        TransportErrorKind::NoRoots => Code::TlsNoRoots,
        TransportErrorKind::Exhausted(_) => Code::RunExhausted,
        TransportErrorKind::Unbuildable(_) => Code::ConfigEndpointHost,
        TransportErrorKind::Foreign(_) => Code::RunForeignTarget,
        TransportErrorKind::Stopped(StopReason::Deadline) => Code::RunDeadline,
        TransportErrorKind::Stopped(StopReason::Signal(_)) => Code::RunInterrupted,
        TransportErrorKind::Other(_) => match error.stage {
            Stage::Dns => Code::NetworkDns,
            Stage::Tls => Code::TlsHandshake,
            Stage::Tcp => Code::NetworkUnreachable,
            Stage::Proxy | Stage::Header | Stage::Body => Code::NetworkClosed,
        },
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls may add errors")]
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

fn happened(operation: Operation, error: &TransportError) -> String {
    if let TransportErrorKind::Foreign(_) = error.kind {
        return format!("{} was {}", operation.name(), error.kind);
    }
    if let TransportErrorKind::ProxyUnsupported(_) | TransportErrorKind::ProxyUnreadable(_) = error.kind {
        return format!("{} was not sent: {}", operation.name(), error.kind);
    }
    format!("{} failed while {}: {}", operation.name(), doing(error.stage), error.kind)
}

/// What a request was doing at a stage.
pub fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "looking up the host",
        Stage::Tcp => "connecting",
        Stage::Proxy => "asking the proxy for a tunnel",
        Stage::Tls => "performing the TLS handshake",
        Stage::Header => "waiting for the response",
        Stage::Body => "reading the response",
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
            .because(format!("{address} ({}): {reason}", family(address.ip())))
            .with("address", address.to_string());
    }
    for address in unanswered(error) {
        finding = finding
            .because(format!("{address} ({}): no connection in that time", family(address)))
            .with("address", address.to_string());
    }
    if let Some(peer) = facts.peer {
        let whom = if facts.proxy.is_some() { "the proxy at " } else { "" };
        finding = finding.because(format!("connected to {whom}{peer}")).with("address", peer.to_string());
    }
    if let Some(proxy) = &facts.proxy {
        finding = with_proxy(finding.because(through(proxy)), proxy);
    }
    match (&facts.certificate, error.stage) {
        (Some(certificate), Stage::Tls) => with_certificate(finding, certificate),
        (Some(_) | None, _) => finding,
    }
}

fn with_certificate(finding: Finding, certificate: &CertificateFacts) -> Finding {
    let holds_for = match certificate.names.as_slice() {
        [] => "the certificate names no host".to_owned(),
        names => format!("the certificate is valid for {}", names.join(", ")),
    };
    finding
        .because(format!("the certificate was issued to {} by {}", certificate.subject, certificate.issuer))
        .because(holds_for)
        .because(format!(
            "the certificate is valid from {} to {}",
            certificate.not_before.date(),
            certificate.not_after.date()
        ))
        .with("issuer", certificate.issuer.clone())
        .with("subject", certificate.subject.clone())
}

/// The addresses that neither failed nor answered before connecting was given up.
fn unanswered(error: &TransportError) -> impl Iterator<Item = IpAddr> {
    let facts = &error.connection;
    let waiting = facts.peer.is_none() && error.stage == Stage::Tcp;
    let failed = |address: &IpAddr| facts.failed.iter().any(|(known, _)| known.ip() == *address);
    facts.addresses.iter().copied().filter(move |address| waiting && !failed(address))
}

fn through(proxy: &ProxyFacts) -> String {
    format!("through the proxy {} from {}", proxy.address, proxy.variable)
}

fn with_proxy(finding: Finding, proxy: &ProxyFacts) -> Finding {
    finding.with("proxy", proxy.address.clone()).with("proxy_variable", proxy.variable.clone())
}

/// For a refusal that a proxy on the way can cause: that there is one, and who vouched for the other side. A proxy that
/// changes what it passes on has to show a certificate of its own.
pub fn through_proxy(finding: Finding, result: &CheckResult) -> Finding {
    let facts = result.connections.last();
    let Some(proxy) = facts.and_then(|facts| facts.proxy.as_ref()) else { return finding };
    if !matches!(finding.code, Code::AuthSignature | Code::AuthUnsigned | Code::AuthUnauthorized) {
        return finding;
    }
    let finding = with_proxy(finding.because(format!("the request went {}", through(proxy))), proxy);
    match facts.and_then(|facts| facts.certificate.as_ref()) {
        Some(certificate) => finding.because(format!(
            "the certificate was issued by {}: if that is the proxy's owner, the proxy can change requests",
            certificate.issuer
        )),
        None => finding,
    }
}

/// Adds what is unusual about the addresses that were tried.
fn with_route(finding: Finding, error: &TransportError) -> Finding {
    let facts = &error.connection;
    let finding = match here::overridden_address(facts) {
        Some(address) => finding.because(format!(
            "{} resolves to {address}, which is not a public address, and R2 has only public ones: a hosts file or a \
             resolver overrides the name",
            facts.looked_up
        )),
        None => finding,
    };
    if matches!(error.kind, TransportErrorKind::Unreachable) && here::has_only_ipv6(facts) {
        finding.because("the name has only IPv6 addresses, and this machine has no route over IPv6")
    } else {
        finding
    }
}

/// For a handshake that the other side ended or left: by which alert, and whether it knew which host was meant.
fn with_alert(finding: Finding, error: &TransportError, host: &str) -> Finding {
    let left = matches!(
        error.kind,
        TransportErrorKind::Reset | TransportErrorKind::Closed | TransportErrorKind::TimedOut(_)
    );
    let finding = if let TransportErrorKind::Tls(rustls::Error::AlertReceived(alert)) = &error.kind {
        finding.because(format!("the alert has the number {}", u8::from(*alert)))
    } else if left && error.stage == Stage::Tls {
        finding
    } else {
        return finding;
    };
    if here::is_address(host) {
        finding.because(
            "the endpoint is an address, so no server name was sent (SNI); a server of several hosts may refuse that",
        )
    } else {
        finding.because(format!("the server name sent (SNI) was {host}"))
    }
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv6() { "IPv6" } else { "IPv4" }
}

#[cfg(test)]
mod tests;
