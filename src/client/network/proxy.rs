//! Proxies: which one the environment asks for, and the tunnel through it.

mod address;

use std::env::VarError;
use std::sync::Arc;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::meter::Metered;
use super::{BoxedStream, Destination, Failed, Step, classify, tcp, tls};
use crate::base::secret::Secret;
use crate::client::exchange::{ConnectionFacts, IgnoredProxy, ProxyFacts, Stage, TransportErrorKind};
use crate::settings;
use address::{Address, Unusable};

/// The variables that name a proxy for `https`. Of two spellings the first that is set counts, and a name of the second
/// row only where the first row names no proxy.
const VARIABLES: [[&str; 2]; 2] = [[HTTPS_PROXY, "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Those that name hosts to be reached without a proxy.
const EXEMPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
const HTTPS_PROXY: &str = "HTTPS_PROXY";
/// Stands for a proxy where there is none, to ask whether one would be used.
const STAND_IN: &str = "http://localhost";
/// What is kept of a proxy's own words, in characters.
const QUOTED: usize = 120;

/// Whether proxies are used.
#[derive(Clone)]
pub enum ProxyRule {
    /// Never: the demo stays on this machine.
    Never,
    /// As `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    Environment(Arc<Choice>),
    /// As if `HTTPS_PROXY` alone were set, to what this was made from.
    Given(Arc<Matcher>),
}

/// What the environment says of proxies.
pub struct Choice {
    matcher: Matcher,
    variable: Option<&'static str>,
    ignored: Vec<IgnoredProxy>,
    unreadable: Option<IgnoredProxy>,
}

impl ProxyRule {
    /// Reads the environment.
    pub fn from_env() -> Self {
        Self::Environment(Arc::new(Choice::read(|name| std::env::var(name))))
    }

    /// The proxy at this URL, whatever the environment says.
    #[cfg_attr(
        not(any(feature = "demo", test)),
        expect(dead_code, reason = "only a demo is given its proxy")
    )]
    pub fn given(url: &str) -> Self {
        Self::Given(Arc::new(Matcher::builder().https(url).build()))
    }

    /// The proxy on the way to a destination. Plain HTTP is for loopback only, where no proxy belongs.
    ///
    /// # Errors
    /// When a proxy is wanted, and its address cannot be told from its password.
    pub(super) fn proxy_for(&self, destination: &Destination) -> Result<Option<Proxy>, Failed> {
        let (matcher, variable) = match self {
            Self::Never => return Ok(None),
            Self::Given(matcher) => (matcher.as_ref(), Some(HTTPS_PROXY)),
            Self::Environment(choice) => (&choice.matcher, choice.variable),
        };
        let Some(intercept) = intercept(matcher, destination) else { return Ok(None) };
        if let Self::Environment(choice) = self
            && let Some(IgnoredProxy { variable, reason }) = choice.unreadable
        {
            return Err(Failed::new(Stage::Proxy, TransportErrorKind::ProxyUnreadable { variable, reason }));
        }
        Ok(variable.map(|variable| Proxy { intercept, variable }))
    }

    /// The variables that would name a proxy for a destination, if they could be used.
    pub(super) fn ignored_for(&self, destination: &Destination) -> Vec<IgnoredProxy> {
        match self {
            Self::Environment(choice) if intercept(&choice.matcher, destination).is_some() => {
                choice.ignored.clone()
            }
            Self::Never | Self::Environment(_) | Self::Given(_) => Vec::new(),
        }
    }
}

/// The logins of all proxies that the environment names, whether they are used or not.
pub fn logins() -> Vec<Secret> {
    let names = VARIABLES.into_iter().flatten().chain(["http_proxy", "HTTP_PROXY"]);
    let urls = names.filter_map(|name| std::env::var(name).ok());
    let whole = urls.map(|url| if url.contains("://") { url } else { format!("http://{url}") });
    whole.flat_map(|url| [settings::logins_in(&url), address::pieces(&url)].concat()).collect()
}

fn intercept(matcher: &Matcher, destination: &Destination) -> Option<Intercept> {
    if !destination.tls {
        return None;
    }
    let target = format!("https://{}:{}/", destination.host, destination.port).parse().ok()?;
    matcher.intercept(&target)
}

