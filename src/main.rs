//! `r2-selftest`: will the application be able to keep its files in this R2 bucket, with exactly these settings, from
//! exactly here?
//!
//! This file is the only one that touches the arguments, standard output and the exit status. The journey of a run is
//! told in ARCHITECTURE.md.

mod app;
mod check;
mod clean;
mod cli;
mod code;
mod demo;
mod diagnosis;
mod exchange;
mod experiment;
mod explain;
mod finding;
mod network;
mod output;
mod probe;
mod progress;
mod redact;
mod report;
mod runner;
mod secret;
mod settings;
mod signals;
mod stop;
mod storage;

use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use clap::Parser as _;

use app::Problem;
use cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A panic's own message could hold anything, a secret included, and its status would be 101.
    panic::set_hook(Box::new(runner::remember_panic));
    let outcome = panic::catch_unwind(|| carry_out(cli)).unwrap_or(Err(Problem::Panicked));
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(problem) => {
            // Nothing is left to be told if standard error is closed as well.
            let _ = writeln!(io::stderr(), "error: {problem}");
            ExitCode::from(problem.status())
        }
    }
}

fn carry_out(Cli { command, run }: Cli) -> Result<u8, Problem> {
    match command.unwrap_or(Command::Run(run)) {
        Command::Run(args) => app::run(&args, io::stdout()),
        Command::Demo(args) => app::demo(&args, io::stdout()),
        Command::Clean(args) => app::clean::clean(&args, io::stdout()),
        Command::Explain(args) => app::explain(&args, io::stdout()),
    }
}
