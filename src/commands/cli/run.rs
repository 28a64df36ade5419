//! The options of a run. `demo` and `clean` share groups of them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

#[cfg(feature = "demo")]
use super::fault::{FaultChoice, FaultParser};
use super::format::Format;
use super::look::LookArgs;
use super::value::{accepted, prefix, tag, time_limit};
use crate::base::code::Code;
use crate::base::probe::DEFAULT_PREFIX;
use crate::settings::sdk::Sdk;
use crate::settings::way::ClientKind;

/// The headings of the options whose group goes on behind another one.
const CONNECTION: &str = "Connection";
const REPORT: &str = "Report";
const RUN: &str = "Run";

/// Time limit of one request unless `--timeout` says otherwise; `--help` names it too.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit of the whole run unless `--deadline` says otherwise; `--help` names it too.
pub const DEFAULT_DEADLINE: Duration = Duration::from_mins(1);

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
    #[arg(long, value_name = "NAME", value_parser = FaultParser, hide_possible_values = true)]
    pub fault: Option<FaultChoice>,
    /// The options that `run` has too.
    #[command(flatten)]
    pub common: CommonArgs,
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
    /// Repeat the checks that send requests N times over one connection, and measure them
    #[arg(long, help_heading = RUN, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
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
    /// Print the verdict only
    #[arg(short, long, help_heading = REPORT, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show every request and response as they happen, on standard error, and all that is known; -vv also shows what each error comes from
    #[arg(short, long, help_heading = REPORT, action = ArgAction::Count)]
    pub verbose: u8,
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
