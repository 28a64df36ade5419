//! How an answer is put on the wire, byte by byte, and how it can go wrong there.

use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::http::Stream;
use super::reply::Reply;

/// What an endless answer ends at all the same, should nobody stop it.
const ENOUGH: usize = 512 * 1024 * 1024;
/// How long a closed connection is still read from, so that closing does not turn into a reset.
const LINGER: Duration = Duration::from_secs(1);
/// How long a silent connection is kept.
const SILENCE: Duration = Duration::from_mins(5);

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It stays open for the next request.
    Open,
    /// In order: with TLS's goodbye, then TCP's.
    Close,
    /// TCP's goodbye without TLS's.
    Cut,
    /// RST.
    Reset,
    /// It stays open and silent.
    Silence,
}

/// How the length of a body is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    #[default]
    Length,
    Chunked,
    /// It is not: the body ends with the connection.
    UntilClose,
}

/// What goes on without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// The answers that come before the answer.
    Continue,
    Headers,
    Body,
}

/// The way from an answer to the bytes.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
pub struct Wire {
    /// The request's body is not read before this has passed.
    pub before_reading: Duration,
    /// The request's body is never read.
    pub body_unread: bool,
    /// Who waits for `100 Continue` waits in vain.
    pub no_continue: bool,
    pub before_head: Duration,
    pub before_body: Duration,
    /// From one byte of the head to the next.
    pub per_byte_of_head: Option<Duration>,
    /// From one byte of the body to the next.
    pub per_byte: Option<Duration>,
    pub framing: Framing,
    pub http10: bool,
    /// Header names are written in lower case.
    pub lower_case: bool,
    pub omitted: Vec<String>,
    pub endless: Option<Endless>,
    /// Sent verbatim before the answer.
    pub preface: Vec<u8>,
    /// Sent verbatim in the place of the answer.
    pub raw: Option<Vec<u8>>,
    /// No answer: the connection ends like this.
    pub instead: Option<Ending>,
    /// So many bytes of the body are sent, with the full length announced, and then the connection ends like this.
    pub cut: Option<(usize, Ending)>,
    pub close: bool,
}

/// Sends an answer; what is to become of the connection.
pub async fn send(stream: &mut Stream, reply: Reply, wire: &Wire, bodiless: bool) -> Ending {
    sleep(wire.before_head).await;
    if let Some(raw) = &wire.raw {
        let sent = put(stream, raw).await;
        return if sent { wire.instead.unwrap_or(Ending::Close) } else { Ending::Close };
    }
    if let Some(ending) = wire.instead {
        return ending;
    }
    try_send(stream, reply, wire, bodiless).await.unwrap_or(Ending::Close)
}

async fn try_send(stream: &mut Stream, reply: Reply, wire: &Wire, bodiless: bool) -> std::io::Result<Ending> {
    let never_has_body = matches!(reply.status, 100..=199 | 204 | 304);
    let bodiless = bodiless || never_has_body;
    if wire.endless == Some(Endless::Continue) {
        endless(stream, |_| b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()).await?;
    }
    stream.write_all(&wire.preface).await?;
    write(stream, head(&reply, wire, never_has_body).as_bytes(), wire.per_byte_of_head).await?;
    if wire.endless == Some(Endless::Headers) {
        endless(stream, |number| format!("X-Filler-{number}: {}\r\n", "x".repeat(512)).into_bytes()).await?;
    }
    stream.write_all(b"\r\n").await?;
    stream.flush().await?;
    sleep(wire.before_body).await;
    if bodiless {
        return Ok(wire.last());
    }
    if wire.endless == Some(Endless::Body) {
        let chunk = framed(&[b'x'; 4096], wire.framing, false);
        endless(stream, move |_| chunk.clone()).await?;
    }
    body(stream, &reply.body, wire).await
}

