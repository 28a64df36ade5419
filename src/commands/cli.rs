//! The command line.

#[cfg(feature = "demo")]
mod fault;
mod value;
mod version;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::base::code::Code;
use crate::base::probe::DEFAULT_PREFIX;
use crate::report::format;
use crate::settings::sdk::Sdk;
use crate::settings::way::ClientKind;
#[cfg(feature = "demo")]
pub use fault::FaultChoice;
pub use value::accepted;
use value::{prefix, tag, time_limit};
pub use version::answer;

/// Time limit of one request unless `--timeout` says otherwise; `--help` names it too.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit of the whole run unless `--deadline` says otherwise; `--help` names it too.
pub const DEFAULT_DEADLINE: Duration = Duration::from_mins(1);

/// Will the application be able to keep its files in this R2 bucket, with exactly these settings, from exactly here?
///
/// Without a command, runs six checks in order: config, connect, upload, list, download, delete. The settings are read
/// from the environment and from an env file: `R2_ENABLED`, `R2_ENDPOINT`, `R2_ACCESS_KEY_ID`, `R2_SECRET_ACCESS_KEY`,
/// `R2_BUCKET_NAME`, and where needed `R2_SESSION_TOKEN` and `R2_REGION`.
///
/// Exit status: 0 all checks passed; 1 a check failed; 2 the command line was wrong; 70 a bug in the program itself;
/// 130, 143 and 129 interrupted by SIGINT, SIGTERM and SIGHUP, or 128 and the number of another signal.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, max_term_width = 100)]
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
    /// Run the six checks; the same as no command
    Run(RunArgs),
    /// Run them against an embedded S3 server on this machine; needs no account and reads no settings
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Find and delete the test objects that earlier runs left; asks first
    Clean(CleanArgs),
    /// Say what a diagnosis code means and what to do about it; without CODE, list all codes
    Explain(ExplainArgs),
    /// Render a saved JSON report, in any form
    Show(ShowArgs),
    /// Compare two saved JSON reports: what differs, and which difference explains a failure
    Compare(CompareArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page of the program, or of a command
    Man(ManArgs),
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
    /// Let something be wrong, to see what the run makes of it; `--fault help` lists what can be
    #[arg(long, value_name = "NAME", value_parser = fault::FaultParser, hide_possible_values = true)]
    pub fault: Option<FaultChoice>,
    /// The options that `run` has too.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code such as `auth.signature`, or an area such as `auth`
    #[arg(value_name = "CODE")]
    pub topic: Option<String>,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The options of `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A file that holds the report, also within a log; `-` for standard input
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Form in which to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Show every request
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The options of `compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// A file that holds a report, also within a log; `-` for standard input
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// A file that holds another one
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// The options of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page is wanted
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// Where the settings come from.
#[derive(Debug, Args)]
pub struct EnvFileArgs {
    /// Read settings from FILE instead of the nearest .env; the environment still wins
    #[arg(long, value_name = "FILE", conflicts_with = "no_env_file")]
    pub env_file: Option<PathBuf>,
    /// Read settings from the environment only
    #[arg(long)]
    pub no_env_file: bool,
}

/// How the server is reached.
#[derive(Debug, Args)]
pub struct WayArgs {
    /// Whose rules decide on proxies and root certificates: those of the application's client
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CommonArgs {
    /// Form of the report on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Also write the report to FILE; its ending picks the form: .json or .txt (repeatable)
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Make the checks that send something N times over one connection, and measure them
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// How long and how often to try, and where.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Add a fact of your own to the report (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = tag)]
    pub tag: Vec<(String, String)>,
    /// The SDK of the application, in whose form to upload, such as boto3==1.44.8 [default: as installed beside the program]
    #[arg(long, value_name = "NAME==VERSION", value_parser = Sdk::parse)]
    pub sdk: Option<Sdk>,
    /// Take a finding for a note: a warning, or permission.head-bucket (repeatable; also `R2_SELFTEST_ACCEPT`)
    #[arg(long, value_name = "CODE", value_parser = accepted)]
    pub accept: Vec<Code>,
    /// Let warnings fail the run
    #[arg(long)]
    pub strict: bool,
    /// Do not try out what may be the cause of a failure
    #[arg(long)]
    pub no_experiments: bool,
    /// Say only what was found, and the verdict
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show every request and its answer as they happen, on standard error; twice (-vv) also what each error comes from
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// How long and how often to try, and where.
#[derive(Debug, Args)]
pub struct LimitArgs {
    /// Time limit of one request [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = time_limit)]
    pub timeout: Option<Duration>,
    /// Time limit of the whole run, cleaning up included [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = time_limit)]
    pub deadline: Option<Duration>,
    /// How often a request is repeated after a failure that may pass by itself
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub retries: u32,
    /// What the key of the test object begins with
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
    /// How long and how often to try, and where.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Delete without asking
    #[arg(short, long)]
    pub yes: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
}

/// How text looks.
#[derive(Clone, Copy, Debug, Args)]
pub struct LookArgs {
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Use ASCII characters only
    #[arg(long)]
    pub ascii: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text
    #[default]
    Auto,
    /// Text, a line as each check ends
    Text,
    /// One JSON document
    Json,
}

impl Format {
    /// The form that it stands for here.
    pub fn resolve(self) -> format::Format {
        match self {
            Self::Auto | Self::Text => format::Format::Text,
            Self::Json => format::Format::Json,
        }
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
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
