//! Where the report of a run goes: standard output, and the files that `--output` names.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use super::options::RunOptions;
use super::{Problem, Process, files, layout, stdout_error};
use crate::base::platform;
use crate::base::redact::Redactor;
use crate::base::surroundings::Surroundings;
use crate::commands::cli::CommonArgs;
use crate::report::Report;
use crate::report::format::Format;
use crate::report::output::{ReportFile, Sink};
use crate::report::palette::Palette;
use crate::report::progress::Progress;
use crate::report::redaction::Masked;
use crate::report::stream::Stream;
use crate::report::text::Layout;

/// How text in a file is laid out.
const IN_FILES: Layout =
    Layout { width: 80, palette: Palette { colored: false, ascii: false }, full: true, requests: true };

/// The outputs of a run.
pub(super) struct Outputs {
    stdout: Sink,
    format: Format,
    layout: Layout,
    quiet: bool,
    around: Arc<Surroundings>,
    files: Vec<ReportFile>,
}

impl Outputs {
    /// Opens the report files: what cannot be written must be said before anything is sent.
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
            layout: layout(args.look, args.verbose, &process.around),
            quiet: args.quiet,
            around: process.around.clone(),
            files: files::open(paths, &process.around, &options.stop).await?,
        })
    }

    /// What shows the report while it comes into being.
    pub(super) fn stream<'a>(&'a self, redactor: &'a mut Redactor) -> Stream<'a> {
        let turns = self.format == Format::Text && !self.quiet;
        let progress = Progress::new(self.stdout.clone(), &self.around, turns, self.layout.palette.ascii);
        let format = (!self.quiet).then_some(self.format);
        Stream::new(&self.stdout, redactor, progress, self.layout, format)
    }

    /// Writes what standard output still lacks after what was streamed, and the files: whoever cannot be told here can still
    /// be told there. Returns the exit status.
    pub(super) async fn finish(
        self,
        report: &Masked<Report>,
        streamed: io::Result<()>,
        options: &RunOptions,
    ) -> Result<u8, Problem> {
        let closing = if self.quiet { Format::in_short } else { Format::closing };
        let closing = closing(self.format, report, &self.layout)?;
        let written = streamed.and(self.stdout.write(closing.into_bytes()));
        let mut texts = Vec::new();
        for file in self.files {
            let text = file.format.render(report, &IN_FILES)?;
            texts.push((file, text));
        }
        files::write(texts, &options.signals).await?;
        written.map_err(|error| stdout_error(&error))?;
        Ok(report.exit_code)
    }
}

/// Whether what goes to standard output is read in Railway's log.
#[expect(clippy::disallowed_methods, reason = "asks what the stream is, and writes nothing")]
fn is_logged_by_railway(around: &Surroundings) -> bool {
    platform::is_railway(around) && !io::stdout().is_terminal()
}
