//! `.env.example` names what the program reads, and a copy of it fails for what was not filled in.

use std::collections::BTreeSet;

use super::{found_codes, with_file};
use crate::settings::Variable;

const EXAMPLE: &str = include_str!("../../../.env.example");

#[test]
fn the_example_names_exactly_the_variables_that_are_read() {
    let named: BTreeSet<_> = EXAMPLE
        .lines()
        .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        })
        .collect();
    assert_eq!(named, Variable::ALL.into_iter().map(Variable::name).collect());
}

#[test]
fn a_copy_of_the_example_fails_for_every_placeholder_and_nothing_else() {
    let expected = [
        "placeholder ENDPOINT",
        "placeholder ACCESS_KEY_ID",
        "placeholder SECRET_ACCESS_KEY",
        "placeholder BUCKET_NAME",
    ];
    assert_eq!(found_codes(&with_file(&[], EXAMPLE)), expected);
}
