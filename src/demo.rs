//! The demo: an embedded S3 server on loopback, with credentials of its own, healthy or with one fault.
//!
//! It lets a newcomer see a run without an account, and a deployer see that a failing run blocks. The run is a real one
//! and knows nothing of the demo but its settings; the demo reads no setting, and its passing says nothing about R2.

mod alteration;
mod environment;
pub mod fault;
mod front;
mod reply;
mod server;
mod staging;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::network::ProxyRule;
use crate::output;
use crate::settings::Loaded;
use environment::Access;
use fault::DemoFault;
use front::{Front, Trouble};
use staging::{Staging, staging};
use wire::Wire;

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum NoDemo {
    /// There is no folder for its objects.
    #[error(
        "the demo keeps its objects in a temporary folder, and none can be made in `{}`: {reason}\n\
         Set TMPDIR to a folder that can be written, for example: TMPDIR=/dev/shm r2-selftest demo",
        .place.display()
    )]
    Folder {
        /// Where temporary folders are made.
        place: PathBuf,
        /// In the system's words.
        reason: String,
    },
    /// There is no port, or something that should always work did not.
    #[error(transparent)]
    Other(#[from] io::Error),
}

/// A running demo. Its servers stop, and its folder goes, when this is dropped.
pub struct Demo {
    loaded: Loaded,
    proxy: Option<SocketAddr>,
    _props: Props,
}

/// What has to stay for as long as the demo runs.
#[derive(Default)]
struct Props {
    servers: Vec<JoinHandle<()>>,
    folder: Option<TempDir>,
    taken_port: Option<TcpSocket>,
}

impl Drop for Props {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

impl Demo {
    /// Starts a healthy demo on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When the port or the temporary folder cannot be had.
    pub async fn start() -> Result<Self, NoDemo> {
        let mut props = Props::default();
        let loaded = props.server(None, None, |_| {}).await?;
        Ok(Self { loaded, proxy: None, _props: props })
    }

    /// Starts a demo with a fault, on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// When a port or the temporary folder cannot be had, or when the run would leave this machine.
    pub async fn start_with(fault: DemoFault) -> Result<Self, NoDemo> {
        let mut props = Props::default();
        let mut proxy = None;
        let loaded = match staging(fault) {
            Staging::Environment(spoil) => environment::spoilt(spoil),
            Staging::Access(change) => props.server(None, None, change).await?,
            Staging::Answers(trouble) => props.server(Some(trouble), None, |_| {}).await?,
            Staging::SelfSigned => {
                let tls = server::self_signed(&Ipv4Addr::LOCALHOST.to_string())?;
                props.server(None, Some(tls), |_| {}).await?
            }
            Staging::NobodyListens => reach(&format!("http://{}", props.refusing_port()?))?,
            Staging::Wire(wire) => reach(&format!("http://{}", props.wire(wire).await?))?,
            Staging::WireUnderTls(wire) => reach(&format!("https://{}", props.wire(wire).await?))?,
            Staging::Proxy(wire) => {
                proxy = Some(props.wire(wire).await?);
                reach(BEHIND_A_PROXY)?
            }
            Staging::NoProxyListens => {
                proxy = Some(props.refusing_port()?);
                reach(BEHIND_A_PROXY)?
            }
        };
        stays_here(&loaded)?;
        Ok(Self { loaded, proxy, _props: props })
    }

    /// The settings of the run.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// Where the server keeps its objects, as files.
    #[cfg(test)]
    #[expect(clippy::used_underscore_binding, reason = "only tests look into it")]
    pub fn folder(&self) -> Option<&std::path::Path> {
        self._props.folder.as_ref().map(TempDir::path)
    }

    /// The proxy of the run.
    pub fn proxy(&self) -> ProxyRule {
        self.proxy.map_or(ProxyRule::Never, |address| ProxyRule::given(&format!("http://{address}")))
    }
}

/// An endpoint that is never reached: the proxy before it does not let anyone through.
const BEHIND_A_PROXY: &str = "https://127.0.0.1";

impl Props {
    /// An S3 server, and the settings to reach it after a change.
    async fn server(
        &mut self,
        trouble: Option<Trouble>,
        tls: Option<TlsAcceptor>,
        change: fn(&mut Access),
    ) -> Result<Loaded, NoDemo> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let mut access = Access::new(format!("{scheme}://{}", listener.local_addr()?));
        let folder = folder()?;
        let front = Front::new(server::service(folder.path(), &access)?, trouble);
        self.servers.push(tokio::spawn(server::serve(listener, tls, front)));
        self.folder = Some(folder);
        change(&mut access);
        Ok(access.loaded().map_err(io::Error::other)?)
    }

    async fn wire(&mut self, wire: Wire) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        self.servers.push(tokio::spawn(wire.serve(listener)));
        Ok(address)
    }

    fn refusing_port(&mut self) -> io::Result<SocketAddr> {
        let (socket, address) = wire::refusing_port()?;
        self.taken_port = Some(socket);
        Ok(address)
    }
}

/// A folder for the demo's objects.
fn folder() -> Result<TempDir, NoDemo> {
    let place = std::env::temp_dir();
    let made = tempfile::Builder::new().prefix("r2-selftest-demo-").tempdir_in(&place);
    made.map_err(|error| NoDemo::Folder { place, reason: output::reason(&error) })
}

/// Settings for an endpoint that has no S3 server.
fn reach(endpoint: &str) -> io::Result<Loaded> {
    Access::new(endpoint.to_owned()).loaded().map_err(io::Error::other)
}

/// A demo never leaves the machine, not even when a fault that the rules should find slips through.
fn stays_here(loaded: &Loaded) -> io::Result<()> {
    match &loaded.settings {
        Some(settings) if !settings.endpoint.is_loopback() => {
            Err(io::Error::other("the demo's fault was not found in its settings"))
        }
        Some(_) | None => Ok(()),
    }
}
