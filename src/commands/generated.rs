//! What is generated from the command line's definition: completions for shells, and manual pages.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::cli::Cli;

/// The program's name on a command line.
const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// The completions for a shell, to be sourced or installed.
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), PROGRAM, &mut script);
    text(&script)
}

/// The manual page of the program, or of one of its commands, in roff.
///
/// # Errors
/// With a sentence for the user, when there is no such command.
pub fn man(command: Option<&str>) -> Result<String, String> {
    let program = definition();
    let Some(name) = command else { return page(program) };
    let known = program.find_subcommand(name);
    page(known.cloned().ok_or_else(|| unknown(&program, name))?)
}

fn page(command: Command) -> Result<String, String> {
    let mut page = Vec::new();
    let manual = format!("{PROGRAM} {}", env!("CARGO_PKG_VERSION"));
    let written = Man::new(command).manual("User Commands").source(manual).render(&mut page);
    written.map(|()| text(&page)).map_err(|error| format!("cannot generate the page: {error}"))
}

/// The whole command line, with the full names of its commands.
fn definition() -> Command {
    let mut definition = Cli::command();
    definition.build();
    definition
}

fn unknown(program: &Command, name: &str) -> String {
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    format!("there is no command `{name}`; the commands are {}", names.join(", "))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
