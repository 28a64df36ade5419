//! `show`: a saved report in any form. It reads nothing but the report, so it looks the same anywhere and years later.

use super::cli::ShowArgs;
use super::saved::{self, Saved};
use super::{Problem, Process, github, layout, print};
use crate::report::output;

/// Carries the command out.
pub fn show(args: &ShowArgs, process: &Process) -> Result<u8, Problem> {
    let Saved { report, remarks } = saved::read(&args.report, &process.around)?;
    remark(&remarks);
    let layout = layout(args.look, args.verbose > 0, &process.around);
    let format = if args.json { crate::report::format::Format::Json } else { args.format.resolve(false) };
    let text = format.render(&report, &layout)?;
    // Who wrote the report may be anybody, and a step of GitHub Actions obeys what it prints.
    let text = if github::is_here(&process.around) { format.without_commands(&text) } else { text };
    print(&text, process)
}

/// Says on standard error what a reader has to know, so that standard output stays one document.
pub fn remark(remarks: &[String]) {
    let lines: Vec<String> = remarks.iter().map(|remark| format!("note: {remark}\n")).collect();
    if !lines.is_empty() {
        output::print_error(lines.concat());
    }
}
