//! What holds of each format of every report, as its readers read it.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

use serde::Deserialize as _;

use super::*;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::diagnosis::catalogue;
use crate::report::build::describe;
use crate::report::folding::{folded, parted};

/// The lines of a log, as Railway parses them.
fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// What holds of every log.
fn assert_log(name: &str, log: &str, value: &Value) {
    let lines = lines(log);
    assert!(lines.len() <= 11, "{name}: {} lines, and a demo's preface is one more", lines.len());
    for (line, text) in lines.iter().zip(log.lines()) {
        assert!(text.len() < 16 * 1024, "{name}: {} bytes", text.len());
        assert!(["info", "warn", "error"].iter().any(|level| line["level"] == *level), "{name}: {line}");
        let message = line["message"].as_str().expect("a message");
        assert!(!message.is_empty() && !message.contains('\n'), "{name}: {message:?}");
    }
    let [checks @ .., verdict, last] = &lines[..] else { panic!("{name}: {log}") };
    assert!(checks.len() >= 6 && checks[..6].iter().all(|line| line["check"].is_string()), "{name}");
    let fails = matches!(value["verdict"].as_str(), Some("fail" | "interrupted"));
    assert_eq!(verdict["level"] == "error", fails, "{name}: {verdict}");
    let report: Report = serde_json::from_value(last["report"].clone()).expect("a report");
    assert_eq!(report.run_id, value["run_id"].as_str().expect("an id"), "{name}");
}

#[test]
fn each_line_for_railway_is_an_object_that_its_log_can_read() {
    for (name, value) in saved() {
        assert_log(&name, &rendered(Format::Railway, &value), &value);
    }
}

#[test]
fn a_report_that_is_too_long_for_a_line_loses_its_requests_first_and_says_so() {
    let mut value = one("permission");
    let mut finding = value["checks"][2]["findings"][0].clone();
    finding["cause"] = "a cause ".repeat(100).into();
    let request = value["checks"][2]["requests"][0].clone();
    value["checks"][2]["requests"] = vec![request; 200].into();
    let log = rendered(Format::Railway, &value);
    assert_log("many requests", &log, &value);
    assert!(log.contains("without requests\""), "{log}");
    value["checks"][2]["findings"] = vec![finding; 60].into();
    let log = rendered(Format::Railway, &value);
    assert_log("many findings", &log, &value);
    assert!(log.contains("without requests, findings\"") && log.contains("58 more findings"), "{log}");
}

#[test]
fn the_measurements_of_several_rounds_are_one_line_among_the_twelve() {
    let mut value = one("config-many");
    assert!(value["checks"][0]["findings"].as_array().is_some_and(|findings| findings.len() > 3));
    value["measurements"] = one("repeat-fail")["measurements"].clone();
    let log = rendered(Format::Railway, &value);
    assert_log("many findings", &log, &value);
    let line = lines(&log).into_iter().find(|line| line["measurements"].is_object()).expect("the line");
    let message = line["message"].as_str().expect("a message");
    assert!(
        message.starts_with("20 rounds over 2 connections, 3 failed; the six checks are those of one. "),
        "{message}"
    );
    assert!(message.contains("; PutObject 20 requests, 2 failed, median "), "{message}");
}

#[test]
fn every_format_has_the_table_of_several_rounds_and_says_how_many_of_them_were_made() {
    for (name, operations) in [("repeat", 5), ("repeat-fail", 5)] {
        let mut value = one(name);
        value["measurements"]["rounds"] = 19.into();
        for format in [Format::Text, Format::File, Format::Markdown, Format::Html, Format::Railway] {
            let text = rendered(format, &value);
            assert!(text.contains("19 of 20 rounds over "), "{name}: {text}");
            let rows = Report::deserialize(&value).expect("a report").measurements.expect("measurements");
            assert_eq!(rows.rows().count(), operations);
            for [operation, count, .., largest] in rows.rows() {
                let row = text.lines().find(|line| line.contains(&operation) && line.contains(&largest));
                assert!(row.is_some_and(|row| row.contains(&count)), "{name}: {operation} in {text}");
            }
        }
    }
}

#[test]
fn what_the_verdict_states_stands_before_everything_else_with_its_evidence_and_its_first_step() {
    for (name, value) in saved() {
        let report = report(&value);
        let Some(stated) = parted(&report).stated else { continue };
        let crate::report::Finding { cause, evidence, fix, .. } = stated.finding;
        for (format, before) in [
            (Format::File, "\nChecks\n------\n"),
            (Format::Markdown, "\n|  | check | claim |"),
            (Format::Html, "<h2 id=\"checks\">"),
        ] {
            let text = rendered(format, &value);
            let (first, _) = text.split_once(before).expect("the checks");
            for text in [cause, &evidence[0], &fix[0].text].into_iter().chain(&report.target.endpoint) {
                assert!(words(first).contains(&words(text)), "{name} {format:?}: {text} in {first}");
            }
        }
    }
}

/// The letters of a text alone: however a format breaks its lines, and whatever stands for its other characters.
fn words(text: &str) -> String {
    let text = text.replace("&#34;", "").replace("&#39;", "").replace("&#38;", "").replace("&#60;", "");
    let text = text.replace("<code>", "").replace("</code>", "").replace("&#62;", "");
    text.chars().filter(char::is_ascii_alphabetic).collect()
}

