//! `show`: a saved report looks as it did, whatever it stands in; what is no report is named; nothing in it steers a terminal.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cli::demo_faults::each_fault;
use crate::support::cli::{Cli, NOWHERE, Ran};

/// A report of a run that failed.
pub fn saved(arguments: &str) -> String {
    Cli::new("demo --json").args(arguments).run().stdout
}

fn show(report: impl AsRef<[u8]>, options: &str) -> Ran {
    Cli::new("show saved").args(options).file("saved", report).run()
}

/// The sentence with which no report is shown.
fn refusal(report: impl AsRef<[u8]>) -> String {
    let ran = show(report, "");
    ran.refused(&["error: `saved` "]);
    ran.stderr
}

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut report: Value = serde_json::from_str(&saved("--fault read-only")).unwrap();
    change(&mut report);
    report.to_string()
}

#[test]
fn every_report_is_shown_as_it_was_written() {
    each_fault(|promise| {
        let outputs = "demo -q --output r.json --output r.md --output r.html --fault";
        let ran = Cli::new(outputs).arg(&promise.fault).run();
        let file = |name: &str| fs::read_to_string(ran.file(name)).unwrap();
        let shown = |options: &str| show(file("r.json"), options).stdout;
        let differs = |options: &str, name: &str| {
            (shown(options) != file(name)).then(|| format!("{} {options} {name}", promise.fault))
        };
        let forms = [("--json", "r.json"), ("--format markdown", "r.md"), ("--format html", "r.html")];
        forms.into_iter().filter_map(|(options, name)| differs(options, name)).collect()
    });
}

#[test]
fn a_report_is_found_in_a_log_in_a_line_of_a_log_and_in_a_text_of_such_a_line() {
    let report = saved("--fault read-only");
    let value: Value = serde_json::from_str(&report).unwrap();
    let nested = json!({"message": "r2-selftest: fail", "level": "error", "report": value});
    let as_text = json!({"message": value.to_string(), "severity": "info"});
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(report.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let log = format!("{{\"message\":\"Starting\"}}\n{nested}\n{{\"message\":\"}}{{\"}}\nKilled {{\n");
    let texts = [format!("2026-11-26 INFO {value} (end)"), nested.to_string(), as_text.to_string(), log];
    for text in texts.into_iter().map(String::into_bytes).chain([utf_16]) {
        let ran = show(&text, "--json");
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", String::from_utf8_lossy(&text));
        assert_eq!(ran.stdout, report);
    }
}

#[test]
fn standard_input_is_read_to_its_end() {
    let report = saved("");
    let mut cli = Cli::new("show - --json");
    cli.command().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = cli.spawn();
    child.stdin.take().unwrap().write_all(report.as_bytes()).unwrap();
    let ran = cli.ran(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stdout), (0, report));
}

#[test]
fn of_several_reports_the_last_is_shown_and_that_is_said() {
    let (first, last) = (saved("--tag number=1"), saved("--tag number=2"));
    let ran = show(format!("{first}\n{last}"), "--json");
    assert_eq!((ran.status, ran.stdout), (0, last));
    assert!(ran.stderr.starts_with("note: `saved`: 1 more report before the last one"), "{}", ran.stderr);
}

#[test]
fn what_is_no_report_is_named() {
    let report = saved("");
    assert!(refusal("").contains("is empty"));
    assert!(refusal("PASS").contains("holds no report"));
    assert!(refusal("{\"a\": [1]}").contains("holds JSON, but no report"));
    assert!(refusal(&report[..report.len() / 2]).contains("is truncated"));
    assert!(refusal(vec![b' '; 9 * 1024 * 1024]).contains("is too long"));
    Cli::new("show absent").run().refused(&["`absent`", "does not exist"]);
    Cli::new("show .").run().refused(&["`.`", "is a folder"]);
    Cli::new("show").run().refused(&["REPORT"]);
}

#[test]
fn a_report_that_was_compressed_or_changed_is_called_that() {
    for (start, kind) in
        [(&b"\x1f\x8b\x08\0"[..], "gzip"), (b"PK\x03\x04", "zip"), (b"\x28\xb5\x2f\xfd", "zstd")]
    {
        let message = refusal([start, &[7; 40]].concat());
        assert!(message.contains(&format!("is compressed ({kind})")), "{message}");
    }
    let told = |report: String| show(report, "").stderr;
    assert_eq!(told(with(|_| ())), "");
    let message = told(with(|report| report["verdict"] = "pass".into()));
    assert!(message.contains("it passes and its check `upload` does not"), "{message}");
    let message = told(with(|report| drop(report["checks"].as_array_mut().unwrap().pop())));
    assert!(message.contains("it lacks the checks delete"), "{message}");
}

#[test]
fn another_schema_is_said_with_the_version_that_wrote_it() {
    let message = refusal(with(|report| {
        report["schema_version"] = 2.into();
        report["tool"]["version"] = "2.3.4".into();
    }));
    assert!(message.contains("schema version 2") && message.contains("2.3.4"), "{message}");
    assert!(refusal(with(|report| drop(report["checks"].take()))).contains("is damaged"));
}

