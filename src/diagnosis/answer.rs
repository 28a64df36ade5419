//! What an answer that grants nothing, or is not what it should be, means; and what it says about itself.

mod hints;

use super::vocabulary::{by_sender, condition};
use super::{Context, clock, page};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::client::exchange::{Answer, Exchange, Field, Operation};
use crate::client::storage::answer::{Document, S3Error, document};
use crate::settings::payload::Payload;

/// How much of a foreign body is quoted, in characters.
const QUOTED: usize = 120;
/// The header fields that matter when S3 speaks.
const OF_S3: [Field; 4] = [Field::Location, Field::Mitigated, Field::Ray, Field::RetryAfter];
/// Those that matter when a server speaks S3 that is not R2: also what stands in front of it, and its number for the request.
const OF_SERVERS: [Field; 7] = [
    Field::Location,
    Field::Mitigated,
    Field::Server,
    Field::Via,
    Field::Ray,
    Field::RequestId,
    Field::RetryAfter,
];
/// Those that matter when it does not: also what kind of body it is, and who sent it.
const OF_OTHERS: [Field; 7] = [
    Field::Location,
    Field::Mitigated,
    Field::ContentType,
    Field::Server,
    Field::Via,
    Field::Ray,
    Field::RetryAfter,
];
/// Those that matter for an object.
const OF_OBJECTS: [Field; 7] = [
    Field::ContentType,
    Field::ContentEncoding,
    Field::Server,
    Field::Via,
    Field::Age,
    Field::CacheStatus,
    Field::Ray,
];

/// The finding for an answer that refuses an operation.
pub fn refusal(exchange: &Exchange, answer: &Answer, context: &Context<'_>) -> Finding {
    let operation = exchange.operation;
    let document = document(answer);
    let code = context
        .server([answer])
        .map_or(Code::ServiceUnexpected, |server| condition(operation, answer, &document, &server));
    let finding = Finding::error(code).because(format!(
        "{} returned {}{}",
        operation.name(),
        in_short(answer),
        message(&document)
    ));
    let finding = match &context.here.payload_line {
        Some(line) if context.settings.is_some_and(|settings| settings.payload == Payload::Unsigned) => {
            finding.because(format!(
                "the request has UNSIGNED-PAYLOAD for the hash of its body, because of {line}"
            ))
        }
        Some(_) | None => finding,
    };
    let finding = finding.with("operation", operation.name()).with("status", answer.status.to_string());
    describe(hints::with_hints(finding, &document, exchange, answer, context), answer, &document, context)
}

/// The finding for an answer that grants an operation, but not in the way of S3.
pub fn not_s3(operation: Operation, answer: &Answer, found: &Document, context: &Context<'_>) -> Finding {
    let of_sender = context.server([answer]).and_then(|server| by_sender(answer, found, &server));
    let (code, what) = match found {
        Document::Malformed(_) if answer.cut_off => (
            Code::HttpMalformed,
            format!("the body goes on beyond {} bytes, where reading stops", answer.body.len()),
        ),
        Document::Malformed(reason) => (
            Code::HttpMalformed,
            format!("the body is XML that breaks off or is damaged: {}", shorten(reason)),
        ),
        Document::Empty => (Code::HttpNotS3, "the status says success, but the body is empty".to_owned()),
        Document::Error(error) => {
            let said = format!("{}{}", error.code, message(found));
            (Code::HttpNotS3, format!("the status says success, but the body is an error: {said}"))
        }
        Document::Foreign | Document::Listing(_) => match of_sender {
            Some(code) => (code, of_page(code).to_owned()),
            None => (
                Code::HttpNotS3,
                format!(
                    "the status says success, but the body is not what S3 answers to {}",
                    operation.name()
                ),
            ),
        },
    };
    let finding = Finding::error(code)
        .because(format!("{} returned {}", operation.name(), answer.status))
        .because(what)
        .with("operation", operation.name())
        .with("status", answer.status.to_string());
    describe(hints::with_sender(finding, answer), answer, found, context)
}

