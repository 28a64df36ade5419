//! What `dotenvy`, the loader of Rust programs, reads from the same file. Where it differs, other loaders do, too.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use masking::Secret;

use super::feeder::{Fed, Feeder};
use crate::settings::Variable;

/// Upper bound of a file for a second opinion, in bytes.
const LONGEST: usize = 64 * 1024;
/// Upper bound of all values together, in bytes, after references are replaced.
const LARGEST: usize = 64 * 1024;

/// What the other loader reads from an env file.
#[derive(Default)]
pub struct SecondOpinion {
    /// The first value of each of our variables, which counts there.
    pub values: BTreeMap<Variable, Secret>,
    /// The line at which it stops with an error, from 1.
    pub stops: Option<usize>,
}

/// Reads a file, up to its first line that `dotenvy` cannot read.
pub fn ask(bytes: &[u8]) -> SecondOpinion {
    // It skips this mark when it loads a file, but not when it iterates.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let dollars = bytes.split(|byte| *byte == b'$').count() - 1;
    let mut longest = if dollars == 0 { 0 } else { longest_variable() };
    let mut opinion = SecondOpinion::default();
    if bytes.len() > LONGEST {
        return opinion;
    }
    let fed = Rc::new(Cell::new(Fed::default()));
    let mut iterator = dotenvy::from_read_iter(Feeder::new(bytes, &fed));
    loop {
        if dollars.saturating_mul(longest) > LARGEST {
            return SecondOpinion::default();
        }
        let before = fed.get();
        match iterator.next() {
            None => return opinion,
            Some(Ok((name, value))) => {
                longest = longest.max(value.len());
                if let Some(variable) = Variable::ALL.into_iter().find(|variable| variable.name() == name) {
                    opinion.values.entry(variable).or_insert_with(|| Secret::new(value));
                }
            }
            Some(Err(_)) => {
                opinion.stops = Some(first_meaningful(&bytes[before.bytes..], before.lines));
                return opinion;
            }
        }
    }
}

/// The number of the next line that is neither empty nor a comment; `before` lines precede these bytes.
fn first_meaningful(bytes: &[u8], before: usize) -> usize {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let passed_over = |line: &[u8]| line.trim_ascii().is_empty() || line.trim_ascii().starts_with(b"#");
    before + lines.position(|line| !passed_over(line)).unwrap_or_default() + 1
}

/// The length of the longest value of the environment, which a `$` may be replaced by.
#[expect(clippy::disallowed_methods, reason = "`dotenvy` takes it from the process, too")]
fn longest_variable() -> usize {
    std::env::vars_os().map(|(_, value)| value.len()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_counts_there_and_a_bad_line_ends_it() {
        let opinion = ask(b"R2_ENABLED=true\nR2_ENABLED=false\n\n# x\nTITLE=two words\nR2_REGION=auto\n");
        assert_eq!(opinion.values[&Variable::Enabled].expose(), "true");
        assert_eq!((opinion.values.len(), opinion.stops), (1, Some(5)));
    }

    #[test]
    fn there_is_none_on_what_would_fill_the_memory() {
        let laughs: Vec<String> = (1..60).map(|n| format!("A{n}=$A{0}$A{0}\n", n - 1)).collect();
        let ours = "R2_REGION=auto\n";
        let text = format!("{ours}A0=hunter-hunter-hunter\n{}", laughs.concat());
        assert!(ask(text.as_bytes()).values.is_empty());
        let long = format!("{ours}{}", "#".repeat(LONGEST));
        assert!(ask(long.as_bytes()).values.is_empty());
        assert_eq!(ask(ours.as_bytes()).values.len(), 1);
    }
}
