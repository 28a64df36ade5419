//! Proxies: tunnels, and requests that a proxy forwards.

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::meter::Metered;
use super::{BoxedStream, Destination, Failed, Step, classify, tcp, tls};
use crate::client::exchange::{ConnectionFacts, ProxyFacts, Stage, TransportErrorKind};
use crate::settings::way::{NoWay, Proxy, Trust};

/// Upper bound of a quoted header field of a proxy, in characters.
const QUOTED: usize = 120;

/// The failure when the proxy variables allow no connection.
pub fn no_way(reason: NoWay) -> Failed {
    let kind = match reason {
        NoWay::Unsupported(value) => TransportErrorKind::ProxyUnsupported(value),
        NoWay::Unreadable(value) => TransportErrorKind::ProxyUnreadable(value),
    };
    Failed::new(Stage::Proxy, kind)
}

/// Connects to the proxy, inside TLS if its address says so.
pub async fn connect(
    proxy: &Proxy,
    trust: &Trust,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<BoxedStream, Failed> {
    facts.proxy = Some(ProxyFacts { address: proxy.shown(), variable: proxy.variable.clone() });
    reach(proxy, trust, step, facts).await.map_err(unreachable)
}

async fn reach(
    proxy: &Proxy,
    trust: &Trust,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<BoxedStream, Failed> {
    let stream = Box::new(tcp::connect(&proxy.host, proxy.port, None, step, facts).await?);
    if proxy.tls { tls::handshake(&proxy.host, trust, stream, step, facts).await } else { Ok(stream) }
}

/// Connects to the proxy and requests a tunnel to the destination.
pub async fn tunnel(
    proxy: &Proxy,
    trust: &Trust,
    destination: &Destination,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<BoxedStream, Failed> {
    let stream = connect(proxy, trust, step, facts).await?;
    let started = Instant::now();
    let tunnel = step.bound(Stage::Proxy, request_tunnel(proxy, destination, stream)).await??;
    // From here on, the facts of TLS are those of the endpoint.
    (facts.tls, facts.certificate, facts.phases.tls) = (None, None, None);
    facts.phases.proxy = Some(started.elapsed());
    Ok(tunnel)
}

/// The proxy's own name or address failed: that is the proxy's fault, not the endpoint's.
fn unreachable(failed: Failed) -> Failed {
    if failed.kind.stopped().is_some() {
        return failed;
    }
    Failed {
        chain: std::iter::once(failed.kind.to_string()).chain(failed.chain).collect(),
        kind: TransportErrorKind::ProxyUnreachable,
        ..failed
    }
}

async fn request_tunnel(
    proxy: &Proxy,
    destination: &Destination,
    stream: BoxedStream,
) -> Result<BoxedStream, Failed> {
    let broken = |error: hyper::Error| {
        Failed::new(Stage::Proxy, classify::http_kind(&error, Stage::Proxy)).caused_by(&error)
    };
    let (stream, allowance) = Metered::new(stream);
    let (mut sender, connection) =
        http1::handshake::<_, Empty<Bytes>>(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection.with_upgrades());
    let authority = format!("{}:{}", destination.host, destination.port);
    let mut request = http::Request::connect(&authority).header(http::header::HOST, &authority);
    if let Some(login) = &proxy.login {
        request = request.header(http::header::PROXY_AUTHORIZATION, login.expose());
    }
    let request = request
        .body(Empty::new())
        .map_err(|error| Failed::new(Stage::Proxy, TransportErrorKind::Unbuildable(error.to_string())))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    if !response.status().is_success() {
        return Err(refused(&response));
    }
    allowance.lift();
    Ok(Box::new(TokioIo::new(hyper::upgrade::on(response).await.map_err(broken)?)))
}

/// A refused tunnel, with the authentication that the proxy requires.
fn refused<B>(response: &http::Response<B>) -> Failed {
    let failed = Failed::new(Stage::Proxy, TransportErrorKind::ProxyRefused(response.status().as_u16()));
    let challenges = response.headers().get_all(http::header::PROXY_AUTHENTICATE).iter();
    let words = challenges.filter_map(|value| value.to_str().ok()).take(3);
    let chain =
        words.map(|text| format!("proxy-authenticate: {}", text.chars().take(QUOTED).collect::<String>()));
    Failed { chain: chain.collect(), ..failed }
}

/// Plain HTTP through a proxy: requests name the whole URL, and the proxy's login goes with each (RFC 9112, section 3.2.2).
pub struct Forwarding {
    origin: String,
    login: Option<http::HeaderValue>,
}

impl Forwarding {
    /// For requests to this destination.
    pub fn new(proxy: &Proxy, destination: &Destination) -> Self {
        let Destination { host, port, tls: _, family: _ } = destination;
        let origin = if *port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") };
        let login = proxy.login.as_ref().and_then(|login| login.expose().parse().ok());
        Self { origin, login }
    }

    /// The request in the form for proxies, with the same path and query.
    pub fn of(&self, mut request: super::Request) -> Result<super::Request, Failed> {
        let unbuildable = |error: http::uri::InvalidUri| {
            Failed::new(Stage::Proxy, TransportErrorKind::Unbuildable(error.to_string()))
        };
        let target = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        *request.uri_mut() = format!("{}{target}", self.origin).parse().map_err(unbuildable)?;
        if let Some(login) = &self.login {
            request.headers_mut().insert(http::header::PROXY_AUTHORIZATION, login.clone());
        }
        Ok(request)
    }
}
