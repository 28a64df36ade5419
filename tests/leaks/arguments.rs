//! Secrets on the command line: what is said about an argument repeats no secret, on standard error as little as elsewhere.

use super::encoding::ENCODINGS;
use super::searcher::Searcher;
use crate::support::cli::{Cli, NOWHERE};
use crate::support::side_by_side::each;

const SECRET: &str = NOWHERE[3].1;

/// Command lines that are refused with a message that repeats an argument; `SECRET` stands for it.
const REFUSED: [&str; 16] = [
    "--SECRET",
    "--json=SECRET",
    "SECRET",
    "explain SECRET",
    "demo --fault SECRET",
    "demo SECRET",
    "clean --prefix= --SECRET",
    "--timeout SECRET",
    "--retries SECRET",
    "--format SECRET",
    "--tag SECRET",
    "--tag SECRET=1 --tag SECRET=2",
    "--output SECRET",
    "--output SECRET/report.json",
    "--output SECRET.json --output SECRET.json",
    "--prefix SECRET?",
];

#[test]
fn a_refused_command_line_repeats_no_secret_of_the_environment() {
    let searcher = Searcher::new(&[SECRET]);
    let numbered: Vec<_> = REFUSED.into_iter().enumerate().collect();
    each(&numbered, |(index, line)| {
        // With each line another few encodings; without white space, which would part the argument in two, and without
        // what would make a tag of it.
        for (_, encode) in ENCODINGS.into_iter().skip(index % 6).step_by(6) {
            let encoded = encode(SECRET).replace([' ', '=', '\u{a0}', '\0'], "");
            let ran = Cli::new(&line.replace("SECRET", &encoded)).envs(NOWHERE).run();
            ran.refused(&["error: ", "[redacted]"]);
            searcher.finds_nothing_in(&ran);
        }
    });
}

#[test]
fn a_refused_command_line_repeats_no_secret_of_an_env_file() {
    let content = format!("R2_SECRET_ACCESS_KEY={SECRET}\n");
    let searcher = Searcher::new(&[SECRET]);
    each(&REFUSED, |line| {
        let line = line.replace("SECRET", SECRET);
        let ran = Cli::new(&line).file(".env", &content).run();
        ran.refused(&["[redacted]"]);
        searcher.finds_nothing_in(&ran);
    });
    for line in [
        "--env-file prod.env --SECRET",
        "clean --env-file=prod.env --SECRET",
        "--output SECRET --env-file prod.env",
    ] {
        let ran = Cli::new(&line.replace("SECRET", SECRET)).file("prod.env", &content).run();
        ran.refused(&["[redacted]"]);
        searcher.finds_nothing_in(&ran);
    }
}

#[test]
fn a_message_without_a_secret_stays_as_it_is() {
    let with = Cli::new("--outptu x.json").envs(NOWHERE).run();
    let without = Cli::new("--outptu x.json").run();
    assert_eq!(with.stderr, without.stderr);
    assert!(with.stderr.starts_with("error: ") && with.stderr.contains("--output"), "{}", with.stderr);
}

#[test]
fn the_demo_masks_what_the_environment_keeps_secret_too() {
    let ran = Cli::new("demo -v --output report.json").arg(format!("--tag=a={SECRET}")).envs(NOWHERE).run();
    assert_eq!(ran.status, 0);
    Searcher::new(&[SECRET]).finds_nothing_in(&ran);
}
