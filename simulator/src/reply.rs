//! An answer before it meets the wire: a status, headers, a body.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::clock::{Clock, http_date};
use super::http::Request;
use super::xml::escaped;

/// An answer. What it does not set of Cloudflare's headers is added when it is sent.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A status and nothing else.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Sets a header, in the place of one with the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// An XML document.
    pub fn xml(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status).header("Content-Type", "application/xml").body(body)
    }

    /// A web page.
    pub fn html(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status).header("Content-Type", "text/html; charset=UTF-8").body(body)
    }

    /// A JSON document.
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status).header("Content-Type", "application/json").body(body)
    }

    /// An S3 error whose message repeats everything the request carried, secrets' derivatives included.
    pub fn echo(status: u16, code: &str, request: &Request) -> Self {
        let lines = request.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let told = format!("{} {}\n{}", request.method, request.target, lines.collect::<String>());
        Self::xml(status, error_document(code, &told, &[]))
    }

    /// Sets a header, in the place of one with the same name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Removes a header.
    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// The first header of this name, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// With what Cloudflare adds to each answer, unless the answer says otherwise.
    #[must_use]
    pub fn dressed(mut self, clock: &Clock) -> Self {
        let own = [("Date", http_date(clock.now())), ("Server", "cloudflare".into()), ("CF-RAY", ray())];
        for (name, value) in own {
            if self.get(name).is_none() {
                self.headers.push((name.to_owned(), value));
            }
        }
        self
    }
}

/// R2's error document: no namespace, no `RequestId`, no `HostId`.
pub fn error_document(code: &str, message: &str, more: &[(String, String)]) -> String {
    let more: String =
        more.iter().map(|(name, text)| format!("<{name}>{}</{name}>", escaped(text))).collect();
    let (code, message) = (escaped(code), escaped(message));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    )
}

/// A new id of the shape of a Cloudflare ray, as if from Frankfurt.
fn ray() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let seed = Sha256::digest(COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    format!("{}-FRA", &hex(&seed)[..16])
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
