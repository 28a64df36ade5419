//! The commands: they put the parts together, from the command line to the exit status. They may use every wing; nothing but
//! `main` uses them.

pub mod clean;
pub mod cli;
pub mod compare;
pub mod demo;
pub mod explain;
mod files;
pub mod generated;
mod github;
mod options;
mod outputs;
mod problem;
mod run;
mod saved;
pub mod show;
pub mod signals;

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use masking::printable::printable_lines;
use masking::{Redactor, Secret};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::base::machine::{self, Exhausted};
use crate::base::stop::FIRST_SIGNAL_STATUS;
use crate::base::surroundings::Surroundings;
use crate::base::worker::{Task, Unfinished};
use crate::commands::cli::{Color, EnvFileArgs, ExplainArgs, LookArgs, RunArgs};
#[cfg(feature = "demo")]
use crate::commands::cli::{DemoArgs, FaultChoice};
#[cfg(feature = "demo")]
use crate::commands::demo::{Demo, fault};
use crate::commands::signals::Signals;
use crate::diagnosis::catalogue;
use crate::report::output::{Output, Patience, Sink, Stream};
use crate::report::palette::Palette;
use crate::report::redaction;
use crate::report::terminal::Terminal;
use crate::report::text::Layout;
use crate::settings::way::{ClientKind, Way};
use crate::settings::{self, EnvFile, Loaded};
use options::{RunOptions, RunTarget};
use outputs::Outputs;
pub use problem::Problem;

/// How long a message waits until the secrets are read that it must not hold.
const FILTER_LIMIT: Duration = Duration::from_secs(1);

/// What the commands share: when the program began, where it writes, and what it has read.
pub struct Process {
    started: Instant,
    around: Arc<Surroundings>,
    output: Sink,
    /// The settings, once they are read: their source may be a pipe, which cannot be read again.
    loaded: Option<Loaded>,
}

impl Process {
    /// A program that started at this instant, in these surroundings.
    ///
    /// # Errors
    /// When the system cannot start the writing thread.
    pub fn start(started: Instant, around: Arc<Surroundings>) -> Result<Self, Problem> {
        Ok(Self { started, around, output: Sink::start(Stream::Stdout)?, loaded: None })
    }

    /// Waits, with a bound, until the output is written.
    pub fn end(&self, outcome: &Result<u8, Problem>) -> Result<(), Problem> {
        let status = outcome.as_ref().map_or_else(Problem::status, |status| *status);
        let patience = if status > FIRST_SIGNAL_STATUS { Patience::SHORT } else { Patience::ORDERLY };
        self.output.drain(patience).map_err(|error| stdout_error(&error))
    }
}

/// The exit status of a command and of writing its output. That of an interruption takes precedence.
pub fn status(outcome: &Result<u8, Problem>, written: &Result<(), Problem>) -> u8 {
    match (outcome, written) {
        (Ok(status), Err(error)) if *status <= FIRST_SIGNAL_STATUS => error.status(),
        (Ok(status), _) => *status,
        (Err(problem), _) => problem.status(),
    }
}

/// `r2-selftest run`
pub fn run(args: &RunArgs, process: &mut Process) -> Result<u8, Problem> {
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        // Before there is a file that a signal could leave behind.
        let signals = listen()?;
        let options = RunOptions::of(&args.common, RunTarget::Bucket, process, signals)?;
        let outputs = Outputs::open(&args.common, &options, process).await?;
        let loaded = process.loaded.insert(options.load(env_file(&args.env_file), args.way.client).await?);
        without_strays(loaded, "--prefix", [&args.common.limits.prefix])?;
        without_strays(loaded, "--tag", args.common.tag.iter().flat_map(|(key, value)| [key, value]))?;
        Box::pin(run::check(&options, outputs, loaded, &Way::of(args.way.client, &loaded.variables))).await
    });
    // A name lookup that hangs must not keep the program from ending.
    runtime.shutdown_background();
    status
}

/// `r2-selftest demo`
#[cfg(feature = "demo")]
pub fn demo(args: &DemoArgs, process: &mut Process) -> Result<u8, Problem> {
    let fault = match args.fault {
        None => None,
        Some(FaultChoice::One(fault)) => Some(fault),
        Some(FaultChoice::Help) => {
            return print(&fault::list(&layout(args.common.look, false, &process.around)), process);
        }
    };
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        // Before there is a file that a signal could leave behind.
        let signals = listen()?;
        let options = RunOptions::of(&args.common, RunTarget::Demo(fault), process, signals)?;
        let outputs = Outputs::open(&args.common, &options, process).await?;
        let demo = Demo::start(fault, args.common.sdk.clone())?;
        Box::pin(run::check(&options, outputs, demo.loaded(), &demo.way())).await
    });
    runtime.shutdown_background();
    status
}

/// `r2-selftest explain`
pub fn explain(args: &ExplainArgs, process: &Process) -> Result<u8, Problem> {
    let layout = layout(args.look, false, &process.around);
    let text = match &args.topic {
        None => explain::register(&layout),
        Some(name) => explain::about(name, &layout).map_err(Problem::Usage)?,
    };
    print(&text, process)
}

