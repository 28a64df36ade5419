//! Cleaning up goes on until the object is gone or its time is over, and it always gets its time.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::adversity::child::{Ended, Signal, Started, ended, program};
use crate::adversity::relay::Relay;
use crate::support::r2::{Fault, Op, R2, S3Error, Tls};
use crate::support::run::{ALL, run, run_with};
use crate::support::side_by_side::each;

fn deletion() -> Fault {
    Fault::on(Op::Delete).first(1)
}

/// What goes wrong with a single deletion, and its name.
fn troubles() -> Vec<(&'static str, Fault)> {
    let error = |status, code| S3Error::new(status, code, "not now");
    vec![
        ("408", deletion().status(408)),
        ("400 RequestTimeout", deletion().error(error(400, "RequestTimeout"))),
        ("409", deletion().status(409)),
        ("409 OperationAborted", deletion().error(error(409, "OperationAborted"))),
        ("425", deletion().status(425)),
        ("429 for an hour", deletion().error(error(429, "SlowDown")).header("Retry-After", "3600")),
        ("503 for 100 s", deletion().error(S3Error::unavailable()).header("Retry-After", "100")),
        ("503 until 9999", deletion().status(503).header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")),
        ("500, performed", deletion().error(S3Error::internal()).although_performed()),
        ("520", deletion().html(520, "<html>error code: 520</html>")),
        ("a firewall's page", deletion().html(403, "<html>Sorry, you have been blocked</html>")),
        ("late", deletion().delay(Duration::from_millis(900)).unperformed()),
        ("silent", deletion().silence().unperformed()),
        ("reset at the head", deletion().reset_at_head()),
        ("not HTTP", deletion().raw(b"SSH-2.0-OpenSSH_9.9\r\n").unperformed()),
        ("broken off", deletion().html(500, "<html>Internal</html>").reset_after(4)),
    ]
}

#[test]
fn one_deletion_that_fails_for_a_passing_reason_leaves_nothing() {
    each(&troubles(), |(name, fault)| {
        let r2 = R2::builder().fault(fault.clone()).start();
        let run = run_with(&r2, &[], &["--timeout", "600ms"]);
        assert_eq!(r2.left(), Vec::<String>::new(), "{name}");
        run.passes_with(&["service.retried"]).leaves_nothing();
    });
}

#[test]
fn one_read_after_the_deletion_that_fails_for_a_passing_reason_is_repeated() {
    let look = || Fault::on(Op::Get).nth(2);
    each(&[look().status(408), look().html(520, "<html>"), look().silence(), look().reset()], |fault| {
        let r2 = R2::builder().fault(fault.clone()).start();
        run_with(&r2, &[], &["--timeout", "600ms"]).passes_with(&["service.retried"]).leaves_nothing();
    });
}

#[test]
fn more_failures_than_are_repeated_fail_the_check_and_still_leave_nothing() {
    for (retries, failures) in [("0", 1), ("0", 3), ("2", 4)] {
        let r2 = R2::builder().fault(Fault::on(Op::Delete).first(failures).status(520)).start();
        let run = run_with(&r2, &[], &["--retries", retries]);
        run.fails_at("delete", "service.unavailable").says("and the object is gone").leaves_nothing();
        assert_eq!(run.report["cleanup"]["verified_gone"].as_array().unwrap().len(), 1);
        assert_eq!(r2.requests_of(Op::Delete).len(), failures + 1);
    }
}

#[test]
fn a_deletion_that_fails_for_good_ends_with_its_time_and_is_reported_in_few_words() {
    let r2 = R2::builder().fault(Fault::on(Op::Delete).status(503)).start();
    let ended = ended(&mut program(&r2, "--json --deadline 12s"));
    assert!(ended.took > Duration::from_secs(8) && ended.took < Duration::from_secs(15), "{:?}", ended.took);
    let report = ended.report();
    assert_eq!(report.root_cause(), Some("service.unavailable"));
    let told = report.check("delete")["requests"].as_array().unwrap().len();
    let sent = r2.operations().len() - 4;
    assert!(told <= 17 && sent >= told, "{told} of {sent}");
}

#[test]
fn a_last_word_ends_it_at_once() {
    for error in [S3Error::access_denied(), S3Error::locked(), S3Error::no_such_bucket()] {
        let r2 = R2::builder().fault(Fault::on(Op::Delete).error(error)).start();
        run(&r2).sends(&ALL).leaves_the_probe();
    }
}

#[test]
fn a_server_that_starts_anew_between_two_requests_is_waited_for() {
    let r2 = R2::builder()
        .fault(Fault::on(Op::Get).nth(1).delay(Duration::from_millis(300)).last_answer())
        .start();
    let mut relay = Relay::before(r2.address);
    let mut run = Started::new(program(&r2, "--json").env("R2_ENDPOINT", relay.endpoint()));
    assert!(run.until(|| r2.operations().contains(&Op::Get)));
    relay.close();
    sleep(Duration::from_millis(450));
    relay.open();
    let ended = run.end();
    assert_eq!((r2.left(), ended.status.code()), (Vec::new(), Some(0)), "{}", ended.stdout);
    assert!(ended.report().codes().contains(&"service.retried"));
}

#[test]
fn a_slow_round_trip_gets_the_time_that_it_needs() {
    let slow = Duration::from_millis(300);
    let numbers: Vec<_> = (1..=4).collect();
    each(&numbers, |number| {
        let r2 = R2::builder()
            .tls(Tls::Good)
            .fault(Fault::on(Op::Connection).delay(slow))
            .fault(Fault::on(Op::Any).delay(slow))
            // The next request needs a new connection.
            .fault(Fault::on(Op::Any).nth(*number).last_answer())
            .start();
        let ended = ended(&mut program(&r2, "--json --deadline 2s"));
        assert_eq!(r2.left(), Vec::<String>::new(), "after {number}: {}", ended.stdout);
        assert_eq!(ended.report().0["cleanup"]["leftover"], json!([]), "{number}");
    });
}

/// Starts a run, stops it once the server holds this request, lets it sleep, and wakes it up.
fn suspended(fault: Fault, op: Op, number: usize) -> (R2, Ended) {
    let r2 = R2::builder().fault(fault.delay(Duration::from_millis(400))).start();
    let mut run = Started::new(&mut program(&r2, "--json --deadline 4s"));
    assert!(run.until(|| r2.requests_of(op).len() == number));
    run.signal(Signal::STOP);
    sleep(Duration::from_secs(5));
    run.signal(Signal::CONT);
    let ended = run.end();
    (r2, ended)
}

#[test]
fn a_run_that_is_suspended_beyond_its_deadline_still_cleans_up() {
    let moments = [(Op::Put, 1), (Op::List, 2), (Op::Get, 1), (Op::Delete, 1), (Op::Get, 2)];
    for unperformed in [false, true] {
        each(&moments, |(op, number)| {
            let fault = Fault::on(*op).nth(*number);
            let (r2, ended) = suspended(if unperformed { fault.unperformed() } else { fault }, *op, *number);
            let place = format!("{op:?} {number}, unperformed: {unperformed}");
            assert_eq!(r2.left(), Vec::<String>::new(), "{place}: {}", ended.stdout);
            assert_eq!(ended.report().0["cleanup"]["leftover"], json!([]), "{place}");
        });
    }
}

#[test]
fn a_signal_that_comes_before_a_suspension_still_leaves_time_to_clean_up() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(1).delay(Duration::from_millis(400))).start();
    let mut run = Started::new(&mut program(&r2, "--json"));
    assert!(run.until(|| r2.operations().contains(&Op::Get)));
    run.signal(Signal::STOP);
    run.signal(Signal::TERM);
    sleep(Duration::from_secs(6));
    run.signal(Signal::CONT);
    let ended = run.end();
    assert_eq!((r2.left(), ended.status.code()), (Vec::new(), Some(143)), "{}", ended.stdout);
}

/// Sets how many files the run may have open.
#[cfg(target_os = "linux")]
fn files(run: &Started, most: u32) {
    let id = run.id().to_string();
    let set = std::process::Command::new("prlimit")
        .args(["--pid", &id, &format!("--nofile={most}:")])
        .status()
        .unwrap();
    assert!(set.success());
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_may_open_no_more_files_after_the_upload_cleans_up_when_it_may_again() {
    for tls in [None, Some(Tls::Good)] {
        let held = Fault::on(Op::Get).nth(1).delay(Duration::from_millis(300)).last_answer();
        let builder = R2::builder().fault(held);
        let r2 = if let Some(tls) = tls { builder.tls(tls) } else { builder }.start();
        let mut run = Started::new(&mut program(&r2, "--json"));
        assert!(run.until(|| r2.operations().contains(&Op::Get)));
        files(&run, 3);
        sleep(Duration::from_millis(1500));
        files(&run, 256);
        let ended = run.end();
        assert_eq!(r2.left(), Vec::<String>::new(), "{}", ended.stdout);
        assert_eq!(ended.report().0["cleanup"]["leftover"], json!([]));
    }
}
