//! Cloudflare in the server's place: a domain of one's own, and the edge in front of R2.

use super::{named, run_at};
use crate::support::r2::{Fault, Jurisdiction, Op, R2};
use crate::support::run::run_with;

const DOMAIN: &str = "files.example";

/// Each form of a number, and what is said of it.
const PAGES: [(u16, &str, &str); 9] = [
    (530, "error code: 1016", "the name that the domain leads to cannot be resolved"),
    (530, "<html><title>Error 1033 | files.example</title>", "a Cloudflare Tunnel that is not connected"),
    (
        409,
        "<h1>Error <!-- --></h1><span class=\"cf-error-code\">1001</span>",
        "the domain cannot be resolved",
    ),
    (
        403,
        "{\"cloudflare_error\":true,\"error_code\":1014}",
        "a CNAME to a host of another Cloudflare account",
    ),
    (521, "<title>files.example | 521: Web server is down</title>", "refuses connections"),
    (522, "", "does not accept the connection in time"),
    (523, "error code: 523", "there is no route to the server"),
    (525, "<title>SSL handshake failed | files.example | Cloudflare</title>", "TLS cannot be agreed on"),
    (526, "<title>Invalid SSL certificate</title>", "certificate of the server behind the domain"),
];

#[test]
fn a_domain_of_ones_own_is_reported_with_what_cloudflares_number_says() {
    for (status, page, says) in PAGES {
        let r2 = named(DOMAIN, Fault::on(Op::Any).html(status, page));
        let run = run_with(&r2, &[("R2_ENDPOINT", &format!("https://{DOMAIN}"))], &["--retries", "0"]);
        run.fails_at("connect", "http.custom-domain").statuses("wfssss").says(says).leaves_nothing();
        let finding = run.finding("http.custom-domain");
        assert!(finding["cause"].to_string().contains(says), "{finding:#}");
        assert!(finding["fix"][0].to_string().contains(".r2.cloudflarestorage.com"), "{finding:#}");
        assert!(finding.to_string().contains("waiting does not help"), "{finding:#}");
    }
}

#[test]
fn a_buckets_own_domain_is_reported_although_no_number_is_there() {
    for (status, page) in
        [(404, "<title>Object not found</title>"), (200, "<title>My files</title>"), (401, "no")]
    {
        let r2 = named(DOMAIN, Fault::on(Op::Any).html(status, page));
        run_at(&r2, DOMAIN).fails_at("connect", "http.custom-domain").says("cf-ray").sends(&[Op::List]);
    }
}

#[test]
fn a_rule_of_a_domain_is_a_firewall_in_each_form_of_its_page() {
    for (status, page) in [
        (403, "error code: 1020"),
        (
            403,
            "<title>Access denied | files.example used Cloudflare to restrict access</title><p>Error 1009</p>",
        ),
        (429, "{\"cloudflare_error\": true, \"error_code\": 1015}"),
    ] {
        let r2 = named(DOMAIN, Fault::on(Op::Any).html(status, page));
        let run = run_with(&r2, &[("R2_ENDPOINT", &format!("https://{DOMAIN}"))], &["--retries", "0"]);
        run.fails_at("connect", "http.blocked").says("Cloudflare's error 10");
    }
}

#[test]
fn a_number_without_cloudflare_is_only_text() {
    let page = Fault::on(Op::Any).html(404, "error code: 1016").without("Server").without("CF-RAY");
    let r2 = named(DOMAIN, page);
    run_at(&r2, DOMAIN).fails_at("connect", "http.not-s3");
}

#[test]
fn r2s_own_edge_that_cannot_read_a_request_says_that_something_changed_it() {
    let bare = "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1>\
                </center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";
    for (status, page) in [(400, bare), (403, "error code: 1003"), (409, "error code: 1001"), (405, bare)] {
        let r2 =
            R2::builder().r2_host(Jurisdiction::Default).fault(Fault::on(Op::Any).html(status, page)).start();
        let run = run_with(&r2, &[], &[]);
        run.fails_at("connect", "http.edge-refused").statuses("pfssss").says("cf-ray").leaves_nothing();
    }
}

#[test]
fn r2s_own_edge_in_trouble_is_unavailable_with_the_meaning_of_its_number() {
    let fault = Fault::on(Op::Any).html(522, "<title>522: Connection timed out</title>");
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
    let run = run_with(&r2, &[], &["--retries", "0"]);
    run.fails_at("connect", "service.unavailable").says("Cloudflare's error 522");
}
