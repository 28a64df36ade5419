//! What the credentials may do, and what the account may: rights, scopes, subscriptions.

use crate::support::r2::{BUCKET, Fault, Jurisdiction, Op, Permission, R2, S3Error, Token};
use crate::support::run::{ALL, REFUSED_UPLOAD, UNREADABLE, run, run_with};

fn with(token: Token) -> R2 {
    R2::builder().token(token).start()
}

/// Everything is denied: told once, as a matter of scope, and nothing is left.
fn is_out_of_scope(r2: &R2) {
    let run = run(r2);
    run.fails_at("connect", "permission.denied").says("scope does not cover this bucket");
    run.says("another jurisdiction").statuses("wffssf").sends(&UNREADABLE).leaves_nothing();
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
    let run = run_with(&r2, &[], &["--prefix", "app/"]);
    assert_eq!(run.status, 0, "{:#}", run.report);
    run.sends(&ALL).leaves_nothing();
}

#[test]
fn a_token_downgraded_in_the_middle_of_a_run_is_named_where_it_first_shows() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).after(3).error(S3Error::access_denied())).start();
    let run = run(&r2);
    run.fails_at("download", "permission.denied").says("ListObjectsV2 and PutObject").statuses("wpppff");
    run.sends(&ALL).leaves_the_probe();
}

#[test]
fn a_token_that_may_not_list_is_named_for_that_and_nothing_else() {
    let r2 = with(Token::new(Permission::NoList));
    let run = run(&r2);
    run.fails_at("connect", "permission.denied").statuses("wfpfpp").sends(&ALL).leaves_nothing();
    run.says("granted PutObject, GetObject and DeleteObject").says("ListObjectsV2 was answered with 403");
}

#[test]
fn a_token_that_may_not_read_leaves_it_open_whether_the_object_is_gone() {
    let r2 = with(Token::new(Permission::WriteOnly));
    let run = run(&r2);
    run.fails_at("connect", "permission.denied").says("granted PutObject and DeleteObject").sends(&ALL);
    run.statuses("wfpfff").may_leave("cleanup.unknown");
    assert!(r2.left().is_empty());
}

#[test]
fn a_token_that_may_not_download_is_named_at_download() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(1).error(S3Error::access_denied())).start();
    let run = run(&r2);
    run.fails_at("download", "permission.denied").says("GetObject was answered with 403").statuses("wpppfp");
    run.sends(&ALL).leaves_nothing();
}

#[test]
fn no_right_beyond_those_on_objects_is_needed() {
    let r2 = with(Token::read_write().only(Jurisdiction::Default, BUCKET));
    run(&r2).passes_with(&[]).sends(&ALL).leaves_nothing();
    let managing = [Op::ListBuckets, Op::CreateBucket, Op::HeadBucket, Op::Head];
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
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(S3Error::not_entitled())).start();
    let run = run(&r2);
    run.fails_at("connect", "account.not-entitled").statuses("wfssss").sends(&[Op::List]).leaves_nothing();
    assert!(run.finding("account.not-entitled")["fix"].to_string().contains("billing support"));
}

#[test]
fn a_denial_without_a_body_is_told_as_such_and_nothing_is_written() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).status(403)).start();
    run(&r2).fails_at("connect", "permission.denied").sends(&[Op::List]).leaves_nothing();
}
