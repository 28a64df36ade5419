//! Which condition an answer's S3 code, or failing that its page or its status, stands for.
//!
//! The words are R2's (<https://developers.cloudflare.com/r2/api/error-codes/>), and those of other S3 servers for the
//! same conditions ([`words`]). Where servers answer one fault with different statuses, only the code counts; where one
//! code stands for different faults, its message decides.

pub mod words;

use super::cloudflare::{self, Subject};
use super::page;
use super::server::Server;
use crate::base::code::Code;
use crate::client::exchange::{Answer, Field, Operation};
use crate::client::storage::answer::{Document, S3Error};

/// What the pages of Cloudflare's firewall and bot protection say.
const BLOCK_PAGES: [&str; 3] =
    ["Attention Required! | Cloudflare", "Just a moment...", "Sorry, you have been blocked"];
/// What pages say that are shown at another port than the API's: consoles, and ports of the other scheme.
const PORT_PAGES: [&str; 6] = [
    "minio console",
    "minio browser",
    "rustfs console",
    "api port",
    "plain http request was sent to https port",
    "client sent an http request to an https server",
];

/// The condition that an answer stands for.
pub fn condition(operation: Operation, answer: &Answer, document: &Document, server: &Server<'_>) -> Code {
    match document {
        Document::Error(error) if !error.code.is_empty() => {
            words::meaning(operation, error, answer).unwrap_or_else(|| by_status_of_s3(answer.status))
        }
        Document::Error(_) => by_bare_status(answer.status).unwrap_or(Code::ServiceUnexpected),
        Document::Listing(_) | Document::Malformed(_) | Document::Foreign | Document::Empty => {
            let of_operation =
                || refuses_operation(operation, answer.status).then_some(Code::ServiceNotImplemented);
            by_sender(answer, document, server)
                .or_else(of_operation)
                .unwrap_or_else(|| by_body(answer.status, document))
        }
    }
}

/// For a body that is not S3's, or no body: what is known of its sender.
pub fn by_sender(answer: &Answer, document: &Document, server: &Server<'_>) -> Option<Code> {
    let is_page = matches!(document, Document::Foreign);
    if is_blocked(answer) {
        Some(Code::HttpBlocked)
    } else if is_page && is_other_port(answer) {
        Some(Code::HttpWrongPort)
    } else if !cloudflare::answered(answer) || matches!(document, Document::Malformed(_)) {
        None
    } else if server.is_r2_host() {
        is_refused_by_edge(answer, is_page).then_some(Code::HttpEdgeRefused)
    } else {
        let says_so = is_page || cloudflare::number_of(answer).is_some();
        (server.may_be_custom_domain() && says_so && !matches!(answer.status, 300..=399))
            .then_some(Code::HttpCustomDomain)
    }
}

/// Whether Cloudflare's edge refused a request to R2's own host before R2 saw it.
fn is_refused_by_edge(answer: &Answer, is_page: bool) -> bool {
    let names = cloudflare::number_of(answer)
        .is_some_and(|number| matches!(number.subject, Subject::Domain | Subject::Host));
    (is_page && matches!(answer.status, 400..=428 | 430..=499)) || (names && answer.status < 500)
}

/// A console, or a port of the other scheme, by its page.
fn is_other_port(answer: &Answer) -> bool {
    let text = answer.text();
    let shown = page::title(&text).unwrap_or_else(|| page::beginning(&text).to_owned()).to_ascii_lowercase();
    PORT_PAGES.iter().any(|words| shown.contains(words))
}

fn by_body(status: u16, document: &Document) -> Code {
    match document {
        Document::Empty => by_bare_status(status).unwrap_or(Code::HttpNotS3),
        Document::Malformed(_) => by_page(status).unwrap_or(Code::HttpMalformed),
        Document::Listing(_) | Document::Foreign | Document::Error(_) => {
            by_page(status).unwrap_or(Code::HttpNotS3)
        }
    }
}

/// The region that an error says it expects, as far as it has the form of one.
pub fn expected_region(error: &S3Error, answer: &Answer) -> Option<String> {
    let named = |text: &str| {
        let name: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        (!name.is_empty() && name.len() <= 40).then_some(name)
    };
    let quoted = |text: &str| named(text.trim_start_matches([' ', ':', '\'', '"', '`']));
    let after = |words: &str| error.message.split_once(words).map(|(_, rest)| rest);
    // Not that of `unexpected scope`.
    let of_scope = || quoted(error.message.rsplit_once(" expected")?.1.split_once('/')?.1);
    let of_element = || error.region.as_deref().and_then(|region| named(region.trim()));
    let of_header = || answer.header(Field::BucketRegion).and_then(named);
    of_element().or_else(|| after("expecting").and_then(quoted)).or_else(of_scope).or_else(of_header)
}

/// For an S3 error whose code is not known.
fn by_status_of_s3(status: u16) -> Code {
    match status {
        300..=399 => Code::HttpRedirect,
        _ => by_service_status(status).unwrap_or(Code::ServiceUnexpected),
    }
}

/// Whether a status says that the server knows the resource, and not what to do with it (RFC 9110, section 15.5.6): that is
/// said of what changes something. What reads is supported by whatever speaks S3.
fn refuses_operation(operation: Operation, status: u16) -> bool {
    match operation {
        Operation::PutObject | Operation::DeleteObject => status == 405,
        Operation::ListObjectsV2 | Operation::GetObject | Operation::HeadBucket => false,
    }
}

/// For an answer whose body says nothing.
fn by_bare_status(status: u16) -> Option<Code> {
    match status {
        401 => Some(Code::AuthUnauthorized),
        403 => Some(Code::PermissionDenied),
        304 => None,
        300..=399 => Some(Code::HttpRedirect),
        407 => Some(Code::ProxyAuth),
        _ => by_service_status(status),
    }
}

/// For an answer whose body is not S3's. That it is not outweighs what its status says of credentials and keys.
fn by_page(status: u16) -> Option<Code> {
    match status {
        401 | 403 => None,
        _ => by_bare_status(status),
    }
}

/// What a status says of the service, whoever words it: 520 to 530 are those of Cloudflare's edge.
fn by_service_status(status: u16) -> Option<Code> {
    match status {
        429 => Some(Code::ServiceRateLimited),
        501 => Some(Code::ServiceNotImplemented),
        507 => Some(Code::ServiceStorageFull),
        502..=504 | 520..=530 => Some(Code::ServiceUnavailable),
        500..=599 => Some(Code::ServiceError),
        _ => None,
    }
}

/// A page of Cloudflare's firewall or bot protection: by its header field, its error number, or its title.
pub fn is_blocked(answer: &Answer) -> bool {
    let text = answer.text();
    answer.header(Field::Mitigated).is_some()
        || cloudflare::number_of(answer).is_some_and(|number| number.subject == Subject::Rules)
        || BLOCK_PAGES.iter().any(|title| text.contains(title))
}
