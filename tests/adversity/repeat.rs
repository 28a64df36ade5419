//! Signals in the middle of several rounds: nothing is left, and what may be left is named.

use std::process::Command;

use crate::adversity::child::{Started, program};
use crate::support::r2::{Fault, Op, R2};
use crate::support::report::text;

fn send(run: &Started, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
    assert!(sent.success(), "{signal}");
}

#[test]
fn a_signal_in_a_later_round_cleans_that_round_up() {
    for signal in ["INT", "TERM", "HUP"] {
        // Two reads a round: the fifth is the download of the third.
        let r2 = R2::builder().fault(Fault::on(Op::Get).nth(5).silence()).start();
        let mut run = Started::new(&mut program(&r2, "--json --repeat 20"));
        assert!(run.until(|| r2.requests_of(Op::Get).len() == 5), "{signal}: it ended before");
        send(&run, signal);
        let ended = run.end();
        let report = ended.report();
        assert_eq!(report.verdict(), "interrupted", "{signal}: {}", ended.stdout);
        let measured = &report.0["measurements"];
        assert_eq!((&measured["rounds"], &measured["rounds_failed"]), (&3.into(), &0.into()), "{signal}");
        let download = &measured["checks"][3];
        let counts = ["passed", "failed", "skipped"].map(|name| download[name].as_u64());
        assert_eq!(counts, [2, 0, 1].map(Some), "{signal}: {download}");
        let summary = text(&report.0["summary"]);
        assert!(summary.ends_with(" All 2 rounds passed; 20 were asked for."), "{signal}: {summary}");
        assert_eq!((r2.requests_of(Op::Put).len(), r2.left()), (3, Vec::new()), "{signal}");
    }
}

#[test]
fn a_second_signal_names_the_object_of_the_round_that_it_cuts_off() {
    let r2 = R2::builder()
        .fault(Fault::on(Op::Get).nth(3).silence())
        .fault(Fault::on(Op::Delete).after(1).silence())
        .start();
    let mut run = Started::new(&mut program(&r2, "--repeat 20"));
    assert!(run.until(|| r2.requests_of(Op::Get).len() == 3), "it ended before");
    send(&run, "INT");
    assert!(run.until(|| r2.requests_of(Op::Delete).len() == 2), "it does not clean up");
    send(&run, "INT");
    let ended = run.end();
    assert_eq!(ended.status.code(), Some(130));
    let written = r2.requests_of(Op::Put);
    let keys = written.iter().map(|seen| seen.target.trim_start_matches('/').split_once('/').unwrap().1);
    let named: Vec<bool> = keys.map(|key| ended.stderr.contains(key)).collect();
    assert_eq!(named, [false, true], "{}", ended.stderr);
}
