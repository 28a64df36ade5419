//! `-v` and `-vv`: each request and answer on standard error as they happen, and no secret among them.

use crate::support::cli::{Cli, NOWHERE};
use crate::support::r2::{Fault, Op, R2, S3Error, Token};
use crate::support::report::Report;

#[test]
fn each_request_and_answer_is_shown_and_the_bucket_only_once() {
    let r2 = R2::start();
    let ran = Cli::new("-v --json --no-env-file").envs(r2.env()).run();
    assert_eq!(ran.status, 0);
    // Standard output holds the report and nothing else.
    Report::read(ran.stdout.as_bytes());
    let bucket = format!("/{}", r2.bucket());
    let shown: Vec<&str> =
        ran.stderr.lines().filter(|line| line.starts_with("> ") && !line.starts_with(">  ")).collect();
    let sent: Vec<String> = r2
        .requests()
        .iter()
        .map(|seen| format!("> {} {}", seen.method, seen.target.strip_prefix(&bucket).unwrap()))
        .collect();
    assert_eq!(shown.len(), sent.len(), "{}", ran.stderr);
    for (shown, sent) in shown.iter().zip(&sent) {
        assert!(
            shown.starts_with(sent.as_str()) || sent == "> HEAD " && *shown == "> HEAD /",
            "{shown} {sent}"
        );
    }
    assert_eq!(ran.stderr.matches(&r2.endpoint()).count(), 1, "{}", ran.stderr);
    let answers = ran.stderr.lines().filter(|line| line.starts_with("< ") && !line.starts_with("<  "));
    let statuses: Vec<&str> = answers.map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(statuses, ["200", "200", "200", "200", "200", "204", "404"], "{}", ran.stderr);
    for shown in [
        ">   content-type: text/csv",
        ">   if-none-match: *",
        "<   etag: ",
        "< 404 NoSuchKey in ",
        "* connected to 127.0.0.1:",
    ] {
        assert!(ran.stderr.contains(shown), "{shown}: {}", ran.stderr);
    }
}

#[test]
fn no_signature_and_no_key_is_shown() {
    let r2 = R2::start();
    let token = r2.token();
    for options in ["-v", "-vv"] {
        let ran = Cli::new("--no-env-file").args(options).envs(r2.env()).run();
        for word in [
            "authorization",
            "Authorization",
            "AWS4-HMAC",
            "Signature",
            "x-amz-content-sha256",
            &token.secret,
            &token.id,
        ] {
            assert!(!ran.stderr.contains(word), "{word}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_secret_that_a_server_sends_back_is_masked() {
    let token = Token::read_write();
    let secret = token.secret.clone();
    let echoed = secret.clone();
    let echo = Fault::on(Op::List).edit(move |reply| reply.set("server", echoed.clone()));
    let r2 = R2::builder().token(token).fault(echo).start();
    let ran = Cli::new("-vv --no-env-file").envs(r2.env()).run();
    assert!(ran.stderr.contains("<   server: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains(&secret[..12]), "{}", ran.stderr);
}

#[test]
fn a_repetition_is_numbered() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).first(1).error(S3Error::unavailable())).start();
    let ran = Cli::new("-v --no-env-file").envs(r2.env()).run();
    assert!(ran.stderr.contains("< 503 "), "{}", ran.stderr);
    assert!(
        ran.stderr.lines().any(|line| line.starts_with("> PUT ") && line.ends_with("(attempt 2)")),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_an_error_comes_from_is_shown_from_the_second_v_on() {
    let shown = |options: &str| {
        let ran = Cli::new("--no-env-file --retries 0").args(options).envs(NOWHERE).run();
        assert_eq!(ran.status, 1);
        ran.stderr
    };
    assert_eq!(shown(""), "");
    let (once, twice) = (shown("-v"), shown("-vv"));
    assert!(once.contains("< connection refused in ") && !once.contains("*   "), "{once}");
    assert!(twice.contains("*   while connecting\n") && twice.contains("127.0.0.1:9: "), "{twice}");
}