impl Wire {
    fn last(&self) -> Ending {
        let ends = self.close || self.http10 || self.framing == Framing::UntilClose || self.endless.is_some();
        let unframed = self.omitted.iter().any(|name| name.eq_ignore_ascii_case("content-length"));
        if ends || unframed { Ending::Close } else { Ending::Open }
    }
}

/// The status line and the headers, without the empty line.
fn head(reply: &Reply, wire: &Wire, never_has_body: bool) -> String {
    use std::fmt::Write;
    let version = if wire.http10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut head = format!("{version} {} {}\r\n", reply.status, reason(reply.status));
    let mut reply = reply.clone();
    let framing = match wire.framing {
        Framing::Length if never_has_body => None,
        Framing::Length => Some(("Content-Length", reply.body.len().to_string())),
        Framing::Chunked => Some(("Transfer-Encoding", "chunked".to_owned())),
        Framing::UntilClose => None,
    };
    let ending = if wire.last() == Ending::Open { "keep-alive" } else { "close" };
    for (name, value) in framing.into_iter().chain([("Connection", ending.to_owned())]) {
        if reply.get(name).is_none() {
            reply.set(name, value);
        }
    }
    let sent = |name: &str| !wire.omitted.iter().any(|omitted| omitted.eq_ignore_ascii_case(name));
    for (name, value) in reply.headers.iter().filter(|(name, _)| sent(name)) {
        let name = if wire.lower_case { name.to_ascii_lowercase() } else { name.clone() };
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head
}

async fn body(stream: &mut Stream, body: &[u8], wire: &Wire) -> std::io::Result<Ending> {
    let (sent, ending) = match wire.cut {
        Some((length, ending)) => (&body[..length.min(body.len())], ending),
        None => (body, wire.last()),
    };
    let last = wire.cut.is_none();
    write(stream, &framed(sent, wire.framing, last), wire.per_byte).await?;
    Ok(ending)
}

/// Writes bytes at once, or one at a time.
async fn write(stream: &mut Stream, bytes: &[u8], interval: Option<Duration>) -> std::io::Result<()> {
    let Some(interval) = interval else {
        stream.write_all(bytes).await?;
        return stream.flush().await;
    };
    for byte in bytes {
        sleep(interval).await;
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
    }
    Ok(())
}

/// The bytes of a body: in two chunks where chunks are used.
fn framed(body: &[u8], framing: Framing, last: bool) -> Vec<u8> {
    if framing != Framing::Chunked {
        return body.to_vec();
    }
    let mut out = Vec::new();
    for chunk in body.chunks(body.len().div_ceil(2).max(1)) {
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    if last {
        out.extend_from_slice(b"0\r\n\r\n");
    }
    out
}

async fn endless(stream: &mut Stream, chunk: impl Fn(usize) -> Vec<u8>) -> std::io::Result<()> {
    let mut sent = 0;
    for number in 0.. {
        let bytes = chunk(number);
        sent += bytes.len();
        if sent > ENOUGH {
            break;
        }
        stream.write_all(&bytes).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Sends bytes as they are; whether they went out.
pub async fn put(stream: &mut Stream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok()
}

/// Ends a connection.
pub async fn end(mut stream: Stream, ending: Ending) {
    match ending {
        Ending::Open | Ending::Close => {
            let _ = stream.shutdown().await;
            let _ = timeout(LINGER, drain(&mut stream)).await;
        }
        Ending::Cut => {
            let _ = SockRef::from(stream.tcp()).shutdown(std::net::Shutdown::Write);
            let _ = timeout(LINGER, drain(&mut stream)).await;
        }
        Ending::Reset => {
            let _ = SockRef::from(stream.tcp()).set_linger(Some(Duration::ZERO));
        }
        Ending::Silence => {
            let _ = timeout(SILENCE, drain(&mut stream)).await;
        }
    }
}

async fn drain(stream: &mut Stream) {
    let mut rest = [0; 8192];
    while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Unknown")
}
