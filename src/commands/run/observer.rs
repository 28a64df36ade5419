//! The observer of a run: diagnoses each check as it ends and shows it, and keeps what the conclusion is drawn from.

use std::io;

use super::Running;
use crate::base::probe::Probe;
use crate::checks::check::{CheckResult, PerCheck};
use crate::checks::runner::{Event, Run};
use crate::commands::options::RunOptions;
use crate::diagnosis::joint::ByCheck;
use crate::diagnosis::of_check;
use crate::report::stream::Stream;
use crate::report::{Target, build};

/// The observer of a run.
pub(super) struct Observer<'a> {
    run: &'a Running<'a>,
    stream: Stream<'a>,
    /// What each check's facts showed by themselves.
    single: ByCheck,
    /// The key of the object that is written.
    key: String,
    /// The keys that may be left.
    keys: String,
}

impl<'a> Observer<'a> {
    /// An observer that shows on this stream what it sees; first what kind of run it is, and what is checked.
    pub(super) fn of(run: &'a Running<'a>, mut stream: Stream<'a>, target: &Target) -> Self {
        stream.preface(&run.options.preface());
        stream.header(target);
        Self { run, stream, single: PerCheck::default(), key: String::new(), keys: String::new() }
    }

    /// Notes which object is written.
    pub(super) fn writes(&mut self, probe: &Probe) {
        self.key.clone_from(&probe.key);
        self.keys = RunOptions::keys(self.run.loaded, probe);
    }

    /// The keys under which the run may leave an object.
    pub(super) fn keys(&self) -> String {
        self.keys.clone()
    }

    /// Shows what is under way, and what has ended.
    pub(super) fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(id) => self.stream.begin(id.name(), id.title()),
            Event::Round { number, of, probe } => {
                self.writes(probe);
                self.stream.begin("round", &format!("{number} of {of}"));
            }
            Event::Finished(result) => self.finished(result),
        }
    }

    /// Shows the checks of several rounds: which of them is reported is known at the end only.
    pub(super) fn ran(&mut self, run: &Run) {
        self.writes(&run.probe);
        if run.rounds.is_some() {
            run.results.iter().for_each(|result| self.finished(result));
        }
    }

    fn finished(&mut self, result: &CheckResult) {
        self.stream.clear();
        let findings = of_check(result, &self.run.context(&self.key));
        self.stream.check(|| build::check(result, &findings));
        self.single[result.id] = findings;
    }

    /// What each check's facts showed by themselves.
    pub(super) fn findings(&mut self) -> ByCheck {
        std::mem::take(&mut self.single)
    }

    /// Shows that the cause is looked for.
    pub(super) fn concludes(&mut self) {
        self.stream.begin("", "looking for the cause");
    }

    /// Ends the stream. Reports whether all of it was shown.
    ///
    /// # Errors
    /// With the first reason why not.
    pub(super) fn done(self) -> io::Result<()> {
        self.stream.done()
    }
}
