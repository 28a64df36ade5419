//! One HTTP connection, opened step by step so that each layer can be timed and distinguished.
//!
//! DNS, TCP, proxy, TLS and HTTP are steps of the connection that carries the signed requests: what is reported is what
//! the requests went through, without a second connection. This module knows HTTP, but neither S3 nor checks.

mod certificate;
mod classify;
mod head;
mod http1;
mod meter;
mod own;
mod payload;
mod proxy;
mod roots;
mod tcp;
mod tls;

use std::net::IpAddr;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::base::stop::Stop;
use crate::client::exchange::{Answer, ConnectionFacts, Stage, TransportError, TransportErrorKind};
use crate::settings::way::{ClientKind, Way};
use proxy::Forwarding;

pub use own::is_authoritys;
pub use roots::system_file as system_roots;

/// A request ready to be sent; its URI is a path with its query.
pub type Request = http::Request<Full<Bytes>>;

/// Any byte stream that HTTP can run over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
type BoxedStream = Box<dyn Stream>;

/// How many bytes of an answer's body are read at most.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit {
    /// When the status is in the 2xx range.
    pub success: usize,
    /// Otherwise.
    pub error: usize,
}

/// The address families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// The common name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv6() { Self::V6 } else { Self::V4 }
    }
}

/// Where to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// A name or an address, IPv6 addresses in brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether HTTP runs inside TLS.
    pub tls: bool,
    /// The only family of addresses to connect to, if not both.
    pub family: Option<Family>,
}

/// A client of one host. It keeps at most one connection, and opens a new one when the old one is gone.
pub struct Client {
    destination: Destination,
    way: Way,
    timeout: Duration,
    live: Option<http1::Connection>,
    opened: Vec<ConnectionFacts>,
}

impl Client {
    /// A client that has sent nothing yet. `timeout` bounds one request, connecting included.
    pub fn new(destination: Destination, way: Way, timeout: Duration) -> Self {
        Self { destination, way, timeout, live: None, opened: Vec::new() }
    }

    /// Where it connects to.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// Connects to addresses of this family only, from the next connection on.
    pub fn restrict(&mut self, family: Option<Family>) {
        self.destination.family = family;
    }

