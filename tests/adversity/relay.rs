//! A port before a server's that can be closed for a while, as that of a server that starts anew.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

/// Passes connections on to a server while it is open; those that there are stay when it is closed.
pub struct Relay {
    port: u16,
    server: SocketAddr,
    open: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Relay {
    pub fn before(server: SocketAddr) -> Self {
        let mut relay = Self { port: 0, server, open: Arc::default(), listening: None };
        relay.open();
        relay
    }

    /// As an endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn open(&mut self) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.port = listener.local_addr().unwrap().port();
        self.open.store(true, Ordering::SeqCst);
        let (open, server) = (Arc::clone(&self.open), self.server);
        self.listening = Some(spawn(move || listen(&listener, server, &open)));
    }

    /// From now on connections are refused.
    pub fn close(&mut self) {
        self.open.store(false, Ordering::SeqCst);
        if let Some(listening) = self.listening.take() {
            listening.join().unwrap();
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.close();
    }
}

fn listen(listener: &TcpListener, server: SocketAddr, open: &AtomicBool) {
    while open.load(Ordering::SeqCst) {
        match listener.accept() {
            Ok((client, _)) => pass_on(client, server),
            Err(_) => sleep(Duration::from_millis(1)),
        }
    }
}

fn pass_on(client: TcpStream, server: SocketAddr) {
    client.set_nonblocking(false).unwrap();
    let server = TcpStream::connect(server).unwrap();
    for (mut from, mut to) in [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)] {
        spawn(move || {
            let _ended = io::copy(&mut from, &mut to);
            let _ended = to.shutdown(std::net::Shutdown::Both);
        });
    }
}
