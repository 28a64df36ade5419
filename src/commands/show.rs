//! `show`: a saved report in any form. It depends on nothing but the report, so the output is the same anywhere and years later.

use super::cli::ShowArgs;
use super::saved::{self, Saved};
use super::{Problem, Process, github, layout, print};
use crate::report::output;

/// Runs the command.
pub fn show(args: &ShowArgs, process: &Process) -> Result<u8, Problem> {
    let Saved { report, remarks } = saved::read(&args.report, &process.around)?;
    remark(&remarks);
    let layout = layout(args.look, args.verbose > 0, &process.around);
    let format = if args.json { crate::report::format::Format::Json } else { args.format.resolve(false) };
    let text = format.render(&report, &layout)?;
    // The report may have any author, and GitHub Actions executes commands in the output of a step.
    let text = if github::is_here(&process.around) { format.without_commands(&text) } else { text };
    print(&text, process)
}

/// Prints remarks on standard error, so that standard output stays one document.
pub fn remark(remarks: &[String]) {
    let lines: Vec<String> = remarks.iter().map(|remark| format!("note: {remark}\n")).collect();
    if !lines.is_empty() {
        output::print_error(lines.concat());
    }
}
