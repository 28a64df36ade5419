//! What signatures say of bodies: as boto3's file has it, and as the version of boto3 does without.

use super::config;
use crate::support::r2::{Fault, Op, R2, S3Error, Tls};
use crate::support::run::{ALL, run_with};

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// What each request of a passing run says, in the order of [`ALL`].
fn said(tls: bool, sdk: &str, configured: Option<&str>) -> Vec<String> {
    let r2 = if tls { R2::builder().tls(Tls::Good).start() } else { R2::start() };
    let text = configured.map(|value| format!("[default]\ns3 =\n  payload_signing_enabled = {value}\n"));
    let (_folder, path) = config(&text.unwrap_or_default());
    let options: &[&str] = if sdk.is_empty() { &[] } else { &["--sdk", sdk] };
    run_with(&r2, &[("AWS_CONFIG_FILE", &path)], options).passes_with(&[]).sends(&ALL).leaves_nothing();
    let said = |seen: &crate::support::r2::Seen| seen.header("x-amz-content-sha256").unwrap().to_owned();
    r2.requests().iter().map(said).collect()
}

#[test]
fn bodies_are_hashed_or_not_as_boto3_does_it() {
    let (old, new) = ("boto3==1.34.144", "boto3==1.44.8");
    for (tls, sdk, configured, upload, others) in [
        (false, "", None, "a hash", "a hash"),
        (false, "", Some("false"), UNSIGNED, UNSIGNED),
        (false, "", Some(""), UNSIGNED, UNSIGNED),
        (false, "", Some("TRUE"), "a hash", "a hash"),
        (true, "", Some("no"), UNSIGNED, UNSIGNED),
        (false, old, None, "a hash", "a hash"),
        (true, old, None, UNSIGNED, "a hash"),
        (true, old, Some("true"), "a hash", "a hash"),
        (true, old, Some("false"), UNSIGNED, UNSIGNED),
        (false, new, Some("false"), UNSIGNED, UNSIGNED),
        (true, new, None, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "a hash"),
        (true, new, Some("false"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER", UNSIGNED),
    ] {
        let said = said(tls, sdk, configured);
        for (operation, said) in ALL.iter().zip(said) {
            let wanted = if *operation == Op::Put { upload } else { others };
            let is_hash = said.len() == 64 && said.bytes().all(|byte| byte.is_ascii_hexdigit());
            let said = if is_hash { "a hash" } else { &said };
            assert_eq!(said, wanted, "{operation:?} over TLS {tls} by `{sdk}` with {configured:?}");
        }
    }
}

#[test]
fn a_server_that_wants_hashes_refuses_what_boto3_would_send() {
    let refused =
        || Fault::on(Op::Any).with("x-amz-content-sha256", UNSIGNED).error(S3Error::access_denied());
    let r2 = R2::builder().fault(refused()).start();
    run_with(&r2, &[], &[]).passes_with(&[]);
    let (_folder, path) = config("[default]\ns3 =\n  payload_signing_enabled = false\n");
    let env = [("AWS_CONFIG_FILE", path.as_str())];
    run_with(&r2, &env, &[]).fails_at("connect", "permission.denied").leaves_nothing();
    run_with(&r2, &env, &["--client", "native"]).passes_with(&[]);
    // The older version leaves the hash of uploads out of itself.
    let r2 = R2::builder().tls(Tls::Good).fault(refused()).start();
    let run = run_with(&r2, &[], &["--sdk", "boto3==1.34.144"]);
    run.fails_at("upload", "permission.denied").leaves_nothing();
}
