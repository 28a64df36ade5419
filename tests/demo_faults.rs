//! Every fault of the demo, through the program itself: it must end as `--fault help` promises.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::VecDeque;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

/// How many demos run beside each other. Most of their time is waiting.
const AT_ONCE: usize = 8;
const CHECKS: [&str; 6] = ["config", "connect", "upload", "list", "download", "delete"];

/// One line of `--fault help`.
#[derive(Clone)]
struct Promise {
    fault: String,
    code: String,
}

impl Promise {
    /// Whether the run passes all the same.
    fn is_warning(&self) -> bool {
        matches!(self.code.as_str(), "service.retried" | "service.slow")
    }
}

fn demo(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_r2-selftest"))
        .arg("demo")
        .args(arguments)
        .env_clear()
        // A demo must not read them, not even by accident.
        .env("R2_ENABLED", "false")
        .env("HTTPS_PROXY", "http://192.0.2.1:9")
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The faults as the program lists them: a name, two spaces at least, what is wrong, and a code at the end.
fn promises() -> Vec<Promise> {
    let output = demo(&["--fault", "help"]);
    assert_eq!(output.status.code(), Some(0));
    let promise = |line: &str| {
        let (fault, rest) = line.split_once("  ")?;
        let code = rest.split_whitespace().last().filter(|code| code.contains('.'))?;
        Some(Promise { fault: fault.to_owned(), code: code.to_owned() })
    };
    printed(&output).lines().filter_map(promise).collect()
}

/// Runs a demo with a fault and tells in which way the promise is broken.
fn broken_promises(promise: &Promise) -> Vec<String> {
    let output = demo(&["--json", "--fault", &promise.fault]);
    let mut broken = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            broken.push(format!("{}: {what}", promise.fault));
        }
    };
    let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else {
        return vec![format!(
            "{}: no JSON document: {}{}",
            promise.fault,
            printed(&output),
            complaint(&output)
        )];
    };
    let status = i32::from(!promise.is_warning());
    demand(output.status.code() == Some(status), format!("{}", output.status));
    demand(report["exit_code"] == status, format!("exit code {}", report["exit_code"]));
    let names: Vec<_> = checks(&report).map(|check| check["name"].as_str().unwrap()).collect();
    demand(names == CHECKS, format!("checks {names:?}"));
    demand(report["target"]["kind"] == "demo", format!("target {}", report["target"]));
    demand(report["tags"]["demo-fault"] == promise.fault, format!("tags {}", report["tags"]));
    if promise.is_warning() {
        demand(report["root_cause"].is_null(), format!("root cause {}", report["root_cause"]));
        demand(found(&report) == [promise.code.as_str()], format!("findings {:?}", found(&report)));
    } else {
        demand(report["root_cause"] == promise.code, format!("root cause {}", report["root_cause"]));
    }
    demand(stays_on_loopback(&report), "a request left the machine".to_owned());
    demand(output.stderr.is_empty(), complaint(&output));
    broken
}

fn checks(report: &Value) -> impl Iterator<Item = &Value> {
    report["checks"].as_array().unwrap().iter()
}

fn found(report: &Value) -> Vec<&str> {
    let findings = checks(report).flat_map(|check| check["findings"].as_array().unwrap());
    findings.map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn stays_on_loopback(report: &Value) -> bool {
    let mut requests = checks(report).flat_map(|check| check["requests"].as_array().unwrap());
    requests.all(|request| {
        let url = request["url"].as_str().unwrap();
        url.starts_with("http://127.0.0.1:") || url.starts_with("https://127.0.0.1")
    })
}

#[test]
fn every_fault_ends_with_the_code_that_it_promises() {
    let promises = promises();
    assert!(promises.len() > 40, "the list of faults was not understood");
    let waiting = Mutex::new(VecDeque::from(promises));
    let next = || waiting.lock().unwrap().pop_front();
    let broken: Vec<String> = thread::scope(|scope| {
        let work =
            || std::iter::from_fn(next).flat_map(|promise| broken_promises(&promise)).collect::<Vec<_>>();
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_demo_without_a_fault_passes() {
    let output = demo(&["--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    assert_eq!((&report["verdict"], &report["tags"]), (&"pass".into(), &serde_json::json!({})));
    assert_eq!(found(&report), [""; 0]);
}

#[test]
fn the_text_says_that_it_is_a_demo_which_fault_is_on_and_what_it_must_end_with() {
    let output = demo(&["--fault", "wrong-secret"]);
    let text = printed(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "This is a demo on an embedded S3 server.",
        "The fault `wrong-secret` is on:",
        "The run should name auth.signature and end with exit status 1.",
        "error auth.signature:",
        "FAIL This would stop a deploy:",
        "says nothing about your R2.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn repeats_that_did_not_help_are_evidence_and_no_warning() {
    let output = demo(&["--json", "--fault", "closed"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found(&report), ["network.closed"]);
    let evidence = report["checks"][1]["findings"][0]["evidence"].as_array().unwrap();
    for try_told in ["ListObjectsV2, try 1: ", "ListObjectsV2, try 2: ", "ListObjectsV2, try 3: "] {
        assert!(evidence.iter().any(|line| line.as_str().unwrap().starts_with(try_told)), "{evidence:?}");
    }
}

#[test]
fn a_warning_fails_a_strict_demo() {
    assert_eq!(demo(&["--strict", "--fault", "flaky"]).status.code(), Some(1));
}

#[test]
fn the_limits_of_the_command_line_win_over_those_of_a_fault() {
    let output = demo(&["--json", "--fault", "timeout", "--timeout", "200ms"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["duration_ms"].as_f64().unwrap() < 1000.0, "{}", report["duration_ms"]);
    assert_eq!(report["root_cause"], "network.timeout");
}

#[test]
fn an_unknown_fault_is_a_wrong_command_line_and_names_the_nearest() {
    for (name, hint) in [
        ("wrong-secrte", "did you mean `wrong-secret`?"),
        ("auth.signature", "did you mean `wrong-secret`?"),
        ("what-is-this", "`r2-selftest demo --fault help` lists all faults"),
    ] {
        let output = demo(&["--fault", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(complaint(&output).contains(hint), "{}", complaint(&output));
        assert!(output.stdout.is_empty());
    }
}
