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

use std::env;
use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use clap::Parser as _;

use app::Problem;
use cli::{Cli, Command};
use settings::EnvFile;

fn main() -> ExitCode {
    // A panic's own message could hold anything, a secret included, and its status would be 101.
    panic::set_hook(Box::new(runner::remember_panic));
    let outcome = panic::catch_unwind(obey).unwrap_or(Err(Problem::Panicked));
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(problem) => {
            complain(&problem);
            ExitCode::from(problem.status())
        }
    }
}

fn obey() -> Result<u8, Problem> {
    match Cli::try_parse() {
        Ok(cli) => carry_out(cli),
        Err(refusal) if refusal.use_stderr() => Err(Problem::refused(&refusal)),
        Err(help) => app::print(&help.to_string(), io::stdout()),
    }
}

fn carry_out(Cli { command, run }: Cli) -> Result<u8, Problem> {
    match command.unwrap_or(Command::Run(run)) {
        Command::Run(args) => app::run(&args, io::stdout()),
        #[cfg(feature = "demo")]
        Command::Demo(args) => app::demo(&args, io::stdout()),
        Command::Clean(args) => app::clean::clean(&args, io::stdout()),
        Command::Explain(args) => app::explain(&args, io::stdout()),
    }
}

/// Says on standard error what is wrong, behind the last filter: the message may repeat an argument.
fn complain(problem: &Problem) {
    let file = cli::named_env_file(env::args_os()).map_or(EnvFile::Search, EnvFile::Named);
    let message = panic::catch_unwind(|| app::without_secrets(&format!("error: {problem}"), &file));
    // Nothing is left to be told if standard error is closed as well.
    let _ =
        writeln!(io::stderr(), "{}", message.as_deref().unwrap_or("error: r2-selftest met a bug of its own"));
}
