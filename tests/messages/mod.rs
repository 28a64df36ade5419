//! What a terminal of 80 columns shows of each fault: `docs/messages.md`, made from real runs, and measured.
//!
//! A change of wording or layout is a difference in that page. To accept what the program shows now, run
//! `UPDATE_DOCS=1 cargo test --test program messages::` and read `git diff`.

mod case;
mod demo;
mod env_file;
mod machine;
mod measure;
mod network;
mod page;
mod rights;
mod stable;
mod variables;
mod warnings;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::support::report::leans;
use case::{Case, Message};

/// The cases that belong together on the page, with what they share.
pub struct Section {
    title: &'static str,
    about: &'static str,
    cases: Vec<Case>,
}

/// All sections, in the order of the page.
fn sections() -> Vec<Section> {
    vec![
        variables::section(),
        env_file::section(),
        machine::section(),
        network::section(),
        rights::section(),
        warnings::section(),
        demo::section(),
    ]
}

/// All sections with what the program showed in each case, run once for all tests.
fn shown() -> &'static [(Section, Vec<Message>)] {
    static SHOWN: LazyLock<Vec<(Section, Vec<Message>)>> = LazyLock::new(|| {
        let sections = sections();
        let cases: Vec<&Case> = sections.iter().flat_map(|section| &section.cases).collect();
        let mut messages = case::run_all(&cases).into_iter();
        let counts: Vec<usize> = sections.iter().map(|section| section.cases.len()).collect();
        let of_each = counts.into_iter().map(|count| messages.by_ref().take(count).collect());
        let of_each: Vec<Vec<Message>> = of_each.collect();
        sections.into_iter().zip(of_each).collect()
    });
    &SHOWN
}

/// All cases, each with what the program showed.
fn messages() -> impl Iterator<Item = (&'static Case, &'static Message)> {
    shown().iter().flat_map(|(section, messages)| section.cases.iter().zip(messages))
}

#[test]
fn the_committed_messages_are_those_of_the_program() {
    page::is_up_to_date(&page::page(shown()));
}

#[test]
fn there_are_at_least_sixty_faults_each_with_a_name_of_its_own() {
    let failing = messages().filter(|(_, message)| message.fails()).count();
    assert!(failing >= 60, "{failing} failing runs");
    let names: BTreeSet<_> = messages().map(|(case, _)| &case.name).collect();
    assert_eq!(names.len(), messages().count(), "two cases have the same name");
}

#[test]
fn every_fault_of_the_demo_is_here() {
    assert_eq!(demo::listed(), demo::known());
}

#[test]
fn a_failing_run_is_short_and_each_verdict_says_what_is_at_fault() {
    let broken = measure::broken(&messages().collect::<Vec<_>>());
    println!("{}", measure::table(&messages().collect::<Vec<_>>()));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The first line of evidence that is shown need not be the first that there is: the headline may say that one already.
#[test]
fn no_evidence_begins_with_what_stands_for_a_line_that_is_not_shown() {
    let evidence =
        |message: &'static Message| message.text.lines().filter_map(|line| line.strip_prefix("  evidence  "));
    let all: Vec<&str> = messages().flat_map(|(_, message)| evidence(message)).collect();
    assert!(all.len() > 100, "{}", all.len());
    let wrong: Vec<_> = all.into_iter().filter(|line| leans(line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
