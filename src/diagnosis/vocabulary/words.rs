//! The codes of S3 errors, and which condition each stands for. One table: diagnosis goes by it, and `explain` finds codes by it.
//!
//! R2's: <https://developers.cloudflare.com/r2/api/error-codes/>. S3's:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The others are `MinIO`'s, Garage's, Versity's,
//! Backblaze's and Google's, as their sources and users' reports quote them.

use crate::base::code::Code;
use crate::client::exchange::{Answer, Operation};
use crate::client::storage::answer::S3Error;
use crate::diagnosis::clock;

/// When a code stands for a condition.
#[derive(Clone, Copy, Debug)]
enum When {
    /// Whatever else the answer says.
    Always,
    /// If its message holds all of these, in lower case.
    Says(&'static [&'static str]),
    /// If its message is this, with or without a prefix.
    Is(&'static str),
    /// If it names a region.
    NamesRegion,
    /// If the clocks are so far apart that every signature is refused.
    Skewed,
    /// In answer to one of these.
    To(&'static [Operation]),
}

/// One row: codes, when, and the condition. Of several rows with one code, the first that holds counts.
type Row = (&'static [&'static str], When, Code);

use When::{Always, Is, NamesRegion, Says, Skewed, To};

const DENIED: &[&str] = &["AccessDenied", "AllAccessDisabled"];
const EXPIRED: &[&str] = &["ExpiredRequest", "RequestExpired", "ExpiredToken"];
const ARGUMENT: &[&str] = &["InvalidArgument"];
const HEADER: &[&str] = &["AuthorizationHeaderMalformed", "AuthorizationQueryParametersError"];

const ROWS: &[Row] = &[
    (&["SignatureDoesNotMatch"], Always, Code::AuthSignature),
    (
        &["Unauthorized", "InvalidAccessKeyId", "InvalidToken", "InvalidSecurity"],
        Always,
        Code::AuthUnauthorized,
    ),
    (&["RequestTimeTooSkewed"], Always, Code::AuthClockSkew),
    (EXPIRED, Skewed, Code::AuthClockSkew),
    (EXPIRED, Always, Code::AuthExpired),
    // Some servers refuse a wrong clock, a locked object, a wrong port or a full account in the words of a missing permission.
    (DENIED, Says(&["time", "difference"]), Code::AuthClockSkew),
    (DENIED, Says(&["skew"]), Code::AuthClockSkew),
    (DENIED, Says(&["clock"]), Code::AuthClockSkew),
    (DENIED, Says(&["object", "lock"]), Code::BucketLocked),
    (DENIED, Says(&["worm protected"]), Code::BucketLocked),
    (DENIED, Says(&["retention"]), Code::BucketLocked),
    (DENIED, Says(&["api port"]), Code::HttpWrongPort),
    (DENIED, Says(&["cap exceeded"]), Code::ServiceStorageFull),
    (DENIED, Says(&["quota"]), Code::ServiceStorageFull),
    (DENIED, Always, Code::PermissionDenied),
    (&["MissingSecurityHeader", "MissingAuthenticationToken"], Always, Code::AuthUnsigned),
    (&["NotEntitled", "NotSignedUp", "AccountProblem"], Always, Code::AccountNotEntitled),
    (&["NoSuchBucket"], Always, Code::BucketNotFound),
    (&["InvalidBucketName"], Always, Code::ConfigBucketName),
    (&["InvalidRegionName"], Always, Code::ConfigRegion),
    (HEADER, Says(&["region"]), Code::ConfigRegion),
    (HEADER, Says(&["unexpected scope"]), Code::ConfigRegion),
    (HEADER, NamesRegion, Code::ConfigRegion),
    // R2 answers quite different faults with this code.
    (ARGUMENT, Says(&["access key has length"]), Code::ConfigAccessKeyShape),
    (ARGUMENT, Is("Authorization"), Code::AuthUnsigned),
    (ARGUMENT, Is("X-Amz-Security-Token"), Code::AuthUnauthorized),
    (ARGUMENT, Says(&["api port"]), Code::HttpWrongPort),
    (&["BadRequest", "InvalidRequest"], Says(&["api port"]), Code::HttpWrongPort),
    (&["ObjectLockedByBucketPolicy"], Always, Code::BucketLocked),
    (
        &["PreconditionFailed", "ConditionalRequestConflict"],
        To(&[Operation::PutObject]),
        Code::IntegrityKeyExists,
    ),
    (&["BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"], Always, Code::IntegrityDigest),
    (
        &["IncompleteBody", "ClientDisconnect", "MissingContentLength", "RequestTimeout"],
        Always,
        Code::IntegrityIncomplete,
    ),
    (&["TooManyRequests", "SlowDown"], Always, Code::ServiceRateLimited),
    (&["ServiceUnavailable"], Says(&["request rate"]), Code::ServiceRateLimited),
    (&["ServiceUnavailable"], Always, Code::ServiceUnavailable),
    (&["InternalError"], Says(&["no space left"]), Code::ServiceStorageFull),
    (&["InternalError"], Always, Code::ServiceError),
    (
        &[
            "QuotaExceeded",
            "XMinioStorageFull",
            "XMinioAdminBucketQuotaExceeded",
            "InsufficientStorage",
            "InsufficientCapacity",
            "StorageFull",
            "EntityTooLarge",
        ],
        Always,
        Code::ServiceStorageFull,
    ),
    (&["NotImplemented", "MethodNotAllowed"], Always, Code::ServiceNotImplemented),
    (&["PermanentRedirect", "TemporaryRedirect", "Redirect"], Always, Code::HttpRedirect),
    (&["NoSuchKey"], To(&[Operation::GetObject, Operation::DeleteObject]), Code::IntegrityLostWrite),
];

/// The condition that an error stands for, if its code is known.
pub fn meaning(operation: Operation, error: &S3Error, answer: &Answer) -> Option<Code> {
    let holds = |when: When| match when {
        Always => true,
        Says(words) => says(&error.message, words),
        Is(message) => is(&error.message, message),
        NamesRegion => error.region.is_some(),
        Skewed => clock::is_skewed(answer),
        To(operations) => operations.contains(&operation),
    };
    let row = ROWS.iter().find(|(codes, when, _)| codes.contains(&error.code.as_str()) && holds(*when));
    row.map(|(_, _, code)| *code)
}

fn says(message: &str, words: &[&str]) -> bool {
    let message = message.to_ascii_lowercase();
    words.iter().all(|word| message.contains(word))
}

/// R2 once put a prefix before its messages.
fn is(message: &str, other: &str) -> bool {
    message.strip_prefix("Invalid Argument: ").unwrap_or(message).eq_ignore_ascii_case(other)
}

/// The conditions that a code of S3 may stand for, whatever its case: its own name first, as S3 spells it. The usual
/// one comes first.
pub fn of_s3(name: &str) -> Option<(&'static str, Vec<Code>)> {
    let spelled = all().find(|code| code.eq_ignore_ascii_case(name))?;
    let rows = || ROWS.iter().filter(|(codes, _, _)| codes.contains(&spelled));
    let is_usual = |when: &When| matches!(when, Always);
    let mut codes: Vec<Code> = Vec::new();
    let usual = rows().filter(|(_, when, _)| is_usual(when));
    for (_, _, code) in usual.chain(rows().filter(|(_, when, _)| !is_usual(when))) {
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    Some((spelled, codes))
}

/// All codes of S3 that are known.
pub fn all() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|(codes, _, _)| codes.iter().copied())
}

#[cfg(test)]
mod tests;
