//! Addresses on loopback where no connection comes about.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A port that nobody else gets while this lives, and that does not answer.
#[derive(Debug)]
pub struct DeadEnd {
    pub address: SocketAddr,
    _sockets: Vec<Socket>,
}

impl DeadEnd {
    /// Connections are refused.
    pub fn refusing() -> Self {
        let socket = bound();
        Self { address: address_of(&socket), _sockets: vec![socket] }
    }

    /// Connections are neither accepted nor refused: the queue of those waiting is full.
    pub fn unanswering() -> Self {
        let listener = bound();
        listener.listen(0).unwrap();
        let address = address_of(&listener);
        let mut sockets = vec![listener];
        sockets.extend((0..4).map(|_| waiting(address)));
        std::thread::sleep(std::time::Duration::from_millis(50));
        Self { address, _sockets: sockets }
    }

    /// As an endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn bound() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    socket
}

fn waiting(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_nonblocking(true).unwrap();
    let _ = socket.connect(&address.into());
    socket
}

fn address_of(socket: &Socket) -> SocketAddr {
    socket.local_addr().unwrap().as_socket().unwrap()
}
