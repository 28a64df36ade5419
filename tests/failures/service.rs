//! The service itself: its errors, its limits, its speed, and what is repeated.

use std::time::Duration;

use crate::support::r2::{Builder, Fault, Jurisdiction, Op, R2, Reply, S3Error};
use crate::support::run::{ALL, REFUSED_UPLOAD, run, run_with};

fn with(fault: Fault) -> R2 {
    R2::builder().fault(fault).start()
}

/// A 503 that says nothing of rates.
fn unavailable() -> S3Error {
    S3Error::new(503, "ServiceUnavailable", "Please try again later.")
}

#[test]
fn an_internal_error_at_connect_ends_the_run_after_its_retries() {
    let r2 = with(Fault::on(Op::Any).error(S3Error::internal()));
    let run = run(&r2);
    run.fails_at("connect", "service.error").says("500 InternalError").says("ListObjectsV2, attempt 3: 500");
    run.statuses("wfssss").sends(&[Op::List; 3]).leaves_nothing();
    assert!(!run.codes().contains(&"service.retried"), "nothing succeeded");
}

#[test]
fn a_service_that_is_not_available_is_named_whoever_says_so() {
    for fault in [
        Fault::on(Op::Any).error(unavailable()),
        Fault::on(Op::Any).status(503),
        Fault::on(Op::Any).html(502, "<html><h1>Bad gateway</h1></html>"),
        Fault::on(Op::Any).html(504, "<html>Gateway timeout</html>"),
        Fault::on(Op::Any).html(521, "<html>Web server is down</html>"),
        Fault::on(Op::Any).html(530, "error code: 1016"),
    ] {
        let r2 = with(fault);
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.fails_at("connect", "service.unavailable").sends(&[Op::List]).leaves_nothing();
        run.says("cf-ray");
    }
}

#[test]
fn an_outage_of_everything_is_reported_once() {
    let fault = Fault::on(Op::Any).error(unavailable());
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
    let run = run(&r2);
    run.fails_at("connect", "service.unavailable").statuses("pfssss").leaves_nothing();
    assert!(run.finding("service.unavailable")["fix"].to_string().contains("change nothing"));
}

#[test]
fn an_outage_of_writing_is_no_missing_permission() {
    for (error, code) in [(S3Error::internal(), "service.error"), (unavailable(), "service.unavailable")] {
        let r2 = with(Fault::on(Op::Put).error(error));
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.fails_at("upload", code).says("neither keys nor permissions are at fault").statuses("wpfssp");
        run.sends(&REFUSED_UPLOAD).leaves_nothing();
        assert!(run.codes().iter().all(|code| !code.starts_with("permission.")));
    }
}

#[test]
fn an_upload_stored_in_spite_of_its_error_is_deleted() {
    let r2 = with(Fault::on(Op::Put).error(S3Error::internal()).although_performed());
    let run = run_with(&r2, &[], &["--retries", "0"]);
    run.fails_at("upload", "service.error").leaves_nothing();
}

#[test]
fn an_upload_stored_by_a_try_whose_answer_was_lost_is_this_runs_own() {
    for fault in [
        Fault::on(Op::Put).first(1).reset(),
        Fault::on(Op::Put).first(1).close(),
        Fault::on(Op::Put).first(1).error(S3Error::internal()).although_performed(),
    ] {
        let r2 = with(fault);
        let run = run(&r2);
        run.passes_with(&["service.retried"]).statuses("wpwppp").leaves_nothing();
        assert_eq!(r2.requests_of(Op::Put).len(), 2);
        assert!(run.finding("service.retried").to_string().contains("attempt 2: 412 PreconditionFailed"));
    }
}

#[test]
fn too_many_requests_are_named_by_their_code_or_their_words() {
    let same_object = S3Error::unavailable();
    for error in [S3Error::too_many(), same_object, S3Error::new(503, "SlowDown", "")] {
        let r2 = with(Fault::on(Op::Put).error(error));
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.fails_at("upload", "service.rate-limited").leaves_nothing();
    }
}

#[test]
fn too_many_requests_for_listings_or_management_are_named_at_connect() {
    for fault in [
        Fault::on(Op::List).error(S3Error::too_many()),
        Fault::on(Op::Any).answer(Reply::json(429, "{\"errors\":[{\"code\":971}]}")),
        Fault::on(Op::Any).html(429, "<html>r2.dev is rate limited</html>"),
    ] {
        let r2 = with(fault);
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.fails_at("connect", "service.rate-limited").sends(&[Op::List]).leaves_nothing();
    }
}

#[test]
fn a_refused_write_is_repeated_after_a_second_and_reported() {
    let r2 = with(Fault::on(Op::Put).first(1).error(S3Error::too_many()));
    let run = run(&r2);
    run.passes_with(&["service.retried"]).statuses("wpwppp").leaves_nothing();
    let puts = r2.requests_of(Op::Put);
    assert!(puts[1].at >= puts[0].at + Duration::from_secs(1));
}

#[test]
fn every_status_that_may_pass_is_repeated_and_every_attempt_is_reported() {
    for (status, op) in [(429, Op::List), (500, Op::Put), (502, Op::Get), (503, Op::Delete), (504, Op::Put)] {
        let fault = Fault::on(op).first(2).status(status).header("Retry-After", "0");
        let r2 = with(fault);
        let run = run(&r2);
        run.passes_with(&["service.retried"]).leaves_nothing();
        let told = run.finding("service.retried").to_string();
        assert!(
            told.contains(&format!("attempt 1: {status}")) && told.contains(&format!("attempt 2: {status}"))
        );
        assert!(told.contains("attempt 3: 20"), "{told}");
    }
}

