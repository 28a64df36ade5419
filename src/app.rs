//! The commands: they put the parts together, from the command line to the exit status.

pub mod clean;
mod observer;
mod session;

use std::io::{self, IsTerminal as _, Write};

use tokio::runtime::{Builder, Runtime};

use crate::cli::{Color, DemoArgs, EnvFileArgs, ExplainArgs, FaultChoice, LookArgs, RunArgs};
use crate::demo::{Demo, fault};
use crate::diagnosis::catalogue;
use crate::explain;
use crate::finding::printable_lines;
use crate::network::{self, ProxyRule};
use crate::output::Output;
use crate::redact::Redactor;
use crate::report::palette::Palette;
use crate::report::redaction;
use crate::report::text::Layout;
use crate::secret::Secret;
use crate::settings::{self, EnvFile, Loaded};
use crate::signals::Signals;
use crate::stop::Signal;
use session::{Aim, Session};

/// Why a command ended without a report.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The command line cannot be carried out as it stands.
    #[error("{0}")]
    Usage(String),
    /// A second signal ended the program before it had cleaned up.
    #[error("ended by a second {} before cleaning up; this object may be left in the bucket: {key}", .signal.name())]
    Killed {
        /// The second signal.
        signal: Signal,
        /// The key of the object that may be left.
        key: String,
    },
    /// Nobody can have read the report: standard output or a report file could not be written.
    #[error("{0}")]
    Unwritable(String),
    /// Something that should always work did not.
    #[error("{0}\nThis is a bug in r2-selftest, or the machine is out of something that it needs.")]
    Internal(String),
    /// The program met a bug of its own.
    #[error("r2-selftest met a bug of its own and stopped; nothing it said before is a pass")]
    Panicked,
}

impl Problem {
    /// A command line that clap refuses; its words begin as all of ours do, which `main` sees to.
    pub fn refused(refusal: &clap::Error) -> Self {
        let message = refusal.to_string();
        Self::Usage(message.strip_prefix("error: ").unwrap_or(&message).trim_end().to_owned())
    }

    /// The exit status that it stands for.
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Unwritable(_) => 2,
            Self::Killed { signal, .. } => signal.exit_status(),
            Self::Internal(_) | Self::Panicked => 70,
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// `r2-selftest run`
pub fn run(args: &RunArgs, stdout: impl Write + Send) -> Result<u8, Problem> {
    let session = Session::prepare(&args.common, Aim::Bucket)?;
    let loaded = settings::load(&env_file(&args.env_file));
    without_strays(&loaded, "--prefix", [&args.common.limits.prefix])?;
    without_strays(&loaded, "--tag", args.common.tag.iter().flat_map(|(key, value)| [key, value]))?;
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        let signals = Signals::listen()?;
        session.check(&loaded, ProxyRule::from_env(), &signals, stdout).await
    });
    // A look-up of a name that hangs must not keep the program from ending.
    runtime.shutdown_background();
    status
}

/// `r2-selftest demo`
pub fn demo(args: &DemoArgs, stdout: impl Write + Send) -> Result<u8, Problem> {
    let fault = match args.fault {
        None => None,
        Some(FaultChoice::One(fault)) => Some(fault),
        Some(FaultChoice::Help) => return print(&fault::list(&layout(args.common.look, false)), stdout),
    };
    let session = Session::prepare(&args.common, Aim::Demo(fault))?;
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        // Before there is a folder that a signal could leave behind.
        let signals = Signals::listen()?;
        let demo = match fault {
            None => Demo::start().await?,
            Some(fault) => Demo::start_with(fault).await?,
        };
        session.check(demo.loaded(), demo.proxy(), &signals, stdout).await
    });
    runtime.shutdown_background();
    status
}

/// `r2-selftest explain`
pub fn explain(args: &ExplainArgs, stdout: impl Write) -> Result<u8, Problem> {
    let layout = layout(args.look, false);
    let text = match &args.topic {
        None => explain::register(&layout),
        Some(name) => explain::about(name, &layout).map_err(Problem::Usage)?,
    };
    print(&text, stdout)
}

/// The last filter, for these secrets and the proxies' logins.
fn filter<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Redactor {
    let logins = network::proxy_logins();
    let secrets: Vec<&Secret> = secrets.into_iter().collect();
    let words = redaction::fixed_words();
    let mut public: Vec<&str> = catalogue::texts().collect();
    public.push(&words);
    Redactor::new(secrets.into_iter().chain(&logins), &public)
}

/// A message for standard error, which may repeat an argument, and with it a secret of the environment or
/// the env file, or what would steer a terminal.
pub fn without_secrets(message: &str, file: &EnvFile) -> String {
    printable_lines(&filter(&settings::load(file).secrets).filter(message))
}

/// Prints what no run has to do with.
pub fn print(text: &str, stdout: impl Write) -> Result<u8, Problem> {
    Output::new(stdout, Redactor::default()).write(text).map_err(|error| unheard(&error))?;
    Ok(0)
}

fn unheard(error: &io::Error) -> Problem {
    Problem::Unwritable(format!("cannot write to standard output: {error}"))
}

/// Refuses an option with a secret in it, before anything is sent: a key travels in URLs, and a command line stands in the
/// list of processes.
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

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Finds out how wide text may be, and whether it may have colour.
fn layout(look: LookArgs, requests: bool) -> Layout {
    match look.color {
        Color::Always => colored::control::set_override(true),
        Color::Never => colored::control::set_override(false),
        Color::Auto => {}
    }
    // Piped text is read in logs and tickets, where 80 columns are safe.
    let width = if io::stdout().is_terminal() { textwrap::termwidth() } else { 80 };
    let colored = colored::control::SHOULD_COLORIZE.should_colorize();
    Layout { width, palette: Palette { colored, ascii: look.ascii }, requests }
}
