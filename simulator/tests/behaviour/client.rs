//! A client for these tests: bytes over a socket, and a signer of its own, down to HMAC.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use simulator::R2;

/// An answer as it was received.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The text between two tags.
    pub fn element(&self, name: &str) -> String {
        let text = self.text();
        let after = text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {text}")).1;
        after.split_once(&format!("</{name}>")).unwrap().0.to_owned()
    }
}

/// Who asks, when, and from where.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: SocketAddr,
    pub host: String,
    pub id: String,
    pub secret: String,
    pub session: Option<String>,
    pub region: String,
    pub clock: i64,
}

impl Client {
    /// With the server's first token.
    pub fn of(r2: &R2) -> Self {
        let token = r2.token();
        Self {
            address: r2.address,
            host: r2.address.to_string(),
            id: token.id.clone(),
            secret: token.secret.clone(),
            session: token.session.clone(),
            region: "auto".to_owned(),
            clock: 0,
        }
    }

    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[], b"").unwrap()
    }

    pub fn put(&self, target: &str, body: &[u8]) -> Answer {
        self.ask("PUT", target, &[], body).unwrap()
    }

    pub fn delete(&self, target: &str) -> Answer {
        self.ask("DELETE", target, &[], b"").unwrap()
    }

    /// One signed request on a connection of its own.
    pub fn ask(&self, method: &str, target: &str, more: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let bytes = exchange(self.address, &self.request(method, target, more, body))?;
        if bytes.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Answer::parse(&bytes)) }
    }

    /// A signed request in bytes. The target has to be encoded and its query sorted.
    pub fn request(&self, method: &str, target: &str, more: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let now = OffsetDateTime::now_utc() + time::Duration::seconds(self.clock);
        let stamp = now.format(format_description!("[year][month][day]T[hour][minute][second]Z")).unwrap();
        let digest = sha256(body);
        let mut headers =
            vec![("host", self.host.as_str()), ("x-amz-content-sha256", &digest), ("x-amz-date", &stamp)];
        headers.extend(self.session.iter().map(|session| ("x-amz-security-token", session.as_str())));
        headers.extend(more);
        headers.sort_unstable();
        let authorization = self.authorization(method, target, &headers, &stamp, &digest);
        let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nAuthorization: {authorization}\r\nConnection: close\r\n{}\
             Content-Length: {}\r\n\r\n",
            lines.concat(),
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    fn authorization(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        stamp: &str,
        digest: &str,
    ) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let canonical = [method, path, query, &lines.concat(), &names, digest].join("\n");
        let scope = format!("{}/{}/s3/aws4_request", &stamp[..8], self.region);
        let text = ["AWS4-HMAC-SHA256", stamp, &scope, &sha256(canonical.as_bytes())].join("\n");
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in scope.split('/').chain([text.as_str()]) {
            key = hmac(&key, part.as_bytes());
        }
        let (id, signature) = (&self.id, hex(&key));
        format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
    }
}

/// Sends bytes, and receives until the connection ends.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(address);
    stream.write_all(bytes)?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received)?;
    Ok(received)
}

/// A connection on which nothing takes longer than five seconds.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

/// RFC 2104, by hand.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let padded = |pad: u8| block.iter().map(|byte| byte ^ pad).collect::<Vec<_>>();
    let inner = Sha256::digest([padded(0x36), text.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
