//! `r2-selftest`: will the application be able to keep its files in this R2 bucket, with exactly these settings, from
//! exactly here?
//!
//! This file is the only one that touches the arguments and the exit status. The journey of a run is described in
//! ARCHITECTURE.md.
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given"))]

mod base;
mod checks;
mod client;
mod commands;
mod diagnosis;
mod report;
mod settings;

use std::env;
use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use tokio::time::Instant;

use base::surroundings::Surroundings;
use commands::cli::{self, Cli, Command};
use commands::{Problem, Process, generated};
use settings::EnvFile;

#[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
fn main() -> ExitCode {
    // The deadline counts from here.
    let started = Instant::now();
    base::machine::keep_memory_private();
    // The default message of a panic could hold a secret, and its exit status would be 101.
    panic::set_hook(Box::new(checks::runner::remember_panic));
    let around = Arc::new(Surroundings::read());
    let arguments: Vec<OsString> = env::args_os().collect();
    let process =
        base::machine::ready().map_err(Problem::from).and_then(|()| Process::start(started, around.clone()));
    ExitCode::from(match process {
        Ok(mut process) => execute(&arguments, &mut process, &around),
        Err(problem) => {
            print_error(&problem, &arguments, &around, None);
            problem.status()
        }
    })
}

/// Runs the command line, waits until its output is written, and returns the exit status.
fn execute(arguments: &[OsString], process: &mut Process, around: &Arc<Surroundings>) -> u8 {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| run_program(arguments, process)))
        .unwrap_or(Err(Problem::Panicked));
    let written = process.end(&outcome);
    let problem = outcome.as_ref().err().or(written.as_ref().err());
    if let Some(problem) = problem {
        print_error(problem, arguments, around, Some(process));
    }
    commands::status(&outcome, &written)
}

fn run_program(arguments: &[OsString], process: &mut Process) -> Result<u8, Problem> {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => dispatch(cli, process),
        Err(refusal) if refusal.use_stderr() => Err(Problem::refused(&refusal)),
        Err(asked) => commands::print(&cli::answer(&asked, arguments), process),
    }
}

fn dispatch(Cli { command, run }: Cli, process: &mut Process) -> Result<u8, Problem> {
    match command.unwrap_or(Command::Run(run)) {
        Command::Run(args) => {
            output_is_writable(&args.common.output)?;
            commands::run(&args, process)
        }
        #[cfg(feature = "demo")]
        Command::Demo(args) => {
            output_is_writable(&args.common.output)?;
            commands::demo(&args, process)
        }
        Command::Clean(args) => {
            output_is_writable(&[])?;
            commands::clean::clean(&args, process)
        }
        Command::Explain(args) => commands::explain(&args, process),
        Command::Show(args) => commands::show::show(&args, process),
        Command::Compare(args) => commands::compare::compare(&args, process),
        Command::Completions(args) => commands::print(&generated::completions(args.shell), process),
        Command::Help(args) => {
            commands::print(&cli::help(args.command.as_deref()).map_err(Problem::Usage)?, process)
        }
        Command::Man(args) => {
            let page = generated::man(args.command.as_deref()).map_err(Problem::Usage)?;
            commands::print(&page, process)
        }
    }
}

/// Refuses a run whose report could not be written, before anything is sent. A report file is enough.
fn output_is_writable(files: &[PathBuf]) -> Result<(), Problem> {
    if files.is_empty() {
        report::output::accepts().map_err(|error| commands::stdout_error(&error))
    } else {
        Ok(())
    }
}

/// Prints on standard error what is wrong, through the last filter: the message may repeat an argument.
fn print_error(
    problem: &Problem,
    arguments: &[OsString],
    around: &Arc<Surroundings>,
    process: Option<&Process>,
) {
    // Its text holds no argument, and the filter may need the missing resource.
    if let Problem::Exhausted(_) = problem {
        report::output::print_error(format!("error: {problem}\n"));
        return;
    }
    let file = cli::named_env_file(arguments).map_or(EnvFile::Search, EnvFile::Named);
    let filtered = || commands::without_secrets(&format!("error: {problem}"), &file, around, process);
    let message = panic::catch_unwind(AssertUnwindSafe(filtered));
    report::output::print_error(
        message.unwrap_or_else(|_| "error: r2-selftest met a bug of its own".to_owned()) + "\n",
    );
}
