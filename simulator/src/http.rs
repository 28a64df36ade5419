//! The server's side of HTTP/1.1, read by hand so that a fault can be put between any two bytes.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

use super::checksums::unchunked;

const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 16 * 1024 * 1024;
const MOST_HEADERS: usize = 128;
const PATIENCE: Duration = Duration::from_mins(2);

/// A connection, with or without TLS.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send {
    /// The socket below.
    fn tcp(&self) -> &TcpStream;
}

impl Transport for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Transport for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

pub type Stream = Box<dyn Transport>;

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The request line's second word, untouched.
    pub target: String,
    /// Names as they were sent, in their order.
    pub headers: Vec<(String, String)>,
    /// The body; empty until it has been read.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path, still percent-encoded.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The query, decoded, in its order.
    pub fn query(&self) -> Vec<(String, String)> {
        let raw = self.target.split_once('?').map_or("", |(_, query)| query);
        raw.split('&').filter(|pair| !pair.is_empty()).map(decoded_pair).collect()
    }

    /// One parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The `Host` header without its port, in lower case.
    pub fn host(&self) -> String {
        let host = self.header("host").unwrap_or_default().to_ascii_lowercase();
        host.rsplit_once(':').map_or(host.clone(), |(name, _)| name.to_owned())
    }
}

fn decoded_pair(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
}

/// Percent-encoding undone.
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Why no request could be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The connection ended or stayed silent.
    Gone,
    /// Not HTTP, or more of it than this server takes.
    Refused(&'static str),
}

/// The bytes received and not yet used.
#[derive(Default)]
pub struct Incoming {
    buffer: Vec<u8>,
}

impl Incoming {
    /// The next request's head; its body is still to be read.
    pub async fn head(&mut self, stream: &mut Stream) -> Result<Request, Unreadable> {
        loop {
            if let Some((length, request)) = parsed(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok(request);
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(Unreadable::Refused("431 Request Header Fields Too Large"));
            }
            self.more(stream).await?;
        }
    }

    /// The body that the head announced; a chunked one is left unread, as R2 refuses it, but for uploads of an SDK.
    pub async fn body(&mut self, stream: &mut Stream, request: &mut Request) -> Result<(), Unreadable> {
        if request.header("x-amz-decoded-content-length").is_some() && is_chunked(request) {
            return self.chunks(stream, request).await;
        }
        let announced = request.header("content-length").map_or(Ok(0), str::parse);
        let length: usize = announced.map_err(|_| Unreadable::Refused("400 Bad Request"))?;
        if length > LONGEST_BODY {
            return Err(Unreadable::Refused("413 Payload Too Large"));
        }
        while self.buffer.len() < length {
            self.more(stream).await?;
        }
        request.body = self.buffer.drain(..length).collect();
        Ok(())
    }

    async fn chunks(&mut self, stream: &mut Stream, request: &mut Request) -> Result<(), Unreadable> {
        loop {
            match unchunked(&self.buffer) {
                Ok(Some((length, content))) => {
                    self.buffer.drain(..length);
                    request.body = content;
                    return Ok(());
                }
                Ok(None) if self.buffer.len() <= LONGEST_BODY => self.more(stream).await?,
                Ok(None) => return Err(Unreadable::Refused("413 Payload Too Large")),
                Err(()) => return Err(Unreadable::Refused("400 Bad Request")),
            }
        }
    }

    /// What has been received beyond the request.
    pub fn rest(self) -> Vec<u8> {
        self.buffer
    }

    async fn more(&mut self, stream: &mut Stream) -> Result<(), Unreadable> {
        match timeout(PATIENCE, stream.read_buf(&mut self.buffer)).await {
            Ok(Ok(count)) if count > 0 => Ok(()),
            _ => Err(Unreadable::Gone),
        }
    }
}

/// Whether the body comes in chunks.
fn is_chunked(request: &Request) -> bool {
    request.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
}

fn parsed(bytes: &[u8]) -> Result<Option<(usize, Request)>, Unreadable> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => Ok(Some((length, owned(&request)))),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(Unreadable::Refused("400 Bad Request")),
    }
}

fn owned(request: &httparse::Request<'_, '_>) -> Request {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    Request {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers: request.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect(),
        body: Vec::new(),
    }
}
