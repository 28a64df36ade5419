//! R2's error vocabulary: the status, the code and the message of each refusal, and where each of them is from.
//!
//! A misunderstanding here would be in the program and in its tests at once, so nothing is made up. The sources:
//!
//! - `error codes`, `pricing`, `extensions`: pages of Cloudflare's documentation,
//!   <https://developers.cloudflare.com/r2/api/error-codes/>, <https://developers.cloudflare.com/r2/pricing/>,
//!   <https://developers.cloudflare.com/r2/api/s3/extensions/>
//! - `local R2`: the error table of Cloudflare's local R2, `packages/miniflare/src/workers/r2/errors.worker.ts` in
//!   <https://github.com/cloudflare/workers-sdk>
//! - `owner/repository#1`: an answer of R2 that was recorded in a public issue on GitHub
//! - `recorded`: answers of R2 that were recorded in several repositories' own notes and tests

use super::reply::{Reply, error_document};

/// A refusal as R2 words it.
#[derive(Clone, Debug)]
pub struct S3Error {
    /// The HTTP status.
    pub status: u16,
    /// The S3 code.
    pub code: String,
    /// The message, for people.
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

    /// 400 `InvalidArgument`. The message is `Authorization` alone if none came. Source: recorded.
    pub fn invalid_argument(message: &str) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    /// 400 `InvalidArgument`. Source: recorded.
    pub fn key_length(length: usize) -> Self {
        Self::invalid_argument(&format!("Credential access key has length {length}, should be 32"))
    }

    /// 400 `InvalidRegionName`. Source: jeessy2/backup-x#127.
    pub fn region(name: &str) -> Self {
        let message = format!(
            "The region name '{name}' is not valid. Must be one of: wnam, enam, weur, eeur, apac, oc, auto"
        );
        Self::new(400, "InvalidRegionName", &message)
    }

    /// 400 `AuthorizationHeaderMalformed`, as servers have it that are not R2. Source: fedify-dev/hollo#95.
    pub fn other_region(name: &str, expected: &str) -> Self {
        let message = format!(
            "The authorization header is malformed; the region '{name}' is wrong; expecting '{expected}'"
        );
        Self::new(400, "AuthorizationHeaderMalformed", &message).with("Region", expected)
    }
}

/// One constructor per refusal that always reads the same.
macro_rules! refusals {
    ($($name:ident: $status:literal $code:literal $message:literal from $source:literal;)*) => {
        impl S3Error {
            $(
                #[doc = concat!(stringify!($status), " `", $code, "`. Source: ", $source, ".")]
                pub fn $name() -> Self {
                    Self::new($status, $code, $message)
                }
            )*
        }
    };
}

refusals! {
    unauthorized: 401 "Unauthorized" "Unauthorized" from "error codes, AlistGo/alist#1214";
    sigv2: 401 "Unauthorized" "SigV2 authorization is not supported. Please use SigV4 instead."
        from "vastsa/FileCodeBox#148";
    access_denied: 403 "AccessDenied" "Access Denied" from "error codes, recorded";
    expired_request: 403 "ExpiredRequest" "Request has expired" from "error codes";
    too_skewed: 403 "RequestTimeTooSkewed"
        "The difference between the request time and the server's time is too large."
        from "pricing for status and code, recorded for the message";
    signature: 403 "SignatureDoesNotMatch"
        "The request signature we calculated does not match the signature you provided. \
         Check your secret access key and signing method." from "error codes, WWBN/AVideo#9667";
    not_entitled: 403 "NotEntitled" "Please enable R2 through the Cloudflare Dashboard"
        from "error codes for status and code, cloudflare/workers-sdk#1124 for the message";
    invalid_bucket_name: 400 "InvalidBucketName" "The specified bucket name is not valid."
        from "error codes, recorded";
    no_such_bucket: 404 "NoSuchBucket" "The specified bucket does not exist." from "error codes";
    no_such_key: 404 "NoSuchKey" "The specified key does not exist." from "error codes";
    invalid_object_name: 400 "InvalidObjectName" "The specified object name is not valid." from "error codes";
    entity_too_large: 400 "EntityTooLarge" "Your proposed upload exceeds the maximum allowed object size."
        from "error codes";
    metadata_too_large: 400 "MetadataTooLarge"
        "Your metadata headers exceed the maximum allowed metadata size." from "error codes";
    locked: 409 "ObjectLockedByBucketPolicy" "The object is locked by the bucket policy." from "recorded";
    locked_403: 403 "ObjectLockedByBucketPolicy" "The object is locked by the bucket policy."
        from "error codes for status and code, recorded for the message";
    missing_length: 411 "MissingContentLength" "You must provide the Content-Length HTTP header."
        from "error codes";
    incomplete_body: 400 "IncompleteBody"
        "You did not provide the number of bytes specified by the Content-Length HTTP header."
        from "error codes";
    client_disconnect: 400 "ClientDisconnect" "The client disconnected." from "error codes";
    invalid_digest: 400 "InvalidDigest" "The Content-MD5 you specified was invalid." from "error codes";
    bad_digest: 400 "BadDigest" "The checksum you specified did not match what we received."
        from "error codes";
    conditional_conflict: 409 "ConditionalRequestConflict"
        "The conditional request cannot succeed due to a conflicting operation against this resource."
        from "status and code as one client of R2 handles them; the message is that of S3";
    precondition: 412 "PreconditionFailed" "At least one of the pre-conditions you specified did not hold."
        from "error codes, extensions";
    internal: 500 "InternalError" "We encountered an internal error. Please try again." from "error codes";
    unavailable: 503 "ServiceUnavailable" "Reduce your concurrent request rate for the same object."
        from "error codes for status and code, recorded for the message";
    too_many: 429 "TooManyRequests" "Reduce your concurrent request rate for the same object."
        from "error codes, superdesigndev/treg#456";
    acl: 501 "NotImplemented" "Header 'x-amz-acl' with value 'public-read' not implemented"
        from "pixelfed/pixelfed#3775";
    console_port: 400 "InvalidArgument" "S3 API Requests must be made to API port." from "minio/mc#4523";
    storage_full: 507 "XMinioStorageFull"
        "Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed."
        from "MinIO's list of errors";
    storage_class: 501 "NotImplemented" "Header 'x-amz-storage-class' with value '' not implemented"
        from "recorded";
    streaming: 501 "NotImplemented" "STREAMING-AWS4-HMAC-SHA256-PAYLOAD not implemented"
        from "gobackup/gobackup#182, soto-project/soto#643";
    not_implemented: 501 "NotImplemented" "The requested operation is not implemented."
        from "error codes for status and code; R2's messages name the header or parameter";
    max_keys: 400 "InvalidMaxKeys" "The specified maxKeys is not valid." from "local R2";
}

impl From<S3Error> for Reply {
    fn from(error: S3Error) -> Self {
        Self::xml(error.status, error_document(&error.code, &error.message, &error.more))
    }
}
