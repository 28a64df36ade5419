//! R2's error vocabulary: the status, the code and the message of each refusal.

use super::reply::{Reply, error_document};

/// A refusal as R2 words it.
#[derive(Clone, Debug)]
pub struct S3Error {
    pub status: u16,
    pub code: String,
    pub message: String,
    /// Further elements of the document, such as `StringToSign`.
    pub more: Vec<(String, String)>,
}

impl S3Error {
    /// A refusal in words of the test's own.
    pub fn new(status: u16, code: &str, message: &str) -> Self {
        Self { status, code: code.to_owned(), message: message.to_owned(), more: Vec::new() }
    }

    /// With one more element in its document.
    #[must_use]
    pub fn with(mut self, element: &str, text: &str) -> Self {
        self.more.push((element.to_owned(), text.to_owned()));
        self
    }

    /// 400: only `name` is told, as R2 does when no `Authorization` reached it.
    pub fn invalid_argument(message: &str) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    pub fn key_length(length: usize) -> Self {
        Self::invalid_argument(&format!("Credential access key has length {length}, should be 32"))
    }

    pub fn region(name: &str) -> Self {
        let message = format!(
            "The region name '{name}' is not valid. Must be one of: wnam, enam, weur, eeur, apac, oc, auto"
        );
        Self::new(400, "InvalidRegionName", &message)
    }
}

/// One constructor per refusal that always reads the same.
macro_rules! refusals {
    ($($name:ident: $status:literal $code:literal $message:literal;)*) => {
        impl S3Error {
            $(
                #[doc = concat!(stringify!($status), " ", $code)]
                pub fn $name() -> Self {
                    Self::new($status, $code, $message)
                }
            )*
        }
    };
}

refusals! {
    unauthorized: 401 "Unauthorized" "Unauthorized";
    sigv2: 401 "Unauthorized" "SigV2 authorization is not supported. Please use SigV4 instead.";
    access_denied: 403 "AccessDenied" "Access Denied";
    expired_request: 403 "ExpiredRequest" "Request has expired";
    too_skewed: 403 "RequestTimeTooSkewed"
        "The difference between the request time and the server's time is too large.";
    signature: 403 "SignatureDoesNotMatch"
        "The request signature we calculated does not match the signature you provided. \
         Check your secret access key and signing method.";
    not_entitled: 403 "NotEntitled" "Please enable R2 through the Cloudflare Dashboard";
    invalid_bucket_name: 400 "InvalidBucketName" "The specified bucket name is not valid.";
    no_such_bucket: 404 "NoSuchBucket" "The specified bucket does not exist.";
    no_such_key: 404 "NoSuchKey" "The specified key does not exist.";
    invalid_object_name: 400 "InvalidObjectName" "The specified object name is not valid.";
    entity_too_large: 400 "EntityTooLarge" "Your proposed upload exceeds the maximum allowed object size.";
    metadata_too_large: 400 "MetadataTooLarge"
        "Your metadata headers exceed the maximum allowed metadata size.";
    locked: 409 "ObjectLockedByBucketPolicy" "The object is locked by the bucket policy.";
    locked_403: 403 "ObjectLockedByBucketPolicy" "The object is locked by the bucket policy.";
    missing_length: 411 "MissingContentLength" "You must provide the Content-Length HTTP header.";
    incomplete_body: 400 "IncompleteBody"
        "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    client_disconnect: 400 "ClientDisconnect" "The client disconnected.";
    invalid_digest: 400 "InvalidDigest" "The Content-MD5 you specified was invalid.";
    bad_digest: 400 "BadDigest" "The checksum you specified did not match what we received.";
    conditional_conflict: 409 "ConditionalRequestConflict"
        "The conditional request cannot succeed due to a conflicting operation against this resource.";
    precondition: 412 "PreconditionFailed" "At least one of the pre-conditions you specified did not hold.";
    internal: 500 "InternalError" "We encountered an internal error. Please try again.";
    unavailable: 503 "ServiceUnavailable" "Reduce your concurrent request rate for the same object.";
    too_many: 429 "TooManyRequests" "Reduce your concurrent request rate for the same object.";
    acl: 501 "NotImplemented" "Header 'x-amz-acl' with value 'public-read' not implemented";
    streaming: 501 "NotImplemented" "STREAMING-AWS4-HMAC-SHA256-PAYLOAD not implemented";
    not_implemented: 501 "NotImplemented" "The requested operation is not implemented.";
    max_keys: 400 "InvalidMaxKeys" "The specified maxKeys is not valid.";
}

impl From<S3Error> for Reply {
    fn from(error: S3Error) -> Self {
        Self::xml(error.status, error_document(&error.code, &error.message, &error.more))
    }
}
