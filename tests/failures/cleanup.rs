//! What a run leaves behind, and what it says about it.

use std::time::Duration;

use crate::support::r2::{Fault, Op, Permission, R2, S3Error, Seen, Token};
use crate::support::run::{ALL, PREFIX, run, run_with};

fn with(fault: Fault) -> R2 {
    R2::builder().fault(fault).start()
}

/// The look after the deletion.
fn look() -> Fault {
    Fault::on(Op::Get).after(1)
}

/// What a run of two years ago left: its key carries its time.
const LEFT: &str = "r2-selftest/018bcfe5-687b-7fff-bfff-ffffffffffff/csvs/probe.csv";

#[test]
fn what_a_killed_run_left_is_reported_by_the_next_one() {
    let r2 = R2::builder().object(LEFT, b"whatever").start();
    let run = run(&r2);
    run.passes_with(&["cleanup.earlier-run"]).sends(&ALL);
    let told = run.finding("cleanup.earlier-run").to_string();
    assert!(
        told.contains(LEFT) && told.contains("2023-11-14") && told.contains("r2-selftest clean"),
        "{told}"
    );
    assert_eq!(r2.left(), [format!("app-files/{LEFT}")], "a run deletes its own object and no other");
}

#[test]
fn objects_that_no_run_wrote_are_not_taken_for_leftovers() {
    for key in [
        "r2-selftest/018bcfe5-687b-7fff-bfff-ffffffffffff/csvs/other.csv",
        "r2-selftest/018bcfe5-687b-4fff-bfff-ffffffffffff/csvs/probe.csv",
        "r2-selftest/018BCFE5-687B-7FFF-BFFF-FFFFFFFFFFFF/csvs/probe.csv",
    ] {
        let r2 = R2::builder().object(key, b"whatever").start();
        run(&r2).passes_with(&[]);
    }
}

#[test]
fn a_lock_rule_keeps_the_object_and_the_report_says_so() {
    for status in [403, 409] {
        let r2 = R2::builder().lock(PREFIX, status).start();
        let run = run(&r2);
        run.fails_at("delete", "bucket.locked").statuses("wppppf").sends(&ALL).leaves_the_probe();
    }
}

#[test]
fn a_token_that_may_not_delete_is_named_at_delete() {
    let r2 = R2::builder().token(Token::new(Permission::NoDelete)).start();
    let run = run(&r2);
    run.fails_at("delete", "permission.denied").says("granted ListObjectsV2, PutObject and GetObject");
    run.statuses("wppppf").sends(&ALL).leaves_the_probe();
}

#[test]
fn a_success_for_deleting_nothing_does_not_hide_that_nothing_was_stored() {
    let r2 = with(Fault::on(Op::Put).forgets());
    run(&r2).fails_at("list", "integrity.lost-write").leaves_nothing();
}

#[test]
fn an_object_that_outlives_its_deletion_is_named() {
    let r2 = with(Fault::on(Op::Delete).keeps());
    let run = run(&r2);
    run.fails_at("delete", "cleanup.still-there").statuses("wppppf").sends(&ALL).leaves_the_probe();
}

#[test]
fn a_cache_that_still_has_the_object_is_named_too() {
    let r2 = with(look().stale());
    run(&r2).fails_at("delete", "cleanup.still-there").may_leave("cleanup.leftover");
    assert!(r2.left().is_empty());
}

#[test]
fn a_deletion_whose_effect_cannot_be_seen_is_not_a_pass() {
    for fault in [
        look().error(S3Error::access_denied()),
        look().error(S3Error::no_such_bucket()),
        look().html(404, "<html>Not found</html>"),
        look().html(200, "<html>Welcome</html>"),
        look().status(204),
        look().status(410),
    ] {
        let r2 = with(fault);
        let run = run(&r2);
        run.fails_at("delete", "cleanup.unknown").may_leave("cleanup.unknown").sends(&ALL);
        assert!(r2.left().is_empty());
    }
}

#[test]
fn a_deletion_that_is_refused_too_often_at_first_is_repeated() {
    let r2 = with(Fault::on(Op::Delete).first(1).error(S3Error::too_many()));
    run(&r2).passes_with(&["service.retried"]).statuses("wppppw").leaves_nothing();
    let deletions = r2.requests_of(Op::Delete);
    assert!(deletions[1].at >= deletions[0].at + Duration::from_secs(1));
}

