//! A report during the run: each part is shown as soon as it is known. It knows the report's types and
//! nothing of what they are made from.

use std::io;

use masking::Redactor;

use super::format::Format;
use super::output::Sink;
use super::progress::Progress;
use super::redaction::Masked;
use super::text::Layout;
use super::{Check, Status, Target};

/// Writes the beginning of a report while the run goes on, each check as it ends, and on a terminal what is under way. It
/// shows nothing if the report is wanted in a format that is printed whole or not at all.
pub struct Stream<'a> {
    sink: &'a Sink,
    redactor: &'a mut Redactor,
    progress: Progress,
    layout: Layout,
    format: Option<Format>,
    /// Checks that were skipped one after the other, for the same reason: they share a row.
    skipped: Vec<Masked<Check>>,
    guards: bool,
    failure: Option<io::Error>,
}

impl<'a> Stream<'a> {
    /// A stream to `sink` behind this filter, which shows what this format shows during the run; without one, or if it is
    /// printed whole, nothing. It may be read by what obeys commands of GitHub Actions: then there are none.
    pub fn new(
        sink: &'a Sink,
        redactor: &'a mut Redactor,
        progress: Progress,
        layout: Layout,
        format: Option<Format>,
        guards: bool,
    ) -> Self {
        let format = format.filter(|format| format.is_streamed());
        Self { sink, redactor, progress, layout, format, guards, skipped: Vec::new(), failure: None }
    }

    /// Shows the preface of a report, paragraph by paragraph.
    pub fn preface(&mut self, paragraphs: &[String]) {
        if let Some(format) = self.format {
            let text = self.redactor.filter(&format.preface(paragraphs, &self.layout));
            self.write(Ok(text));
        }
    }

    /// Shows what is checked.
    pub fn header(&mut self, target: &Target) {
        if let Some(format) = self.format {
            let target = Masked::new(target, self.redactor);
            self.write(target.map(|target| format.header(&target, &self.layout)));
        }
    }

    /// Reports that something begins, for instance a check.
    pub fn begin(&mut self, name: &str, title: &str) {
        self.flush();
        self.progress.start(name, title);
    }

    /// Reports that nothing is under way.
    pub fn clear(&self) {
        self.progress.clear();
    }

    /// Shows a check that has ended; it is not asked for if nothing is shown.
    pub fn check(&mut self, check: impl FnOnce() -> Check) {
        let Some(format) = self.format else { return };
        match Masked::new(&check(), self.redactor) {
            Ok(check) if check.status == Status::Skip => self.skip(check),
            check => {
                self.flush();
                self.write(check.map(|check| format.check(&check, &self.layout)));
            }
        }
    }

    /// Keeps a skipped check until it is known which others share its row.
    fn skip(&mut self, check: Masked<Check>) {
        if self.skipped.last().is_some_and(|last| last.skipped_because != check.skipped_because) {
            self.flush();
        }
        self.skipped.push(check);
    }

    /// Shows the checks that were skipped.
    fn flush(&mut self) {
        let skipped = std::mem::take(&mut self.skipped);
        if let Some(format) = self.format.filter(|_| !skipped.is_empty()) {
            self.write(Ok(format.skipped(&skipped, &self.layout)));
        }
    }

    /// Ends the stream. Reports whether all of it was shown.
    ///
    /// # Errors
    /// With the first reason why not.
    pub fn done(mut self) -> io::Result<()> {
        self.flush();
        self.progress.clear();
        self.failure.map_or(Ok(()), Err)
    }

    /// Writes a text, and keeps the first reason why not all was written.
    fn write(&mut self, text: serde_json::Result<String>) {
        let guarded = text.map(|text| match self.format {
            Some(format) if self.guards => format.without_commands(&text),
            Some(_) | None => text,
        });
        let written = guarded.map_err(io::Error::from).and_then(|text| self.sink.write(text.into_bytes()));
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}