/// The kind of body in an answer whose status says success, and which does not come from an S3 API.
fn of_page(code: Code) -> &'static str {
    if code == Code::HttpBlocked {
        "the status says success, but the body is a firewall's page"
    } else if code == Code::HttpWrongPort {
        "the status says success, but the body is a page for browsers, as a console shows it"
    } else {
        "the status says success, but the body is a page of the domain"
    }
}

/// `403 AccessDenied`, or the status as HTTP calls it: `502 Bad Gateway`.
pub fn in_short(answer: &Answer) -> String {
    match document(answer) {
        Document::Error(error) if !error.code.is_empty() => format!("{} {}", answer.status, error.code),
        Document::Error(_)
        | Document::Listing(_)
        | Document::Empty
        | Document::Malformed(_)
        | Document::Foreign => named(answer.status),
    }
}

/// A status, with its name where it is a refusal.
fn named(status: u16) -> String {
    let known = http::StatusCode::from_u16(status).ok().filter(|known| !known.is_success());
    match known.and_then(|known| known.canonical_reason()) {
        Some(name) => format!("{status} {name}"),
        None => status.to_string(),
    }
}

/// The outcome of a request, in a few words: the answer, or how the connection broke.
pub fn outcome(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Ok(answer) => in_short(answer),
        Err(error) => error.to_string(),
    }
}

/// Adds what the answer says about itself.
fn describe(finding: Finding, answer: &Answer, document: &Document, context: &Context<'_>) -> Finding {
    let finding = match document {
        Document::Error(error) => with_words(finding, error, answer),
        Document::Malformed(_) | Document::Foreign => finding.because(shown(answer)),
        Document::Empty | Document::Listing(_) => finding,
    };
    let on_r2 = context.server([answer]).is_none_or(|server| server.is_r2());
    let headers = match document {
        Document::Error(_) if on_r2 => &OF_S3[..],
        Document::Error(_) => &OF_SERVERS[..],
        Document::Malformed(_) | Document::Foreign | Document::Empty | Document::Listing(_) => &OF_OTHERS[..],
    };
    clock::describe(with_headers(finding, answer, headers), answer)
}

/// What an error says in its elements beside code and message.
fn with_words(finding: Finding, error: &S3Error, answer: &Answer) -> Finding {
    let number = error.request_id.as_deref().filter(|_| answer.header(Field::RequestId).is_none());
    let named = [
        ("the bucket", error.bucket.as_deref()),
        ("the region", error.region.as_deref()),
        ("the endpoint", error.endpoint.as_deref()),
        ("the request", number),
    ];
    let elements = named.into_iter().filter_map(|(what, value)| Some((what, value?)));
    elements.fold(finding, |finding, (what, value)| {
        finding.because(format!("the server names {what} `{}`", shorten(value)))
    })
}

/// What the server says beside the code, if anything: `Access Denied` for `AccessDenied` says nothing more.
fn message(document: &Document) -> String {
    let letters = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect::<String>()
    };
    match document {
        Document::Error(error)
            if !error.message.is_empty() && letters(&error.message) != letters(&error.code) =>
        {
            format!(": {}", shorten(&error.message))
        }
        Document::Error(_)
        | Document::Malformed(_)
        | Document::Foreign
        | Document::Empty
        | Document::Listing(_) => String::new(),
    }
}

/// A page by its title, as a person would be shown it; any other body by its beginning.
fn shown(answer: &Answer) -> String {
    let text = answer.text();
    match page::title(&text) {
        Some(title) => format!("the body is a page with the title: {}", shorten(&title)),
        None => format!("the body begins: {}", shorten(&text)),
    }
}

/// Adds the header fields that show who sent an object that is not what it should be, and what was done to it.
pub fn with_sender(finding: Finding, answer: &Answer) -> Finding {
    with_headers(finding, answer, &OF_OBJECTS)
}

fn with_headers(finding: Finding, answer: &Answer, fields: &[Field]) -> Finding {
    fields.iter().fold(finding, |finding, field| match answer.header(*field) {
        Some(value) => finding.because(format!("{}: {}", field.name(), shorten(value))),
        None => finding,
    })
}

/// One line of bounded length.
fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
