//! The demo: six passes on this machine alone, with nothing left behind.

use crate::support::cli::Cli;
use crate::support::report::text;

#[test]
fn the_demo_passes_all_six_checks() {
    let ran = Cli::new("demo --json").run();
    let report = ran.report();
    assert_eq!((ran.status, report.verdict()), (0, "pass"));
    assert_eq!(report.statuses(), ["pass"; 6]);
    assert_eq!(report.codes(), Vec::<&str>::new());
    assert_eq!((&report.0["target"]["kind"], &report.0["tags"]), (&"demo".into(), &serde_json::json!({})));
    assert!(text(&report.0["summary"]).contains("your own R2 bucket was not contacted"));
}

#[test]
fn the_demo_leaves_nothing_in_the_temporary_folder() {
    for call in ["demo", "demo --json", "demo --output a.json", "demo --deadline 1ms --json"] {
        let ran = Cli::new(call).run();
        assert_eq!(ran.temporary(), Vec::<String>::new(), "{call}");
    }
}

#[test]
fn the_demo_whose_reader_leaves_cleans_up_too() {
    let mut cli = Cli::new("demo");
    cli.command().stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = cli.spawn();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let ran = cli.ran(output);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.temporary(), Vec::<String>::new());
}

#[test]
fn the_demo_reads_no_settings() {
    let file = "R2_ENABLED=false\nR2_BUCKET_NAME=from-the-file\nthis line cannot be read\n";
    let ran = Cli::new("demo --json")
        .file(".env", file)
        .env("R2_ENDPOINT", "https://from-the-environment.example")
        .env("R2_BUCKET_NAME", "from-the-environment")
        .env("R2_ACCESS_KEY_ID", "from-the-environment")
        .run();
    let report = ran.report();
    assert_eq!(report.statuses(), ["pass"; 6]);
    assert!(!ran.stdout.contains("from-the-"), "{}", ran.stdout);
    assert_eq!(report.0["environment"]["env_file"], serde_json::Value::Null);
}

#[test]
fn the_demo_uses_no_proxy() {
    let mut cli = Cli::new("demo --json --retries 0");
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"] {
        cli = cli.env(name, "http://127.0.0.1:9");
    }
    let report = cli.run().report();
    assert_eq!(report.statuses(), ["pass"; 6]);
    assert_eq!(report.codes(), Vec::<&str>::new());
    assert_eq!(report.0["environment"]["proxy"], serde_json::Value::Null);
}

#[test]
fn a_passing_run_takes_seven_requests_on_one_connection() {
    let report = Cli::new("demo --json").run().report();
    let operations: Vec<_> = report.requests().iter().map(|request| text(&request["operation"])).collect();
    let expected = [
        "ListObjectsV2",
        "HeadBucket",
        "PutObject",
        "ListObjectsV2",
        "GetObject",
        "DeleteObject",
        "GetObject",
    ];
    assert_eq!(operations, expected);
    for check in report.0["checks"].as_array().unwrap() {
        let opened = check["phases"].get("tcp_ms").is_some();
        assert_eq!(opened, check["name"] == "connect", "{check:#}");
    }
    assert!(report.requests().iter().all(|request| text(&request["url"]).starts_with("http://127.0.0.1:")));
}

#[test]
fn the_demo_goes_without_a_home_a_path_or_a_terminal() {
    let mut cli = Cli::new("demo --json");
    let temporary = cli.here().parent().unwrap().join("tmp");
    cli.command().env_clear().env("TMPDIR", temporary);
    assert_eq!(cli.run().report().statuses(), ["pass"; 6]);
}

#[test]
fn many_demos_at_once_do_not_meet() {
    let children: Vec<_> = (0..6)
        .map(|_| {
            let mut cli = Cli::new("demo --json");
            cli.command().stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            let child = cli.spawn();
            (cli, child)
        })
        .collect();
    for (cli, child) in children {
        let ran = cli.ran(child.wait_with_output().unwrap());
        assert_eq!(ran.report().statuses(), ["pass"; 6]);
    }
}

#[test]
fn the_demo_needs_no_temporary_folder() {
    assert_eq!(Cli::new("demo --json").env("TMPDIR", "/absent").run().report().statuses(), ["pass"; 6]);
}