#[test]
fn a_check_that_failed_in_any_round_is_named_at_the_top() {
    let value = one("repeat-fail");
    for format in [Format::File, Format::Markdown, Format::Html] {
        let text = rendered(format, &value);
        assert!(text.contains("upload, download"), "{format:?}: {text}");
    }
}

/// What a Markdown document is made of.
#[derive(Default)]
struct Outline {
    headings: Vec<(HeadingLevel, String)>,
    /// Rows of the first table.
    rows: usize,
    tables: usize,
    html: Vec<String>,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the rest of a document is no part of its outline")]
fn outline(markdown: &str) -> Outline {
    let mut outline = Outline::default();
    let mut heading = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => outline.headings.extend(heading.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, words)) = &mut heading {
                    words.push_str(&text);
                }
            }
            Event::Start(Tag::Table(_)) => outline.tables += 1,
            Event::Start(Tag::TableRow) if outline.tables == 1 => outline.rows += 1,
            Event::Html(html) | Event::InlineHtml(html) => outline.html.push(html.trim().to_owned()),
            _ => {}
        }
    }
    outline
}

#[test]
fn markdown_has_its_verdict_its_six_checks_and_a_heading_for_each_finding() {
    for (name, value) in saved() {
        let (markdown, report) = (rendered(Format::Markdown, &value), report(&value));
        let outline = outline(&markdown);
        assert_eq!(outline.rows, 6, "{name}");
        let [(HeadingLevel::H2, verdict), findings @ ..] = &outline.headings[..] else { panic!("{name}") };
        assert_eq!(verdict, &format!("r2-selftest: {}", facts::verdict(report.verdict)), "{name}");
        let codes: Vec<_> = folded(&report).iter().map(|shown| shown.finding.code.clone()).collect();
        assert_eq!(findings.len(), codes.len(), "{name}");
        for ((level, words), code) in findings.iter().zip(codes) {
            assert!(*level == HeadingLevel::H3 && words.contains(&code), "{name}: {words}");
        }
        for html in &outline.html {
            let ours = ["<details>", "</details>", "<summary>"].iter().any(|tag| html.starts_with(tag));
            assert!(ours, "{name}: {html}");
        }
        assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count(), "{name}");
        let passes = value["verdict"] == "pass";
        assert!(!passes || markdown.lines().count() < 60, "{name}: {} lines", markdown.lines().count());
    }
}

#[test]
fn the_blocks_for_support_hold_what_they_ask_for() {
    let markdown = rendered(Format::Markdown, &one("r2-on-railway"));
    let (_, cloudflare) = markdown.split_once("<summary>For Cloudflare</summary>").expect("a block");
    let (cloudflare, railway) = cloudflare.split_once("<summary>For Railway</summary>").expect("a block");
    let of_cloudflare =
        ["1f2e3d4c5b6a79880123456789abcdef", "clinic-files", "PutObject", "AccessDenied", "-AMS", "GMT"];
    for fact in of_cloudflare {
        assert!(cloudflare.contains(fact), "{fact}: {cloudflare}");
    }
    for fact in ["production", "web", "0b1c2d3e-4f50", "3f2e1d0c-9b8a", "7a6b5c4d-3e2f", "europe-west4"] {
        assert!(railway.contains(fact), "{fact}: {railway}");
    }
}

#[test]
fn a_page_needs_nothing_from_elsewhere_and_holds_the_whole_report() {
    for (name, value) in saved() {
        let page = rendered(Format::Html, &value);
        for loads in [
            "src=",
            "<link",
            "@import",
            "<iframe",
            "<object",
            "<form",
            "http-equiv=\"refresh\"",
            "javascript:",
        ] {
            assert!(!page.contains(loads), "{name}: {loads}");
        }
        assert_eq!(page.matches("url(").count(), page.matches("url(#hatched)").count(), "{name}");
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        let (_, script) =
            page.split_once("<script type=\"application/json\" id=\"report\">").expect("the report");
        let (json, _) = script.split_once("</script>").expect("its end");
        let embedded: Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(embedded, serde_json::to_value(&*report(&value)).expect("JSON"), "{name}");
    }
}

/// A report in which these codes were found.
fn with(codes: &[Code]) -> Value {
    let mut report: Report = serde_json::from_value(one("permission")).expect("a report");
    let errors = codes.iter().map(|code| describe(&Finding::error(*code).because("evidence")));
    report.checks[2].findings = errors.collect();
    serde_json::to_value(report).expect("JSON")
}

#[test]
fn every_link_of_a_finding_is_one_of_the_catalogue() {
    let known: Vec<&str> = catalogue::texts().flat_map(links).collect();
    let all = |format| rendered(format, &with(Code::ALL));
    // A line of the log has room for a few only.
    let log = Code::ALL.iter().map(|code| rendered(Format::Railway, &with(&[*code]))).collect();
    let others = [Format::Html, Format::Markdown, Format::File, Format::Text, Format::Json].map(all);
    for text in others.into_iter().chain([log]) {
        let links = links(&text);
        assert!(links.len() > 100, "{}", links.len());
        for link in links {
            assert!(known.contains(&link.replace("&#38;", "&").as_str()), "{link}");
        }
    }
}

/// Every link in a text of any format.
fn links(text: &str) -> Vec<&str> {
    let ends = |letter: char| letter.is_whitespace() || "\"<>`\\".contains(letter);
    text.match_indices("https://").filter_map(|(at, _)| text[at..].split(ends).next()).collect()
}
