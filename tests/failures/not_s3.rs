//! Answers that are HTTP, but not the S3 API's: portals, firewalls, redirects, other APIs, damaged XML.

use crate::support::r2::{Fault, Op, R2, Reply, Xml};
use crate::support::run::{run, run_with};

const ERROR: &str = "<Error><Code>InternalError</Code><Message>We failed.</Message></Error>";

fn with(fault: Fault) -> R2 {
    R2::builder().fault(fault).start()
}

fn at_connect(fault: Fault, code: &str, evidence: &str) {
    let r2 = with(fault);
    run(&r2).fails_at("connect", code).says(evidence).statuses("wfssss").sends(&[Op::List]).leaves_nothing();
}

#[test]
fn a_captive_portal_is_named_at_connect() {
    at_connect(Fault::on(Op::Any).captive_portal(), "http.not-s3", "Sign in to the network");
}

#[test]
fn a_captive_portal_that_appears_later_is_named_where_it_appears() {
    for (op, check) in [(Op::Put, "upload"), (Op::Delete, "delete")] {
        let r2 = with(Fault::on(op).captive_portal());
        run(&r2).fails_at(check, "http.not-s3").says("Sign in to the network");
    }
    for (fault, check) in [(Fault::on(Op::List).nth(2), "list"), (Fault::on(Op::Get).nth(1), "download")] {
        let r2 = with(fault.captive_portal());
        run(&r2).fails_at(check, "http.not-s3").says("Sign in to the network").leaves_nothing();
    }
}

#[test]
fn a_portal_that_swallows_the_upload_is_not_believed_to_have_stored_it() {
    let r2 = with(Fault::on(Op::Any).after(1).captive_portal());
    let run = run(&r2);
    run.fails_at("upload", "http.not-s3").may_leave("cleanup.unknown").statuses("wpfssf");
    assert!(run.report["cleanup"]["created"].as_array().unwrap().is_empty() && r2.left().is_empty());
}

#[test]
fn a_firewalls_page_is_named_by_its_header_its_number_or_its_title() {
    let mitigated = Fault::on(Op::Any).html(403, "<html>Verify you are human</html>");
    at_connect(mitigated.header("cf-mitigated", "challenge"), "http.blocked", "cf-mitigated: challenge");
    at_connect(Fault::on(Op::Any).html(403, "error code: 1010"), "http.blocked", "error code: 1010");
    let titled = "<html><title>Attention Required! | Cloudflare</title></html>";
    at_connect(Fault::on(Op::Any).html(403, titled), "http.blocked", "Attention Required!");
    let disguised = "<html><title>Just a moment...</title></html>";
    at_connect(Fault::on(Op::Any).html(200, disguised), "http.blocked", "Just a moment");
}

#[test]
fn a_firewall_that_objects_to_the_upload_only_is_named_there() {
    let r2 = with(Fault::on(Op::Put).html(403, "error code: 1020"));
    run(&r2).fails_at("upload", "http.blocked").statuses("wpfssp").leaves_nothing();
}

#[test]
fn a_redirect_is_named_and_never_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = R2::start();
        let target = format!("{}/app-files/?list-type=2", elsewhere.endpoint());
        at_connect(Fault::on(Op::Any).redirect(status, &target), "http.redirect", &elsewhere.endpoint());
        assert_eq!(elsewhere.connections(), 0);
    }
    let error = "<Error><Code>PermanentRedirect</Code><Message>Use another endpoint.</Message></Error>";
    at_connect(Fault::on(Op::Any).answer(Reply::xml(301, error)), "http.redirect", "Use another endpoint.");
}

#[test]
fn a_redirect_of_a_later_request_is_not_followed_either() {
    for op in [Op::Put, Op::Get, Op::Delete] {
        let elsewhere = R2::start();
        let r2 = with(Fault::on(op).redirect(307, &elsewhere.endpoint()));
        let run = run(&r2);
        assert_eq!((run.status, run.root()), (1, "http.redirect"), "{:#}", run.report);
        assert_eq!(elsewhere.connections(), 0);
    }
}

#[test]
fn not_modified_is_no_redirect() {
    at_connect(Fault::on(Op::Any).status(304), "http.not-s3", "304");
}

