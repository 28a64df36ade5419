//! `help`: what `--help` prints, of the program or of one of its commands; and the text at its end.

use clap::{Args, CommandFactory as _};

use super::Cli;

/// What one would type first.
pub const EXAMPLES: &str = "\
Examples:
  r2-selftest                             Check with the nearest .env
  r2-selftest --env-file prod.env --json  Check with another one; report as JSON
  r2-selftest demo --fault wrong-secret   See how a wrong secret is reported";

/// The same, and what the exit status says.
pub const EXAMPLES_AND_STATUS: &str = "\
Examples:
  r2-selftest                             Check with the nearest .env
  r2-selftest --env-file prod.env --json  Check with another one; report as JSON
  r2-selftest demo --fault wrong-secret   See how a wrong secret is reported

Exit status:
  0               All checks passed; warnings are allowed unless --strict
  1               A check failed, or the run reached its deadline
  2               The command line was wrong, or a report cannot be written
  70              A bug in the program itself
  130, 143, 129   Interrupted by SIGINT, SIGTERM or SIGHUP
  128 + N         Interrupted by another signal, number N";

/// The options of `help`.
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// The command to explain
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// The help of the program, or of the command with this name.
///
/// # Errors
/// When there is no such command.
pub fn help(command: Option<&str>) -> Result<String, String> {
    let mut program = Cli::command();
    // So that a command is called by the program's name and its own.
    program.build();
    let asked = match command {
        None => Some(&mut program),
        Some(name) => program.find_subcommand_mut(name),
    };
    asked.map(|command| command.render_long_help().to_string()).ok_or_else(|| {
        let name = command.unwrap_or_default();
        format!("there is no command `{name}`; `r2-selftest help` lists all commands")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_helps_have_the_same_examples() {
        assert!(EXAMPLES_AND_STATUS.starts_with(EXAMPLES));
    }
}
