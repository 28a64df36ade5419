//! Text from a server, a file or a variable stays text in its place, in every format.

use std::sync::LazyLock;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

use super::*;

/// The saved report, with the measurements of another one, so that it has all that a report can have.
static SAVED: LazyLock<Value> = LazyLock::new(|| {
    let mut value = one("r2-on-railway");
    value["measurements"] = one("repeat-fail")["measurements"].clone();
    value
});

/// What others are compared with.
static HARMLESS: LazyLock<Shown> = LazyLock::new(|| Shown::with("x"));

/// The report in every format.
struct Shown {
    page: String,
    markdown: String,
    log: String,
    annotations: String,
    text: String,
    terminal: String,
}

impl Shown {
    /// With a text wherever a report has one that came from elsewhere.
    fn with(foreign: &str) -> Self {
        let value = spoilt(foreign);
        Self {
            page: rendered(Format::Html, &value),
            markdown: rendered(Format::Markdown, &value),
            log: rendered(Format::Railway, &value),
            annotations: github::annotations(&report(&value)),
            text: rendered(Format::File, &value),
            terminal: rendered(Format::Text, &value),
        }
    }
}

fn spoilt(foreign: &str) -> Value {
    let mut value = SAVED.clone();
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
        let (shown, harmless) = (Shown::with(&foreign), &*HARMLESS);
        prop_assert_eq!(tags(&shown.page), tags(&harmless.page));
        prop_assert_eq!(shown.page.matches("<script").count(), 1);
        prop_assert_eq!(blocks(&shown.markdown), blocks(&harmless.markdown));
        prop_assert_eq!(starts(&shown.log), starts(&harmless.log));
        prop_assert_eq!(shown.annotations.lines().count(), harmless.annotations.lines().count());
        let annotations = &shown.annotations;
        prop_assert!(annotations.lines().all(|line| line.starts_with("::error title=")), "{}", annotations);
        prop_assert_eq!(outline(&shown.text), outline(&harmless.text));
        prop_assert_eq!(outline(&shown.terminal), outline(&harmless.terminal));
        let Shown { page, markdown, log, annotations, text, terminal } = &shown;
        for shown in [page, markdown, log, annotations, text, terminal] {
            prop_assert!(!shown.contains(['\u{1b}', '\u{202e}', '\r']), "{}", shown);
        }
    }
}
