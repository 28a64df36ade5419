//! What `--help` and `--version` answer.

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::report::Tool;

/// The text that the command line asks for in place of a command. clap answers `--version` before it reads what follows,
/// so whether `--verbose` is given too is asked here.
pub fn answer(asked: &clap::Error, arguments: &[OsString]) -> String {
    let mut text = asked.to_string();
    let verbose = || arguments.iter().any(|argument| argument == "--verbose" || argument == "-v");
    if asked.kind() == ErrorKind::DisplayVersion && verbose() {
        let build = Tool::this();
        let known = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
        text = format!("{text}target: {}\ncommit: {}\n", known(build.target), known(build.commit));
    }
    text
}
