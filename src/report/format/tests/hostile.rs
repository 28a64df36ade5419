//! Text from a server, a file or a variable stays text in its place, in every format.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

use super::*;

/// Puts a text wherever a report has one that came from elsewhere.
fn spoilt(value: &Value, foreign: &str) -> Value {
    let mut value = value.clone();
    value["measurements"] = one("repeat-fail")["measurements"].clone();
    let set = |place: Option<&mut Value>| {
        if let Some(text) = place.filter(|text| text.is_string()) {
            *text = foreign.into();
        }
    };
    for pointer in [
        "/summary",
        "/root_cause",
        "/target/bucket",
        "/target/endpoint",
        "/target/account_id",
        "/target/region",
        "/environment/proxy",
        "/environment/env_file",
        "/environment/sdk/found",
        "/environment/railway/service",
        "/settings/1/value",
        "/settings/5/value",
        "/tags/ticket",
        "/checks/1/detail",
        "/checks/2/detail",
        "/checks/1/phases/certificate_issuer",
        "/checks/2/findings/0/title",
        "/checks/2/findings/0/cause",
        "/checks/2/findings/0/evidence/0",
        "/checks/2/findings/0/evidence/1",
        "/checks/2/findings/0/fix/0/text",
        "/checks/2/findings/0/fix/0/url",
        "/checks/2/findings/0/docs",
        "/checks/2/requests/0/url",
        "/checks/2/requests/0/s3_code",
        "/checks/2/requests/0/s3_message",
        "/checks/2/requests/0/cf_ray",
        "/checks/2/requests/0/server_date",
        "/checks/2/requests/0/operation",
        "/measurements/operations/1/operation",
    ] {
        set(value.pointer_mut(pointer));
    }
    value["checks"][2]["requests"][0]["request_id"] = foreign.into();
    value["checks"][2]["findings"][0]["proof"] =
        serde_json::json!({ "experiment": foreign, "result": foreign });
    value
}

/// The tags of a page, in order; code is markup of a text itself.
fn tags(page: &str) -> Vec<String> {
    let (page, _) = page.split_once("<script").expect("the report");
    let tags = page.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0));
    let names = tags.map(|tag| tag.split([' ', '\n']).next().unwrap_or_default().to_owned());
    names.filter(|name| !matches!(name.as_str(), "code" | "/code")).collect()
}

/// The blocks of a Markdown document, in order.
fn blocks(markdown: &str) -> Vec<String> {
    let events = Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM,
    );
    events
        .filter(|event| !matches!(event, Event::Text(_) | Event::Code(_)))
        .map(|event| format!("{event:?}"))
        .collect()
}

fn starts(log: &str) -> Vec<String> {
    let key = |line: &str| {
        let object: serde_json::Map<String, Value> = serde_json::from_str(line).expect("an object");
        object.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    log.lines().map(key).collect()
}

/// The first words of the lines that are not indented: the headings, the checks, the findings. What is said in them goes on
/// under an indentation.
fn outline(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(' ').next().unwrap_or_default())
        .collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("</script><script>alert(1)</script>"),
        Just("<!--"),
        Just("-->"),
        Just("\" onload=\"x"),
        Just("'"),
        Just("</td></tr></table>"),
        Just("<img src=x onerror=alert(1)>"),
        Just("javascript:alert(1)"),
        Just("&lt;"),
        Just("{{ x }}"),
        Just("`"),
        Just("``"),
        Just("\\"),
        Just("|"),
        Just("\n"),
        Just("\r\n\r\n"),
        Just("# "),
        Just("</details>"),
        Just("[a](javascript:b)"),
        Just("\n::error::x"),
        Just("%0A"),
        Just("\",\"level\":\"info"),
        Just("\u{1b}[2J"),
        Just("\u{2028}"),
        Just("\u{202e}"),
        Just("a"),
        Just(" "),
        Just(
            " FAIL so many words that they fill a line of any width, and go on, and on, and on, in one more line "
        ),
        Just("@all"),
        Just("]]>"),
    ];
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat() + "x")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_foreign_text_changes_the_structure_of_a_report(foreign in hostile()) {
        let value = one("r2-on-railway");
        let (harmless, value) = (spoilt(&value, "x"), spoilt(&value, &foreign));
        let both = |format| (rendered(format, &value), rendered(format, &harmless));
        let (page, same) = both(Format::Html);
        prop_assert_eq!(tags(&page), tags(&same));
        prop_assert_eq!(page.matches("<script").count(), 1);
        let (markdown, same) = both(Format::Markdown);
        prop_assert_eq!(blocks(&markdown), blocks(&same));
        let (log, same) = both(Format::Railway);
        prop_assert_eq!(starts(&log), starts(&same));
        let (annotations, same) = (github::annotations(&report(&value)), github::annotations(&report(&harmless)));
        prop_assert_eq!(annotations.lines().count(), same.lines().count());
        prop_assert!(annotations.lines().all(|line| line.starts_with("::error title=")), "{}", annotations);
        let (text, same) = both(Format::File);
        prop_assert_eq!(outline(&text), outline(&same));
        let (terminal, same) = both(Format::Text);
        prop_assert_eq!(outline(&terminal), outline(&same));
        for shown in [&page, &markdown, &log, &annotations, &text, &terminal] {
            prop_assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{}", shown);
        }
    }
}
