//! Resolves names to addresses and opens TCP connections.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Failed, Family, Step, classify};
use crate::base::machine::{self, Exhausted};
use crate::client::exchange::{ConnectionFacts, Stage, TransportErrorKind};

/// The delay before a connection attempt to the next address (RFC 8305, section 8).
const STAGGER: Duration = Duration::from_millis(250);
/// Upper bound of the addresses that are used: a name with thousands of them must not open thousands of sockets.
const ADDRESS_LIMIT: usize = 16;
/// How many descriptors the system's resolver opens at the same time: files, and sockets for queries and for sorting addresses.
const RESOLVER_FILES: usize = 4;

/// Resolves the host and connects to the first of its addresses that accepts a connection.
pub async fn connect(
    host: &str,
    port: u16,
    family: Option<Family>,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<TcpStream, Failed> {
    let mut addresses = resolve(host, port, step, facts).await?;
    facts.addresses = addresses.iter().map(SocketAddr::ip).collect();
    addresses.retain(|address| family.is_none_or(|family| family == Family::of(address.ip())));
    let started = Instant::now();
    let raced = step.bound(Stage::Tcp, race(&addresses, &mut facts.failed)).await?;
    let (peer, stream) = raced
        .map_err(|error| Failed::new(Stage::Tcp, classify::io_kind(&error, Stage::Tcp)).caused_by(&error))?;
    facts.phases.tcp = Some(started.elapsed());
    // Asked for its peer, a socket that was reset at once would not know it any more.
    facts.peer = Some(peer);
    // Requests are small and each waits for its answer, so Nagle's algorithm would only delay them.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The addresses of a host, in the order in which the system prefers them.
async fn resolve(
    host: &str,
    port: u16,
    step: &Step<'_>,
    facts: &mut ConnectionFacts,
) -> Result<Vec<SocketAddr>, Failed> {
    host.trim_matches(['[', ']']).clone_into(&mut facts.looked_up);
    if let Ok(address) = facts.looked_up.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let started = Instant::now();
    let answer = resolve_on_thread(facts.looked_up.clone(), port)?;
    let found = step.bound(Stage::Dns, answer).await?;
    facts.phases.dns = Some(started.elapsed());
    let unresolved = || Failed::new(Stage::Dns, TransportErrorKind::Dns(host.to_owned()));
    match found {
        Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
        Ok(Err(Unresolved::Refused(error))) => Err(unresolved().caused_by(&error)),
        Ok(Err(Unresolved::Exhausted(lack))) => Err(exhausted(&lack)),
        Ok(Ok(_)) | Err(_) => Err(unresolved()),
    }
}

/// Why a name has no addresses.
enum Unresolved {
    /// The system's resolver says so.
    Refused(io::Error),
    /// It could not open its own files and sockets, which it reports like a failed look-up.
    Exhausted(Exhausted),
}

type Resolved = Result<Vec<SocketAddr>, Unresolved>;

/// Calls the system's resolver, which has no time limit, on a thread of its own. tokio's `lookup_host` panics when no
/// thread can be started.
fn resolve_on_thread(host: String, port: u16) -> Result<oneshot::Receiver<Resolved>, Failed> {
    let (sender, answer) = oneshot::channel();
    let look_up = move || {
        let found = (host.as_str(), port).to_socket_addrs();
        let found = found.map(|addresses| addresses.take(ADDRESS_LIMIT).collect());
        // The receiver is gone once the time is over.
        let _ = sender.send(found.map_err(|error| match machine::files(RESOLVER_FILES) {
            Ok(()) => Unresolved::Refused(error),
            Err(lack) => Unresolved::Exhausted(lack),
        }));
    };
    machine::start_thread("resolver", look_up).map(|()| answer).map_err(|lack| exhausted(&lack))
}

fn exhausted(lack: &Exhausted) -> Failed {
    Failed::new(Stage::Dns, TransportErrorKind::Exhausted(lack.to_string())).caused_by(lack)
}

/// Connects to the addresses in order, each attempt [`STAGGER`] after the one before; the first to connect wins.
async fn race(
    addresses: &[SocketAddr],
    failed: &mut Vec<(SocketAddr, String)>,
) -> io::Result<(SocketAddr, TcpStream)> {
    let mut waiting = addresses.iter().copied();
    let mut running = JoinSet::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        if let Some(address) = waiting.next() {
            running.spawn(async move { (address, TcpStream::connect(address).await) });
        } else if running.is_empty() {
            return Err(last);
        }
        let more = waiting.len() > 0;
        let finished = tokio::select! {
            finished = running.join_next() => finished,
            () = tokio::time::sleep(STAGGER), if more => None,
        };
        match finished {
            Some(Ok((address, Ok(stream)))) => return Ok((address, stream)),
            Some(Ok((address, Err(error)))) => {
                failed.push((address, error.to_string()));
                last = error;
            }
            Some(Err(_)) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::stop::Stop;

    /// Whether a connection to 127.0.0.1 is established when only addresses of this family are used.
    async fn connects(family: Option<Family>) -> bool {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let stop = Stop::at(Instant::now() + Duration::from_secs(5));
        let (timeout, deadline) = (Duration::from_secs(5), Instant::now() + Duration::from_secs(5));
        let bounds = Step { timeout, deadline, stop: &stop };
        connect("127.0.0.1", port, family, &bounds, &mut ConnectionFacts::default()).await.is_ok()
    }

    #[test]
    fn only_addresses_of_the_chosen_kind_are_tried() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        assert!(runtime.block_on(connects(None)));
        assert!(runtime.block_on(connects(Some(Family::V4))));
        assert!(!runtime.block_on(connects(Some(Family::V6))));
    }
}
