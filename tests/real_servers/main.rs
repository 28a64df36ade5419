//! The program against S3 servers that nobody here wrote, Cloudflare's own local R2 among them. What each of them
//! answers is written down in `tests/servers/README.md`.
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support"]
mod support {
    pub mod middleman;
    pub mod servers;
}

mod boto3;
mod odd_names;

use std::process::Command;

use serde_json::Value;
use support::middleman::{self, rewriting, without};
use support::servers::{Access, Kind, Server};

const NEIGHBOUR: &str = "5b8c2f3e/csvs/recording.csv";
const NEIGHBOUR_BODY: &[u8] = b"time,value\n0,1\n";

struct Run {
    exit: Option<i32>,
    report: Value,
}

impl Run {
    fn against(access: &Access) -> Self {
        Self::with(access, &[])
    }

    /// With more variables, or others.
    fn with(access: &Access, more: &[(&str, &str)]) -> Self {
        Self::with_options(access, more, &[])
    }
    fn with_options(access: &Access, more: &[(&str, &str)], options: &[&str]) -> Self {
        let output = Command::new(env!("CARGO_BIN_EXE_r2-selftest"))
            .args(["--no-env-file", "--json"])
            .args(options)
            .env_clear()
            .env("R2_ENABLED", "true")
            .envs(access.settings())
            .envs(more.iter().copied())
            .output()
            .unwrap();
        for written in [&output.stdout, &output.stderr] {
            assert!(
                !String::from_utf8_lossy(written).contains(&access.secret),
                "the secret is in the output"
            );
        }
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "no report on standard output ({error}), {}\n{}{}",
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )
        });
        Self { exit: output.status.code(), report }
    }

    /// Each check's name and status, in the report's order.
    fn checks(&self) -> Vec<(&str, &str)> {
        let checks = self.report["checks"].as_array().unwrap();
        checks.iter().map(|check| (text(&check["name"]), text(&check["status"]))).collect()
    }
}

