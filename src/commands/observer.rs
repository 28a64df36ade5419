//! What is seen while a run goes on: each check is diagnosed and shown as it ends, and on a terminal what is under way.

use std::io;

use super::session::Session;
use crate::checks::check::{CheckId, CheckResult};
use crate::checks::runner::Event;
use crate::commands::cli::Format;
use crate::diagnosis::{self, joint};
use crate::report::output::Output;
use crate::report::progress::Progress;
use crate::report::text;
use crate::report::{Target, build, redaction};
use crate::settings::Loaded;

/// Writes each check's line as the check ends.
pub(super) struct Observer<'a> {
    pub(super) session: &'a Session,
    pub(super) loaded: &'a Loaded,
    pub(super) output: &'a mut Output,
    pub(super) failure: Option<io::Error>,
    /// The probe object's key.
    pub(super) key: &'a str,
    /// What each check's facts tell by themselves.
    pub(super) findings: joint::ByCheck,
    pub(super) progress: Progress,
}

impl Observer<'_> {
    pub(super) fn streams(&self) -> bool {
        self.session.format == Format::Text && !self.session.quiet
    }

    pub(super) fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(id) => self.started(*id),
            Event::Finished(result) => self.finished(result),
        }
    }

    fn started(&mut self, id: CheckId) {
        self.progress.start(id.name(), id.title());
    }

    /// The checks are done, and what failed is being looked into.
    pub(super) fn experimenting(&mut self) {
        self.progress.start("", "looking for the cause");
    }

    /// Nothing is under way any more; whether all that was to be shown could be.
    pub(super) fn done(self) -> io::Result<()> {
        self.progress.clear();
        self.failure.map_or(Ok(()), Err)
    }

    fn finished(&mut self, result: &CheckResult) {
        self.progress.clear();
        let findings = diagnosis::of_check(result, &self.session.context(self.loaded, self.key));
        if self.streams() {
            match redaction::masked(&build::check(result, &findings), self.output.redactor()) {
                Ok(check) => self.write(&text::check(&check, &self.session.layout)),
                Err(error) => self.fail(error.into()),
            }
        }
        self.findings[result.id] = findings;
    }

    pub(super) fn write_header(&mut self, target: &Target) {
        match redaction::masked(target, self.output.redactor()) {
            Ok(target) => self.write(&text::header(&target, &self.session.layout)),
            Err(error) => self.fail(error.into()),
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        if let Err(error) = self.output.write(text) {
            self.fail(error);
        }
    }

    /// Keeps the first reason why not all was written.
    fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert(error);
    }
}