#[test]
fn json_from_another_api_is_named() {
    let refused = "{\"success\":false,\"errors\":[{\"code\":7003,\"message\":\"No route for that URI\"}]}";
    for status in [200, 400, 403, 404] {
        at_connect(Fault::on(Op::Any).json(status, refused), "http.not-s3", "No route for that URI");
    }
    let r2 = with(Fault::on(Op::Get).nth(1).json(200, refused));
    run(&r2).fails_at("download", "http.not-s3").leaves_nothing();
}

#[test]
fn a_page_with_any_status_is_not_taken_for_a_word_about_the_keys() {
    for status in [400, 401, 403, 404, 405] {
        at_connect(Fault::on(Op::Any).html(status, "<html><h1>nginx</h1></html>"), "http.not-s3", "nginx");
    }
}

#[test]
fn an_operation_that_a_server_does_not_have_is_named_by_it() {
    for answer in [Reply::new(405), Reply::html(405, "<html><h1>405 Not Allowed</h1></html>")] {
        for (op, check, name) in [(Op::Delete, "delete", "DeleteObject"), (Op::Put, "upload", "PutObject")] {
            let r2 = with(Fault::on(op).answer(answer.clone()));
            let run = run(&r2);
            run.fails_at(check, "service.not-implemented");
            let title = run.finding("service.not-implemented")["title"].as_str().unwrap().to_owned();
            assert!(title.contains(&format!("does not support {name}")), "{title}");
        }
    }
}

#[test]
fn damaged_xml_is_named() {
    for xml in [Xml::Truncated(120), Xml::Malformed] {
        at_connect(Fault::on(Op::List).xml(xml), "http.malformed", "");
        let r2 = with(Fault::on(Op::List).nth(2).xml(xml));
        run(&r2).fails_at("list", "http.malformed").statuses("wppfpp").leaves_nothing();
    }
}

#[test]
fn a_damaged_error_is_damaged_whatever_its_status() {
    let fault = Fault::on(Op::Any).answer(Reply::xml(403, "<?xml version=\"1.0\"?><Error><Code>AccessDen"));
    at_connect(fault, "http.malformed", "AccessDen");
}

#[test]
fn xml_that_explodes_is_not_followed_into_its_explosion() {
    let r2 = with(Fault::on(Op::List).nth(2).xml(Xml::Bomb));
    let run = run(&r2);
    run.fails_at("list", "http.malformed").leaves_nothing();
    assert!(run.took.as_secs() < 4, "{:?}", run.took);
}

#[test]
fn success_with_nothing_in_it_is_no_success() {
    at_connect(Fault::on(Op::List).status(200), "http.not-s3", "the body is empty");
    at_connect(Fault::on(Op::List).xml(Xml::Empty), "http.not-s3", "the body is empty");
    let r2 = with(Fault::on(Op::List).nth(2).status(200));
    run(&r2).fails_at("list", "http.not-s3").statuses("wppfpp").leaves_nothing();
    let r2 = with(Fault::on(Op::Get).nth(1).status(200));
    run(&r2).fails_at("download", "integrity.size").leaves_nothing();
}

#[test]
fn success_with_an_error_in_it_is_no_success() {
    at_connect(Fault::on(Op::List).answer(Reply::xml(200, ERROR)), "http.not-s3", "InternalError");
    for (fault, check) in [
        (Fault::on(Op::Put), "upload"),
        (Fault::on(Op::List).nth(2), "list"),
        (Fault::on(Op::Get).nth(1), "download"),
    ] {
        let r2 = with(fault.answer(Reply::xml(200, ERROR)));
        run(&r2).fails_at(check, "http.not-s3").says("InternalError").says("We failed.").leaves_nothing();
    }
}

#[test]
fn another_document_of_s3_is_no_listing() {
    let buckets = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>";
    at_connect(Fault::on(Op::List).answer(Reply::xml(200, buckets)), "http.not-s3", "not what S3 answers");
}

#[test]
fn an_endless_listing_is_read_up_to_its_bound() {
    let r2 = with(Fault::on(Op::List).replace("</ListBucketResult>", "").endless_body());
    let run = run_with(&r2, &[], &["--retries", "0"]);
    assert_eq!((run.status, run.checks()[1]["status"].as_str()), (1, Some("fail")), "{:#}", run.report);
    assert!(run.took.as_secs() < 4, "{:?}", run.took);
    assert!(run.check("connect")["requests"][0]["bytes_received"].as_u64().unwrap() <= 64 * 1024);
}
