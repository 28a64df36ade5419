//! Each code by what else its error says.

use std::time::Duration;

use time::OffsetDateTime;

use super::*;
use crate::client::exchange::Headers;

fn read(code: &str, message: &str) -> Option<Code> {
    let answer = Answer {
        status: 403,
        version: http::Version::HTTP_11,
        headers: Headers::default(),
        body: Vec::new(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    };
    let error = S3Error { code: code.to_owned(), message: message.to_owned(), ..S3Error::default() };
    meaning(Operation::PutObject, &error, &answer)
}

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
        ("S3 API Requests must be made to API port.", Some(Code::HttpWrongPort)),
        ("", None),
    ] {
        assert_eq!(read("InvalidArgument", message), code, "{message}");
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
        ("S3 API requests must be made to API port.", Code::HttpWrongPort),
        ("Cannot upload files, storage cap exceeded.", Code::ServiceStorageFull),
    ] {
        assert_eq!(read("AccessDenied", message), Some(code), "{message}");
    }
}

#[test]
fn no_row_is_hidden_behind_another() {
    for (at, (codes, when, _)) in ROWS.iter().enumerate() {
        for code in *codes {
            let hidden =
                ROWS[..at].iter().any(|(earlier, when, _)| earlier.contains(code) && matches!(when, Always));
            assert!(!hidden, "{code} {when:?}");
        }
    }
}

#[test]
fn a_code_of_s3_leads_to_its_usual_condition_first() {
    assert_eq!(of_s3("signaturedoesnotmatch"), Some(("SignatureDoesNotMatch", vec![Code::AuthSignature])));
    let (_, codes) = of_s3("AccessDenied").unwrap();
    assert_eq!(codes.first(), Some(&Code::PermissionDenied));
    assert!(codes.contains(&Code::BucketLocked));
    assert_eq!(of_s3("NoSuchThing"), None);
}
