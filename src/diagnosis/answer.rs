//! What an answer that grants nothing, or is not what it should be, means; and what it says about itself.

use super::vocabulary::{condition, is_blocked};
use super::{Context, clock};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::client::exchange::{Answer, Exchange, Field, Operation};
use crate::client::storage::answer::{Document, S3Error, document};
use crate::settings::Variable;
use crate::settings::lists::REGION;

/// How much of a foreign body is quoted, in characters.
const QUOTED: usize = 120;
/// The header fields that matter when S3 speaks.
const OF_S3: [Field; 4] = [Field::Location, Field::Mitigated, Field::Ray, Field::RetryAfter];
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
    let finding = Finding::error(condition(operation, answer, &document))
        .because(format!("{} was answered with {}", operation.name(), in_short(answer)))
        .with("operation", operation.name())
        .with("status", answer.status.to_string());
    describe(refine(finding, &document, exchange, context), answer, &document)
}

/// The finding for an answer that grants an operation, but not in the way of S3.
pub fn not_s3(operation: Operation, answer: &Answer, found: &Document) -> Finding {
    let (code, what) = match found {
        Document::Listing(_) | Document::Foreign if is_blocked(answer) => {
            (Code::HttpBlocked, "the status says success, but the body is a firewall's page".to_owned())
        }
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
            (Code::HttpNotS3, format!("the status says success, but the body is an error: {}", error.code))
        }
        Document::Foreign | Document::Listing(_) => (
            Code::HttpNotS3,
            format!("the status says success, but the body is not what S3 answers to {}", operation.name()),
        ),
    };
    let finding = Finding::error(code)
        .because(format!("{} was answered with {}", operation.name(), answer.status))
        .because(what)
        .with("operation", operation.name())
        .with("status", answer.status.to_string());
    describe(finding, answer, found)
}

/// `403 AccessDenied`, or the status alone.
pub fn in_short(answer: &Answer) -> String {
    match document(answer) {
        Document::Error(error) if !error.code.is_empty() => format!("{} {}", answer.status, error.code),
        _ => answer.status.to_string(),
    }
}

/// What came of a request, in a few words: the answer, or how the connection broke.
pub fn outcome(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Ok(answer) => in_short(answer),
        Err(error) => error.to_string(),
    }
}

/// Names the variable where the server found a fault in a setting, and the S3 code.
fn refine(finding: Finding, document: &Document, exchange: &Exchange, context: &Context<'_>) -> Finding {
    let Document::Error(error) = document else { return with_limit(finding) };
    let code = if error.code.is_empty() { "without a code" } else { &error.code };
    let finding = with_limit(finding).with("s3_code", code);
    if finding.code == Code::ConfigBucketName {
        finding.about(Variable::BucketName)
    } else if finding.code == Code::ConfigRegion {
        finding.about(Variable::Region).suggesting(REGION)
    } else if finding.code == Code::ConfigAccessKeyShape {
        with_key_length(finding, context)
    } else if finding.code == Code::AuthUnauthorized {
        with_doubt(finding, error)
    } else if finding.code == Code::AuthSignature {
        with_comparison(finding, &error.signed_text, &exchange.signed_text)
    } else {
        finding
    }
}

/// What is known of the clocks when the server does not tell its time.
fn with_limit(finding: Finding) -> Finding {
    if finding.code == Code::AuthClockSkew { finding.with("offset", "more than 15 minutes") } else { finding }
}

fn with_key_length(finding: Finding, context: &Context<'_>) -> Finding {
    let length = context.settings.map(|settings| settings.access_key_id.expose().chars().count().to_string());
    finding.about(Variable::AccessKeyId).with("length", length.unwrap_or_default())
}

/// Some refusals of the credentials are about another thing than the access key's id.
fn with_doubt(finding: Finding, error: &S3Error) -> Finding {
    let message = error.message.to_ascii_lowercase();
    if message.contains("sigv2") {
        finding.because("this program signs with SigV4 only, so something on the way signed the request anew")
    } else if message.contains("x-amz-security-token") || error.code == "InvalidToken" {
        finding.because("R2_SESSION_TOKEN does not belong to R2_ACCESS_KEY_ID, or is past its time")
    } else {
        finding
    }
}

/// Some servers tell from which text they calculated the signature. It tells a wrong secret from a request that was
/// changed on its way.
fn with_comparison(finding: Finding, theirs: &str, ours: &str) -> Finding {
    let theirs = theirs.trim();
    if theirs.is_empty() || ours.is_empty() {
        return finding;
    }
    let same = |line: usize| theirs.lines().nth(line).map(str::trim) == ours.lines().nth(line);
    finding.because(if [0, 1, 2, 3].into_iter().all(same) {
        "the server calculated its signature from the very request that was sent, so only the secret can be wrong"
    } else if !same(1) {
        "the server calculated its signature with another time than was sent: something on the way changed the request"
    } else if !same(2) {
        "the server calculated its signature for another region or day than was sent: something on the way changed the \
         request"
    } else {
        "the server calculated its signature from another request than was sent: something on the way changed its \
         address, a header or its body, and the secret may well be right"
    })
}

/// Adds what the answer says about itself.
fn describe(mut finding: Finding, answer: &Answer, document: &Document) -> Finding {
    match document {
        Document::Error(error) if !error.message.is_empty() => {
            finding = finding.because(format!("the server says: {}", shorten(&error.message)));
        }
        Document::Error(_) => finding = finding.because("the server gives no message"),
        Document::Malformed(_) | Document::Foreign => {
            finding = finding.because(format!("the body begins: {}", shorten(&answer.text())));
        }
        Document::Empty | Document::Listing(_) => {}
    }
    let headers = if matches!(document, Document::Error(_)) { &OF_S3[..] } else { &OF_OTHERS[..] };
    clock::describe(with_headers(finding, answer, headers), answer)
}

/// Adds the header fields that tell who sent an object that is not what it should be, and what was done to it.
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
