//! What the server has seen.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::address::{Address, Jurisdiction};
use super::http::Request;
use super::op::Op;

/// How many requests are remembered, the latest ones.
const MOST_NOTES: usize = 4096;
/// How much of a request's body is remembered, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// One request as it was received.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it asked for.
    pub op: Op,
    /// The method, in upper case.
    pub method: String,
    /// The request line's second word, untouched.
    pub target: String,
    /// The target without its query, still percent-encoded.
    pub path: String,
    /// Decoded, in its order.
    pub query: Vec<(String, String)>,
    /// Names as they were sent, in their order.
    pub headers: Vec<(String, String)>,
    /// The `Host` header.
    pub host: String,
    /// The account that the host names.
    pub account: Option<String>,
    /// The jurisdiction that the host names.
    pub jurisdiction: Jurisdiction,
    /// The bucket.
    pub bucket: Option<String>,
    /// The key, decoded.
    pub key: Option<String>,
    /// Its first 64 KiB.
    pub body: Vec<u8>,
    /// Counted from 1.
    pub connection: usize,
    /// Since the server started.
    pub at: Duration,
    /// The status that was meant for it, whatever became of it on the wire.
    pub answered: Option<u16>,
}

impl Seen {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether it has an `Authorization`.
    pub fn is_signed(&self) -> bool {
        self.header("authorization").is_some()
    }

    /// Whether it changes, or would change, what is stored.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

/// The latest of what was noted, numbered from the first that ever was.
#[derive(Debug)]
pub struct Latest<T> {
    notes: VecDeque<T>,
    dropped: usize,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { notes: VecDeque::new(), dropped: 0 }
    }
}

impl<T: Clone> Latest<T> {
    /// Notes one more; its number.
    pub fn push(&mut self, note: T) -> usize {
        if self.notes.len() >= MOST_NOTES {
            self.notes.pop_front();
            self.dropped += 1;
        }
        self.notes.push_back(note);
        self.dropped + self.notes.len() - 1
    }

    fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.notes.get_mut(number.checked_sub(self.dropped)?)
    }

    /// All that is remembered, in its order.
    pub fn all(&self) -> Vec<T> {
        self.notes.iter().cloned().collect()
    }

    fn clear(&mut self) {
        self.dropped += self.notes.len();
        self.notes.clear();
    }
}

/// What the server has seen of late.
#[derive(Debug)]
pub struct Journal {
    start: Instant,
    requests: Mutex<Latest<Seen>>,
    connections: Mutex<usize>,
    server_names: Mutex<Latest<Option<String>>>,
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
        held(&self.server_names).all()
    }

    /// Notes a request whose head has been read; its number.
    pub fn request(&self, request: &Request, address: &Address, connection: usize) -> usize {
        held(&self.requests).push(Seen {
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
        })
    }

    pub fn body(&self, number: usize, body: &[u8]) {
        if let Some(seen) = held(&self.requests).get_mut(number) {
            body[..body.len().min(LONGEST_BODY)].clone_into(&mut seen.body);
        }
    }

    pub fn answered(&self, number: usize, status: u16) {
        if let Some(seen) = held(&self.requests).get_mut(number) {
            seen.answered = Some(status);
        }
    }

    pub fn requests(&self) -> Vec<Seen> {
        held(&self.requests).all()
    }

    /// Forgets all requests.
    pub fn forget(&self) {
        held(&self.requests).clear();
    }
}

/// A lock, also after a panic of whoever held it.
pub fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_are_remembered_and_a_note_finds_its_own() {
        let mut latest = Latest::default();
        let numbers: Vec<usize> = (0..=MOST_NOTES).map(|note| latest.push(note)).collect();
        assert_eq!(numbers.last(), Some(&MOST_NOTES));
        assert_eq!(latest.all().len(), MOST_NOTES);
        assert_eq!(latest.get_mut(0).copied(), None);
        assert_eq!(latest.get_mut(MOST_NOTES).copied(), Some(MOST_NOTES));
        latest.clear();
        assert_eq!(latest.get_mut(MOST_NOTES), None);
        assert_eq!(latest.push(7), MOST_NOTES + 1);
    }
}