impl Run {
    /// The first check that failed, the root cause, and the finding of that cause as text.
    fn failure(&self) -> (&str, &str, String) {
        assert_eq!((self.exit, text(&self.report["verdict"])), (Some(1), "fail"), "{:#}", self.report);
        let first = self.checks().into_iter().find(|(_, status)| *status == "fail").unwrap().0;
        let cause = text(&self.report["root_cause"]);
        let checks = self.report["checks"].as_array().unwrap();
        let mut findings = checks.iter().flat_map(|check| check["findings"].as_array().unwrap());
        (first, cause, findings.find(|finding| finding["code"] == cause).unwrap().to_string())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A server whose bucket holds somebody else's object.
fn server_in_use(kind: Kind) -> Server {
    let server = Server::start(kind);
    server.put(NEIGHBOUR, NEIGHBOUR_BODY);
    server
}

fn assert_nothing_changed(server: &Server) {
    assert_eq!(server.keys(), [NEIGHBOUR]);
    assert_eq!(server.get(NEIGHBOUR), NEIGHBOUR_BODY);
}

/// A warning is due: the endpoint is not R2's.
fn assert_all_six_checks_pass(kind: Kind) {
    let server = server_in_use(kind);
    let run = Run::against(&server.access);
    let names: Vec<_> = run.checks().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["config", "connect", "upload", "list", "download", "delete"]);
    for (name, status) in run.checks() {
        assert!(matches!(status, "pass" | "warn"), "{name}: {status}\n{:#}", run.report);
    }
    assert!(matches!(text(&run.report["verdict"]), "pass" | "warn"), "{:#}", run.report);
    assert_eq!(run.exit, Some(0));
    assert_nothing_changed(&server);
}

/// Runs with one thing changed in good settings.
fn assert_connect_fails(kind: Kind, change: impl FnOnce(&mut Access), root_cause: &str) {
    let server = server_in_use(kind);
    let mut access = server.access.clone();
    change(&mut access);
    let run = Run::against(&access);
    let failed: Vec<_> = run.checks().into_iter().filter(|(_, status)| *status == "fail").collect();
    assert_eq!(failed, [("connect", "fail")], "{:#}", run.report);
    assert_eq!(text(&run.report["verdict"]), "fail");
    assert_eq!(text(&run.report["root_cause"]), root_cause, "{:#}", run.report);
    assert_eq!(run.exit, Some(1));
    assert_nothing_changed(&server);
}

/// Runs with something on the way that changes requests.
fn through(server: &Server, change: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Run {
    let port = server.access.port();
    let on_the_way = middleman::before(port, change);
    let endpoint = server.access.endpoint.replace(&format!(":{port}"), &format!(":{on_the_way}"));
    Run::against(&Access { endpoint, ..server.access.clone() })
}

fn wrong_secret(access: &mut Access) {
    access.secret = "0123456789abcdef".repeat(4);
}

fn unknown_key_id(access: &mut Access) {
    access.key_id = "0123456789abcdef".repeat(2);
}

fn missing_bucket(access: &mut Access) {
    access.bucket = String::from("no-such-bucket");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn all_six_checks_pass_on_cloudflares_local_r2() {
    assert_all_six_checks_pass(Kind::LocalR2);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_wrong_secret_is_named_on_cloudflares_local_r2() {
    assert_connect_fails(Kind::LocalR2, wrong_secret, "auth.signature");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn an_unknown_key_id_is_named_on_cloudflares_local_r2() {
    assert_connect_fails(Kind::LocalR2, unknown_key_id, "auth.unauthorized");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_missing_bucket_is_named_on_cloudflares_local_r2() {
    assert_connect_fails(Kind::LocalR2, missing_bucket, "bucket.not-found");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn settings_that_do_not_fit_are_named_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let secret = "0123456789abcdef".repeat(4);
    for (change, code, evidence) in [
        (
            vec![("R2_SESSION_TOKEN", "nobody-gave-this")],
            "auth.unauthorized",
            "R2_SESSION_TOKEN does not belong",
        ),
        (vec![("R2_SECRET_ACCESS_KEY", secret.as_str())], "auth.signature", "only the secret can be wrong"),
        (vec![("R2_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")], "auth.unauthorized", "401"),
        (vec![("R2_ACCESS_KEY_ID", "0123456789ABCDEF0123456789ABCDEF")], "auth.unauthorized", "401"),
        (vec![("R2_BUCKET_NAME", "Not_A_Bucket")], "bucket.not-found", "404"),
        (vec![("R2_BUCKET_NAME", "ab")], "bucket.not-found", "404"),
    ] {
        let run = Run::with(&server.access, &change);
        let (check, cause, finding) = run.failure();
        assert_eq!((check, cause), ("connect", code), "{change:?}: {:#}", run.report);
        assert!(finding.contains(evidence), "{change:?}: {finding}");
    }
    assert_nothing_changed(&server);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_signature_lost_on_the_way_is_named_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let run = through(&server, without("Authorization"));
    let (check, cause, _) = run.failure();
    assert_eq!((check, cause), ("connect", "auth.unsigned"), "{:#}", run.report);
    assert_nothing_changed(&server);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_request_changed_on_the_way_is_told_from_a_wrong_secret_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let run = through(&server, rewriting("max-keys=1", "max-keys=2"));
    let (check, cause, finding) = run.failure();
    assert_eq!((check, cause), ("connect", "auth.signature"), "{:#}", run.report);
    assert!(finding.contains("something on the way changed"), "{finding}");
    assert_nothing_changed(&server);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_clock_that_is_off_is_named_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let today = time::OffsetDateTime::now_utc().date();
    let run = through(&server, rewriting(&stamp(today), &stamp(today - time::Duration::days(2))));
    let (check, cause, _) = run.failure();
    assert_eq!((check, cause), ("connect", "auth.clock-skew"), "{:#}", run.report);
    assert_nothing_changed(&server);
}

fn stamp(date: time::Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), u8::from(date.month()), date.day())
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_body_changed_on_its_way_is_named_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let run = through(&server, |request| {
        let mut changed = request.to_vec();
        if request.starts_with(b"PUT ") {
            *changed.last_mut().unwrap() ^= 1;
        }
        vec![changed]
    });
    let (check, cause, _) = run.failure();
    assert_eq!((check, cause), ("upload", "integrity.digest"), "{:#}", run.report);
    assert_nothing_changed(&server);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn an_upload_that_arrives_twice_is_told_on_cloudflares_local_r2() {
    let server = server_in_use(Kind::LocalR2);
    let run = through(&server, |request| {
        let times = if request.starts_with(b"PUT ") { 2 } else { 1 };
        vec![request.to_vec(); times]
    });
    let (check, cause, finding) = run.failure();
    assert_eq!((check, cause), ("upload", "integrity.key-exists"), "{:#}", run.report);
    assert!(finding.contains("the upload arrived twice"), "{finding}");
    assert_nothing_changed(&server);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn all_six_checks_pass_on_rclone() {
    assert_all_six_checks_pass(Kind::Rclone);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_wrong_secret_is_named_on_rclone() {
    assert_connect_fails(Kind::Rclone, wrong_secret, "auth.signature");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn an_unknown_key_id_is_named_on_rclone() {
    assert_connect_fails(Kind::Rclone, unknown_key_id, "auth.unauthorized");
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_missing_bucket_is_named_on_rclone() {
    assert_connect_fails(Kind::Rclone, missing_bucket, "bucket.not-found");
}

// moto takes any signature of any key for a good one: a wrong secret or an unknown key id cannot be seen there.

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn all_six_checks_pass_on_moto() {
    assert_all_six_checks_pass(Kind::Moto);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn a_missing_bucket_is_named_on_moto() {
    assert_connect_fails(Kind::Moto, missing_bucket, "bucket.not-found");
}