#[test]
fn a_deletion_that_is_always_refused_leaves_the_object_and_says_so() {
    let r2 = with(Fault::on(Op::Delete).error(S3Error::too_many()));
    let run = run_with(&r2, &[], &["--retries", "0", "--deadline", "6s"]);
    run.fails_at("delete", "service.rate-limited")
        .says("cleaning up went on")
        .leaves_the_probe_at_the_deadline();
    let sent = r2.operations();
    assert_eq!(sent[..7], ALL);
    let rounds = sent[7..].chunks_exact(2);
    // The deadline may come between the two requests of the last round.
    assert!(rounds.remainder().iter().all(|last| *last == Op::Delete), "{sent:?}");
    assert!(rounds.len() >= 1 && rounds.into_iter().all(|round| round == [Op::Delete, Op::Get]), "{sent:?}");
}

#[test]
fn a_lost_connection_after_the_upload_is_repeated_until_the_object_is_gone() {
    let r2 = with(Fault::on(Op::Delete).first(1).reset());
    run(&r2).passes_with(&["service.retried"]).leaves_nothing();
    let r2 = with(Fault::on(Op::Delete).first(1).reset().unperformed());
    run(&r2).passes_with(&["service.retried"]).leaves_nothing();
}

#[test]
fn a_server_that_does_not_delete_twice_passes_when_only_the_first_answer_was_lost() {
    let r2 = with(Fault::on(Op::Delete).first(1).close());
    r2.add_fault(Fault::on(Op::Delete).nth(2).error(S3Error::no_such_key()));
    run(&r2).passes_with(&["service.retried"]).leaves_nothing();
}

#[test]
fn an_object_that_somebody_else_deleted_first_is_a_loss() {
    let r2 = with(Fault::on(Op::Delete).error(S3Error::no_such_key()).although_performed());
    run(&r2).fails_at("delete", "integrity.lost-write").leaves_nothing();
}

#[test]
fn a_connection_lost_for_good_after_the_upload_leaves_it_open_what_became_of_the_object() {
    let r2 = with(Fault::on(Op::Any).after(5).reset().unperformed());
    let run = run_with(&r2, &[], &["--deadline", "6s"]);
    run.fails_at("delete", "network.reset").may_leave("cleanup.unknown");
    assert_eq!(r2.left().len(), 1);
}

#[test]
fn an_upload_without_an_answer_is_deleted_all_the_same() {
    let r2 = with(Fault::on(Op::Put).silence());
    let run = run_with(&r2, &[], &["--timeout", "300ms"]);
    run.fails_at("upload", "network.timeout").statuses("wpfssp").leaves_nothing();
    assert_eq!(run.report["cleanup"]["verified_gone"].as_array().unwrap().len(), 1);
}

#[test]
fn objects_of_others_are_left_alone_whatever_happens() {
    for fault in
        [Fault::on(Op::Any).after(100), Fault::on(Op::Delete).error(S3Error::locked()), look().stale()]
    {
        let r2 =
            R2::builder().object("patients/recording.csv", b"1").object("r2-selftest/old", b"2").fault(fault);
        let r2 = r2.start();
        run(&r2);
        assert!(r2.left().contains(&"app-files/patients/recording.csv".to_owned()));
        assert!(r2.left().contains(&"app-files/r2-selftest/old".to_owned()));
        assert!(r2.writes_outside(PREFIX).is_empty());
        let written: Vec<_> = r2.requests().into_iter().filter(Seen::is_write).collect();
        assert!(written.iter().all(|seen| seen.key == written[0].key), "one object, and no other");
    }
}

#[test]
fn a_deletion_answered_with_an_error_under_a_success_status_is_no_deletion() {
    let error = "<Error><Code>InternalError</Code><Message>no</Message></Error>";
    let r2 = with(Fault::on(Op::Delete).answer(crate::support::r2::Reply::xml(200, error)));
    run_with(&r2, &[], &["--deadline", "6s"])
        .fails_at("delete", "http.not-s3")
        .says("InternalError")
        .leaves_the_probe_at_the_deadline();
}
