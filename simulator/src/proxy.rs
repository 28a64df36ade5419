//! A proxy on loopback, which reaches nothing but loopback: `CONNECT` and plain forwarding. It can stand any host name
//! for a listener of the test's own, so that a program reaches "R2" by its true name without DNS.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use super::background::{Background, listener, serve_each};
use super::http::{Incoming, Request, Stream};
use super::journal::{Latest, held};
use super::wire::{Ending, end, put};

/// What the proxy does with what it is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Does {
    /// Opens tunnels, and forwards requests.
    #[default]
    Work,
    /// Answers with this status.
    Refuse(u16),
    /// Never answers.
    Stall,
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers with something that is not HTTP.
    Babble,
    /// Says `100 Continue` without end.
    Flood,
    /// Opens the tunnel, and closes it at once.
    OpenAndClose,
}

/// One request to the proxy.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `CONNECT`, or that of a request to be forwarded.
    pub method: String,
    /// `host:port`, or an absolute URL.
    pub target: String,
    /// Names as they were sent, in their order.
    pub headers: Vec<(String, String)>,
    /// The user and password in `Proxy-Authorization`, as `user:password`.
    pub credentials: Option<String>,
}

#[derive(Debug, Default)]
struct Rules {
    does: Does,
    map: Vec<(String, SocketAddr)>,
    login: Option<String>,
    rewrite: Option<(String, String)>,
    asked: Mutex<Latest<Asked>>,
}

/// A proxy in the making.
#[derive(Debug, Default)]
pub struct ProxyBuilder(Rules);

impl ProxyBuilder {
    /// What it does with every request.
    #[must_use]
    pub fn does(mut self, does: Does) -> Self {
        self.0.does = does;
        self
    }

    /// What is asked of this `host:port` goes to this address.
    #[must_use]
    pub fn map(mut self, host_and_port: &str, address: SocketAddr) -> Self {
        self.0.map.push((host_and_port.to_ascii_lowercase(), address));
        self
    }

    /// Asks for a user and a password, with 407.
    #[must_use]
    pub fn login(mut self, user: &str, password: &str) -> Self {
        self.0.login = Some(format!("{user}:{password}"));
        self
    }

    /// Replaces text in the heads of the requests that it forwards.
    #[must_use]
    pub fn rewriting(mut self, from: &str, to: &str) -> Self {
        self.0.rewrite = Some((from.to_owned(), to.to_owned()));
        self
    }

    /// Opens the port, and serves it on the runtime of the caller.
    ///
    /// # Errors
    /// When a port cannot be had, and outside of a runtime.
    pub fn try_start(self) -> io::Result<Proxy> {
        let (listener, address) = listener()?;
        let rules = Arc::new(self.0);
        let of_each = Arc::clone(&rules);
        let background = serve_each(listener, move |tcp| serve(Arc::clone(&of_each), tcp))?;
        Ok(Proxy { address, rules, background })
    }
}

/// A running proxy; it stops when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    rules: Arc<Rules>,
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "kept for as long as the proxy"))]
    pub(crate) background: Background,
}

impl Proxy {
    /// One in the making.
    pub fn builder() -> ProxyBuilder {
        ProxyBuilder::default()
    }

    /// The proxy's URL, without credentials.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The proxy's URL with the login that it asks for.
    pub fn url_with_login(&self) -> String {
        let login = self.rules.login.as_ref().map(|login| format!("{login}@")).unwrap_or_default();
        format!("http://{login}{}", self.address)
    }

    /// The requests so far, the latest ones if there were many.
    pub fn asked(&self) -> Vec<Asked> {
        held(&self.rules.asked).all()
    }
}

