//! Whether an endpoint is used as written: compares the result of a URL parser with the parts of the text.
//!
//! The application's client sends the text as it is, or rejects it; with a parser that maps, decodes or removes something,
//! the checks would test another endpoint.

use std::fmt;

use url::Url;

use crate::settings::url_text::UrlText;

/// Hosts are letters, digits and hyphens, in labels of this length between dots (RFC 1123, section 2.1), or the application's
/// client rejects them (`botocore.utils.is_valid_endpoint_url`).
const LONGEST_LABEL: usize = 63;
/// The longest host, in characters.
const LONGEST_HOST: usize = 255;

/// What may stand in a segment of a path beside letters and digits (`pchar` in RFC 3986, section 3.3).
const IN_SEGMENT: &[u8] = b"-._~!$&'()*+,;=:@%";

/// A part of the endpoint that is not used as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A part that a URL parser rewrites.
    Rewritten {
        /// Which part.
        part: Part,
        /// As written.
        text: String,
        /// As it would be used.
        wire: String,
    },
    /// A host that the application's client rejects, with the reason.
    Host(&'static str),
    /// A path that servers and proxies may read as another one.
    Path {
        /// The part of it in question.
        segment: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// A part of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its scheme.
    Scheme,
    /// The login before the host.
    Login,
    /// Its host.
    Host,
    /// Its port.
    Port,
    /// Its path.
    Path,
    /// Query and fragment, after the path.
    End,
}

impl Part {
    /// As a sentence names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::Login => "login",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::End => "end",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rewritten { part, .. } => write!(formatter, "its {} would be rewritten", part.name()),
            Self::Host(fault) => write!(formatter, "its host {fault}"),
            Self::Path { fault, .. } => write!(formatter, "its path {fault}"),
        }
    }
}

/// All differences between a URL and the text that it was parsed from; without any, it is used as written.
pub fn differences(text: &UrlText<'_>, url: &Url) -> Vec<Difference> {
    let mut found: Vec<Difference> =
        [scheme(text, url), login(text), host(text, url), port(text, url), path(text, url), end(text)]
            .into_iter()
            .flatten()
            .collect();
    found.extend(odd_host(text.host));
    found.extend(odd_path(text.path));
    found
}

fn rewritten(part: Part, text: &str, wire: &str) -> Difference {
    Difference::Rewritten { part, text: text.to_owned(), wire: wire.to_owned() }
}

fn scheme(text: &UrlText<'_>, url: &Url) -> Option<Difference> {
    let same = text.has_scheme(url.scheme()) && ["http", "https"].contains(&url.scheme());
    (!same).then(|| rewritten(Part::Scheme, text.scheme.unwrap_or_default(), url.scheme()))
}

/// A login: clients send it as credentials, take it for a part of the host, or drop it.
fn login(text: &UrlText<'_>) -> Option<Difference> {
    (text.login.is_some() || text.has_unclear_login()).then(|| rewritten(Part::Login, "", ""))
}

fn host(text: &UrlText<'_>, url: &Url) -> Option<Difference> {
    let wire = url.host_str().unwrap_or_default();
    (!wire.eq_ignore_ascii_case(text.host)).then(|| rewritten(Part::Host, text.host, wire))
}

/// The port: the default one may be written or left out.
fn port(text: &UrlText<'_>, url: &Url) -> Option<Difference> {
    let written = text.port?;
    let wire = url.port_or_known_default().map(|port| port.to_string()).unwrap_or_default();
    (written != wire).then(|| rewritten(Part::Port, written, &wire))
}

fn path(text: &UrlText<'_>, url: &Url) -> Option<Difference> {
    let same = text.path == url.path() || (text.path.is_empty() && url.path() == "/");
    (!same).then(|| rewritten(Part::Path, text.path, url.path()))
}

fn end(text: &UrlText<'_>) -> Option<Difference> {
    (text.query.is_some() || text.fragment.is_some()).then(|| rewritten(Part::End, "", ""))
}

/// What the application's client rejects in a host.
fn odd_host(host: &str) -> Option<Difference> {
    if host.starts_with('[') {
        return None;
    }
    if host.len() > LONGEST_HOST {
        return Some(Difference::Host("is longer than 255 characters"));
    }
    host.strip_suffix('.').unwrap_or(host).split('.').find_map(label_fault).map(Difference::Host)
}

fn label_fault(label: &str) -> Option<&'static str> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if label.is_empty() {
        Some("has nothing between two of its dots")
    } else if label.contains('_') {
        Some("has an underscore")
    } else if !label.bytes().all(harmless) {
        Some("has other characters than letters, digits and hyphens of ASCII")
    } else if label.starts_with('-') || label.ends_with('-') {
        Some("has a hyphen at an end of a label")
    } else if label.len() > LONGEST_LABEL {
        Some("has a label of more than 63 characters")
    } else {
        None
    }
}

/// The first segment that a proxy or a server may normalise; one trailing slash is ignored.
fn odd_path(path: &str) -> Option<Difference> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return None;
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let odd = |segment: &str, fault| Difference::Path { segment: segment.to_owned(), fault };
    path.split('/').find_map(|segment| Some(odd(segment, segment_fault(segment)?)))
}

fn segment_fault(segment: &str) -> Option<&'static str> {
    let decoded: Vec<u8> = percent_encoding::percent_decode_str(segment).collect();
    if decoded.is_empty() {
        Some("has an empty part: two slashes in a row")
    } else if decoded == b"." || decoded == b".." {
        Some("has a part that is `.` or `..`")
    } else if decoded.iter().any(|byte| byte.is_ascii_control() || b"/\\%?#".contains(byte)) {
        Some("has a character that changes its meaning once it is decoded")
    } else if !segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || IN_SEGMENT.contains(&byte)) {
        Some("has a character that stands in no URL unless it is encoded, and that some clients encode")
    } else if has_needless_escape(segment) {
        Some("has an encoded character that needs no encoding, which some decode and others do not")
    } else {
        None
    }
}

/// Whether a `%` of a segment encodes one of the unreserved characters (RFC 3986, section 2.3).
fn has_needless_escape(segment: &str) -> bool {
    let needless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let digits = segment.split('%').skip(1).filter_map(|rest| rest.get(..2));
    digits.filter_map(|digits| u8::from_str_radix(digits, 16).ok()).any(needless)
}

#[cfg(test)]
mod tests;
