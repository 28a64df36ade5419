//! The output that the README shows.

use simulator::{Jurisdiction, Permission, R2, Token};

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

/// A text with one word in the place of each duration and each run's id, which stand between blanks, brackets or at its end.
fn without_times_and_ids(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_unit = |word: &str| ["ms", "s"].contains(&word.trim_end_matches([')', ',']));
    let is_number = |word: &str| word.trim_start_matches(['(', '<']).parse::<f64>().is_ok();
    let mut stable = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_time = is_number(word) && words.get(at + 1).is_some_and(|next| is_unit(next));
        let is_id = word.len() == 36 && word.split('-').count() == 5;
        stable.push(match (is_time, is_id) {
            (true, _) if word.starts_with('(') => "(TIME",
            (true, _) => "TIME",
            (false, true) => "ID",
            (false, false) => word,
        });
    }
    stable.join(" ")
}

/// What Railway's viewer shows of a run before a deploy, with these changes: the level and the message of each line.
fn log(r2: &R2, changes: &[(&str, &str)]) -> Vec<String> {
    let railway = [("RAILWAY_ENVIRONMENT_NAME", "production"), ("RAILWAY_DEPLOYMENT_ID", "8d2f6c1e")];
    let mut command = Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.args(["--no-env-file", "--no-experiments"]);
    command.env_clear().envs(r2.env()).envs(railway).envs(changes.iter().copied());
    let output = command.output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| format!("{:5}  {}", line["level"].as_str().unwrap(), line["message"].as_str().unwrap()))
        .collect()
}

/// Asserts that a page's log is an excerpt of a run's. A line that ends with the mark is shown by its beginning.
fn is_shown(page: &str, seen: &[String]) {
    let text = document(page);
    let (_, block) = text.split_once("```log\n").unwrap();
    let shown: Vec<String> = block.split_once("```").unwrap().0.lines().map(without_times_and_ids).collect();
    let begins = |line: &str| {
        shown.iter().filter_map(|shown| shown.strip_suffix(LEFT_OUT)).find_map(|start| {
            (!start.is_empty() && line.starts_with(start)).then(|| format!("{start}{LEFT_OUT}"))
        })
    };
    let seen: Vec<String> = seen.iter().map(|line| without_times_and_ids(line)).collect();
    let said: Vec<String> = seen.iter().map(|line| begins(line).unwrap_or_else(|| line.clone())).collect();
    assert!(is_an_excerpt(&shown, &said), "{page}\n{}", seen.join("\n"));
}

#[test]
fn the_log_on_railways_page_is_that_of_a_run_with_a_token_that_may_only_read() {
    let token = Token::new(Permission::ReadOnly);
    let r2 = R2::builder().r2_host(Jurisdiction::Default).token(token).start();
    is_shown("docs/railway.md", &log(&r2, &[]));
}

#[test]
fn the_log_in_the_readme_is_that_of_a_deploy_with_yes_for_true() {
    let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
    is_shown("README.md", &log(&r2, &[("R2_ENABLED", "yes")]));
}

/// What `-v` shows, without ports and times.
#[test]
fn the_requests_on_the_page_of_options_are_those_of_the_demo() {
    let stable = |line: &str| without_times_and_ids(&without_the_moment(line));
    let page = document("docs/options.md");
    let shown: Vec<String> = block_with(&page, "* bucket http").lines().map(stable).collect();
    let said = String::from_utf8(run(&["demo", "-v"]).stderr).unwrap();
    let said: Vec<String> =
        said.lines().skip_while(|line| !line.starts_with("* bucket")).map(stable).collect();
    assert!(shown.len() > 5 && is_an_excerpt(&shown, &said), "{}", said.join("\n"));
}
