//! `show`: a saved report in any form. It depends on nothing but the report, so the output is the same anywhere and years later.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use super::cli::ShowArgs;
use super::saved::{self, Saved};
use super::{Problem, Process, files, filter, github, layout, listen, print, runtime};
use crate::base::stop::Stop;
use crate::report::Report;
use crate::report::format::Format;
use crate::report::output;
use crate::report::palette::Palette;
use crate::report::redaction::Masked;
use crate::settings;

/// How long all report files together may take to be opened.
const TO_OPEN: Duration = Duration::from_secs(10);

/// Runs the command.
pub fn show(args: &ShowArgs, process: &Process) -> Result<u8, Problem> {
    let Saved { report, remarks } = saved::read(&args.report, &process.around)?;
    remark(&remarks);
    let layout = layout(args.look, args.verbose > 0, &process.around);
    let format = if args.json { Format::Json } else { args.format.resolve(false) };
    let text = format.render(&report, &layout)?;
    // The report may have any author, and GitHub Actions executes commands in the output of a step.
    let text = if github::is_here(&process.around) { format.without_commands(&text) } else { text };
    if args.output.is_empty() {
        return print(&text, process);
    }
    let names =
        if format == Format::Text { names(&args.output, layout.palette, process) } else { String::new() };
    with_files(&args.output, &report, [&text, &names], process)
}

/// Prints the texts, and between them writes the files. They are opened first, so that a failure is reported before all else.
fn with_files(
    paths: &[PathBuf],
    report: &Masked<Report>,
    [text, names]: [&str; 2],
    process: &Process,
) -> Result<u8, Problem> {
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        // Before there is a file that a signal could leave behind.
        let signals = listen()?;
        let stop = Stop::new(Instant::now() + TO_OPEN, signals.first.clone());
        let files = files::open(paths, &process.around, &stop).await?;
        print(text, process)?;
        files::write(files::rendered(files, report)?, &signals).await?;
        print(names, process)
    });
    runtime.shutdown_background();
    status
}

/// The list of the files, without secrets of this environment.
fn names(paths: &[PathBuf], palette: Palette, process: &Process) -> String {
    let mut redactor = filter(&settings::of_environment(&process.around).secrets);
    redactor.filter(&files::list(paths, palette))
}

/// Prints remarks on standard error, so that standard output stays one document.
pub fn remark(remarks: &[String]) {
    let lines: Vec<String> = remarks.iter().map(|remark| format!("note: {remark}\n")).collect();
    if !lines.is_empty() {
        output::print_error(lines.concat());
    }
}
