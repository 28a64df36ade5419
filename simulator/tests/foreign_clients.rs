//! The simulator, asked by clients that nobody wrote for it: rclone, and the repository's own in Python. What they sign
//! and read is not what the program's library signs and reads.
//!
//! They want what `tests/servers/install` installs, and run with `--ignored`.

#![allow(clippy::disallowed_methods, reason = "a test is told by the environment where servers are")]
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use simulator::{Op, R2, SdkUploads, Tls, Token};

const BODY: &[u8] = b"time,value\n0,1\n";
/// A key whose encoding every signer has to get right.
const KEY: &str = "patients/5b8c2f3e/a b+c%20d~\u{e9}.csv";

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a client to its end; whether it succeeded, and what it printed.
fn run(command: &mut Command, input: &[u8]) -> (bool, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

fn python(r2: &R2, arguments: &[&str], input: &[u8]) -> (bool, String) {
    let mut command = Command::new(repository().join("tests/servers/s3.py"));
    run(command.args(arguments).envs(r2.env()), input)
}

fn rclone(r2: &R2, arguments: &[&str], input: &[u8]) -> (bool, String) {
    let servers = env::var_os("R2_SELFTEST_SERVERS").map(PathBuf::from);
    let servers = servers.unwrap_or_else(|| repository().join(".cache/servers"));
    let mut command = Command::new(servers.join("bin/rclone"));
    let token = r2.token();
    command
        .args(["--config", "/dev/null", "--retries", "1", "--low-level-retries", "1", "--s3-no-check-bucket"])
        .args(["--s3-provider", "Cloudflare", "--s3-region", "auto", "--s3-endpoint", &r2.endpoint()])
        .args(["--s3-access-key-id", &token.id, "--s3-secret-access-key", &token.secret])
        .args(arguments);
    run(&mut command, input)
}

#[test]
#[ignore = "wants Python"]
fn the_python_client_finds_the_answers_of_r2() {
    let r2 = R2::start();
    assert_eq!(python(&r2, &["put", KEY], BODY), (true, String::new()));
    assert_eq!(python(&r2, &["list"], b""), (true, format!("{KEY}\n")));
    assert_eq!(python(&r2, &["get", KEY], b"").1.as_bytes(), BODY);
    let (succeeded, facts) = python(&r2, &["facts"], b"");
    assert!(succeeded, "{facts}");
    for (question, answer) in [
        ("GET", "200"),
        ("the same again", "412"),
        ("GET after DELETE", "404 NoSuchKey"),
        ("PUT with a body unlike its x-amz-content-sha256", "400 BadDigest"),
        ("wrong secret", "403 SignatureDoesNotMatch"),
        ("unknown key id", "401 Unauthorized"),
        ("missing bucket", "404 NoSuchBucket"),
        ("clock an hour slow", "403 RequestTimeTooSkewed"),
        ("region nowhere-1", "400 InvalidRegionName"),
        ("unsigned", "400 InvalidArgument"),
    ] {
        assert!(facts.contains(&format!("| {question} | {answer}")), "{question}: {facts}");
    }
}

#[test]
#[ignore = "wants rclone"]
fn rclone_stores_lists_reads_and_deletes() {
    let r2 = R2::start();
    let place = format!(":s3:{}/{KEY}", r2.bucket());
    let (stored, said) = rclone(&r2, &["rcat", "--size", &BODY.len().to_string(), &place], BODY);
    assert!(stored, "{said} {:#?}", r2.requests());
    assert_eq!(r2.objects(&r2.bucket())[KEY].body, BODY);
    let whole = format!(":s3:{}", r2.bucket());
    assert_eq!(rclone(&r2, &["lsf", "--recursive", "--files-only", &whole], b""), (true, format!("{KEY}\n")));
    assert_eq!(rclone(&r2, &["cat", &place], b"").1.as_bytes(), BODY);
    assert!(rclone(&r2, &["deletefile", &place], b"").0);
    assert_eq!(r2.left(), Vec::<String>::new());
}

#[test]
#[ignore = "wants rclone"]
fn rclone_is_refused_what_its_token_may_not_do() {
    let r2 = R2::builder().token(Token::read_only()).object(KEY, BODY).start();
    let place = format!(":s3:{}/{KEY}", r2.bucket());
    assert_eq!(rclone(&r2, &["cat", &place], b""), (true, String::from_utf8(BODY.to_vec()).unwrap()));
    let (deleted, said) = rclone(&r2, &["deletefile", &place], b"");
    assert!(!deleted && said.contains("AccessDenied"), "{said}");
    assert_eq!(r2.requests_of(Op::Delete).len(), 1);
}

/// boto3 itself, over https and over http: its uploads with checksums are read, and one that is damaged is not.
#[test]
#[ignore = "wants boto3"]
fn boto3_stores_lists_reads_and_deletes_in_each_of_its_forms() {
    let servers = env::var_os("R2_SELFTEST_SERVERS").map(PathBuf::from);
    let servers = servers.unwrap_or_else(|| repository().join(".cache/servers"));
    for (version, tls, framed) in [
        ("1.34.144", true, false),
        ("1.34.144", false, false),
        ("1.44.8", true, true),
        ("1.44.8", false, false),
    ] {
        for (uploads, works) in [
            (SdkUploads::Read, true),
            (SdkUploads::Refuse(501), version == "1.34.144"),
            (SdkUploads::KeepFrame, !framed),
        ] {
            let server = R2::builder().sdk_uploads(uploads);
            let r2 = if tls { server.tls(Tls::Good).start() } else { server.start() };
            let mut command = Command::new("python3");
            command
                .arg(repository().join("tests/servers/boto3-client.py"))
                .env("PYTHONPATH", servers.join(format!("boto3-{version}")))
                .envs(r2.env())
                .envs(tls.then(|| ("AWS_CA_BUNDLE", r2.authority_file())));
            for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"] {
                command.env_remove(name);
            }
            let (succeeded, said) = run(&mut command, b"");
            assert_eq!(succeeded, works, "{version} {tls} {uploads:?}: {said}");
            let frames = r2.requests_of(Op::Put).iter().any(|put| put.header("x-amz-trailer").is_some());
            assert_eq!(frames, framed, "{version} {tls}");
        }
    }
}
