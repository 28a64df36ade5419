//! Addresses on loopback where no connection comes about.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// A port that nobody else gets while this lives, and that does not answer.
#[derive(Debug)]
pub struct DeadEnd {
    /// The port's address.
    pub address: SocketAddr,
    _sockets: Vec<Socket>,
}

impl DeadEnd {
    /// Connections are refused.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn try_refusing() -> io::Result<Self> {
        let (socket, address) = bound()?;
        Ok(Self { address, _sockets: vec![socket] })
    }

    /// Connections are neither accepted nor refused: the queue of those waiting is full. It takes 50 ms to fill.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn try_unanswering() -> io::Result<Self> {
        let (listener, address) = bound()?;
        listener.listen(0)?;
        let mut sockets = vec![listener];
        for _ in 0..4 {
            sockets.push(waiting(address)?);
        }
        std::thread::sleep(Duration::from_millis(50));
        Ok(Self { address, _sockets: sockets })
    }

    /// As an endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn bound() -> io::Result<(Socket, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((socket, address))
}

fn waiting(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // It does not connect at once, or not at all, which is the point.
    let _ = socket.connect(&address.into());
    Ok(socket)
}
