//! Who answers, by host and by marks.

use std::time::Duration;

use time::OffsetDateTime;

use super::*;
use crate::client::exchange::{Field, Headers};

fn answer(headers: &[(Field, &str)], body: &str) -> Answer {
    let headers = headers.iter().fold(Headers::default(), |all, (field, value)| all.with(*field, value));
    Answer {
        status: 403,
        version: http::Version::HTTP_11,
        headers,
        body: body.as_bytes().to_vec(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    }
}

#[test]
fn a_host_names_its_provider_and_nothing_else_does_against_it() {
    let minio = answer(&[(Field::Server, "MinIO")], "");
    for (url, name) in [
        ("https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", "R2"),
        ("https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com", "R2"),
        ("https://s3.amazonaws.com", "Amazon S3"),
        ("https://s3.eu-central-1.amazonaws.com", "Amazon S3"),
        ("https://s3.eu-central-003.backblazeb2.com", "Backblaze B2"),
        ("https://s3.wasabisys.com", "Wasabi"),
        ("https://fra1.digitaloceanspaces.com", "DigitalOcean Spaces"),
        ("https://abcdefgh.supabase.co/storage/v1/s3", "Supabase Storage"),
        ("https://storage.railway.app", "Railway's buckets"),
    ] {
        let endpoint = Endpoint::parse(url).unwrap();
        let server = Server::at(&endpoint, [&minio], false);
        assert_eq!(server.name(), name, "{url}");
        assert_eq!(server.is_r2(), name == "R2", "{url}");
        assert!(!server.may_have_gateway() && !server.may_be_custom_domain(), "{url}");
    }
}

#[test]
fn an_unknown_host_is_named_by_what_its_answers_show() {
    let endpoint = Endpoint::parse("https://files.example.com").unwrap();
    let garage = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>Authorization header malformed, unexpected \
                  scope: 20260101/auto/s3/aws4_request</Message></Error>";
    for (shown, name) in [
        (answer(&[], ""), "the server at files.example.com"),
        (answer(&[(Field::Server, "cloudflare")], ""), "the server at files.example.com"),
        (answer(&[(Field::Server, "minio")], ""), "MinIO"),
        (answer(&[(Field::MinioDeployment, "x")], ""), "MinIO"),
        (answer(&[(Field::Server, "AmazonS3")], ""), "Amazon S3"),
        (answer(&[(Field::WasabiReference, "1 2")], ""), "Wasabi"),
        (answer(&[], garage), "Garage"),
    ] {
        let server = Server::at(&endpoint, [&shown], false);
        assert_eq!(server.name(), name);
        assert!(server.may_have_gateway() && server.may_be_custom_domain() && !server.is_r2());
    }
}

#[test]
fn what_answers_on_a_private_network_imitates_a_provider_and_is_none() {
    for url in [
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "http://s3:9000",
        "http://10.0.0.7",
        "http://s3.internal",
    ] {
        let endpoint = Endpoint::parse(url).unwrap();
        for (mark, name) in [("AmazonS3", None), ("WasabiS3", None), ("rclone/v1.75", Some("rclone"))] {
            let shown = answer(&[(Field::Server, mark)], "");
            assert_eq!(Server::at(&endpoint, [&shown], false).known_name(), name, "{url} {mark}");
        }
    }
}

#[test]
fn a_domain_of_ones_own_is_a_name_that_the_world_resolves() {
    for (url, may) in [
        ("https://files.example.com", true),
        ("http://127.0.0.1:9000", false),
        ("http://[::1]:9000", false),
        ("http://localhost:9000", false),
        ("http://minio:9000", false),
        ("http://minio.railway.internal:9000", false),
        ("https://evilamazonaws.com", true),
    ] {
        let endpoint = Endpoint::parse(url).unwrap();
        assert_eq!(Server::at(&endpoint, [], false).may_be_custom_domain(), may, "{url}");
    }
}

#[test]
fn the_demos_server_plays_r2() {
    let endpoint = Endpoint::parse("http://127.0.0.1:9000").unwrap();
    let server = Server::at(&endpoint, [], true);
    assert!(server.is_r2() && server.name() == "R2" && !server.may_have_gateway());
}