#[test]
fn unknown_fields_are_ignored_and_unknown_values_are_taken_for_nothing_better() {
    let plain: Value = serde_json::from_str(&show(with(|_| ()), "--json").stdout).unwrap();
    let ran = show(
        with(|report| {
            report["weather"] = json!({"is": "fine"});
            report["checks"][0]["mood"] = "good".into();
        }),
        "--json",
    );
    let mut shown: Value = serde_json::from_str(&ran.stdout).unwrap();
    for field in ["run_id", "started_at", "duration_ms"] {
        shown[field] = plain[field].clone();
    }
    assert_eq!(shown["checks"][0]["detail"], plain["checks"][0]["detail"]);
    assert_eq!(shown["weather"], Value::Null);

    let ran = show(
        with(|report| {
            report["verdict"] = "splendid".into();
            report["target"]["kind"] = "r3".into();
            report["checks"][1]["status"] = "superb".into();
            report["checks"][2]["findings"][0]["severity"] = "lovely".into();
            report["settings"][0]["source"] = "vault".into();
        }),
        "--json",
    );
    let shown: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.status, &shown["verdict"], &shown["target"]["kind"]), (0, &json!("fail"), &Value::Null));
    assert_eq!(shown["checks"][1]["status"], "fail");
    assert_eq!(shown["checks"][2]["findings"][0]["severity"], "error");
    for word in ["`splendid`", "`r3`", "`superb`", "`lovely`", "`vault`"] {
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}

#[test]
fn nothing_in_a_report_steers_a_terminal() {
    const HOSTILE: &str = "x\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\r";
    let report = with(|report| {
        for place in ["/summary", "/target/bucket", "/checks/0/detail", "/checks/2/findings/0/cause"] {
            *report.pointer_mut(place).unwrap() = HOSTILE.into();
        }
        report["tags"] = json!({HOSTILE: HOSTILE});
        report["verdict"] = HOSTILE.into();
    });
    for options in ["", "-v", "--json"] {
        let ran = show(&report, options);
        assert_eq!(ran.status, 0);
        for text in [&ran.stdout, &ran.stderr] {
            let steers = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!text.contains(steers), "{options}: {text:?}");
        }
    }
}

#[test]
fn nothing_in_a_report_commands_a_step_of_github_actions() {
    let report = with(|report| {
        report["summary"] = "##[add-path]/tmp and ##[set-env name=X]y".into();
        report["checks"][2]["findings"][0]["fix"][0]["command"] = "::add-path::/tmp".into();
    });
    for arguments in ["show saved", "show saved --json", "compare saved saved", "compare saved saved --json"]
    {
        let ran = Cli::new(arguments).env("GITHUB_ACTIONS", "true").file("saved", &report).run();
        let commands = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
        assert!(!ran.stdout.lines().any(commands), "{arguments}: {}", ran.stdout);
    }
}

#[test]
fn a_secret_of_this_environment_is_masked_in_whatever_report() {
    let (_, secret) = NOWHERE[3];
    let report = with(|report| report["summary"] = format!("see {secret}").into());
    for options in ["", "--json"] {
        let ran = Cli::new("show saved").args(options).envs(NOWHERE).file("saved", &report).run();
        assert_eq!(ran.status, 0);
        assert!(!ran.stdout.contains(&secret[..12]), "{}", ran.stdout);
    }
}

#[test]
fn a_saved_report_becomes_the_files_that_its_run_would_have_written() {
    let outputs = "demo -q --fault read-only --output r.json --output r.txt --output r.md --output r.html";
    let run = Cli::new(outputs).run();
    let file = |ran: &Ran, name: &str| fs::read_to_string(ran.file(name)).unwrap();
    let saved = file(&run, "r.json");
    let forms = ["s.txt", "s.md", "s.html", "s.json"];
    let ran = show(&saved, "--output s.txt --output s.md --output s.html --output s.json");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    for name in forms {
        assert!(file(&ran, name) == file(&run, &name.replacen('s', "r", 1)), "{name}");
    }
    assert!(ran.stdout.starts_with(&show(&saved, "").stdout));
    assert!(ran.stdout.ends_with("\nThe report is also in s.txt, s.md, s.html, s.json.\n"), "{}", ran.stdout);
    let ran = show(&saved, "--json --output s.txt");
    assert_eq!((ran.status, ran.stdout == saved), (0, true), "standard output stays one document");
}

#[test]
fn a_file_that_cannot_be_written_is_named_before_anything_is_shown() {
    let report = saved("");
    for (option, reason) in [
        ("--output s.pdf", "must end in"),
        ("--output absent/s.txt", "no such folder"),
        ("--output s", "must end in"),
    ] {
        let ran = show(&report, option);
        ran.refused(&["error: cannot", reason]);
        assert_eq!(ran.stdout, "");
    }
    show(&report, "--output s.txt --output s.txt").refused(&["`s.txt` is named twice"]);
}
