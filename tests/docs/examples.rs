//! The output that the README shows.

use super::*;

/// A line without what differs from run to run: how long a check took, the port, the version.
fn without_the_moment(line: &str) -> String {
    let line = match line.rsplit_once("  ") {
        Some((check, time)) if time.trim().ends_with(" ms") || time.trim().ends_with(" s") => {
            check.trim_end()
        }
        _ => line,
    };
    let line = match line.split_once("127.0.0.1:") {
        Some((before, after)) => {
            format!(
                "{before}127.0.0.1:PORT{}",
                after.trim_start_matches(|letter: char| letter.is_ascii_digit())
            )
        }
        None => line.to_owned(),
    };
    match line.strip_prefix("r2-selftest ").and_then(|rest| rest.split_once("  ")) {
        Some((_, rest)) => format!("r2-selftest VERSION  {rest}"),
        None => line,
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(without_the_moment).collect()
}

#[test]
fn the_demo_shown_is_a_real_one() {
    let readme = readme();
    let shown = block_with(&readme, "cargo run --release -- demo");
    let (command, shown) = shown.split_once('\n').unwrap();
    assert_eq!(command, "$ cargo run --release -- demo");
    assert_eq!(lines(shown), lines(&text(&["demo"])));
}

/// What marks a place where lines are left out.
const LEFT_OUT: &str = "…";

/// The shown lines are those of the output, in its order; only where the mark stands may some be left out.
fn is_an_excerpt(shown: &[String], said: &[String]) -> bool {
    let mut from = 0;
    let parts: Vec<&[String]> = shown.split(|line| line == LEFT_OUT).collect();
    for (number, part) in parts.iter().enumerate() {
        let Some(skipped) = (0..=said.len() - from).find(|skipped| said[from + skipped..].starts_with(part))
        else {
            return false;
        };
        if number == 0 && skipped > 0 {
            return false;
        }
        from += skipped + part.len();
    }
    from == said.len() || parts.last().is_some_and(|part| part.is_empty())
}

#[test]
fn an_excerpt_leaves_lines_out_only_where_it_says_so() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for (shown, holds) in [
        ("a b c", true),
        ("a … c", true),
        ("… b …", true),
        ("a b …", true),
        ("a b", false),
        ("b c", false),
        ("a c", false),
        ("… c … a …", false),
        ("… x …", false),
    ] {
        assert_eq!(is_an_excerpt(&lines(shown), &lines("a b c")), holds, "{shown}");
    }
}

#[test]
fn every_output_that_is_shown_is_a_real_one() {
    let mut count = 0;
    for page in PAGES {
        let page_text = document(page);
        for (_, block) in blocks(&page_text).into_iter().filter(|(language, _)| *language == "console") {
            let (command, shown) = block.split_once('\n').unwrap();
            let arguments =
                command.strip_prefix("$ r2-selftest ").or(command.strip_prefix("$ cargo run --release -- "));
            let arguments: Vec<_> =
                arguments.unwrap_or_else(|| panic!("{page}: {command}")).split(' ').collect();
            let said = text(&arguments);
            assert!(is_an_excerpt(&lines(shown), &lines(&said)), "{page}: {command}\n{said}");
            count += 1;
        }
    }
    assert!(count >= 5, "{count} outputs");
}

/// Railway's viewer shows the level and the message of each line.
#[test]
fn the_log_on_railways_page_is_that_of_a_saved_report() {
    let log = document("tests/golden/r2-on-railway.railway");
    let seen: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| format!("{:5}  {}", line["level"].as_str().unwrap(), line["message"].as_str().unwrap()))
        .collect();
    let page = document("docs/railway.md");
    let (_, block) = page.split_once("```log\n").unwrap();
    let shown: Vec<&str> = block.split_once("```").unwrap().0.lines().collect();
    assert_eq!(shown.len(), seen.len(), "{seen:#?}");
    for (shown, seen) in shown.iter().zip(&seen) {
        let same = shown.strip_suffix('…').map_or(shown == seen, |start| seen.starts_with(start));
        assert!(same, "{shown}\n{seen}");
    }
}
