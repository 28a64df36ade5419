//! The program from outside: its command line, its streams, its files, its looks.

mod command_line;
mod compare;
mod demo;
mod demo_faults;
mod explain;
mod formats;
mod generated;
mod looks;
mod other_names;
mod repeat;
mod report_files;
mod reports;
mod secrets;
mod settings;
mod show;
mod streamed;
mod streams;
mod verbose;
