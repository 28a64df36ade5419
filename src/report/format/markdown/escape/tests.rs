//! Foreign text, read by a `CommonMark` parser of others: it stays text, and none of it is lost.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;

/// What GitHub's Markdown has beyond `CommonMark`.
const GITHUB: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

/// What a reader sees, and how often something other than text and code begins.
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else begins is counted")]
fn read(markdown: &str) -> (String, usize) {
    let (mut seen, mut blocks) = (String::new(), 0);
    for event in Parser::new_ext(markdown, GITHUB) {
        match event {
            Event::Text(text) | Event::Code(text) => seen.push_str(&text),
            Event::Start(
                Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow,
            )
            | Event::End(_) => {}
            Event::Start(Tag::TableCell) | Event::SoftBreak => seen.push('\n'),
            _ => blocks += 1,
        }
    }
    (seen, blocks)
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '`' | '\u{2060}')).collect()
}

/// Texts that are likely to be taken for markup.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("`".to_owned()),
        Just("``".to_owned()),
        Just("\\".to_owned()),
        Just("|".to_owned()),
        Just("\n".to_owned()),
        Just("# ".to_owned()),
        Just("- ".to_owned()),
        Just("1. ".to_owned()),
        Just("> ".to_owned()),
        Just("---".to_owned()),
        Just("***".to_owned()),
        Just("<script>".to_owned()),
        Just("</details>".to_owned()),
        Just("<!--".to_owned()),
        Just("[a](https://b)".to_owned()),
        Just("![a](b)".to_owned()),
        Just("[^1]".to_owned()),
        Just("&lt;".to_owned()),
        Just("&#60;".to_owned()),
        Just("https://evil.example/".to_owned()),
        Just("~~".to_owned()),
        Just("$$".to_owned()),
        Just("__".to_owned()),
        Just("_a_".to_owned()),
        Just("*a*".to_owned()),
        Just("@all".to_owned()),
        Just(" ".to_owned()),
        Just("[ ] ".to_owned()),
        Just("::: x".to_owned()),
        Just("+++".to_owned()),
        Just("={a}".to_owned()),
        Just("^a^".to_owned()),
        "[ -~]{0,5}",
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn in_a_paragraph_it_is_text(foreign in hostile()) {
        for made in [text(&foreign, Place::Flow), code(&foreign, Place::Flow)] {
            let (seen, blocks) = read(&format!("before {made} after\n"));
            prop_assert_eq!(blocks, 0, "{}", made);
            let expected = format!("before{}after", printable(foreign.trim()));
            prop_assert_eq!(without_blanks(&seen), without_blanks(&expected), "{}", made);
        }
    }

    #[test]
    fn at_the_beginning_of_a_line_it_is_text(foreign in hostile()) {
        for made in [text(&foreign, Place::Flow), code(&foreign, Place::Flow)] {
            for prefix in ["", "- ", "12. "] {
                let (seen, blocks) = read(&format!("{prefix}{made}\n"));
                prop_assert_eq!(blocks, 0, "{}{}", prefix, made);
                prop_assert_eq!(without_blanks(&seen), without_blanks(&printable(foreign.trim())), "{}", made);
            }
        }
    }

    #[test]
    fn in_a_cell_it_is_that_cell(foreign in hostile()) {
        for made in [text(&foreign, Place::Cell), code(&foreign, Place::Cell)] {
            let (seen, blocks) = read(&format!("| a | b |\n| --- | --- |\n| {made} | end |\n"));
            prop_assert_eq!(blocks, 0, "{}", made);
            let expected = format!("ab{}end", printable(foreign.trim()));
            prop_assert_eq!(without_blanks(&seen), without_blanks(&expected), "{}", made);
            prop_assert_eq!(seen.matches('\n').count(), 4, "{}", made);
        }
    }
}

#[test]
fn the_programs_own_words_stay_readable() {
    for same in ["`demo-recordings` at 127.0.0.1, R2_ENDPOINT and Read & Write", "<0.1 ms", "1.2 s, 3 of 4"] {
        assert_eq!(text(same, Place::Flow), same);
        assert_eq!(text(same, Place::Cell), same);
    }
}
