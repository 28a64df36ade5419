//! The command line.

#[cfg(feature = "demo")]
mod fault;
mod format;
mod help;
mod look;
mod run;
mod value;
mod version;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use clap_complete::Shell;

#[cfg(feature = "demo")]
pub use fault::FaultChoice;
pub use format::Format;
pub use help::{HelpArgs, help};
pub use look::{Color, LookArgs};
#[cfg(feature = "demo")]
pub use run::DemoArgs;
pub use run::{CommonArgs, DEFAULT_DEADLINE, DEFAULT_TIMEOUT, EnvFileArgs, LimitArgs, RunArgs, WayArgs};
pub use value::accepted;
pub use version::answer;

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
    /// Render a saved JSON report, in any format
    Show(ShowArgs),
    /// Compare two saved JSON reports: what differs, and which difference explains a failure
    Compare(CompareArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page of the program, or of a command
    Man(ManArgs),
    /// Print the help of the program or of a command
    Help(HelpArgs),
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code (`auth.signature`), its beginning, an area (`auth`), an S3 code (`NoSuchBucket`), or a Cloudflare error number (`1016`)
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
    /// Format in which to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Also write the report to FILE; its extension selects the format: .json, .md, .html or .txt (repeatable)
    #[arg(long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
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

/// The env file that a command line names, also one that cannot be understood.
pub fn named_env_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments =
        arguments.iter().skip_while(|argument| !argument.to_string_lossy().starts_with("--env-file"));
    let option = arguments.next()?;
    match option.to_str()?.split_once('=') {
        Some((_, path)) => Some(path.into()),
        None => arguments.next().map(PathBuf::from),
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
