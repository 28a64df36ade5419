//! `--repeat`: several rounds over one connection, measured, with one verdict.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Fault, Op, R2, S3Error, Token};
use crate::support::report::Report;

fn repeated(r2: &R2, options: &str) -> (Ran, Value) {
    let ran = Cli::new("--json --no-env-file --no-experiments").args(options).envs(r2.env()).run();
    let report = Report::read(ran.stdout.as_bytes());
    assert_eq!(report.exit_code(), ran.status);
    (ran, report.0)
}

fn operation<'a>(report: &'a Value, name: &str) -> &'a Value {
    let rows = report["measurements"]["operations"].as_array().unwrap();
    rows.iter().find(|row| row["operation"] == name).unwrap()
}

fn statuses(report: &Value) -> Vec<&str> {
    report["checks"].as_array().unwrap().iter().map(|check| check["status"].as_str().unwrap()).collect()
}

fn summary(report: &Value) -> &str {
    report["summary"].as_str().unwrap()
}

#[test]
fn rounds_share_a_connection_and_no_key() {
    let r2 = R2::start();
    let (ran, report) = repeated(&r2, "--repeat 5");
    assert_eq!((ran.status, r2.connections()), (0, 1));
    let written: BTreeSet<String> = r2.requests_of(Op::Put).iter().map(|seen| seen.target.clone()).collect();
    assert_eq!((r2.requests().len(), written.len(), r2.left().len()), (35, 5, 0));
    let measured = &report["measurements"];
    assert_eq!(
        (&measured["rounds_asked"], &measured["rounds"], &measured["rounds_failed"]),
        (&json!(5), &json!(5), &json!(0))
    );
    assert_eq!(measured["connections"], 1);
    for (name, count) in
        [("ListObjectsV2", 10), ("HeadBucket", 5), ("PutObject", 5), ("GetObject", 10), ("DeleteObject", 5)]
    {
        let row = operation(&report, name);
        assert_eq!((&row["count"], &row["failed"]), (&json!(count), &json!(0)), "{name}");
        let times = ["median_ms", "p90_ms", "max_ms"].map(|field| row[field].as_f64().unwrap());
        assert!(times[0] > 0.0 && times.is_sorted(), "{row}");
    }
    assert_eq!(report["usage"], json!({"class_a": 15, "class_b": 15, "free": 5}));
    assert!(summary(&report).ends_with(" All 5 rounds passed."), "{}", summary(&report));
    assert!(report["checks"][1]["phases"]["tcp_ms"].is_number(), "the round that connected is told");
}

#[test]
fn one_failed_round_fails_the_run_and_says_how_many_did_not() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).nth(3).error(S3Error::unavailable())).start();
    let (ran, report) = repeated(&r2, "--repeat 5 --retries 0");
    assert_eq!((ran.status, &report["root_cause"]), (1, &json!("service.rate-limited")), "{report:#}");
    assert!(summary(&report).ends_with(" 1 of 5 rounds failed: upload 1."), "{}", summary(&report));
    assert_eq!(statuses(&report)[2], "fail");
    assert_eq!(
        (&operation(&report, "PutObject")["count"], &operation(&report, "PutObject")["failed"]),
        (&json!(5), &json!(1))
    );
    let upload = &report["measurements"]["checks"][1];
    assert_eq!(upload, &json!({"name": "upload", "passed": 4, "failed": 1, "skipped": 0}));
    assert_eq!(r2.left(), Vec::<String>::new());
}

#[test]
fn a_round_that_needed_a_repetition_is_a_warning() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(3).reset()).start();
    let (ran, report) = repeated(&r2, "--repeat 3");
    assert_eq!((ran.status, &report["verdict"]), (0, &json!("warn")));
    assert!(report["checks"].to_string().contains("service.retried"), "{report:#}");
    assert_eq!(operation(&report, "GetObject")["failed"], 1);
}

#[test]
fn a_last_word_of_the_server_is_not_asked_for_again() {
    let r2 = R2::builder().token(Token::read_only()).start();
    let (ran, report) = repeated(&r2, "--repeat 50");
    assert_eq!((ran.status, &report["root_cause"]), (1, &json!("permission.read-only")));
    assert_eq!(r2.requests_of(Op::Put).len(), 1);
    assert!(
        summary(&report).ends_with(" The first round failed: upload 1, delete 1; 50 were asked for."),
        "{}",
        summary(&report)
    );
}

#[test]
fn what_cannot_be_deleted_is_not_written_again() {
    let r2 = R2::builder().fault(Fault::on(Op::Delete).after(2).error(S3Error::access_denied())).start();
    let (ran, report) = repeated(&r2, "--repeat 50");
    assert_eq!((ran.status, r2.requests_of(Op::Put).len(), r2.left().len()), (1, 3, 1), "{report:#}");
    let key = report["cleanup"]["leftover"][0].as_str().unwrap();
    assert!(r2.left()[0].ends_with(key), "{key}");
    assert!(
        report["checks"][5]["findings"].to_string().contains(key),
        "the finding names the object that is left"
    );
}

#[test]
fn rounds_end_with_the_deadline() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).delay(std::time::Duration::from_millis(60))).start();
    let (ran, report) = repeated(&r2, "--repeat 1000 --deadline 2s");
    assert_eq!((ran.status, &report["root_cause"]), (1, &json!("run.deadline")), "{report:#}");
    assert!(report["measurements"]["rounds"].as_u64().unwrap() > 1, "{report:#}");
    assert_eq!(r2.left(), Vec::<String>::new());
    assert!(report["duration_ms"].as_f64().unwrap() < 4000.0);
}

#[test]
fn faulty_settings_are_told_as_ever() {
    let ran = Cli::new("--json --no-env-file --repeat 5").run();
    let report = ran.config_failure();
    assert_eq!(report.0["measurements"], Value::Null);
}

#[test]
fn the_text_has_a_table() {
    let ran = Cli::new("demo --repeat 3").run();
    assert_eq!(ran.status, 0);
    assert!(
        ran.stdout.contains("\n    3 rounds over 1 connection, 0 failed; the six checks are those of one\n"),
        "{}",
        ran.stdout
    );
    let row = ran.stdout.lines().find(|line| line.trim_start().starts_with("PutObject")).unwrap();
    assert_eq!(row.split_whitespace().take(3).collect::<Vec<_>>(), ["PutObject", "3", "0"]);
    assert_eq!(ran.stdout.matches("  ✓ ").count(), 6, "{}", ran.stdout);
}

#[test]
fn a_saved_report_is_shown_with_its_table_in_every_form() {
    let saved = Cli::new("demo --repeat 3 --json").run();
    for format in ["text", "markdown", "html", "railway"] {
        let shown =
            Cli::new("show report.json --format").arg(format).file("report.json", &saved.stdout).run();
        assert_eq!(shown.status, 0, "{format}: {}", shown.stderr);
        for words in ["3 rounds over 1 connection, 0 failed", "DeleteObject", "median", "p90", "largest"] {
            assert!(shown.stdout.contains(words), "{format}: {words} in {}", shown.stdout);
        }
    }
}

#[test]
fn no_round_and_too_many_are_refused() {
    for bad in ["0", "1001", "-1", "many"] {
        Cli::new("").arg(format!("--repeat={bad}")).run().refused(&["--repeat"]);
    }
}
