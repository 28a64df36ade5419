//! Cloudflare's numbers in each of the forms in which its pages show them, and in nothing else.

use std::time::Duration;

use time::OffsetDateTime;

use super::*;
use crate::client::exchange::Headers;

fn answer(status: u16, headers: &[(Field, &str)], body: &str) -> Answer {
    let headers = headers.iter().fold(Headers::default(), |all, (field, value)| all.with(*field, value));
    Answer {
        status,
        version: http::Version::HTTP_11,
        headers,
        body: body.as_bytes().to_vec(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    }
}

const RAY: (Field, &str) = (Field::Ray, "8f0c2d1e4b5a6978-FRA");

#[test]
fn a_number_is_read_in_each_form_of_cloudflares_pages() {
    for (status, body, number) in [
        (530, "error code: 1016", Some(1016)),
        (530, "error code: 1033\n", Some(1033)),
        (
            530,
            "<html><title>Origin DNS error | files.example | Cloudflare</title><h1>Error <span>1016</span></h1>",
            Some(530),
        ),
        (530, "<html><title>Error 1016 | files.example</title></html>", Some(1016)),
        (403, "<div><span class=\"cf-error-code\">1020</span></div>", Some(1020)),
        (
            409,
            "<title>DNS resolution error | x | Cloudflare</title><h2>Error 1001 Ray ID: 8f</h2>",
            Some(1001),
        ),
        (
            429,
            "{\"cloudflare_error\":true,\"status\":429,\"error_code\":1015,\"error_name\":\"rate_limited\"}",
            Some(1015),
        ),
        (403, "{\"error_code\": 1010}", Some(1010)),
        (522, "<title>files.example | 522: Connection timed out</title>", Some(522)),
        (525, "", Some(525)),
        (526, "<title>Invalid SSL certificate | files.example | Cloudflare</title>", Some(526)),
        (400, "error code: 10160", None),
        (400, "error 999", None),
        (404, "<title>Object not found</title>", None),
    ] {
        let found = number_of(&answer(status, &[RAY], body)).map(|known| known.digits);
        assert_eq!(found, number, "{status} {body}");
    }
}

#[test]
fn a_number_counts_only_where_cloudflare_answered() {
    let page = "error code: 1016";
    assert!(number_of(&answer(530, &[], page)).is_none());
    assert!(number_of(&answer(530, &[(Field::Server, "nginx")], page)).is_none());
    for header in [RAY, (Field::Server, "cloudflare")] {
        assert!(number_of(&answer(530, &[header], page)).is_some());
    }
    let named = [RAY, (Field::ErrorType, "1101")];
    assert_eq!(
        number_of(&answer(500, &named, "<title>Worker threw exception</title>")).map(|known| known.digits),
        Some(1101)
    );
}

#[test]
fn the_table_is_in_order_and_reads_as_sentences() {
    assert!(NUMBERS.is_sorted_by_key(|known| known.digits));
    for known in &NUMBERS {
        assert!(!known.meaning.ends_with('.') && known.sentence().len() < 200, "{}", known.digits);
    }
}
