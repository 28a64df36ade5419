//! Objects and listings, and what the server remembers of its requests.

use crate::client::{Client, exchange};
use simulator::{ACCOUNT, Jurisdiction, Op, R2, etag_of};

const MD5_OF_HELLO: &str = "\"5d41402abc4b2a76b9719d911017c592\"";

#[test]
fn an_object_comes_back_as_it_was_put() {
    let r2 = R2::start();
    let client = Client::of(&r2);
    let more = [("content-type", "text/csv"), ("x-amz-meta-note", "one two")];
    let put = client.ask("PUT", "/app-files/a%20b/c.csv", &more, b"hello").unwrap();
    assert_eq!((put.status, put.header("etag")), (200, Some(MD5_OF_HELLO)));
    assert_eq!(put.header("x-amz-version-id").unwrap().len(), 32);
    let got = client.get("/app-files/a%20b/c.csv");
    assert_eq!((got.status, got.text().as_str()), (200, "hello"));
    assert_eq!(got.header("content-type"), Some("text/csv"));
    assert_eq!(got.header("content-length"), Some("5"));
    assert_eq!(got.header("etag"), Some(MD5_OF_HELLO));
    assert_eq!(got.header("x-amz-meta-note"), Some("one two"));
    assert_eq!(r2.objects("app-files")["a b/c.csv"].body, b"hello");
}

#[test]
fn an_object_is_deleted_once_and_for_all() {
    let r2 = R2::builder().object("key", b"1").start();
    let client = Client::of(&r2);
    assert_eq!(r2.left(), ["app-files/key"]);
    assert_eq!(client.delete("/app-files/key").status, 204);
    assert_eq!(client.get("/app-files/key").element("Code"), "NoSuchKey");
    assert_eq!(client.delete("/app-files/key").status, 204);
    assert!(r2.left().is_empty());
}

