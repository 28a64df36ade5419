//! `compare`: the differences of two saved reports, and which of them explains a failure.

use super::cli::CompareArgs;
use super::saved;
use super::show::remark;
use super::{Problem, Process, github, layout, print};
use crate::report::comparison::{Comparison, text};
use crate::report::format::Format;

/// Runs the command. The exit status shows whether both have the same verdict.
pub fn compare(args: &CompareArgs, process: &Process) -> Result<u8, Problem> {
    if [&args.a, &args.b].iter().all(|path| saved::is_standard_input(path)) {
        return Err(Problem::Usage("standard input can be only one of the two reports".to_owned()));
    }
    let (a, b) = (saved::read(&args.a, &process.around)?, saved::read(&args.b, &process.around)?);
    remark(&[a.remarks, b.remarks].concat());
    let comparison = Comparison::of(&a.report, &b.report);
    let layout = layout(args.look, false, &process.around);
    let text = if args.json {
        serde_json::to_string_pretty(&comparison)? + "\n"
    } else {
        text::whole(&comparison, &layout)
    };
    let form = if args.json { Format::Json } else { Format::Text };
    let text = if github::is_here(&process.around) { form.without_commands(&text) } else { text };
    print(&text, process)?;
    Ok(u8::from(!comparison.equal))
}
