//! Which condition an answer's S3 code, or failing that its status, stands for.
//!
//! The words are R2's (<https://developers.cloudflare.com/r2/api/error-codes/>), and those of other S3 servers for the
//! same conditions. Where servers answer one fault with different statuses, only the code counts; where one code
//! stands for different faults, its message decides.

use super::clock;
use crate::base::code::Code;
use crate::client::exchange::{Answer, Field, Operation};
use crate::client::storage::answer::{Document, S3Error};

/// The numbers of Cloudflare's errors that stand for a refusal by rules: addresses, countries, browsers, firewalls
/// (<https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/>).
const BLOCKING: [&str; 10] = ["1005", "1006", "1007", "1008", "1009", "1010", "1011", "1012", "1015", "1020"];
/// What the pages of Cloudflare's firewall and bot protection say.
const BLOCK_PAGES: [&str; 3] =
    ["Attention Required! | Cloudflare", "Just a moment...", "Sorry, you have been blocked"];

/// The condition that an answer stands for.
pub fn condition(operation: Operation, answer: &Answer, document: &Document) -> Code {
    match document {
        Document::Error(error) if !error.code.is_empty() => {
            by_s3_code(operation, error, answer).unwrap_or_else(|| by_status_of_s3(answer.status))
        }
        Document::Error(_) => by_bare_status(answer.status).unwrap_or(Code::ServiceUnexpected),
        Document::Listing(_) | Document::Malformed(_) | Document::Foreign | Document::Empty
            if is_blocked(answer) =>
        {
            Code::HttpBlocked
        }
        Document::Empty => by_bare_status(answer.status).unwrap_or(Code::HttpNotS3),
        Document::Malformed(_) => by_page(answer.status).unwrap_or(Code::HttpMalformed),
        Document::Listing(_) | Document::Foreign => by_page(answer.status).unwrap_or(Code::HttpNotS3),
    }
}

fn by_s3_code(operation: Operation, error: &S3Error, answer: &Answer) -> Option<Code> {
    let message = error.message.as_str();
    Some(match error.code.as_str() {
        "SignatureDoesNotMatch" => Code::AuthSignature,
        "Unauthorized" | "InvalidAccessKeyId" | "InvalidToken" => Code::AuthUnauthorized,
        "RequestTimeTooSkewed" => Code::AuthClockSkew,
        "ExpiredRequest" | "RequestExpired" | "ExpiredToken" if clock::is_skewed(answer) => {
            Code::AuthClockSkew
        }
        "ExpiredRequest" | "RequestExpired" | "ExpiredToken" => Code::AuthExpired,
        "AccessDenied" | "AllAccessDisabled" => denied(message),
        "MissingSecurityHeader" | "MissingAuthenticationToken" => Code::AuthUnsigned,
        "NotEntitled" | "NotSignedUp" => Code::AccountNotEntitled,
        "NoSuchBucket" => Code::BucketNotFound,
        "InvalidBucketName" => Code::ConfigBucketName,
        "InvalidRegionName" => Code::ConfigRegion,
        "AuthorizationHeaderMalformed" if message.contains("region") => Code::ConfigRegion,
        "InvalidArgument" => return argument(message),
        "ObjectLockedByBucketPolicy" => Code::BucketLocked,
        "PreconditionFailed" | "ConditionalRequestConflict" if operation == Operation::PutObject => {
            Code::IntegrityKeyExists
        }
        "BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" => Code::IntegrityDigest,
        "IncompleteBody" | "ClientDisconnect" | "MissingContentLength" | "RequestTimeout" => {
            Code::IntegrityIncomplete
        }
        "TooManyRequests" | "SlowDown" => Code::ServiceRateLimited,
        "ServiceUnavailable" if message.contains("request rate") => Code::ServiceRateLimited,
        "ServiceUnavailable" => Code::ServiceUnavailable,
        "InternalError" => Code::ServiceError,
        "NotImplemented" | "MethodNotAllowed" => Code::ServiceNotImplemented,
        "PermanentRedirect" | "TemporaryRedirect" | "Redirect" => Code::HttpRedirect,
        "NoSuchKey" if matches!(operation, Operation::GetObject | Operation::DeleteObject) => {
            Code::IntegrityLostWrite
        }
        _ => return None,
    })
}

/// Some servers refuse a wrong clock or a locked object in the words of a missing permission.
fn denied(message: &str) -> Code {
    let message = message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().all(|word| message.contains(word));
    if says(&["time", "difference"]) || says(&["skew"]) || says(&["clock"]) {
        Code::AuthClockSkew
    } else if says(&["object", "lock"]) || says(&["worm protected"]) || says(&["retention"]) {
        Code::BucketLocked
    } else {
        Code::PermissionDenied
    }
}

/// R2 answers quite different faults with `InvalidArgument`; the message, once with a prefix, tells them apart.
fn argument(message: &str) -> Option<Code> {
    let message = message.strip_prefix("Invalid Argument: ").unwrap_or(message);
    if message.contains("access key has length") {
        Some(Code::ConfigAccessKeyShape)
    } else if message == "Authorization" {
        Some(Code::AuthUnsigned)
    } else if message.eq_ignore_ascii_case("X-Amz-Security-Token") {
        Some(Code::AuthUnauthorized)
    } else {
        None
    }
}

/// For an S3 error whose code is not known.
fn by_status_of_s3(status: u16) -> Code {
    match status {
        300..=399 => Code::HttpRedirect,
        _ => by_service_status(status).unwrap_or(Code::ServiceUnexpected),
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
        502..=504 | 520..=530 => Some(Code::ServiceUnavailable),
        500..=599 => Some(Code::ServiceError),
        _ => None,
    }
}

/// A page of Cloudflare's firewall or bot protection: by its header field, its error number, or its title.
pub fn is_blocked(answer: &Answer) -> bool {
    let text = answer.text();
    let number = text.trim_start().strip_prefix("error code: ").unwrap_or_default();
    answer.header(Field::Mitigated).is_some()
        || BLOCKING.iter().any(|blocking| number.starts_with(blocking))
        || BLOCK_PAGES.iter().any(|title| text.contains(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_argument_is_told_by_its_message() {
        for (message, code) in [
            ("Credential access key has length 33, should be 32", Some(Code::ConfigAccessKeyShape)),
            (
                "Invalid Argument: Credential access key has length 0, should be 32",
                Some(Code::ConfigAccessKeyShape),
            ),
            ("Authorization", Some(Code::AuthUnsigned)),
            ("Invalid Argument: Authorization", Some(Code::AuthUnsigned)),
            ("X-Amz-Security-Token", Some(Code::AuthUnauthorized)),
            ("X-Amz-Expires must be less than a week (in seconds); ...", None),
            ("", None),
        ] {
            assert_eq!(argument(message), code, "{message}");
        }
    }

    #[test]
    fn a_denial_is_told_by_its_message_where_servers_have_no_other_word() {
        for (message, code) in [
            ("Access Denied", Code::PermissionDenied),
            ("", Code::PermissionDenied),
            (
                "The difference between the request time and the server's time exceeds the maximum allowed.",
                Code::AuthClockSkew,
            ),
            ("Access Denied because object protected by object lock.", Code::BucketLocked),
            ("Object is WORM protected and cannot be overwritten", Code::BucketLocked),
        ] {
            assert_eq!(denied(message), code, "{message}");
        }
    }
}
