//! Where the report of a run goes: standard output, and the files that `--output` names.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use masking::Redactor;
use masking::printable::printable_lines;

use super::options::RunOptions;
use super::{Problem, Process, files, github, layout, stdout_error};
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::client::exchange::watch::Watch;
use crate::commands::cli::CommonArgs;
use crate::report::Report;
use crate::report::format::Format;
use crate::report::output::{self, Patience, ReportFile, Sink};
use crate::report::progress::Progress;
use crate::report::redaction::Masked;
use crate::report::stream::Stream;
use crate::report::text::Layout;
use crate::report::trace::Trace;

/// The outputs of a run.
pub(super) struct Outputs {
    stdout: Sink,
    format: Format,
    layout: Layout,
    quiet: bool,
    around: Arc<Surroundings>,
    files: Vec<ReportFile>,
    /// Their names as given.
    names: Vec<PathBuf>,
    /// Where requests are shown as they happen, and whether with the chain of errors.
    trace: Option<(Sink, bool)>,
}

impl Outputs {
    /// Opens the report files before anything is sent, so that a failure is reported first.
    pub(super) async fn open(
        args: &CommonArgs,
        options: &RunOptions,
        process: &Process,
    ) -> Result<Self, Problem> {
        let paths: &[PathBuf] = &args.output;
        Ok(Self {
            stdout: process.output.clone(),
            format: if args.json {
                Format::Json
            } else {
                args.format.resolve(is_logged_by_railway(&process.around))
            },
            layout: Layout { requests: false, ..layout(args.look, args.verbose > 0, &process.around) },
            quiet: args.quiet,
            around: process.around.clone(),
            names: paths.to_vec(),
            files: files::open(paths, &process.around, &options.stop).await?,
            trace: trace(args.verbose)?,
        })
    }

    /// The stream that shows parts of the report during the run.
    pub(super) fn stream<'a>(&'a self, redactor: &'a mut Redactor) -> Stream<'a> {
        let turns = self.format == Format::Text && !self.quiet;
        // Standard error is in use if requests are shown there.
        let turns = turns && self.trace.is_none();
        let progress = Progress::new(self.stdout.clone(), &self.around, turns, self.layout.palette.ascii);
        let format = (!self.quiet).then_some(self.format);
        Stream::new(&self.stdout, redactor, progress, self.layout, format, github::is_here(&self.around))
    }

    /// The watcher that shows requests and answers on standard error as they happen, if requested; with a filter of its own.
    pub(super) fn watch(&self, filter: impl FnOnce() -> Redactor) -> Option<Watch> {
        let (sink, chains) = self.trace.as_ref()?;
        let (sink, palette, in_step) = (sink.clone(), self.layout.palette, github::is_here(&self.around));
        let state = Mutex::new((filter(), Trace::of(*chains)));
        Some(Watch::new(move |seen| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let (redactor, trace) = &mut *state;
            let text = printable_lines(&redactor.filter(&trace.lines(seen)));
            let text = if in_step { Format::Text.without_commands(&text) } else { text };
            // A failure is ignored: the report has the same facts.
            let _ = sink.write(palette.plain(&text).into_bytes());
        }))
    }

    /// Writes the rest of the report to standard output, and the files, each also if another fails. Returns the exit status.
    pub(super) async fn finish(
        mut self,
        report: &Masked<Report>,
        streamed: io::Result<()>,
        options: &RunOptions,
        redactor: &mut Redactor,
    ) -> Result<u8, Problem> {
        let closing = if self.quiet { Format::in_short } else { Format::closing };
        let closing = closing(self.format, report, &self.layout)?;
        let closing =
            if github::is_here(&self.around) { self.format.without_commands(&closing) } else { closing };
        let heard = streamed.and(self.stdout.write(closing.into_bytes()));
        github::tell(&self.around, report, &options.signals).await;
        let written = redactor.filter(&self.written());
        let texts = files::rendered(std::mem::take(&mut self.files), report)?;
        let files = files::write(texts, &options.signals).await;
        if let Some((sink, _)) = &self.trace {
            let _ = sink.drain(Patience::SHORT);
        }
        files?;
        let heard = heard.and_then(|()| self.stdout.write(written.into_bytes()));
        heard.map_err(|error| stdout_error(&error))?;
        Ok(report.exit_code)
    }

    /// The list of files that the run has written, for text on a terminal.
    fn written(&self) -> String {
        let is_shown = !self.quiet && self.format == Format::Text;
        if is_shown { files::list(&self.names, self.layout.palette) } else { String::new() }
    }
}

/// Whether standard output goes to Railway's log.
#[expect(clippy::disallowed_methods, reason = "asks what the stream is, and writes nothing")]
fn is_logged_by_railway(around: &Surroundings) -> bool {
    platform::is_railway(around) && !io::stdout().is_terminal()
}

/// Standard error for requests with `-v`; with `-vv` also for the chain of errors.
fn trace(verbose: u8) -> Result<Option<(Sink, bool)>, Problem> {
    match verbose {
        0 => Ok(None),
        times => Ok(Some((output::stderr()?, times > 1))),
    }
}
