//! The program from outside: its command line, its streams, its files, its looks.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

#[path = "../support/mod.rs"]
mod support;

mod command_line;
mod demo;
mod demo_faults;
mod explain;
mod looks;
mod report_files;
mod reports;
mod secrets;
mod settings;
mod streamed;
mod streams;
