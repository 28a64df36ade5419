//! The server's check of signatures, against the examples that AWS publishes and against this test's own signer.

use crate::client::{Client, exchange};
use simulator::sigv4::{Authorization, calculate};
use simulator::{R2, Request, Token};

const LIST: &str = "/app-files?list-type=2&max-keys=1";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// An example of "Authenticating Requests: Using the Authorization Header" in the S3 API reference.
fn published(method: &str, target: &str, more: &[(&str, &str)], digest: &str) -> String {
    let fixed = [
        ("host", "examplebucket.s3.amazonaws.com"),
        ("x-amz-content-sha256", digest),
        ("x-amz-date", "20130524T000000Z"),
    ];
    let headers: Vec<_> =
        fixed.iter().chain(more).map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let request = Request { method: method.into(), target: target.into(), headers, body: Vec::new() };
    let mut names: Vec<_> = request.headers.iter().map(|(name, _): &(String, String)| name.clone()).collect();
    names.sort_unstable();
    let header = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={},\
         Signature=0",
        names.join(";")
    );
    let authorization = Authorization::parse(&header).unwrap();
    calculate(&request, &authorization, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").signature
}

#[test]
fn the_published_signature_of_a_get_is_calculated() {
    let signature = published("GET", "/test.txt", &[("range", "bytes=0-9")], EMPTY);
    assert_eq!(signature, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

#[test]
fn the_published_signature_of_a_put_is_calculated() {
    let more = [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
    let digest = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    let signature = published("PUT", "/test$file.text", &more, digest);
    assert_eq!(signature, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

#[test]
fn the_published_signature_of_a_listing_is_calculated() {
    let signature = published("GET", "/?max-keys=2&prefix=J", &[], EMPTY);
    assert_eq!(signature, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

#[test]
fn the_published_signature_of_a_query_without_value_is_calculated() {
    let signature = published("GET", "/?lifecycle", &[], EMPTY);
    assert_eq!(signature, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

#[test]
fn a_rightly_signed_listing_is_answered_in_r2s_way() {
    let r2 = R2::start();
    let answer = Client::of(&r2).get(LIST);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.element("Name"), "app-files");
    assert_eq!(answer.element("KeyCount"), "0");
    assert_eq!(answer.header("server"), Some("cloudflare"));
    let ray = answer.header("cf-ray").unwrap();
    assert!(ray.len() == 20 && ray.ends_with("-FRA"), "{ray}");
    assert!(answer.header("date").unwrap().ends_with(" GMT"));
}

#[test]
fn a_wrong_secret_is_a_wrong_signature() {
    let r2 = R2::start();
    let client = Client { secret: "0".repeat(64), ..Client::of(&r2) };
    let answer = client.get(LIST);
    assert_eq!((answer.status, answer.element("Code").as_str()), (403, "SignatureDoesNotMatch"));
    assert!(!answer.text().contains("RequestId") && !answer.text().contains("StringToSign"));
}

#[test]
fn a_wrong_signature_can_be_explained() {
    let r2 = R2::builder().explains_signatures().start();
    let answer = Client { secret: "0".repeat(64), ..Client::of(&r2) }.get(LIST);
    assert!(answer.element("StringToSign").starts_with("AWS4-HMAC-SHA256\n"));
    assert!(answer.element("CanonicalRequest").starts_with("GET\n/app-files\nlist-type=2&amp;max-keys=1\n"));
}

#[test]
fn what_is_changed_after_signing_is_noticed() {
    let r2 = R2::start();
    let request = Client::of(&r2).request("GET", LIST, &[], b"");
    let changed = String::from_utf8(request).unwrap().replace("max-keys=1 ", "max-keys=2 ");
    let answer = String::from_utf8(exchange(r2.address, changed.as_bytes()).unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n") && answer.contains("SignatureDoesNotMatch"));
}

#[test]
fn an_amz_header_has_to_be_signed() {
    let r2 = R2::start();
    let request = String::from_utf8(Client::of(&r2).request("GET", LIST, &[], b"")).unwrap();
    let added = request.replacen("\r\n", "\r\nx-amz-meta-added: 1\r\n", 1);
    let answer = String::from_utf8(exchange(r2.address, added.as_bytes()).unwrap()).unwrap();
    assert!(answer.contains("SignatureDoesNotMatch"), "{answer}");
}

#[test]
fn an_unsigned_request_is_answered_with_one_word() {
    let r2 = R2::start();
    let answer = exchange(r2.address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    let body = "<Error><Code>InvalidArgument</Code><Message>Authorization</Message></Error>";
    assert!(answer.ends_with(body), "{answer}");
}

#[test]
fn the_length_of_the_key_id_is_told() {
    let r2 = R2::start();
    let answer = Client { id: "AKIAIOSFODNN7EXAMPLE".into(), ..Client::of(&r2) }.get(LIST);
    assert_eq!((answer.status, answer.element("Code").as_str()), (400, "InvalidArgument"));
    assert_eq!(answer.element("Message"), "Credential access key has length 20, should be 32");
}

#[test]
fn an_unknown_key_is_unauthorized() {
    let r2 = R2::start();
    let answer = Client { id: "0".repeat(32), ..Client::of(&r2) }.get(LIST);
    assert_eq!((answer.status, answer.element("Code").as_str()), (401, "Unauthorized"));
}

#[test]
fn regions_are_those_of_r2() {
    let r2 = R2::start();
    for region in ["auto", "us-east-1", "weur", "WNAM"] {
        assert_eq!(Client { region: region.into(), ..Client::of(&r2) }.get(LIST).status, 200, "{region}");
    }
    let answer = Client { region: "eu-west-1".into(), ..Client::of(&r2) }.get(LIST);
    assert_eq!((answer.status, answer.element("Code").as_str()), (400, "InvalidRegionName"));
    assert!(answer.element("Message").ends_with("wnam, enam, weur, eeur, apac, oc, auto"));
}

#[test]
fn a_clock_sixteen_minutes_off_is_refused_whichever_it_is() {
    let r2 = R2::start();
    for (own, servers, status) in [(0, 0, 200), (960, 0, 403), (-960, 0, 403), (0, 960, 403), (840, 0, 200)] {
        r2.shift_clock(servers);
        let answer = Client { clock: own, ..Client::of(&r2) }.get(LIST);
        assert_eq!(answer.status, status, "{own} against {servers}");
        assert!(status == 200 || answer.element("Code") == "RequestTimeTooSkewed");
    }
}

#[test]
fn temporary_credentials_need_their_session_token() {
    let r2 = R2::builder().token(Token::read_write().temporary()).start();
    assert_eq!(Client::of(&r2).get(LIST).status, 200);
    assert_eq!(Client { session: None, ..Client::of(&r2) }.get(LIST).status, 401);
    assert_eq!(Client { session: Some("other".into()), ..Client::of(&r2) }.get(LIST).status, 401);
}