    /// Sets the time limit of each further request, connecting included.
    pub fn limit(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// The facts of each connection that was opened or attempted, oldest first.
    pub fn connections(&self) -> &[ConnectionFacts] {
        &self.opened
    }

    /// Opens the connection and sends nothing over it.
    ///
    /// # Errors
    /// When it cannot be opened, with the stage at which it broke.
    pub async fn connect(&mut self, stop: &Stop) -> Result<(), TransportError> {
        let bounds = Step { timeout: self.timeout, deadline: Instant::now() + self.timeout, stop };
        self.live = Some(self.open(&bounds).await?);
        Ok(())
    }

    /// Sends a request and reads its answer, with as much of its body as `limit` allows.
    ///
    /// # Errors
    /// When no complete answer came, with the stage at which it broke.
    pub async fn send(
        &mut self,
        request: &Request,
        limit: BodyLimit,
        stop: &Stop,
    ) -> Result<Answer, TransportError> {
        let bounds = Step { timeout: self.timeout, deadline: Instant::now() + self.timeout, stop };
        if self.live.as_ref().is_some_and(|live| !live.is_open()) {
            self.live = None;
        }
        let fresh = self.live.is_none();
        match self.attempt(request, limit, &bounds).await {
            // The server had closed the idle connection before the request could be written: no byte was sent, so
            // this is no retry of an S3 request.
            Err(Lost { unsent: true, .. }) if !fresh => {
                self.live = None;
                self.attempt(request, limit, &bounds).await.map_err(|lost| lost.error)
            }
            Err(lost) => Err(lost.error),
            Ok(answer) => Ok(answer),
        }
    }

    async fn attempt(
        &mut self,
        request: &Request,
        limit: BodyLimit,
        step: &Step<'_>,
    ) -> Result<Answer, Lost> {
        let mut live = match self.live.take() {
            Some(live) => live,
            None => self.open(step).await.map_err(|error| Lost { error, unsent: false })?,
        };
        let answer = live.exchange(request, limit, step).await;
        match answer {
            Ok(answer) => {
                if !answer.cut_off {
                    self.live = Some(live);
                }
                Ok(answer)
            }
            Err(mut failure) => {
                failure.error.connection = Box::new(self.opened.last().cloned().unwrap_or_default());
                Err(failure)
            }
        }
    }

    async fn open(&mut self, step: &Step<'_>) -> Result<http1::Connection, TransportError> {
        let mut facts = ConnectionFacts::default();
        let opened = self.connect_layers(step, &mut facts).await;
        self.opened.push(facts.clone());
        opened.map_err(|failed| failed.into_error(facts))
    }

    /// Connects the layers from the bottom up. `facts` keeps what is known of each, also when a later one fails.
    async fn connect_layers(
        &self,
        step: &Step<'_>,
        facts: &mut ConnectionFacts,
    ) -> Result<http1::Connection, Failed> {
        let Destination { host, port, tls, family } = &self.destination;
        facts.ignored_proxies = self.way.ignored_for(*tls, host, *port);
        let proxy = self.way.proxy_for(*tls, host, *port).map_err(proxy::no_way)?;
        let trust = &self.way.trust;
        let mut forwarding = None;
        let stream: BoxedStream = match proxy {
            None => Box::new(tcp::connect(host, *port, *family, step, facts).await?),
            Some(proxy) if *tls => proxy::tunnel(&proxy, trust, &self.destination, step, facts).await?,
            Some(proxy) => {
                forwarding = Some(Forwarding::new(&proxy, &self.destination));
                proxy::connect(&proxy, trust, step, facts).await?
            }
        };
        let stream = if *tls { tls::handshake(host, trust, stream, step, facts).await? } else { stream };
        let by_python = self.way.client == ClientKind::Boto3;
        http1::Connection::start(stream, forwarding, by_python).await
    }
}

/// The bounds of one step: its own time limit and the run's.
struct Step<'a> {
    timeout: Duration,
    deadline: Instant,
    stop: &'a Stop,
}

impl Step<'_> {
    /// Waits for `work`, but not longer than allowed.
    async fn bound<T>(&self, stage: Stage, work: impl Future<Output = T>) -> Result<T, Failed> {
        let stopped = async {
            match stage {
                Stage::Dns | Stage::Tcp | Stage::Proxy | Stage::Tls => self.stop.wait().await,
                Stage::Header | Stage::Body => self.stop.wait_with_overtime().await,
            }
        };
        tokio::select! {
            biased;
            done = work => Ok(done),
            reason = stopped => Err(Failed::new(stage, TransportErrorKind::Stopped(reason))),
            () = tokio::time::sleep_until(self.deadline) => {
                Err(Failed::new(stage, TransportErrorKind::TimedOut(self.timeout)))
            }
        }
    }
}

/// A step that failed, without the facts of the connection.
struct Failed {
    stage: Stage,
    kind: TransportErrorKind,
    chain: Vec<String>,
    status: Option<u16>,
}

impl Failed {
    fn new(stage: Stage, kind: TransportErrorKind) -> Self {
        Self { stage, kind, chain: Vec::new(), status: None }
    }

    /// Keeps the library's error texts beside the kind.
    fn caused_by(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        self.chain = classify::chain(error);
        self
    }

    fn into_error(self, facts: ConnectionFacts) -> TransportError {
        TransportError {
            stage: self.stage,
            kind: self.kind,
            chain: self.chain,
            connection: Box::new(facts),
            status: self.status,
        }
    }
}

/// A request that got no answer on an open connection.
struct Lost {
    error: TransportError,
    /// Whether no byte of it was written.
    unsent: bool,
}
