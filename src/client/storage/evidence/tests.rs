//! Which answers prove that an object is deleted, and which only seem to.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use time::OffsetDateTime;

use super::*;
use crate::client::exchange::Headers;

const KEY: &str = "p/a b/ü.csv";

fn read(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Exchange {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    let headers = Headers::read(status, &headers).expect("headers");
    let answer = Answer {
        status,
        version: http::Version::HTTP_11,
        headers,
        body: body.as_bytes().to_vec(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    };
    Exchange {
        operation: Operation::GetObject,
        bucket: "files".to_owned(),
        key: KEY.to_owned(),
        url: String::new(),
        signed_text: String::new(),
        attempt: 1,
        started: tokio::time::Instant::now(),
        opened: None,
        duration: Duration::ZERO,
        bytes_sent: 0,
        bytes_received: 0,
        outcome: Ok(answer),
    }
}

fn error(more: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>no</Message>{more}</Error>\n")
}

#[test]
fn the_stores_own_word_about_this_key_is_a_proof() {
    for more in [
        "",
        "<Key>p/a b/ü.csv</Key>",
        "<Key>p/a%20b/%C3%BC.csv</Key><BucketName>files</BucketName>",
        "<Key/><Resource>/files/x</Resource><RequestId>1</RequestId>",
    ] {
        assert!(is_gone(&read(404, &[], &error(more))), "{more}");
    }
    for header in [
        ("age", "0"),
        ("cf-cache-status", "DYNAMIC"),
        ("cf-cache-status", "MISS"),
        ("cache-status", "edge; fwd=miss"),
        ("x-cache", "Miss from cloudfront"),
        ("content-encoding", "identity"),
        ("x-amz-delete-marker", "true"),
    ] {
        assert!(is_gone(&read(404, &[header], &error(""))), "{header:?}");
    }
}

#[test]
fn what_only_looks_like_it_is_no_proof() {
    for header in [
        ("age", "1"),
        ("age", "86400"),
        ("age", "soon"),
        ("cf-cache-status", "HIT"),
        ("cf-cache-status", "stale"),
        ("cache-status", "edge; hit; ttl=30"),
        ("x-cache", "HIT from squid"),
        ("content-encoding", "gzip"),
    ] {
        assert!(!is_gone(&read(404, &[header], &error(""))), "{header:?}");
    }
    for more in ["<Key>p/other.csv</Key>", "<BucketName>other</BucketName>", "<Key>p/a b</Key>"] {
        assert!(!is_gone(&read(404, &[], &error(more))), "{more}");
    }
    for body in [
        format!("{}<Error/>", error("")),
        format!("{}<html>", error("")),
        format!("{}junk", error("")),
        format!("junk{}", error("")),
        error("").replace("NoSuchKey", "NoSuchBucket"),
        "<html>NoSuchKey</html>".to_owned(),
        String::new(),
    ] {
        assert!(!is_gone(&read(404, &[], &body)), "{body}");
    }
    for status in [200, 204, 304, 307, 403, 410, 500] {
        assert!(!is_gone(&read(status, &[], &error(""))), "{status}");
    }
}

#[test]
fn a_version_is_kept_where_the_answer_names_one() {
    let kept = |headers: &[(&'static str, &'static str)]| {
        read(404, headers, "").outcome.is_ok_and(|answer| keeps_a_version(&answer))
    };
    assert!(kept(&[("x-amz-delete-marker", "true")]) && kept(&[("x-amz-version-id", "3/L4kq")]));
    assert!(!kept(&[]) && !kept(&[("x-amz-delete-marker", "false")]));
    assert!(!kept(&[("x-amz-delete-marker", "true"), ("x-amz-version-id", "null")]));
}
