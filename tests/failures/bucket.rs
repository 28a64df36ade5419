//! The bucket: whether it is there, where it is, and what its rules forbid.

use crate::support::r2::{ACCOUNT, BUCKET, Fault, Jurisdiction, Op, R2, S3Error, Token};
use crate::support::run::{ALL, run, run_with};

#[test]
fn a_missing_bucket_is_named_at_connect() {
    let r2 = R2::builder().without_bucket().start();
    let run = run(&r2);
    run.fails_at("connect", "bucket.not-found").says("404 NoSuchBucket").statuses("wfssss");
    run.sends(&[Op::List]).leaves_nothing();
    assert!(run.finding("bucket.not-found")["title"].as_str().unwrap().contains(BUCKET));
}

#[test]
fn a_bucket_of_another_jurisdiction_does_not_exist_here() {
    let r2 = R2::builder().r2_host(Jurisdiction::Default).bucket_in(Jurisdiction::Eu, BUCKET).start();
    let run = run(&r2);
    run.fails_at("connect", "bucket.not-found").sends(&[Op::List]).leaves_nothing();
    assert!(run.finding("bucket.not-found")["fix"].to_string().contains("jurisdiction"));
}

#[test]
fn of_two_buckets_of_one_name_only_the_one_of_the_endpoint_is_touched_and_the_report_says_which() {
    let r2 = R2::builder()
        .bucket_in(Jurisdiction::Default, BUCKET)
        .bucket_in(Jurisdiction::Eu, BUCKET)
        .r2_host(Jurisdiction::Eu)
        .start();
    let run = run(&r2);
    run.passes_with(&[]).sends(&ALL);
    let target = &run.report["target"];
    assert_eq!((&target["account_id"], &target["jurisdiction"]), (&ACCOUNT.into(), &"eu".into()));
    assert_eq!(target["bucket"], BUCKET);
    assert!(r2.requests().iter().all(|request| request.jurisdiction == Jurisdiction::Eu));
}

#[test]
fn a_bucket_of_another_account_does_not_exist_here() {
    let r2 = R2::builder().bucket_of(&"c".repeat(32), Jurisdiction::Default, BUCKET).start();
    run(&r2).fails_at("connect", "bucket.not-found").sends(&[Op::List]).leaves_nothing();
}

#[test]
fn a_misspelt_bucket_is_never_created() {
    let r2 = R2::start();
    run_with(&r2, &[("R2_BUCKET_NAME", "app-flies")], &[]).fails_at("connect", "bucket.not-found");
    assert!(!r2.has_bucket("app-flies"));
    run(&r2).passes_with(&[]);
    assert!(r2.requests().iter().all(|request| request.header("cf-create-bucket-if-missing").is_none()));
}

#[test]
fn the_bucket_always_stands_in_the_path() {
    let r2 = R2::builder().path_prefix("/storage/s3").start();
    run(&r2).passes_with(&[]).sends(&ALL);
    let first_part = format!("/storage/s3/{BUCKET}");
    assert!(r2.requests().iter().all(|request| request.path.starts_with(&first_part)));
    assert!(r2.requests().iter().all(|request| !request.host.contains(BUCKET)));
}

#[test]
fn a_bucket_that_vanishes_during_the_run_is_named_where_it_first_shows() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::no_such_bucket())).start();
    let run = run(&r2);
    run.fails_at("upload", "bucket.not-found").statuses("wpfssp").leaves_nothing();
    run.says("ListObjectsV2 found the bucket at the beginning of this run");
    let fix = run.finding("bucket.not-found")["fix"].to_string();
    assert!(fix.contains("what deleted bucket `app-files`") && !fix.contains("R2_BUCKET_NAME"), "{fix}");
}

#[test]
fn a_bucket_name_that_the_server_refuses_is_a_setting() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(S3Error::invalid_bucket_name())).start();
    let run = run(&r2);
    run.fails_at("connect", "config.bucket-name").says("400 InvalidBucketName").sends(&[Op::List]);
}

