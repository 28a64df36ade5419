//! `--format`, and the places that choose one: Railway's log, GitHub Actions.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::cli::{Cli, NOWHERE, Ran, wait};
use crate::support::r2::{Fault, Op, R2, S3Error};
use crate::support::report::Report;

/// What Railway tells a deployment.
const RAILWAY: [(&str, &str); 3] = [
    ("RAILWAY_ENVIRONMENT_NAME", "production"),
    ("RAILWAY_SERVICE_NAME", "web"),
    ("RAILWAY_DEPLOYMENT_ID", "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0"),
];

/// The lines of a log, as Railway parses them.
fn log(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.stderr, "");
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() <= 12, "{}", ran.stdout);
    for line in &lines {
        assert!(line["message"].is_string() && line["level"].is_string(), "{line}");
    }
    let last = lines.last().unwrap();
    assert_eq!(last["report"]["exit_code"], ran.status);
    lines
}

#[test]
fn on_railway_the_log_is_told_line_by_line() {
    let r2 = R2::start();
    let ran = Cli::new("--no-env-file").envs(r2.env()).envs(RAILWAY).run();
    let lines = log(&ran);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    let checks: Vec<_> = lines.iter().filter_map(|line| line["check"].as_str()).collect();
    assert_eq!(checks, crate::support::report::CHECKS);
    let verdict = &lines[lines.len() - 2];
    assert_eq!((&verdict["level"], &verdict["verdict"]), (&"info".into(), &"warn".into()), "{verdict}");
    let remark = lines.iter().find(|line| line["code"] == "config.endpoint-not-r2").unwrap();
    assert_eq!(remark["level"], "warn");
}

#[test]
fn on_railway_the_line_of_a_check_comes_as_it_ends() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).delay(Duration::from_secs(1))).start();
    let mut cli = Cli::new("--no-env-file").envs(r2.env()).envs(RAILWAY);
    cli.command().stdout(Stdio::piped());
    let mut child = cli.spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for check in ["config", "connect"] {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["check"], check);
    }
    assert!(!r2.operations().contains(&Op::Get), "the upload is still under way");
    assert!(lines.count() > 5);
    assert_eq!(wait(&mut child), 0);
}

#[test]
fn on_railway_a_failure_has_the_level_error_at_its_check_its_finding_and_its_verdict() {
    let ran = Cli::new("--no-env-file --retries 0").envs(NOWHERE).envs(RAILWAY).run();
    assert_eq!(ran.status, 1);
    let lines = log(&ran);
    let of = |key: &str, value: &str| lines.iter().find(|line| line[key] == value).unwrap();
    for line in [of("check", "connect"), of("code", "network.refused"), of("verdict", "fail")] {
        assert_eq!(line["level"], "error", "{line}");
    }
    let message = of("code", "network.refused")["message"].as_str().unwrap();
    assert!(message.contains("network.refused") && message.contains(" Fix: "), "{message}");
    assert_eq!(of("check", "upload")["level"], "info", "skipped");
}

#[test]
fn railways_lines_can_be_asked_for_elsewhere_and_refused_on_railway() {
    let asked = Cli::new("demo --fault read-only --format railway").run();
    assert_eq!(log(&asked)[0]["message"].as_str().unwrap().split(' ').next(), Some("Demo"));
    let ran = Cli::new("demo --format text").envs(RAILWAY).run();
    assert!(ran.stdout.contains("\nPASS  "), "{}", ran.stdout);
    let ran = Cli::new("demo --json").envs(RAILWAY).run();
    ran.report();
    let quiet = Cli::new("demo --quiet").envs(RAILWAY).run();
    assert_eq!(log(&quiet).len(), 2, "verdict and report: {}", quiet.stdout);
}

#[test]
fn markdown_and_html_go_to_standard_output_whole_and_alone() {
    for (format, start) in [("markdown", "## r2-selftest: FAIL\n"), ("html", "<!DOCTYPE html>\n")] {
        let name = if format == "html" { "a.html" } else { "a.md" };
        let ran = Cli::new("demo --fault read-only --format").arg(format).arg("--output").arg(name).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
        assert!(ran.stdout.starts_with(start), "{}", ran.stdout);
        assert_eq!(fs::read_to_string(ran.file(name)).unwrap(), ran.stdout);
    }
}

/// A step of GitHub Actions whose summary holds something already.
fn step(arguments: &str) -> Cli {
    let cli = Cli::new(arguments).file("summary.md", "# Before\n").env("GITHUB_ACTIONS", "true");
    let path = cli.here().join("summary.md");
    cli.env("GITHUB_STEP_SUMMARY", path)
}

#[test]
fn in_github_actions_an_error_is_an_annotation_and_the_report_is_in_the_summary() {
    let ran = step("demo --fault read-only --json").run();
    assert_eq!(ran.status, 1);
    assert_eq!(Report::read(ran.stdout.as_bytes()).root_cause(), Some("permission.read-only"));
    let [annotation] = ran.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", ran.stderr) };
    assert!(annotation.starts_with("::error title=permission.read-only%3A "), "{annotation}");
    let summary = fs::read_to_string(ran.file("summary.md")).unwrap();
    assert!(summary.starts_with("# Before\n## r2-selftest: FAIL\n"), "{summary}");
    let passes = step("demo").run();
    assert_eq!((passes.status, passes.stderr.as_str()), (0, ""));
}

/// GitHub's runner obeys a line that begins with `::`, blanks aside, and `##[` anywhere.
#[test]
fn no_server_gives_commands_to_github_actions() {
    let message = "::add-mask::a ::error::##[error]b ".repeat(30);
    for format in ["text", "json", "markdown", "html", "railway"] {
        let r2 = R2::builder()
            .fault(Fault::on(Op::Put).error(S3Error::new(403, "AccessDenied", &message)))
            .start();
        let ran = step("--no-env-file -v --retries 0 --format").arg(format).envs(r2.env()).run();
        assert_eq!(ran.status, 1);
        assert!(ran.stdout.contains("add-mask::a"), "{}", ran.stdout);
        let commands = ran.stdout.lines().chain(ran.stderr.lines()).filter(|line| {
            line.contains("##[") || line.trim_start().starts_with("::") && !line.starts_with("::error title=")
        });
        assert_eq!(commands.collect::<Vec<_>>(), Vec::<&str>::new());
        if format == "json" {
            let report = Report::read(ran.stdout.as_bytes());
            assert!(report.requests().iter().any(|request| request["s3_message"] == message.trim_end()));
        }
    }
}

#[test]
fn a_summary_that_cannot_be_written_changes_nothing_else() {
    let missing =
        Cli::new("demo").env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "absent/summary.md").run();
    assert_eq!(missing.status, 0);
    assert!(missing.stderr.contains("note: the job's summary lacks this report"), "{}", missing.stderr);
    let full = step("demo").file("summary.md", "x".repeat(1024 * 1024 - 10)).run();
    assert_eq!(full.status, 0);
    assert!(full.stderr.contains("too long"), "{}", full.stderr);
    assert_eq!(fs::metadata(full.file("summary.md")).unwrap().len(), 1024 * 1024 - 10);
    let elsewhere = step("demo").env("GITHUB_ACTIONS", "").run();
    assert_eq!(fs::read_to_string(elsewhere.file("summary.md")).unwrap(), "# Before\n");
}
