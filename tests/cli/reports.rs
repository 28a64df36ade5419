//! What the options do to the report, and what the report says about the run.

use crate::support::cli::{Cli, NOWHERE};
use crate::support::r2::{Fault, Op, R2};
use crate::support::report::{Report, text};

#[test]
fn the_exit_status_is_the_one_in_the_report_whatever_happens() {
    let healthy = R2::start();
    let refusing = R2::builder().fault(Fault::on(Op::Put).status(403)).start();
    for (options, r2, expected) in [
        ("", &healthy, 0),
        ("--strict", &healthy, 1),
        ("-q", &healthy, 0),
        ("-v", &healthy, 0),
        ("", &refusing, 1),
        ("--strict", &refusing, 1),
    ] {
        let ran = Cli::new("--no-env-file --json").envs(r2.env()).args(options).run();
        // With -v, standard error has the requests.
        let report = Report::read(ran.stdout.as_bytes());
        assert_eq!((report.exit_code(), ran.status), (expected, expected), "{options}");
        let text = Cli::new("--no-env-file --format text").envs(r2.env()).args(options).run();
        assert_eq!(text.status, expected, "{options}");
    }
}

#[test]
fn strict_makes_warnings_fail_the_run_and_nothing_else() {
    let r2 = R2::start();
    for (options, verdict, status) in [("--json", "warn", 0), ("--json --strict", "fail", 1)] {
        let report = Cli::new(options).envs(r2.env()).run().report();
        assert_eq!((report.verdict(), report.exit_code()), (verdict, status));
        assert_eq!(report.codes(), ["config.endpoint-not-r2"]);
        assert_eq!(report.statuses(), ["warn", "pass", "pass", "pass", "pass", "pass"]);
        assert_eq!(report.root_cause(), (status == 1).then_some("config.endpoint-not-r2"));
        assert_eq!(report.0["summary"].as_str().unwrap().contains("--strict"), status == 1);
        let text = Cli::new("").envs(r2.env()).args(options.trim_start_matches("--json")).run();
        let word = if status == 1 { "\nFAIL  " } else { "\nWARN  " };
        assert!(text.stdout.contains(word), "{}", text.stdout);
    }
    assert_eq!(Cli::new("demo --strict --json").run().report().exit_code(), 0, "the demo has no warnings");
}

#[test]
fn tags_stand_in_the_report_as_they_were_given() {
    let report = Cli::new("demo --json --tag build=7 --tag who=me=you --tag empty=")
        .arg("--tag=ü=\"\\\n")
        .run()
        .report();
    // A tag is one line, as every text of a report: what ends one is replaced.
    let expected = serde_json::json!({ "build": "7", "who": "me=you", "empty": "", "ü": "\"\\\u{fffd}" });
    assert_eq!(report.0["tags"], expected);
}

#[test]
fn the_report_says_when_how_long_and_by_what() {
    let report = Cli::new("demo --json").run().report();
    assert_eq!(report.0["schema_version"], 1);
    assert_eq!(report.0["tool"]["name"], "r2-selftest");
    assert_eq!(report.0["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let started = text(&report.0["started_at"]);
    assert!(
        started.len() == 24 && started.ends_with('Z') && &started[10..11] == "T" && &started[19..20] == "."
    );
    let whole = report.0["duration_ms"].as_f64().unwrap();
    let parts: f64 = report.0["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["duration_ms"].as_f64().unwrap())
        .sum();
    assert!(whole >= parts && parts > 0.0, "{whole} {parts}");
}

#[test]
fn no_two_runs_share_an_id_or_a_key() {
    let runs = [0; 2].map(|_| Cli::new("demo --json").run().report());
    let [one, two] = runs.each_ref().map(|report| text(&report.0["run_id"]));
    assert_ne!(one, two);
    for report in &runs {
        let key = format!("r2-selftest/{}/csvs/probe.csv", text(&report.0["run_id"]));
        let keys = serde_json::json!([key]);
        assert_eq!(
            report.0["cleanup"],
            serde_json::json!({ "created": keys, "deleted": keys, "verified_gone": keys, "leftover": [] })
        );
    }
}

#[test]
fn a_prefix_is_what_the_key_begins_with() {
    let r2 = R2::start();
    for prefix in ["", "one/two/", "no-slash-"] {
        let report = Cli::new("--json").envs(r2.env()).arg(format!("--prefix={prefix}")).run().report();
        let key = format!("{prefix}{}/csvs/probe.csv", text(&report.0["run_id"]));
        assert_eq!(report.0["cleanup"]["verified_gone"], serde_json::json!([key]));
        assert!(r2.requests_of(Op::Put).last().is_some_and(|put| put.key.as_deref() == Some(&key)));
    }
}

#[test]
fn usage_counts_the_requests_by_their_class() {
    let usage = &Cli::new("demo --json").run().report().0["usage"];
    assert_eq!(*usage, serde_json::json!({ "class_a": 3, "class_b": 3, "free": 1 }));
}

#[test]
fn quiet_is_the_verdict_alone() {
    let ran = Cli::new("demo -q").run();
    assert_eq!(ran.status, 0);
    assert!(ran.stdout.starts_with("PASS  "), "{:?}", ran.stdout);
    assert_eq!(ran.stderr, "");
    let failed = Cli::new("--no-env-file -q").run();
    assert_eq!(failed.status, 1);
    assert!(failed.stdout.starts_with("FAIL  "), "{:?}", failed.stdout);
    assert!(failed.stdout.contains("(config."), "{:?}", failed.stdout);
    assert!(failed.stdout.lines().count() <= 5, "{:?}", failed.stdout);
}

#[test]
fn a_refused_connection_is_reported_with_what_was_tried() {
    let report = Cli::new("--json --timeout 2s").envs(NOWHERE).run().report();
    assert_eq!(report.root_cause(), Some("network.refused"));
    assert_eq!(report.statuses(), ["warn", "fail", "skip", "skip", "skip", "skip"]);
    let attempts: Vec<_> =
        report.requests().iter().map(|request| request["attempt"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [1], "a port where nothing listens does not begin to within seconds");
    assert!(report.requests().iter().all(|request| request["error"].is_string()));
    assert_eq!(report.0["usage"], serde_json::json!({ "class_a": 0, "class_b": 0, "free": 0 }));
}
