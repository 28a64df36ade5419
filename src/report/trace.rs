//! Requests and responses as lines, in the way of curl: `>` for what is sent, `<` for what comes back, `*` for all else.

use std::fmt::Write as _;

use super::build::milliseconds;
use super::text::duration;
use crate::client::exchange::watch::{Outgoing, Seen};
use crate::client::exchange::{Answer, ConnectionFacts, Exchange, Field, TransportError};
use crate::client::storage::answer::{Document, document};
use crate::diagnosis::doing;

/// Turns events into lines. It remembers where the bucket is, which is printed once and not in each line.
#[derive(Default)]
pub struct Trace {
    bucket: String,
    /// Whether what an error comes from is printed too.
    chains: bool,
}

impl Trace {
    /// A trace that has printed nothing yet, with or without what errors come from.
    pub fn of(chains: bool) -> Self {
        Self { chains, ..Self::default() }
    }

    /// The lines of one event.
    pub fn lines(&mut self, seen: &Seen<'_>) -> String {
        match seen {
            Seen::Request(request) => self.request(request),
            Seen::Connection(facts) => connection(facts),
            Seen::Answer(exchange) => match &exchange.outcome {
                Ok(answer) => answered(exchange, answer),
                Err(error) => self.broken(exchange, error),
            },
        }
    }

    fn request(&mut self, request: &Outgoing) -> String {
        let (bucket, path) = split(&request.url, &request.bucket);
        let mut text = String::new();
        if self.bucket != bucket {
            let _ = writeln!(text, "* bucket {bucket}");
            bucket.clone_into(&mut self.bucket);
        }
        let attempt =
            if request.attempt > 1 { format!("  (attempt {})", request.attempt) } else { String::new() };
        let bytes = if request.bytes > 0 { format!("  {} bytes", request.bytes) } else { String::new() };
        let _ = writeln!(text, "> {} {path}{bytes}{attempt}", request.operation.method());
        for (name, value) in &request.headers {
            let _ = writeln!(text, ">   {name}: {value}");
        }
        text
    }

    fn broken(&self, exchange: &Exchange, error: &TransportError) -> String {
        let status = error.status.map(|status| format!("{status}, then ")).unwrap_or_default();
        let mut text = format!("< {status}{error} in {}\n", took(exchange));
        if self.chains {
            let _ = writeln!(text, "*   while {}", doing(error.stage));
            for cause in &error.chain {
                let _ = writeln!(text, "*   caused by: {cause}");
            }
            for (address, reason) in &error.connection.failed {
                let _ = writeln!(text, "*   {address}: {reason}");
            }
        }
        text
    }
}

/// The bucket's URL, and what follows it.
fn split<'a>(url: &'a str, bucket: &str) -> (&'a str, &'a str) {
    let host = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let path = url[host..].find('/').map_or(url.len(), |path| host + path);
    // A path before the bucket's name belongs to the endpoint; where the name stands before the host's, there is none.
    let name = format!("/{bucket}");
    let ends = |at: usize| matches!(url[at..].bytes().next(), None | Some(b'/' | b'?'));
    let mut found = url[path..].match_indices(&name).map(|(at, _)| path + at + name.len());
    let query = url.find('?').unwrap_or(url.len());
    let before_host = url[host..].strip_prefix(bucket).is_some_and(|rest| rest.starts_with('.'));
    let end = found.find(|end| *end <= query && ends(*end)).filter(|_| !before_host).unwrap_or(path);
    let rest = if end == url.len() { "/" } else { &url[end..] };
    (&url[..end], rest)
}

fn connection(facts: &ConnectionFacts) -> String {
    let Some(peer) = facts.peer else { return String::new() };
    let phases = [
        ("dns", facts.phases.dns),
        ("tcp", facts.phases.tcp),
        ("proxy", facts.phases.proxy),
        ("tls", facts.phases.tls),
    ];
    let mut parts: Vec<String> = phases
        .into_iter()
        .filter_map(|(name, time)| Some(format!("{name} {}", duration(milliseconds(time?)))))
        .collect();
    parts.extend(facts.tls.as_ref().map(|tls| format!("{} {}", tls.version, tls.cipher)));
    parts.extend(
        facts.certificate.as_ref().map(|certificate| format!("certificate by {}", certificate.issuer)),
    );
    let proxy = facts.proxy.as_ref();
    let through =
        proxy.map(|proxy| format!(" through {} ({})", proxy.address, proxy.variable)).unwrap_or_default();
    format!("* connected to {peer}{through}: {}\n", parts.join(", "))
}

fn answered(exchange: &Exchange, answer: &Answer) -> String {
    let word = match document(answer) {
        Document::Error(error) if !error.code.is_empty() => format!(" {}", error.code),
        Document::Error(_)
        | Document::Listing(_)
        | Document::Empty
        | Document::Malformed(_)
        | Document::Foreign => String::new(),
    };
    let mut text =
        format!("< {}{word} in {}, {} bytes\n", answer.status, took(exchange), exchange.bytes_received);
    for field in Field::ALL {
        if let Some(value) = answer.header(*field) {
            let _ = writeln!(text, "<   {}: {value}", field.name());
        }
    }
    text
}

fn took(exchange: &Exchange) -> String {
    duration(milliseconds(exchange.duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_bucket_ends_with_its_name_or_with_its_host() {
        for (url, bucket, rest) in [
            ("https://h:1/b/k/x.csv", "https://h:1/b", "/k/x.csv"),
            ("https://h/b?list-type=2", "https://h/b", "?list-type=2"),
            ("https://h/b", "https://h/b", "/"),
            ("https://h/base/b/?p=/b/", "https://h/base/b", "/?p=/b/"),
            ("https://h/bb/b/k", "https://h/bb/b", "/k"),
            ("https://b.h/k/b", "https://b.h", "/k/b"),
            ("https://b.h/?prefix=/b", "https://b.h", "/?prefix=/b"),
            ("", "", "/"),
        ] {
            assert_eq!(split(url, "b"), (bucket, rest), "{url}");
        }
    }
}