async fn serve(rules: Arc<Rules>, tcp: TcpStream) {
    let mut client: Stream = Box::new(tcp);
    let mut incoming = Incoming::default();
    let Ok(request) = incoming.head(&mut client).await else { return };
    let credentials = credentials(&request);
    let allowed = rules.login.is_none() || rules.login == credentials;
    rules.note(&request, credentials);
    let does = if allowed || rules.does != Does::Work { rules.does } else { Does::Refuse(407) };
    match does {
        Does::Work => pass_on(&rules, client, &request, incoming.rest()).await,
        Does::Refuse(status) => {
            let _ = put(&mut client, refusal(status).as_bytes()).await;
            end(client, Ending::Close).await;
        }
        Does::Stall => end(client, Ending::Silence).await,
        Does::Close => end(client, Ending::Close).await,
        Does::Reset => end(client, Ending::Reset).await,
        Does::Babble => {
            let _ = put(&mut client, b"SSH-2.0-OpenSSH_9.9\r\n").await;
            end(client, Ending::Close).await;
        }
        Does::Flood => while put(&mut client, b"HTTP/1.1 100 Continue\r\n\r\n").await {},
        Does::OpenAndClose => {
            let _ = put(&mut client, OPEN).await;
            end(client, Ending::Close).await;
        }
    }
}

const OPEN: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

fn refusal(status: u16) -> String {
    let ask = if status == 407 { "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" } else { "" };
    let page = "<html>refused by the proxy</html>";
    format!(
        "HTTP/1.1 {status} Refused\r\n{ask}Content-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    )
}

impl Rules {
    fn note(&self, request: &Request, credentials: Option<String>) {
        let Request { method, target, headers, .. } = request.clone();
        let asked = Asked { method, target, headers, credentials };
        held(&self.asked).push(asked);
    }

    /// Where a `host:port` leads: where it is mapped, or to itself on loopback.
    fn address(&self, host_and_port: &str) -> Option<SocketAddr> {
        let wanted = host_and_port.to_ascii_lowercase();
        let mapped = self.map.iter().find(|(host, _)| *host == wanted).map(|(_, address)| *address);
        let literal = wanted.replace("localhost", "127.0.0.1").parse::<SocketAddr>().ok();
        mapped.or(literal.filter(|address| address.ip().is_loopback()))
    }
}

fn credentials(request: &Request) -> Option<String> {
    let encoded = request.header("proxy-authorization")?.strip_prefix("Basic ")?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
}

async fn pass_on(rules: &Rules, mut client: Stream, request: &Request, rest: Vec<u8>) {
    let tunnel = request.method == "CONNECT";
    let (target, path) = if tunnel { (request.target.clone(), "") } else { absolute(&request.target) };
    let server = match rules.address(&target) {
        Some(address) => TcpStream::connect(address).await.ok(),
        None => None,
    };
    let Some(mut server) = server else {
        let _ = put(&mut client, refusal(502).as_bytes()).await;
        return end(client, Ending::Close).await;
    };
    let first = if tunnel { rest } else { [rules.forwarded(request, path).into_bytes(), rest].concat() };
    if tunnel && !put(&mut client, OPEN).await {
        return;
    }
    let _ = tokio::io::AsyncWriteExt::write_all(&mut server, &first).await;
    if copy_bidirectional(&mut client, &mut server).await.is_err() {
        end(client, Ending::Reset).await;
    }
}

/// `http://host[:port]/path` as `host:port` and `/path`.
fn absolute(url: &str) -> (String, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = rest.find('/').map_or((rest, "/"), |start| rest.split_at(start));
    let port = if host.contains(':') { "" } else { ":80" };
    (format!("{host}{port}"), path)
}

impl Rules {
    /// The head of a forwarded request, after which the connection ends.
    fn forwarded(&self, request: &Request, path: &str) -> String {
        let hop = |name: &str| {
            name.to_ascii_lowercase().starts_with("proxy-") || name.eq_ignore_ascii_case("connection")
        };
        let kept = request.headers.iter().filter(|(name, _)| !hop(name));
        let headers: String = kept.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n", request.method);
        match &self.rewrite {
            Some((from, to)) => head.replace(from, to),
            None => head,
        }
    }
}