#[test]
fn a_head_has_headers_and_no_body() {
    let r2 = R2::builder().object("key", b"hello").start();
    let answer = Client::of(&r2).ask("HEAD", "/app-files/key", &[], b"").unwrap();
    assert_eq!((answer.status, answer.header("content-length"), answer.body.len()), (200, Some("5"), 0));
    let missing = Client::of(&r2).ask("HEAD", "/app-files/none", &[], b"").unwrap();
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[test]
fn a_conditional_write_spares_what_is_there() {
    let r2 = R2::builder().object("key", b"old").start();
    let more = [("if-none-match", "*")];
    let answer = Client::of(&r2).ask("PUT", "/app-files/key", &more, b"new").unwrap();
    assert_eq!((answer.status, answer.element("Code").as_str()), (412, "PreconditionFailed"));
    assert_eq!(r2.objects("app-files")["key"].body, b"old");
    assert_eq!(Client::of(&r2).ask("PUT", "/app-files/key2", &more, b"new").unwrap().status, 200);
}

#[test]
fn checksums_are_checked() {
    let r2 = R2::start();
    let put =
        |md5: &str| Client::of(&r2).ask("PUT", "/app-files/key", &[("content-md5", md5)], b"hello").unwrap();
    assert_eq!(put("XUFAKrxLKna5cZ2REBfFkg==").status, 200);
    assert_eq!(put("AAAAAAAAAAAAAAAAAAAAAA==").element("Code"), "BadDigest");
    assert_eq!(put("short").element("Code"), "InvalidDigest");
    let mut request = Client::of(&r2).request("PUT", "/app-files/other", &[], b"hello");
    let last = request.len() - 1;
    request[last] = b'!';
    let answer = String::from_utf8(exchange(r2.address, &request).unwrap()).unwrap();
    assert!(answer.contains("<Code>BadDigest</Code>"));
    assert_eq!(r2.left(), ["app-files/key"]);
}

#[test]
fn a_write_without_a_length_is_refused() {
    let r2 = R2::start();
    let request = String::from_utf8(Client::of(&r2).request("PUT", "/app-files/key", &[], b"")).unwrap();
    let chunked = request.replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let answer = String::from_utf8(exchange(r2.address, chunked.as_bytes()).unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 411 ") && answer.contains("MissingContentLength"), "{answer}");
}

#[test]
fn a_listing_goes_page_by_page() {
    let r2 = ["a/1", "a/2", "a/3", "b/1"].iter().fold(R2::builder(), |r2, key| r2.object(key, b"x")).start();
    let client = Client::of(&r2);
    let first = client.get("/app-files?list-type=2&max-keys=2&prefix=a%2F");
    assert!(first.text().contains("<Key>a/2</Key>") && !first.text().contains("a/3"));
    assert_eq!((first.element("IsTruncated").as_str(), first.element("KeyCount").as_str()), ("true", "2"));
    assert_eq!(
        (first.element("Size").as_str(), first.element("ETag")),
        ("1", etag_of(b"x").replace('"', "&quot;"))
    );
    let token = first.element("NextContinuationToken");
    let next =
        client.get(&format!("/app-files?continuation-token={token}&list-type=2&max-keys=2&prefix=a%2F"));
    assert!(next.text().contains("<Key>a/3</Key>") && !next.text().contains("<Key>a/2</Key>"));
    assert_eq!(next.element("IsTruncated"), "false");
    let after = client.get("/app-files?list-type=2&start-after=a%2F3");
    assert_eq!((after.element("Key").as_str(), after.element("KeyCount").as_str()), ("b/1", "1"));
    let grouped = client.get("/app-files?delimiter=%2F&list-type=2");
    assert!(grouped.text().contains("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
    assert_eq!(grouped.element("KeyCount"), "2");
}

#[test]
fn what_r2_does_not_do_is_refused() {
    let r2 = R2::start();
    let client = Client::of(&r2);
    assert_eq!(client.get("/app-files?list-type=2&versions=").status, 501);
    assert_eq!(client.get("/app-files?list-type=2&max-keys=many").element("Code"), "InvalidMaxKeys");
    assert_eq!(client.get("/App_Files?list-type=2").element("Code"), "InvalidBucketName");
    assert_eq!(client.ask("PUT", "/app-files/k", &[("x-amz-acl", "public-read")], b"").unwrap().status, 501);
    assert_eq!(
        client.put(&format!("/app-files/{}", "k".repeat(1025)), b"").element("Code"),
        "InvalidObjectName"
    );
}

#[test]
fn a_lock_lets_objects_come_and_neither_change_nor_go() {
    for status in [403, 409] {
        let r2 = R2::builder().lock("kept/", status).start();
        let client = Client::of(&r2);
        assert_eq!(client.put("/app-files/kept/1", b"1").status, 200);
        let refused = client.delete("/app-files/kept/1");
        assert_eq!(
            (refused.status, refused.element("Code").as_str()),
            (status, "ObjectLockedByBucketPolicy")
        );
        assert_eq!(client.put("/app-files/kept/1", b"2").status, status);
        assert_eq!(client.put("/app-files/free", b"2").status, 200);
        assert_eq!(client.delete("/app-files/free").status, 204);
    }
}

#[test]
fn a_bucket_is_made_only_for_those_who_ask() {
    let r2 = R2::builder().without_bucket().start();
    let client = Client::of(&r2);
    assert_eq!(client.put("/typo-files/key", b"1").element("Code"), "NoSuchBucket");
    assert!(!r2.has_bucket("typo-files"));
    let asking = [("cf-create-bucket-if-missing", "true")];
    assert_eq!(client.ask("PUT", "/typo-files/key", &asking, b"1").unwrap().status, 200);
    assert!(r2.has_bucket("typo-files"));
}

#[test]
fn both_styles_of_address_lead_to_the_object() {
    let r2 = R2::builder().object("a/b", b"hello").start();
    let host = format!("app-files.{}", Jurisdiction::Default.host(ACCOUNT));
    assert_eq!(Client { host, ..Client::of(&r2) }.get("/a/b").text(), "hello");
    assert_eq!(Client::of(&r2).get("/app-files/a/b").text(), "hello");
}

#[test]
fn a_path_prefix_is_part_of_the_endpoint() {
    let r2 = R2::builder().path_prefix("/local/s3").start();
    assert!(r2.endpoint().ends_with("/local/s3"));
    assert_eq!(Client::of(&r2).get("/local/s3/app-files").status, 200);
    assert_eq!(Client::of(&r2).get("/app-files").status, 404);
}

#[test]
fn every_request_is_remembered() {
    let r2 = R2::start();
    let client = Client::of(&r2);
    client.get("/app-files?list-type=2&prefix=a%20b");
    client.put("/app-files/selftest/1", b"hello");
    client.put("/app-files/elsewhere", b"1");
    client.delete("/app-files/selftest/1");
    assert_eq!(r2.operations(), [Op::List, Op::Put, Op::Put, Op::Delete]);
    let seen = r2.requests();
    assert_eq!(seen[0].query, [("list-type".into(), "2".into()), ("prefix".into(), "a b".to_owned())]);
    assert_eq!(
        (seen[1].body.as_slice(), seen[1].answered, seen[1].connection),
        (&b"hello"[..], Some(200), 2)
    );
    assert!(seen[1].is_signed() && seen[1].header("X-Amz-Date").is_some());
    assert_eq!(r2.writes_outside("selftest/").len(), 1);
    assert_eq!((r2.connections(), r2.requests_of(Op::Put).len()), (4, 2));
    assert!(seen[0].at <= seen[3].at);
}

#[test]
fn a_listing_encodes_its_keys_if_that_is_asked_for() {
    let r2 = R2::builder().object("a b+c%20/é.csv", b"x").start();
    let answer = Client::of(&r2).get("/app-files/?encoding-type=url&list-type=2");
    assert_eq!(
        (answer.element("Key").as_str(), answer.element("EncodingType").as_str()),
        ("a%20b%2Bc%2520/%C3%A9.csv", "url")
    );
    assert_eq!(Client::of(&r2).get("/app-files/?list-type=2").element("Key"), "a b+c%20/é.csv");
}
