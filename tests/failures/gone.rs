//! That an object is gone is the store's own word about this very key, or it is not proven.

use crate::support::r2::{Fault, Op, R2};
use crate::support::run::{ALL, run};

/// The look after the deletion.
fn look() -> Fault {
    Fault::on(Op::Get).nth(2)
}

#[test]
fn an_answer_that_only_looks_like_a_proof_is_none() {
    let before_the_end = |more: &str| look().replace("</Error>", &format!("{more}</Error>"));
    for fault in [
        before_the_end("<Key>r2-selftest/other/csvs/probe.csv</Key>"),
        before_the_end("<BucketName>another-bucket</BucketName>"),
        look().header("Age", "7"),
        look().header("CF-Cache-Status", "HIT"),
        look().header("X-Cache", "HIT from proxy.example"),
        look().header("Content-Encoding", "gzip"),
        look().lengthened(b"<html>"),
        look().lengthened(b"<Error><Code>AccessDenied</Code></Error>"),
        look().lengthened(b"junk"),
    ] {
        let r2 = R2::builder().fault(fault).start();
        let run = run(&r2);
        run.fails_at("delete", "cleanup.unknown").may_leave("cleanup.unknown").sends(&ALL);
        assert!(r2.left().is_empty());
    }
}

#[test]
fn a_proof_that_names_this_key_and_this_bucket_passes() {
    let named = Fault::on(Op::Get).nth(2).edit(|reply| {
        let text = reply.text().replace("</Error>", "<BucketName>app-files</BucketName></Error>");
        reply.body = text.into_bytes();
        reply.set("Age", "0");
        reply.set("CF-Cache-Status", "DYNAMIC");
    });
    run(&R2::builder().fault(named).start()).passes_with(&[]).sends(&ALL);
}

#[test]
fn a_bucket_that_keeps_a_version_is_a_warning_that_says_what_it_costs() {
    let deletion = || Fault::on(Op::Delete);
    for fault in [
        deletion().header("x-amz-delete-marker", "true").header("x-amz-version-id", "3HL4kqtJlcpXroDTDm"),
        deletion().header("x-amz-version-id", "3HL4kqtJlcpXroDTDm"),
        look().header("x-amz-delete-marker", "true"),
    ] {
        let r2 = R2::builder().fault(fault).start();
        let run = run(&r2);
        run.passes_with(&["cleanup.version-kept"]).statuses("wppppw").sends(&ALL).leaves_nothing();
        let told = run.finding("cleanup.version-kept").to_string();
        assert!(told.contains("x-amz-") && told.contains("billed"), "{told}");
    }
    let suspended = deletion().header("x-amz-delete-marker", "true").header("x-amz-version-id", "null");
    run(&R2::builder().fault(suspended).start()).passes_with(&[]);
}
