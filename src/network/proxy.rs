//! Proxies: which one the environment asks for, and the tunnel through it.

use std::sync::Arc;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::meter::Metered;
use super::{BoxedStream, Destination, Failed, Step, classify, tcp};
use crate::exchange::{ConnectionFacts, ProxyFacts, Stage, TransportErrorKind};
use crate::secret::Secret;
use crate::settings;

/// The variables that name a proxy for `https`, the first one that is set wins, as with curl.
const VARIABLES: [&str; 4] = ["https_proxy", HTTPS_PROXY, "all_proxy", "ALL_PROXY"];
/// The variable that is put down as the source when none of them is set any more.
const HTTPS_PROXY: &str = "HTTPS_PROXY";

/// Whether proxies are used.
#[derive(Clone)]
pub enum ProxyRule {
    /// Never: the demo stays on this machine.
    Never,
    /// As `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    Environment(Arc<Matcher>),
    /// As if `HTTPS_PROXY` alone were set, to what this was made from.
    Given(Arc<Matcher>),
}

impl ProxyRule {
    /// Reads the environment.
    pub fn from_env() -> Self {
        Self::Environment(Arc::new(Matcher::from_env()))
    }

    /// The proxy at this URL, whatever the environment says.
    pub fn given(url: &str) -> Self {
        Self::Given(Arc::new(Matcher::builder().https(url).build()))
    }

    /// The proxy on the way to a destination. Plain HTTP is for loopback only, where no proxy belongs.
    pub(super) fn proxy_for(&self, destination: &Destination) -> Option<Proxy> {
        let (matcher, variable) = match self {
            Self::Never => return None,
            Self::Environment(matcher) => (matcher, variable_in_use()),
            Self::Given(matcher) => (matcher, HTTPS_PROXY),
        };
        if !destination.tls {
            return None;
        }
        let target = format!("https://{}:{}/", destination.host, destination.port).parse().ok()?;
        matcher.intercept(&target).map(|intercept| Proxy { intercept, variable })
    }
}

/// The logins of all proxies that the environment names, whether they are used or not.
pub fn logins() -> Vec<Secret> {
    let names = VARIABLES.into_iter().chain(["http_proxy", "HTTP_PROXY"]);
    let urls = names.filter_map(|name| std::env::var(name).ok());
    let whole = urls.map(|url| if url.contains("://") { url } else { format!("http://{url}") });
    whole.flat_map(|url| settings::logins_in(&url)).collect()
}

/// The variable of this process that names the proxy.
fn variable_in_use() -> &'static str {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    VARIABLES.into_iter().find(is_set).unwrap_or(HTTPS_PROXY)
}

/// A proxy that is to be used.
pub(super) struct Proxy {
    intercept: Intercept,
    variable: &'static str,
}

impl Proxy {
    fn facts(&self) -> ProxyFacts {
        let uri = self.intercept.uri();
        let scheme = uri.scheme_str().unwrap_or("http");
        ProxyFacts {
            address: format!("{scheme}://{}:{}", uri.host().unwrap_or_default(), self.port()),
            variable: self.variable.to_owned(),
        }
    }

    fn port(&self) -> u16 {
        self.intercept.uri().port_u16().unwrap_or(80)
    }
}

/// Connects to the proxy and asks it for a tunnel to the destination.
pub(super) async fn tunnel(
    proxy: &Proxy,
    destination: &Destination,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<BoxedStream, Failed> {
    facts.proxy = Some(proxy.facts());
    let host = proxy.intercept.uri().host().unwrap_or_default();
    let stream = tcp::connect(host, proxy.port(), None, step, facts).await.map_err(unreachable)?;
    let started = Instant::now();
    let tunnel = step.bound(Stage::Proxy, ask(proxy, destination, stream)).await??;
    facts.phases.proxy = Some(started.elapsed());
    Ok(tunnel)
}

/// The proxy's own name or address failed: that is the proxy's fault, not the endpoint's.
fn unreachable(failed: Failed) -> Failed {
    match failed.kind {
        TransportErrorKind::Stopped(_) => failed,
        kind => Failed {
            chain: std::iter::once(kind.to_string()).chain(failed.chain).collect(),
            kind: TransportErrorKind::ProxyUnreachable,
            ..failed
        },
    }
}

async fn ask(
    proxy: &Proxy,
    destination: &Destination,
    stream: tokio::net::TcpStream,
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
    if let Some(credentials) = proxy.intercept.basic_auth() {
        request = request.header(http::header::PROXY_AUTHORIZATION, credentials);
    }
    let request = request
        .body(Empty::new())
        .map_err(|error| Failed::new(Stage::Proxy, TransportErrorKind::Unbuildable(error.to_string())))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    if !status.is_success() {
        return Err(Failed::new(Stage::Proxy, TransportErrorKind::ProxyRefused(status.as_u16())));
    }
    allowance.lift();
    Ok(Box::new(TokioIo::new(hyper::upgrade::on(response).await.map_err(broken)?)))
}
