//! What runs beside the caller: a task for each listener, on the caller's runtime.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

const MOST_CONNECTIONS: usize = 256;
/// How long nothing is accepted after the machine refused to, for want of descriptors for instance.
const PAUSE: Duration = Duration::from_millis(20);

/// A task that ends, with all that it spawned, when this is dropped.
#[derive(Debug)]
pub struct Background {
    task: AbortHandle,
    /// What drives the runtime, where that is not the caller's own.
    #[cfg(feature = "testing")]
    pub driver: Option<super::testing::Driver>,
}

impl Drop for Background {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener on a free port of loopback.
///
/// # Errors
/// When no port can be had, or outside of a runtime.
pub fn listener() -> io::Result<(TcpListener, SocketAddr)> {
    let _runtime = Handle::try_current().map_err(io::Error::other)?;
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

/// Serves connections beside each other, for ever.
pub fn serve_each<F>(
    listener: TcpListener,
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> io::Result<Background>
where
    F: Future<Output = ()> + Send + 'static,
{
    let task = Handle::try_current().map_err(io::Error::other)?.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            if connections.len() >= MOST_CONNECTIONS {
                connections.join_next().await;
            }
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Head and body are written apart; otherwise each answer would wait for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(serve(stream));
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    });
    Ok(Background {
        task: task.abort_handle(),
        #[cfg(feature = "testing")]
        driver: None,
    })
}