/// The last filter, for these secrets.
fn filter<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Redactor {
    let words = [redaction::fixed_words(), settings::fixed_words()];
    let public = catalogue::texts().map(Cow::Borrowed).chain(words.map(Cow::Owned));
    Redactor::new(secrets, public)
}

/// Masks a message for standard error and removes control characters: it may repeat an argument, and with it a secret of
/// the environment or the env file.
pub fn without_secrets(
    message: &str,
    file: &EnvFile,
    around: &Arc<Surroundings>,
    process: Option<&Process>,
) -> String {
    match process.and_then(|process| process.loaded.as_ref()) {
        Some(loaded) => printable_lines(&filter(&loaded.secrets).filter(message)),
        None => printable_lines(&filter(&load(file, around, FILTER_LIMIT).secrets).filter(message)),
    }
}

/// Loads the settings without a runtime, within a time limit.
fn load(file: &EnvFile, around: &Arc<Surroundings>, limit: Duration) -> Loaded {
    let (choice, shared) = (file.clone(), around.clone());
    let reading = Task::start(READING, move |worker| settings::read(worker, &choice, &shared));
    let found = reading
        .map_err(|error| error.to_string())
        .and_then(|reading| reading.wait(limit).map_err(|unfinished| unread(unfinished, limit)));
    match found {
        Ok(found) => settings::load(found, around),
        Err(reason) => settings::load_without(file, &reason, around),
    }
}

/// Adds what the application's client finds beside the settings. What does not come to its end is not known.
fn complete(loaded: &mut Loaded, client: ClientKind) -> Result<(), Problem> {
    let (variables, settings) = (loaded.variables.clone(), loaded.settings.clone());
    let looking = Task::start(BESIDE, move |worker| {
        settings::beside(worker, client, &variables, settings.as_ref(), None)
    })?;
    if let Some(found) = looking.wait(BESIDE_LIMIT).unwrap_or_default() {
        loaded.take(found);
    }
    Ok(())
}

/// The purpose of the thread that looks for what the application's client finds.
const BESIDE: &str = "looking for the application's client";
/// The time for finding the application's packages and boto3's files.
const BESIDE_LIMIT: Duration = Duration::from_secs(2);
/// The purpose of the thread that reads the settings.
const READING: &str = "reading the settings";

/// Why a file could not be read to its end.
fn unread(unfinished: Unfinished, limit: Duration) -> String {
    match unfinished {
        Unfinished::Late | Unfinished::Stopped(_) => {
            format!("it did not come to its end within {}", humantime::format_duration(limit))
        }
        Unfinished::Died => "r2-selftest met a bug of its own".to_owned(),
    }
}

/// Prints a text that belongs to no run.
pub fn print(text: &str, process: &Process) -> Result<u8, Problem> {
    let mut output = Output::new(process.output.clone(), Redactor::default());
    output.write(text).map_err(|error| stdout_error(&error))?;
    Ok(0)
}

/// The problem that standard output cannot be written.
pub fn stdout_error(error: &io::Error) -> Problem {
    Problem::Unwritable(format!("cannot write to standard output: {error}"))
}

/// Refuses an option with a secret in it, before anything is sent: keys are sent in URLs, and a command line is visible in
/// the list of processes.
fn without_strays<'a>(
    loaded: &Loaded,
    option: &str,
    values: impl IntoIterator<Item = &'a String>,
) -> Result<(), Problem> {
    match values.into_iter().find_map(|value| loaded.strays.in_text(value)) {
        None => Ok(()),
        Some(whose) => Err(Problem::Usage(format!(
            "{option} holds a part of the secret of {whose}, which is not shown; leave it out, and nothing was sent. \
             If the same command was run before, roll the token: its secret may stand in logs"
        ))),
    }
}

/// Which env file the options name.
pub fn env_file(args: &EnvFileArgs) -> EnvFile {
    match &args.env_file {
        Some(path) => EnvFile::Named(path.clone()),
        None if args.no_env_file => EnvFile::None,
        None => EnvFile::Search,
    }
}

fn runtime() -> Result<Runtime, Exhausted> {
    machine::files(machine::FILES)?;
    machine::begin("the program cannot begin to wait for sockets", || {
        Builder::new_current_thread().enable_all().build()
    })
}

/// Begins to listen to signals; must be called inside a runtime.
fn listen() -> Result<Signals, Exhausted> {
    machine::begin("the program cannot begin to listen to signals", Signals::listen)
}

/// The layout of text: as the options say, else as the terminal can show it.
fn layout(look: LookArgs, full: bool, around: &Surroundings) -> Layout {
    let terminal = Terminal::of_stdout(around);
    let colored = match look.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal.is_coloured,
    };
    // Else `colored` would ask the process.
    colored::control::set_override(colored);
    let ascii = look.ascii || terminal.is_ascii;
    Layout { width: terminal.width, palette: Palette { colored, ascii }, full, requests: full }
}
