//! What the credentials may do, and what the account may: rights, scopes, subscriptions.

use crate::support::r2::{BUCKET, Fault, Jurisdiction, Op, Permission, R2, S3Error, Token};
use crate::support::run::{ALL, REFUSED_UPLOAD, UNLISTED, UNREADABLE, run, run_with};

fn with(token: Token) -> R2 {
    R2::builder().token(token).start()
}

/// Everything is denied: told once, as a matter of scope, and nothing is left.
fn is_out_of_scope(r2: &R2) {
    let run = run(r2);
    run.fails_at("connect", "permission.denied").says("refused: ListObjectsV2");
    run.statuses("wffssf").sends(&UNREADABLE).leaves_nothing();
    assert_eq!(run.codes().iter().filter(|code| code.starts_with("permission.")).count(), 1);
}

#[test]
fn a_read_only_token_is_named_at_upload() {
    let r2 = with(Token::read_only());
    let run = run(&r2);
    run.fails_at("upload", "permission.read-only").says("granted ListObjectsV2").statuses("wpfssf");
    run.sends(&REFUSED_UPLOAD).leaves_nothing();
    assert!(!run.codes().contains(&"permission.denied"));
}

#[test]
fn a_token_that_may_delete_but_not_write_is_not_called_read_only() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::access_denied())).start();
    run(&r2).fails_at("upload", "permission.denied").says("DeleteObject").leaves_nothing();
}

#[test]
fn a_token_for_another_bucket_is_out_of_scope() {
    is_out_of_scope(&with(Token::read_write().only(Jurisdiction::Default, "another-bucket")));
}

#[test]
fn a_token_for_this_bucket_in_another_jurisdiction_is_out_of_scope() {
    is_out_of_scope(&with(Token::read_write().only(Jurisdiction::Eu, BUCKET)));
    let r2 =
        R2::builder().plays(Jurisdiction::Eu).token(Token::read_write().only(Jurisdiction::Default, BUCKET));
    is_out_of_scope(&r2.start());
}

#[test]
fn a_token_without_any_permission_for_objects_is_out_of_scope() {
    is_out_of_scope(&with(Token::new(Permission::None)));
}

#[test]
fn temporary_credentials_for_another_prefix_are_denied_and_those_for_this_one_pass() {
    let temporary = || Token::read_write().temporary().only_prefix("app/");
    is_out_of_scope(&with(temporary()));
    let r2 = with(temporary());
    // The bucket as a whole is not within the prefix.
    let run = run_with(&r2, &[], &["--prefix", "app/", "--accept", "permission.head-bucket"]);
    assert_eq!(run.status, 0, "{:#}", run.report);
    run.sends(&ALL).leaves_nothing();
}

#[test]
fn a_token_downgraded_in_the_middle_of_a_run_is_named_where_it_first_shows() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).after(4).error(S3Error::access_denied())).start();
    let run = run(&r2);
    run.fails_at("download", "permission.denied").says("ListObjectsV2 and PutObject").statuses("wpppff");
    run.sends(&ALL).leaves_the_probe();
}

#[test]
fn a_token_that_may_not_list_is_named_for_that_and_nothing_else() {
    let r2 = with(Token::new(Permission::NoList));
    let run = run(&r2);
    run.fails_at("connect", "permission.denied").statuses("wfpfpp").sends(&UNLISTED).leaves_nothing();
    run.says("granted PutObject, GetObject and DeleteObject").says("ListObjectsV2 returned 403");
}

#[test]
fn a_token_that_may_not_read_leaves_it_open_whether_the_object_is_gone() {
    let r2 = with(Token::new(Permission::WriteOnly));
    let run = run(&r2);
    run.fails_at("connect", "permission.denied").says("granted PutObject and DeleteObject").sends(&UNLISTED);
    run.statuses("wfpfff").may_leave("cleanup.unknown");
    assert!(r2.left().is_empty());
}

#[test]
fn a_token_that_may_not_download_is_named_at_download() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(1).error(S3Error::access_denied())).start();
    let run = run(&r2);
    run.fails_at("download", "permission.denied").says("GetObject returned 403").statuses("wpppfp");
    run.sends(&ALL).leaves_nothing();
}

#[test]
fn no_right_beyond_those_on_objects_is_needed() {
    let r2 = with(Token::read_write().only(Jurisdiction::Default, BUCKET));
    run(&r2).passes_with(&[]).sends(&ALL).leaves_nothing();
    let managing = [Op::ListBuckets, Op::CreateBucket, Op::Head];
    assert!(r2.operations().iter().all(|op| !managing.contains(op)));
}

#[test]
fn a_missing_bucket_is_not_created_even_by_a_token_that_could() {
    let r2 = R2::builder().token(Token::new(Permission::Admin)).start();
    let run = run_with(&r2, &[("R2_BUCKET_NAME", "app-flies")], &[]);
    run.fails_at("connect", "bucket.not-found").sends(&[Op::List]);
    assert!(!r2.has_bucket("app-flies"));
}

#[test]
fn an_account_without_r2_is_named() {
    let fault = Fault::on(Op::Any).error(S3Error::not_entitled());
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
    let run = run(&r2);
    run.fails_at("connect", "account.not-entitled").statuses("pfssss").sends(&[Op::List]).leaves_nothing();
    assert!(run.finding("account.not-entitled")["fix"].to_string().contains("billing support"));
}

