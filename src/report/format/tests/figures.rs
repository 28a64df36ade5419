//! Figures and names in the formats: each stands where it can be read, copied and compared with the others.

use super::*;
use crate::report::text::duration;

#[test]
fn the_log_holds_the_report_as_the_json_report_is_where_there_is_room() {
    let mut whole = 0;
    for (name, value) in saved() {
        let log = rendered(Format::Railway, &value);
        let last: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
        if last["message"].as_str().is_some_and(|message| message.contains("without")) {
            continue;
        }
        let json: Value = serde_json::from_str(&rendered(Format::Json, &value)).expect("JSON");
        // A report with no room for its nulls is complete all the same.
        whole += usize::from(last["report"] == json);
        assert_eq!(
            last["report"]["checks"][1]["requests"][0]["url"], json["checks"][1]["requests"][0]["url"],
            "{name}"
        );
    }
    assert!(whole > 20, "{whole}");
}

#[test]
fn no_label_of_a_text_file_runs_into_its_value() {
    let text = rendered(Format::File, &one("r2-on-railway"));
    for (label, value) in
        [("environment id", "11223344-"), ("deployment id", "0b1c2d3e-"), ("bucket", "clinic-files")]
    {
        let row = text.lines().find(|line| line.trim_start().starts_with(&format!("{label} ")));
        assert!(row.is_some_and(|row| row.contains(&format!("  {value}"))), "{label}: {text}");
    }
}

#[test]
fn an_address_in_a_text_file_ends_with_its_line_and_a_request_without_a_start_names_no_moment() {
    let mut value = one("retried");
    let text = rendered(Format::File, &value);
    let addresses: Vec<_> = text.lines().filter(|line| line.contains("/csvs/probe.csv")).collect();
    assert!(addresses.iter().any(|line| line.contains("http://")), "{text}");
    assert!(addresses.iter().all(|line| line.ends_with("probe.csv")), "{addresses:#?}");
    assert!(text.contains("PutObject, attempt 2\n"), "{text}");
    assert!(text.contains(" after the run began\n"), "{text}");
    value["started_at"] = "yesterday".into();
    let text = rendered(Format::File, &value);
    assert!(text.contains("  began           ") && !text.contains("  began           ,"), "{text}");
}

#[test]
fn the_picture_cuts_no_label_and_calls_no_interrupted_check_failed() {
    let mut value = one("timeout");
    value["checks"][1]["requests"][0]["attempt"] = 12.into();
    let page = rendered(Format::Html, &value);
    assert!(page.contains(">ListObjectsV2, attempt 12: no answer</text>"), "{page}");
    let page = rendered(Format::Html, &one("interrupted"));
    assert!(page.contains(", interrupted</text>") && !page.contains(", failed</text>"), "{page}");
}

#[test]
fn an_experiment_is_told_in_sentences() {
    for format in [Format::File, Format::Html] {
        let text = rendered(format, &one("experiment"));
        assert!(text.contains("This settled the cause."), "{format:?}: {text}");
        for odd in ["; this", ".: ", ".;", "`: was"] {
            assert!(!text.contains(odd), "{format:?}, {odd}: {text}");
        }
    }
}

#[test]
fn a_check_that_a_signal_cut_off_has_not_failed() {
    for format in [Format::File, Format::Markdown, Format::Html] {
        let text = rendered(format, &one("interrupted"));
        assert!(text.contains("interrupted at") && !text.contains("failed at"), "{format:?}: {text}");
    }
}

/// Where the bars of a page begin and end.
fn bars(page: &str) -> Vec<(f64, f64)> {
    let number = |bar: &str, name: &str| -> f64 {
        let (_, rest) = bar.split_once(&format!(" {name}=\"")).expect("a place");
        rest.split('"').next().expect("its end").parse().expect("a number")
    };
    let bar = |bar: &str| (number(bar, "x"), number(bar, "x") + number(bar, "width"));
    page.split("<rect").skip(1).map(bar).collect()
}

#[test]
fn of_many_rounds_the_picture_shows_the_reported_one_in_its_whole_width() {
    let mut value = one("repeat-fail");
    value["duration_ms"] = 100_000.into();
    let page = rendered(Format::Html, &value);
    let (left, right) = bars(&page)
        .iter()
        .fold((f64::MAX, 0.0_f64), |(left, right), bar| (left.min(bar.0), right.max(bar.1)));
    assert!(left <= 250.0 && (890.0..=902.0).contains(&right), "from {left} to {right}");
    assert!(page.contains(" in all: one of 20 rounds, which began "), "{page}");
    let page = rendered(Format::Html, &one("pass"));
    assert!(page.contains("To scale, ") && !page.contains("one of"), "{page}");
}

#[test]
fn an_experiment_without_a_request_has_its_place_in_the_picture() {
    let mut value = one("network");
    let experiment = serde_json::json!({
        "change": "A connection without the proxy", "result": "failed as well.", "proves": false,
        "duration_ms": 3000.0, "started_ms": 2000.0, "requests": [],
    });
    value["experiments"] = vec![experiment].into();
    value["duration_ms"] = 5000.into();
    let page = rendered(Format::Html, &value);
    assert!(page.contains("<title>experiments: 3.0 s, from 2.0 s on</title>"), "{page}");
}

#[test]
fn a_duration_has_two_or_three_digits_and_never_hundreds() {
    for (milliseconds, shown) in [
        (0.04, "<0.1 ms"),
        (9.94, "9.9 ms"),
        (9.96, "10 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (61_000.0, "61.0 s"),
        (1e300, "more than a year"),
        (f64::INFINITY, "more than a year"),
    ] {
        assert_eq!(duration(milliseconds), shown);
    }
}
