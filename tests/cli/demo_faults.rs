//! Every fault of the demo: it must end as `--fault help` promises.

use serde_json::Value;

use crate::support::cli::{Cli, Ran};
use crate::support::side_by_side::each;

/// One line of `--fault help`.
#[derive(Clone)]
pub struct Promise {
    pub fault: String,
    code: String,
}

impl Promise {
    /// Whether the run passes all the same.
    fn is_warning(&self) -> bool {
        matches!(self.code.as_str(), "service.retried" | "service.slow" | "bucket.expires")
    }
}

/// A demo must not read these variables, not even by accident.
pub fn demo(arguments: &str) -> Ran {
    let cli = Cli::new("demo").args(arguments).env("R2_ENABLED", "false");
    cli.env("HTTPS_PROXY", "http://127.0.0.1:9").run()
}

/// The faults as the program lists them: a name, two spaces at least, what is wrong, and a code at the end.
fn promises() -> Vec<Promise> {
    let ran = demo("--fault help");
    assert_eq!(demo("--fault list").stdout, ran.stdout);
    assert_eq!(ran.status, 0);
    let promise = |line: &str| {
        let (fault, rest) = line.split_once("  ")?;
        let code = rest.split_whitespace().last().filter(|code| code.contains('.'))?;
        Some(Promise { fault: fault.to_owned(), code: code.to_owned() })
    };
    ran.stdout.lines().filter_map(promise).collect()
}

/// Runs a demo with a fault and tells in which way the promise is broken.
fn broken_promises(promise: &Promise) -> Vec<String> {
    let ran = demo(&format!("--json --fault {}", promise.fault));
    let report = ran.report().0;
    let mut broken = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            broken.push(format!("{}: {what}", promise.fault));
        }
    };
    demand(ran.status == i32::from(!promise.is_warning()), format!("status {}", ran.status));
    demand(report["target"]["kind"] == "demo", format!("target {}", report["target"]));
    demand(report["tags"]["demo-fault"] == promise.fault, format!("tags {}", report["tags"]));
    if promise.is_warning() {
        demand(report["root_cause"].is_null(), format!("root cause {}", report["root_cause"]));
        demand(found(&report) == [promise.code.as_str()], format!("findings {:?}", found(&report)));
    } else {
        demand(report["root_cause"] == promise.code, format!("root cause {}", report["root_cause"]));
    }
    demand(stays_on_loopback(&report), "a request left the machine".to_owned());
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

/// Carries `judge` out for every fault, several beside each other, and expects it to find nothing wrong.
pub fn each_fault(judge: impl Fn(&Promise) -> Vec<String> + Sync) {
    let promises = promises();
    assert!(promises.len() > 40, "the list of faults was not understood");
    let broken: Vec<String> = each(&promises, judge).into_iter().flatten().collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_fault_ends_with_the_code_that_it_promises() {
    each_fault(broken_promises);
}

#[test]
fn the_text_says_that_it_is_a_demo_which_fault_is_on_and_what_it_must_end_with() {
    let ran = demo("--fault wrong-secret");
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "Demo of the fault `wrong-secret`:",
        "Expect auth.signature and exit status 1.",
        "error auth.signature:",
        "FAIL ",
        "(auth.signature): ",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    assert_eq!(ran.status, 1);
}

#[test]
fn repeats_that_did_not_help_are_evidence_and_no_warning() {
    let report = demo("--json --fault closed").report().0;
    assert_eq!(found(&report), ["network.closed"]);
    let evidence = report["checks"][1]["findings"][0]["evidence"].as_array().unwrap();
    for try_told in ["ListObjectsV2, attempt 1: ", "ListObjectsV2, attempt 2: ", "ListObjectsV2, attempt 3: "]
    {
        assert!(evidence.iter().any(|line| line.as_str().unwrap().starts_with(try_told)), "{evidence:?}");
    }
}

#[test]
fn a_warning_fails_a_strict_demo() {
    assert_eq!(demo("--strict --fault flaky").status, 1);
}

#[test]
fn the_limits_of_the_command_line_win_over_those_of_a_fault() {
    let report = demo("--json --fault timeout --timeout 200ms").report().0;
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
        demo(&format!("--fault {name}")).refused(&[hint]);
    }
}
