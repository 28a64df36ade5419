//! What appears while a run goes on, with what follows at its end, is the report that was saved, as `show` renders it: line
//! by line.

use std::time::Duration;

use crate::cli::demo_faults::each_fault;
use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Fault, Op, R2, S3Error};

/// Runs the program with a saved report, and says how what is shown differs from what `show` makes of it.
fn difference(cli: Cli) -> Option<String> {
    let ran = cli.args("--color never --output report.json").run();
    let saved = std::fs::read(ran.file("report.json")).unwrap();
    let rendered =
        Cli::new("show report.json --color never --format text").file("report.json", saved).run().stdout;
    let shown = without_preface(&ran);
    let shown = shown.split("\nThe report is also in ").next().unwrap();
    (shown != rendered).then(|| format!("shown:\n{shown}\nrendered:\n{rendered}"))
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
