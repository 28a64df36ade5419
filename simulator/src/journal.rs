//! What the server has seen.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::address::{Address, Jurisdiction};
use super::http::Request;
use super::op::Op;

/// One request as it was received.
#[derive(Clone, Debug)]
pub struct Seen {
    pub op: Op,
    pub method: String,
    /// The request line's second word, untouched.
    pub target: String,
    pub path: String,
    /// Decoded, in its order.
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub host: String,
    pub account: Option<String>,
    pub jurisdiction: Jurisdiction,
    pub bucket: Option<String>,
    pub key: Option<String>,
    pub body: Vec<u8>,
    /// Counted from 1.
    pub connection: usize,
    /// Since the server started.
    pub at: Duration,
    /// The status that was meant for it, whatever became of it on the wire.
    pub answered: Option<u16>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn is_signed(&self) -> bool {
        self.header("authorization").is_some()
    }

    /// Whether it changes, or would change, what is stored.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

#[derive(Debug)]
pub struct Journal {
    start: Instant,
    requests: Mutex<Vec<Seen>>,
    connections: Mutex<usize>,
    server_names: Mutex<Vec<Option<String>>>,
}

impl Journal {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            requests: Mutex::default(),
            connections: Mutex::default(),
            server_names: Mutex::default(),
        }
    }

    /// Counts a connection; its number.
    pub fn connection(&self) -> usize {
        let mut count = held(&self.connections);
        *count += 1;
        *count
    }

    pub fn connections(&self) -> usize {
        *held(&self.connections)
    }

    /// Notes the name in a `ClientHello`.
    pub fn server_name(&self, name: Option<&str>) {
        held(&self.server_names).push(name.map(str::to_owned));
    }

    pub fn server_names(&self) -> Vec<Option<String>> {
        held(&self.server_names).clone()
    }

    /// Notes a request whose head has been read; its number.
    pub fn request(&self, request: &Request, address: &Address, connection: usize) -> usize {
        let mut requests = held(&self.requests);
        requests.push(Seen {
            op: Op::of(request, address),
            method: request.method.clone(),
            target: request.target.clone(),
            path: request.path().to_owned(),
            query: request.query(),
            headers: request.headers.clone(),
            host: request.header("host").unwrap_or_default().to_owned(),
            account: address.account.clone(),
            jurisdiction: address.jurisdiction,
            bucket: address.bucket.clone(),
            key: address.key.clone(),
            body: Vec::new(),
            connection,
            at: self.start.elapsed(),
            answered: None,
        });
        requests.len() - 1
    }

    pub fn body(&self, number: usize, body: &[u8]) {
        body.clone_into(&mut held(&self.requests)[number].body);
    }

    pub fn answered(&self, number: usize, status: u16) {
        held(&self.requests)[number].answered = Some(status);
    }

    pub fn requests(&self) -> Vec<Seen> {
        held(&self.requests).clone()
    }

    /// Forgets all requests. None may be under way.
    pub fn forget(&self) {
        held(&self.requests).clear();
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
