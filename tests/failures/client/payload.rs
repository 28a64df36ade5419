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

/// A server that refuses these operations without the hash of their body, in these words.
fn wants_hashes(op: Op, refusal: S3Error, tls: bool) -> R2 {
    let server = R2::builder().fault(Fault::on(op).with("x-amz-content-sha256", UNSIGNED).error(refusal));
    if tls { server.tls(Tls::Good).start() } else { server.start() }
}

const CODE: &str = "service.unsigned-payload";
const OLD: [&str; 4] = ["--sdk", "boto3==1.34.144", "--retries", "0"];

/// What servers answer that do not take the form.
fn refusals() -> [S3Error; 5] {
    [
        S3Error::access_denied(),
        S3Error::signature(),
        S3Error::new(400, "InvalidDigest", "StorageFabric: UNSIGNED-PAYLOAD PUT is not allowed"),
        S3Error::new(400, "XAmzContentSHA256Mismatch", "invalid header: x-amz-content-sha256"),
        S3Error::new(400, "InvalidRequest", "The payload must be signed."),
    ]
}

#[test]
fn a_server_that_wants_the_hash_of_each_body_is_proven_to() {
    let (_folder, path) = config("[default]\ns3 =\n  payload_signing_enabled = false\n");
    let env = [("AWS_CONFIG_FILE", path.as_str())];
    for refusal in refusals() {
        let r2 = wants_hashes(Op::Any, refusal, false);
        run_with(&r2, &[], &[]).passes_with(&[]);
        let run = run_with(&r2, &env, &[]);
        run.fails_at("connect", CODE).leaves_nothing();
        let finding = run.finding(CODE);
        assert!(finding["proof"].to_string().contains("succeeded; nothing else was changed"), "{finding:#}");
        assert_eq!(
            finding["fix"][0]["text"],
            format!("Set `payload_signing_enabled` on line 3 of {path} to `true`."),
            "{finding:#}"
        );
        assert!(!finding["fix"].to_string().contains("printf"), "{finding:#}");
        assert!(
            finding["title"].as_str().unwrap().contains("refuses ListObjectsV2 without the hash"),
            "{finding:#}"
        );
        run_with(&r2, &env, &["--client", "native"]).passes_with(&[]);
    }
    // What is refused either way has another cause.
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(S3Error::access_denied())).start();
    run_with(&r2, &env, &[]).fails_at("connect", "permission.denied");
}

#[test]
fn an_upload_that_is_granted_only_with_its_hash_is_not_the_tokens_fault() {
    let step = "Set `payload_signing_enabled` in the block `s3` of boto3's file to `true`.";
    for refusal in refusals() {
        // The older version leaves the hash of uploads out of itself.
        let r2 = wants_hashes(Op::Put, refusal, true);
        let run = run_with(&r2, &[], &OLD);
        run.fails_at("upload", CODE).says("with that hash returned 200").leaves_nothing();
        assert_eq!(r2.requests_of(Op::Put).len(), 2);
        assert_eq!(run.report["cleanup"]["verified_gone"].as_array().unwrap().len(), 2);
        let fix = run.finding(CODE)["fix"][0]["text"].as_str().unwrap();
        assert!(fix.starts_with(step), "{fix}");
    }
    // What is refused either way has another cause.
    let denied = Fault::on(Op::Put).error(S3Error::access_denied());
    let r2 = R2::builder().tls(Tls::Good).fault(denied).start();
    run_with(&r2, &[], &OLD).fails_at("upload", "permission.denied").leaves_nothing();
    assert_eq!(r2.requests_of(Op::Put).len(), 2);
}

/// What is deleted without the hash could stay where that is refused, so nothing is stored with it.
#[test]
fn nothing_is_uploaded_with_a_hash_that_deletions_lack() {
    let (_folder, path) = config("[default]\ns3 =\n  payload_signing_enabled = false\n");
    let r2 = wants_hashes(Op::Put, S3Error::access_denied(), false);
    let run = run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &[]);
    run.fails_at("upload", "permission.denied").leaves_nothing();
    run.says("UNSIGNED-PAYLOAD for the hash of its body, because of `payload_signing_enabled` on line 3");
    assert_eq!(r2.requests_of(Op::Put).len(), 1);
}

/// Each step that the finding names, taken as it is written.
#[test]
fn what_is_advised_against_a_missing_hash_works() {
    let r2 = wants_hashes(Op::Put, S3Error::access_denied(), true);
    let run = run_with(&r2, &[], &OLD);
    let fix = run.finding(CODE)["fix"].clone();
    let folder = tempfile::tempdir().unwrap();
    let command = fix[0]["command"].as_str().unwrap();
    let made = std::process::Command::new("sh").current_dir(folder.path()).args(["-c", command]).status();
    assert!(made.unwrap().success());
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let named = [("AWS_CONFIG_FILE", file.to_str().unwrap())];
    run_with(&r2, &named, &OLD).passes_with(&[]);
    assert!(fix[1]["text"].as_str().unwrap().contains("AWS_REQUEST_CHECKSUM_CALCULATION to `when_required`"));
    let required = [("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")];
    run_with(&r2, &required, &["--sdk", "boto3==1.36.0"]).passes_with(&[]);
}