#[test]
fn a_lock_is_recognised_by_its_code_whatever_its_status() {
    for status in [403, 409] {
        let r2 = R2::builder().lock("", status).start();
        let run = run(&r2);
        run.fails_at("delete", "bucket.locked").says("locked by the bucket policy").statuses("wppppf");
        run.sends(&ALL).leaves_the_probe();
        assert!(run.codes().iter().all(|code| !code.starts_with("permission.")));
    }
}

#[test]
fn a_lock_on_another_prefix_is_no_matter() {
    let r2 = R2::builder().lock("archive/", 409).start();
    run(&r2).passes_with(&[]).leaves_nothing();
}

#[test]
fn the_lock_of_another_server_is_recognised_by_its_words() {
    let words = "Access Denied because object protected by object lock.";
    let fault = Fault::on(Op::Delete).error(S3Error::new(403, "AccessDenied", words));
    let r2 = R2::builder().fault(fault).start();
    run(&r2).fails_at("delete", "bucket.locked").leaves_the_probe();
}

#[test]
fn an_upload_that_a_lock_refuses_on_its_second_try_was_stored_by_its_first() {
    let r2 = R2::builder().lock("", 409).fault(Fault::on(Op::Put).first(1).reset()).start();
    let run = run(&r2);
    run.fails_at("delete", "bucket.locked").statuses("wpwppf").leaves_the_probe();
    assert!(run.codes().contains(&"service.retried"));
}

#[test]
fn a_lock_that_refuses_a_new_object_is_named_at_upload() {
    for error in [S3Error::locked(), S3Error::locked_403()] {
        let r2 = R2::builder().fault(Fault::on(Op::Put).error(error)).start();
        let run = run(&r2);
        run.fails_at("upload", "bucket.locked").says("finds no object under this key").leaves_nothing();
        assert!(run.codes().iter().all(|code| !code.starts_with("permission.")));
    }
}

#[test]
fn a_token_scoped_to_this_bucket_passes_beside_other_buckets() {
    let token = Token::read_write().only(Jurisdiction::Default, BUCKET);
    let r2 = R2::builder().token(token).bucket(BUCKET).bucket("other-files").start();
    run(&r2).passes_with(&[]);
    assert!(r2.requests().iter().all(|request| request.bucket.as_deref() == Some(BUCKET)));
}

#[test]
fn a_rule_that_will_delete_the_files_is_a_warning_with_its_date() {
    let rule = "expiry-date=\"Fri, 25 Dec 2026 00:00:00 GMT\", rule-id=\"cleanup\"";
    for (op, statuses) in [(Op::Put, "wpwppp"), (Op::Get, "wpppwp")] {
        let r2 = R2::builder().fault(Fault::on(op).header("x-amz-expiration", rule)).start();
        let run = run(&r2);
        run.passes_with(&["bucket.expires"]).statuses(statuses).leaves_nothing();
        let finding = run.finding("bucket.expires").to_string();
        assert!(finding.contains("Fri, 25 Dec 2026") && finding.contains("cleanup"), "{finding}");
        let accepted = ["--accept", "bucket.expires"];
        run_with(&r2, &[], &accepted).passes_with(&["bucket.expires"]).statuses("wppppp");
    }
    let r2 = R2::builder().fault(Fault::on(Op::Put).header("x-amz-expiration", "soon")).start();
    let run = run(&r2);
    run.passes_with(&["bucket.expires"]);
    assert!(run.finding("bucket.expires")["evidence"].to_string().contains("x-amz-expiration: soon"));
}

#[test]
fn a_storage_class_with_extra_costs_is_a_warning_and_the_usual_one_is_none() {
    for (class, remarks) in [("STANDARD_IA", &["bucket.storage-class"][..]), ("STANDARD", &[]), ("", &[])] {
        let r2 = R2::builder().fault(Fault::on(Op::List).element("StorageClass", class)).start();
        let run = run(&r2);
        run.passes_with(remarks).leaves_nothing();
        if !remarks.is_empty() {
            run.statuses("wppwpp");
            assert!(run.finding("bucket.storage-class")["title"].as_str().unwrap().contains("STANDARD_IA"));
        }
    }
}
