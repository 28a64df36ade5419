//! Answers that refuse, and answers that are not S3's, at every request.

use super::{ALL, PAGE, Row, WITH_BODY, at_each};
use crate::support::r2::{Fault, Reply, S3Error, Xml};

const ERROR: &str = "<Error><Code>InternalError</Code><Message>We failed.</Message></Error>";

/// Every error of R2's, and every status without a word, at every request; performed all the same at those that write.
pub fn refusals() -> Vec<Row> {
    let mut rows = Vec::new();
    for error in errors() {
        let name = format!("{} {} ({})", error.status, error.code, error.message);
        let is_truth = error.code == "NoSuchKey";
        let requests = if is_truth { &ALL[..5] } else { &ALL };
        rows.extend(at_each(&name, requests, |fault| fault.error(error.clone())));
        rows.extend(at_each(&format!("{name}, performed"), &[1, 4], |fault| {
            fault.error(error.clone()).although_performed()
        }));
    }
    for status in [
        300, 304, 400, 401, 403, 404, 405, 408, 409, 410, 412, 416, 429, 451, 500, 501, 502, 503, 504, 520,
        530,
    ] {
        rows.extend(at_each(&format!("a bare {status}"), &ALL, |fault| fault.status(status)));
    }
    for status in [301, 302, 303, 307, 308] {
        rows.extend(at_each(&format!("a redirect, {status},"), &ALL, |fault| {
            fault.redirect(status, "http://127.0.0.1:9/elsewhere")
        }));
    }
    rows.extend(at_each("an echo", &ALL, |fault| fault.echo(400, "InvalidRequest")));
    rows
}

fn errors() -> Vec<S3Error> {
    let own = |status, code| S3Error::new(status, code, "words of another server");
    vec![
        S3Error::unauthorized(),
        S3Error::sigv2(),
        S3Error::access_denied(),
        S3Error::expired_request(),
        S3Error::too_skewed(),
        S3Error::signature(),
        S3Error::not_entitled(),
        S3Error::invalid_bucket_name(),
        S3Error::no_such_bucket(),
        S3Error::no_such_key(),
        S3Error::invalid_object_name(),
        S3Error::entity_too_large(),
        S3Error::metadata_too_large(),
        S3Error::locked(),
        S3Error::locked_403(),
        S3Error::missing_length(),
        S3Error::incomplete_body(),
        S3Error::client_disconnect(),
        S3Error::invalid_digest(),
        S3Error::bad_digest(),
        S3Error::conditional_conflict(),
        S3Error::precondition(),
        S3Error::internal(),
        S3Error::unavailable(),
        S3Error::too_many(),
        S3Error::acl(),
        S3Error::streaming(),
        S3Error::not_implemented(),
        S3Error::max_keys(),
        S3Error::key_length(40),
        S3Error::region("moon-1"),
        S3Error::invalid_argument("Authorization"),
        S3Error::invalid_argument("X-Amz-Security-Token"),
        own(400, "ExpiredToken"),
        own(403, "InvalidAccessKeyId"),
        own(403, "NoSuchKey"),
        own(418, "Teapot"),
        own(404, ""),
    ]
}

/// Answers that do not come from S3, whatever they say of success.
pub fn pages() -> Vec<Row> {
    let mut rows = at_each("a captive portal", &ALL, Fault::captive_portal);
    for status in [200, 400, 401, 403, 404, 500, 503, 521] {
        rows.extend(at_each(&format!("a page with {status}"), &ALL, |fault| fault.html(status, PAGE)));
    }
    for status in [200, 401, 403, 404] {
        let json = "{\"success\":false,\"errors\":[{\"code\":7003}]}";
        rows.extend(at_each(&format!("JSON with {status}"), &ALL, |fault| fault.json(status, json)));
    }
    rows.extend(at_each("a firewall", &ALL, |fault| {
        fault.html(403, "error code: 1010").header("cf-mitigated", "challenge")
    }));
    rows.extend(at_each("an error under 200", &ALL, |fault| fault.answer(Reply::xml(200, ERROR))));
    rows.extend(at_each("half an error under 200", &ALL, |fault| {
        fault.answer(Reply::xml(200, &ERROR[..30]))
    }));
    for status in [200, 202, 204, 205, 206] {
        rows.extend(at_each(&format!("a bare {status}"), &[0, 2, 3, 4, 5], |fault| fault.status(status)));
    }
    rows.extend(at_each("no such key under another status", &[5], |fault| {
        fault.error(S3Error { status: 200, ..S3Error::no_such_key() })
    }));
    for xml in [Xml::Malformed, Xml::Bomb, Xml::Empty, Xml::Truncated(60)] {
        rows.extend(at_each(&format!("XML, {xml:?},"), &[0, 2, 5], |fault| fault.xml(xml)));
    }
    let buckets = "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>";
    rows.extend(at_each("a list of buckets", &WITH_BODY, |fault| fault.answer(Reply::xml(200, buckets))));
    rows
}
