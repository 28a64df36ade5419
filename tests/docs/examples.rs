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

#[test]
fn the_demo_shown_is_a_real_one() {
    let readme = readme();
    let shown = block_with(&readme, "This is a demo");
    let (command, shown) = shown.split_once('\n').unwrap();
    assert_eq!(command, "$ cargo run --release -- demo");
    let lines = |text: &str| text.lines().map(without_the_moment).collect::<Vec<_>>();
    assert_eq!(lines(shown), lines(&text(&["demo"])));
}

/// The failure itself needs a real server; its title and advice stand in the catalogue.
#[test]
fn the_failure_shown_gives_the_advice_of_its_code() {
    let readme = readme();
    let shown = words(&block_with(&readme, "error auth.signature"));
    let explained = words(&text(&["explain", "auth.signature"]).replace("<bucket>", "recordings"));
    let title = explained.split(" meaning ").next().unwrap();
    assert!(shown.contains(&format!("error {title}")), "{title}");
    let advice = explained.split(" fix ").nth(1).unwrap().split(" see it ").next().unwrap();
    assert!(shown.contains(advice), "{advice}");
}

#[test]
fn the_proof_shown_is_a_real_one() {
    let readme = readme();
    let block = block_with(&readme, "  proof  ");
    let (command, shown) = block.split_once('\n').unwrap();
    let arguments: Vec<_> = command.strip_prefix("$ r2-selftest ").unwrap().split(' ').collect();
    let said = text(&arguments);
    for line in shown.lines().filter(|line| *line != "…") {
        assert!(said.contains(line), "{line}\n{said}");
    }
}