impl Choice {
    /// Asks the variables one after the other for a proxy that can be used.
    fn read(variable: impl Fn(&str) -> Result<String, VarError>) -> Self {
        let mut choice = Self {
            matcher: Matcher::builder().build(),
            variable: None,
            ignored: Vec::new(),
            unreadable: None,
        };
        let mut used = None;
        for (variable, value) in VARIABLES.iter().filter_map(|spellings| first_set(spellings, &variable)) {
            match usable(value) {
                Ok(None) => continue,
                Ok(Some(address)) => (choice.variable, used) = (Some(variable), Some(address)),
                Err(Unusable::Unreadable(reason)) => {
                    choice.unreadable = Some(IgnoredProxy { variable, reason });
                }
                Err(Unusable::Ignored(reason)) => {
                    choice.ignored.push(IgnoredProxy { variable, reason });
                    continue;
                }
            }
            break;
        }
        let exempt = EXEMPTIONS.iter().find_map(|name| variable(name).ok()).unwrap_or_default();
        choice.matcher = match &used {
            Some(address) => address.matcher(&exempt),
            None => Matcher::builder().https(STAND_IN).no(exempt).build(),
        };
        choice
    }
}

type Value = Result<String, VarError>;

/// The first of several spellings that is set, with its value.
fn first_set(spellings: &[&'static str], variable: &impl Fn(&str) -> Value) -> Option<(&'static str, Value)> {
    let mut set = spellings.iter().map(|name| (*name, variable(name)));
    set.find(|(_, value)| *value != Err(VarError::NotPresent))
}

/// The proxy's address, none if the variable is empty, or why the value is of no use.
fn usable(value: Value) -> Result<Option<Address>, Unusable> {
    let value = value.map_err(|_| Unusable::Ignored("is not UTF-8"))?;
    if value.is_empty() { Ok(None) } else { Address::read(value).map(Some) }
}

/// A proxy that is to be used.
pub(super) struct Proxy {
    intercept: Intercept,
    variable: &'static str,
}

impl Proxy {
    fn facts(&self) -> ProxyFacts {
        ProxyFacts { address: address::shown(&self.intercept), variable: self.variable.to_owned() }
    }

    /// A connection to the proxy itself, inside TLS if its address says so.
    async fn connect(&self, step: &Step<'_>, facts: &mut ConnectionFacts) -> Result<BoxedStream, Failed> {
        let (host, port) = (address::host(&self.intercept), address::port(&self.intercept));
        let stream = Box::new(tcp::connect(host, port, None, step, facts).await?);
        if address::is_tls(&self.intercept) {
            tls::handshake(host, stream, step, facts).await
        } else {
            Ok(stream)
        }
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
    let stream = proxy.connect(step, facts).await.map_err(unreachable)?;
    let started = Instant::now();
    let tunnel = step.bound(Stage::Proxy, ask(proxy, destination, stream)).await??;
    // What is told of TLS from here on is the endpoint's.
    (facts.tls, facts.certificate, facts.phases.tls) = (None, None, None);
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

async fn ask(proxy: &Proxy, destination: &Destination, stream: BoxedStream) -> Result<BoxedStream, Failed> {
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
    if !response.status().is_success() {
        return Err(refused(&response));
    }
    allowance.lift();
    Ok(Box::new(TokioIo::new(hyper::upgrade::on(response).await.map_err(broken)?)))
}

/// A tunnel that the proxy does not open; with the login that it asks for.
fn refused<B>(response: &http::Response<B>) -> Failed {
    let failed = Failed::new(Stage::Proxy, TransportErrorKind::ProxyRefused(response.status().as_u16()));
    let asked = response.headers().get_all(http::header::PROXY_AUTHENTICATE).iter();
    let words = asked.filter_map(|value| value.to_str().ok()).take(3);
    let chain =
        words.map(|text| format!("proxy-authenticate: {}", text.chars().take(QUOTED).collect::<String>()));
    Failed { chain: chain.collect(), ..failed }
}

#[cfg(test)]
mod tests;
