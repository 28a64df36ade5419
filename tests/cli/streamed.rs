//! What appears while a run goes on, with what follows at its end, stands in the report that is written to a file: word by
//! word.

use std::time::Duration;

use crate::demo_faults::each_fault;
use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Fault, Op, R2, S3Error};

/// Words of standard output about what the file has in full.
const ABOUT: [&str; 3] = [" after the failure, read-only, in ", "The report is also in ", " As above."];

/// Runs the program with a text file, and says what is shown and does not stand in the file, word for word.
fn difference(cli: Cli) -> Option<String> {
    let ran = cli.args("--color never --output report.txt").run();
    let file = std::fs::read_to_string(ran.file("report.txt")).unwrap();
    let has = |word: &&str| file.contains(word) || !word.chars().any(char::is_alphanumeric);
    let lines = without_preface(&ran).lines().filter(|line| !ABOUT.iter().any(|about| line.contains(about)));
    // A word that the terminal cuts stands whole in the file.
    let words = lines.flat_map(str::split_whitespace).map(|word| word.trim_matches(['…', '`']));
    let lost: Vec<_> = words.filter(|word| !has(word)).collect();
    (!lost.is_empty()).then(|| format!("{lost:?} is lost in:\n{file}"))
}

/// Standard output from the program's name on: a demo says first that it is one.
fn without_preface(ran: &Ran) -> &str {
    ran.stdout.find("r2-selftest 0").map_or("", |start| &ran.stdout[start..])
}

#[test]
fn what_is_shown_is_what_is_written_for_every_fault() {
    each_fault(|promise| {
        difference(Cli::new("demo").args(&format!("--fault {}", promise.fault))).into_iter().collect()
    });
}

#[test]
fn what_is_shown_is_what_is_written_when_several_checks_find_the_same() {
    const SLOW: Duration = Duration::from_millis(2100);
    let slow = R2::builder();
    let slow = [Op::Put, Op::Get, Op::List, Op::Delete]
        .into_iter()
        .fold(slow, |slow, op| slow.fault(Fault::on(op).delay(SLOW)));
    let denied = R2::builder().fault(Fault::on(Op::Get).error(S3Error::access_denied()));
    let flaky = R2::builder()
        .fault(Fault::on(Op::Put).first(1).reset())
        .fault(Fault::on(Op::Delete).first(1).reset());
    for builder in [slow, R2::builder().fault(Fault::on(Op::Put).forgets()), denied, flaky] {
        let r2 = builder.start();
        let cli = Cli::new("--no-env-file").envs(r2.env());
        assert_eq!(difference(cli), None);
    }
}
