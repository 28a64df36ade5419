//! Something on the way between a client and a server, on loopback, which changes requests as it is told to.
//!
//! It knows HTTP's framing and nothing else. Answers pass through untouched.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of a whole request, head and body: what is sent on in its place, one after the other. The server's
/// answers to all but the last are kept from the client.
type Change = dyn Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync;

/// Starts a middleman before a server's port; its own port. It stays until the test's process ends.
pub fn before(server: u16, change: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let change: Arc<Change> = Arc::new(change);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let change = Arc::clone(&change);
            thread::spawn(move || serve(client, server, &*change));
        }
    });
    port
}

/// Replaces text in the head of each request.
pub fn rewriting(from: &str, to: &str) -> impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static {
    let (from, to) = (from.to_owned(), to.to_owned());
    move |request| {
        let end = head_of(request).unwrap_or(request.len());
        let head = String::from_utf8_lossy(&request[..end]).replace(&from, &to);
        vec![[head.as_bytes(), &request[end..]].concat()]
    }
}

/// Without the head's lines that begin like this, whatever their case.
pub fn without(header: &str) -> impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static {
    let start = format!("{}:", header.to_ascii_lowercase());
    move |request| {
        let end = head_of(request).unwrap_or(request.len());
        let head = String::from_utf8_lossy(&request[..end]).into_owned();
        let kept: String = head
            .split_inclusive("\r\n")
            .filter(|line| !line.to_ascii_lowercase().starts_with(&start))
            .collect();
        vec![[kept.as_bytes(), &request[end..]].concat()]
    }
}

/// One request for each connection of a client: the connection's end is the answer's.
fn serve(mut client: TcpStream, port: u16, change: &Change) {
    let Ok(request) = request(&mut client) else { return };
    let answers: io::Result<Vec<_>> =
        change(&request).iter().map(|changed| exchange(port, changed)).collect();
    if let Some(last) = answers.ok().and_then(|mut answers| answers.pop()) {
        // A client that has gone has no use for it.
        let _sent = client.write_all(&last);
    }
    let _ended = client.shutdown(Shutdown::Write);
}

/// Sends a request on a connection of its own, which ends with the answer.
fn exchange(port: u16, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    server.set_read_timeout(Some(PATIENCE))?;
    let line = request.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    server.write_all(&[&request[..line], b"Connection: close\r\n", &request[line..]].concat())?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    Ok(answer)
}

/// A request, to the end of the body that its head announces.
fn request(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if head_of(&bytes).is_some_and(|end| bytes.len() >= end + body_length(&bytes[..end])) {
            return Ok(bytes);
        }
        let mut more = [0; 4096];
        match client.read(&mut more)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&more[..count]),
        }
    }
}

/// Where the head ends, its empty line included.
fn head_of(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|start| start + 4)
}

fn body_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    length.unwrap_or_default()
}