#[test]
fn a_denial_without_a_body_is_reported_as_such_and_nothing_is_written() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).status(403)).start();
    run(&r2).fails_at("connect", "permission.denied").sends(&[Op::List]).leaves_nothing();
}

/// The listing is granted, and the bucket itself refused.
fn refuses_head(status: u16) -> R2 {
    R2::builder().fault(Fault::on(Op::HeadBucket).status(status)).start()
}

const ACCEPTED: [&str; 2] = ["--accept", "permission.head-bucket"];

#[test]
fn what_the_application_asks_first_is_asked_and_its_refusal_fails_the_run() {
    for status in [301, 400, 401, 403, 404, 405, 501] {
        let r2 = refuses_head(status);
        let run = run(&r2);
        run.fails_at("connect", "permission.head-bucket").says(&format!("HeadBucket returned {status}"));
        run.says("ListObjectsV2 was granted").statuses("wfpppp").sends(&ALL).leaves_nothing();
        let fix = run.finding("permission.head-bucket")["fix"].to_string();
        assert!(["s3:ListBucket", "list_objects_v2", "--accept"].iter().all(|way| fix.contains(way)));
    }
}

#[test]
fn an_accepted_refusal_is_a_note_and_the_check_passes() {
    let r2 = refuses_head(403);
    let run = run_with(&r2, &[], &ACCEPTED);
    run.passes_with(&["permission.head-bucket"]).statuses("wppppp").sends(&ALL).leaves_nothing();
    let finding = run.finding("permission.head-bucket");
    assert_eq!(finding["severity"], "note");
    assert!(finding["evidence"].to_string().contains("accepted"));
    let run = run_with(&r2, &[("R2_SELFTEST_ACCEPT", "service.slow, permission.head-bucket")], &[]);
    assert_eq!((run.status, &run.finding("permission.head-bucket")["severity"]), (0, &"note".into()));
}

#[test]
fn accepting_makes_strict_usable_and_accepts_nothing_else() {
    let r2 = R2::start();
    let accept = ["--strict", "--accept", "config.endpoint-not-r2"];
    let run = run_with(&r2, &[], &accept);
    run.passes_with(&[]).statuses("pppppp").leaves_nothing();
    assert_eq!(run.verdict(), "pass");
    let refusing = refuses_head(403);
    run_with(&refusing, &[], &accept).fails_at("connect", "permission.head-bucket");
    // An error of the service is no refusal, and a clock that fails a check is no warning.
    let broken = R2::builder().fault(Fault::on(Op::HeadBucket).error(S3Error::internal())).start();
    run_with(&broken, &[], &ACCEPTED).fails_at("connect", "service.error").says("HeadBucket, attempt 3: 500");
    let skewed = R2::builder().clock(3600).start();
    run_with(&skewed, &[], &["--accept", "auth.clock-skew"]).fails_at("connect", "auth.clock-skew");
}

#[test]
fn what_breaks_at_the_bucket_itself_is_reported_as_what_it_is_and_nothing_is_written() {
    for (fault, code) in [
        (Fault::on(Op::HeadBucket).error(S3Error::unavailable()), "service.unavailable"),
        (Fault::on(Op::HeadBucket).status(429), "service.rate-limited"),
        (Fault::on(Op::HeadBucket).reset(), "network.reset"),
        (Fault::on(Op::HeadBucket).status(403).header("cf-mitigated", "challenge"), "http.blocked"),
    ] {
        let r2 = R2::builder().fault(fault).start();
        let run = run_with(&r2, &[], &["--retries", "1"]);
        run.fails_at("connect", code).says("the listing right before it was granted").statuses("wfssss");
        assert!(r2.requests_of(Op::Put).is_empty());
    }
    let r2 = R2::builder().fault(Fault::on(Op::HeadBucket).first(1).error(S3Error::internal())).start();
    run(&r2).passes_with(&["service.retried"]).statuses("wwpppp").leaves_nothing();
}

#[test]
fn the_bucket_is_asked_for_on_the_connection_of_the_listing_and_not_without_a_listing() {
    let r2 = R2::start();
    run(&r2).sends(&ALL);
    assert_eq!(r2.connections(), 1);
    let r2 = with(Token::new(Permission::NoList));
    run(&r2).sends(&UNLISTED);
}

#[test]
fn a_code_that_cannot_be_accepted_is_refused_before_anything_is_sent() {
    let r2 = R2::start();
    let call = |accept: &[&str], variable: Option<&str>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
        command.env_clear().envs(r2.env()).arg("--no-env-file").args(accept);
        command.envs(variable.map(|codes| ("R2_SELFTEST_ACCEPT", codes)));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for code in ["auth.signature", "permission.denied", "nonsense", "permission.head-bucket,auth.signature"] {
        for (accept, variable) in [(&["--accept", code][..], None), (&[][..], Some(code))] {
            let (status, told) = call(accept, variable);
            assert_eq!(status, Some(2), "{code}: {told}");
            assert!(
                told.contains(if variable.is_some() { "R2_SELFTEST_ACCEPT" } else { "--accept" }),
                "{told}"
            );
        }
    }
    assert!(r2.requests().is_empty());
}