#[test]
fn nothing_else_is_repeated() {
    for error in
        [S3Error::access_denied(), S3Error::no_such_bucket(), S3Error::acl(), S3Error::unauthorized()]
    {
        let r2 = with(Fault::on(Op::Put).error(error));
        assert_eq!(run(&r2).status, 1);
        assert_eq!(r2.requests_of(Op::Put).len(), 1);
    }
    for status in [400, 404, 408, 409, 501, 505] {
        let r2 = with(Fault::on(Op::List).status(status));
        assert_eq!(run(&r2).status, 1);
        assert_eq!(r2.operations(), [Op::List], "{status}");
    }
}

#[test]
fn without_retries_the_first_answer_decides() {
    for fault in [Fault::on(Op::Put).first(1).error(unavailable()), Fault::on(Op::Put).first(1).reset()] {
        let r2 = with(fault);
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.statuses("wpfssp").leaves_nothing();
        assert_eq!(r2.requests_of(Op::Put).len(), 1);
    }
}

#[test]
fn the_pause_that_a_server_asks_for_is_kept() {
    let r2 = with(Fault::on(Op::List).first(1).error(unavailable()).header("Retry-After", "1"));
    run(&r2).passes_with(&["service.retried"]);
    let lists = r2.requests_of(Op::List);
    assert!(lists[1].at >= lists[0].at + Duration::from_secs(1));
}

#[test]
fn a_pause_longer_than_the_run_is_not_waited_for_and_reported() {
    let r2 = with(Fault::on(Op::List).error(unavailable()).header("Retry-After", "3600"));
    let run = run(&r2);
    run.fails_at("connect", "service.unavailable")
        .says("not repeated")
        .says("3600 s")
        .says("retry-after: 3600");
    run.sends(&[Op::List]);
    assert!(run.took < Duration::from_secs(3), "{:?}", run.took);
}

#[test]
fn a_pause_given_as_a_date_is_understood() {
    let r2 =
        with(Fault::on(Op::List).error(unavailable()).header("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"));
    run(&r2).fails_at("connect", "service.unavailable").says("not repeated").sends(&[Op::List]);
}

#[test]
fn an_upload_that_the_server_gave_up_on_is_incomplete() {
    let r2 = with(Fault::on(Op::Put).error(S3Error::client_disconnect()));
    run(&r2).fails_at("upload", "integrity.incomplete").leaves_nothing();
}

#[test]
fn a_server_that_falters_now_and_then_passes_with_a_warning_at_each_check() {
    let r2 = R2::builder()
        .fault(Fault::on(Op::Put).first(1).error(unavailable()))
        .fault(Fault::on(Op::Get).first(1).reset())
        .start();
    let run = run(&r2);
    run.passes_with(&["service.retried", "service.retried"]).statuses("wpwpwp").leaves_nothing();
    assert_eq!(run.verdict(), "warn");
    let strict =
        run_with(&R2::builder().fault(Fault::on(Op::Put).first(1).reset()).start(), &[], &["--strict"])
            .status;
    assert_eq!(strict, 1);
}

#[test]
fn slow_but_right_is_a_warning() {
    let r2 = with(Fault::on(Op::Get).nth(1).delay(Duration::from_millis(2100)));
    let run = run(&r2);
    run.passes_with(&["service.slow"]).statuses("wpppwp").sends(&ALL).leaves_nothing();
    let took = run.check("download")["requests"][0]["duration_ms"].as_f64().unwrap() / 1000.0;
    assert!(took >= 2.1);
    assert!(run.finding("service.slow").to_string().contains(&format!("GetObject took {took:.1} s")));
}

#[test]
fn each_check_that_is_slow_says_so_itself() {
    let slow = |builder: Builder, op| builder.fault(Fault::on(op).delay(Duration::from_millis(2100)));
    let r2 = [Op::List, Op::Put, Op::Get].into_iter().fold(R2::builder(), slow).start();
    let run = run(&r2);
    run.passes_with(&["service.slow"; 5]).statuses("wwwwww").leaves_nothing();
    // What came late gives rise to doubt, so the last word is a listing.
    run.sends(&[ALL.as_slice(), &[Op::List]].concat());
}

#[test]
fn an_error_that_nobody_knows_keeps_its_status_code_and_message() {
    let r2 = with(Fault::on(Op::Put).error(S3Error::new(418, "Teapot", "Short and stout.")));
    let run = run(&r2);
    run.fails_at("upload", "service.unexpected").says("418 Teapot").says("Short and stout.").leaves_nothing();
    assert!(run.finding("service.unexpected")["title"].as_str().unwrap().contains("refused PutObject"));
    let request = &run.check("upload")["requests"][0];
    assert_eq!((&request["status"], &request["s3_code"]), (&418.into(), &"Teapot".into()));
}

#[test]
fn the_body_of_an_error_is_read_up_to_its_bound() {
    let r2 = with(Fault::on(Op::List).html(500, "<html>").endless_body());
    let run = run_with(&r2, &[], &["--retries", "0"]);
    run.fails_at("connect", "service.error");
    assert!(run.took < Duration::from_secs(4), "{:?}", run.took);
    let read = run.check("connect")["requests"][0]["bytes_received"].as_u64().unwrap();
    assert!(read <= 64 * 1024, "{read}");
}
