//! The command line.

#[cfg(feature = "demo")]
mod fault;
mod help;
mod look;
mod value;
mod version;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::code::Code;
use crate::base::probe::DEFAULT_PREFIX;
use crate::report::format;
use crate::settings::sdk::Sdk;
use crate::settings::way::ClientKind;
#[cfg(feature = "demo")]
pub use fault::FaultChoice;
pub use help::{HelpArgs, help};
pub use look::{Color, LookArgs};
pub use value::accepted;
use value::{prefix, tag, time_limit};
pub use version::answer;

/// The headings of the options whose group goes on behind another one.
const CONNECTION: &str = "Connection";
const REPORT: &str = "Report";
const RUN: &str = "Run";

/// Time limit of one request unless `--timeout` says otherwise; `--help` names it too.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit of the whole run unless `--deadline` says otherwise; `--help` names it too.
pub const DEFAULT_DEADLINE: Duration = Duration::from_mins(1);

/// Check that an application can store, list, read and delete files in a Cloudflare R2 bucket, with its own settings, from
/// where it runs
///
/// Without a command, runs six checks in order: config, connect, upload, list, download, delete. The settings are read
/// from the environment and from an env file: `R2_ENABLED`, `R2_ENDPOINT`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY`,
/// `R2_BUCKET_NAME`, and where needed `R2_SESSION_TOKEN` and `R2_REGION`.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    disable_help_subcommand = true
)]
#[command(after_help = help::EXAMPLES, after_long_help = help::EXAMPLES_AND_STATUS)]
pub struct Cli {
    /// What to do; a run, if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of a run.
    #[command(flatten)]
    pub run: RunArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the six checks (the default)
    Run(RunArgs),
    /// Run the checks against an embedded S3 server on this machine; needs no account
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Find and delete test objects that earlier runs left; asks first
    Clean(CleanArgs),
    /// Explain a diagnosis code and its fix; without CODE, list all codes
    Explain(ExplainArgs),
    /// Print the help of the program or of a command
    Help(HelpArgs),
}

/// The options of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Where the settings come from.
    #[command(flatten)]
    pub env_file: EnvFileArgs,
    /// How the server is reached.
    #[command(flatten)]
    pub way: WayArgs,
    /// The options that `demo` has too.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The options of `demo`.
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Inject a fault, to see how it is reported; `--fault help` lists all faults
    #[arg(long, value_name = "NAME", value_parser = fault::FaultParser, hide_possible_values = true)]
    pub fault: Option<FaultChoice>,
    /// The options that `run` has too.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code (`auth.signature`), its beginning, an area (`auth`), a code of S3 (`NoSuchBucket`), or a number of Cloudflare's (`1016`)
    #[arg(value_name = "CODE")]
    pub topic: Option<String>,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Where the settings come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct EnvFileArgs {
    /// Read settings from FILE instead of the nearest .env; the environment wins
    #[arg(long, value_name = "FILE", conflicts_with = "no_env_file")]
    pub env_file: Option<PathBuf>,
    /// Read settings from the environment only
    #[arg(long)]
    pub no_env_file: bool,
}

/// How the server is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = CONNECTION)]
pub struct WayArgs {
    /// Follow the rules of this client for proxies and root certificates
    #[arg(long, value_enum, default_value_t, value_name = "CLIENT")]
    pub client: ClientKind,
}

/// The env file that a command line names, also one that cannot be understood.
pub fn named_env_file(arguments: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let mut arguments =
        arguments.skip_while(|argument| !argument.to_string_lossy().starts_with("--env-file"));
    let option = arguments.next()?;
    match option.to_str()?.split_once('=') {
        Some((_, path)) => Some(path.into()),
        None => arguments.next().map(PathBuf::from),
    }
}

/// The options that every run has.
#[derive(Debug, Args)]
#[command(next_help_heading = REPORT)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CommonArgs {
    /// Format of the report on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Also write the report to FILE; its extension selects the format: .json, .md, .html or .txt (repeatable)
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// How long and how often to attempt a request, and where.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Add a label to the report (repeatable)
    #[arg(long, help_heading = REPORT, value_name = "KEY=VALUE", value_parser = tag)]
    pub tag: Vec<(String, String)>,
    /// Upload in the form of this SDK, such as boto3==1.44.8 [default: as installed beside the program]
    #[arg(long, help_heading = RUN, value_name = "NAME==VERSION", value_parser = Sdk::parse)]
    pub sdk: Option<Sdk>,
    /// Accept a finding: a warning, or permission.head-bucket (repeatable; also `R2_SELFTEST_ACCEPT`)
    #[arg(long, help_heading = RUN, value_name = "CODE", value_parser = accepted)]
    pub accept: Vec<Code>,
    /// Treat warnings as failures
    #[arg(long, help_heading = RUN)]
    pub strict: bool,
    /// Do not run experiments after a failure
    #[arg(long, help_heading = RUN)]
    pub no_experiments: bool,
    /// Print findings and the verdict only
    #[arg(short, long, help_heading = REPORT, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show every request
    #[arg(short, long, help_heading = REPORT)]
    pub verbose: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// How long and how often to attempt a request, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = RUN)]
pub struct LimitArgs {
    /// Time limit of one request [default: 10s]
    #[arg(long, help_heading = CONNECTION, value_name = "DURATION", value_parser = time_limit)]
    pub timeout: Option<Duration>,
    /// Time limit of the whole run, including clean-up [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = time_limit)]
    pub deadline: Option<Duration>,
    /// Retries of a request after a temporary failure
    #[arg(long, help_heading = CONNECTION, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub retries: u32,
    /// Prefix of the test object's key
    #[arg(long, value_name = "PREFIX", default_value = DEFAULT_PREFIX, value_parser = prefix)]
    pub prefix: String,
}

impl LimitArgs {
    /// The time limit of one request.
    pub fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// The time limit of the whole run.
    pub fn deadline(&self) -> Duration {
        self.deadline.unwrap_or(DEFAULT_DEADLINE)
    }
}

/// The options of `clean`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Where the settings come from.
    #[command(flatten)]
    pub env_file: EnvFileArgs,
    /// How the server is reached.
    #[command(flatten)]
    pub way: WayArgs,
    /// How long and how often to attempt a request, and where.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Delete without asking, for instance where standard input is not a terminal
    #[arg(short, long)]
    pub yes: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// On Railway, where standard output is no terminal, `railway`; else `text`
    #[default]
    Auto,
    /// Text, a line as each check ends
    Text,
    /// One JSON document
    Json,
    /// Markdown, to be pasted into a ticket
    Markdown,
    /// One HTML page
    Html,
    /// One JSON object a line, as Railway's log reads it
    Railway,
}

impl Format {
    /// The form that it stands for; `logged` tells whether Railway's log is the reader.
    pub fn resolve(self, logged: bool) -> format::Format {
        match self {
            Self::Auto if logged => format::Format::Railway,
            Self::Auto | Self::Text => format::Format::Text,
            Self::Json => format::Format::Json,
            Self::Markdown => format::Format::Markdown,
            Self::Html => format::Format::Html,
            Self::Railway => format::Format::Railway,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_names_the_time_limits_that_hold() {
        let help = Cli::command().render_help().to_string();
        for limit in [DEFAULT_TIMEOUT, DEFAULT_DEADLINE] {
            assert!(help.contains(&format!("[default: {}s]", limit.as_secs())), "{help}");
        }
    }
}
