//! `r2-selftest clean`: shows what was found, asks, deletes, and reports the result for each object.

mod listing;

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use masking::printable::printable;
use tokio::time::Instant;

use super::{
    Problem, Process, complete, env_file, filter, layout, listen, load, runtime, stdout_error, without_strays,
};
use crate::base::finding::Severity;
use crate::base::probe::DEFAULT_PREFIX;
use crate::base::stop::{Stop, StopReason};
use crate::checks::check::{CheckId, CheckResult, Fault, Outcome};
use crate::checks::leftovers::{self, Found, Removed};
use crate::client::storage::{Limits, Scope, Storage};
use crate::commands::cli::CleanArgs;
use crate::diagnosis::{self, Context, Here, Policy};
use crate::report::output::{Output, Patience};
use crate::report::redaction::Masked;
use crate::report::text::{self, Layout};
use crate::report::{Status, build};
use crate::settings::way::Way;
use crate::settings::{Loaded, ShownSettings};
use listing::listing;

/// Upper bound of the user's answer, in bytes.
const ANSWER_LIMIT: u64 = 64;

/// Runs the command.
pub fn clean(args: &CleanArgs, process: &mut Process) -> Result<u8, Problem> {
    if args.limits.prefix.is_empty() {
        let reason = "clean needs a --prefix: without one it would search the whole bucket, other people's files included";
        return Err(Problem::Usage(reason.to_owned()));
    }
    let started = process.started;
    let limit = args.limits.timeout().min(args.limits.deadline());
    // Nothing is deleted yet, so a signal may end the program.
    let loaded = process.loaded.insert(load(&env_file(&args.env_file), &process.around, limit));
    complete(loaded, args.way.client)?;
    without_strays(loaded, "--prefix", [&args.limits.prefix])?;
    let output = Output::new(process.output.clone(), filter(&loaded.secrets));
    let layout = layout(args.look, false, &process.around);
    let way = Way::of(args.way.client, &loaded.variables);
    let mut session = Session {
        args,
        started,
        loaded,
        here: Here::of(loaded, &way, &process.around),
        layout,
        output,
        reported: BTreeSet::new(),
    };
    let Some(mut storage) = session.storage()? else { return Ok(1) };
    let runtime = runtime()?;
    let status = session.run(&mut storage, &runtime);
    runtime.shutdown_background();
    status
}

struct Session<'a> {
    args: &'a CleanArgs,
    started: Instant,
    loaded: &'a Loaded,
    here: Here,
    layout: Layout,
    output: Output,
    /// The codes that have been reported: often the same condition keeps all objects from being deleted.
    reported: BTreeSet<String>,
}

impl Session<'_> {
    /// A client, or none after faulty settings have been reported.
    fn storage(&mut self) -> Result<Option<Storage>, Problem> {
        let target =
            Masked::new(&build::target(&ShownSettings::of(self.loaded), false), self.output.redactor())?;
        self.print(&text::header(&target, &self.layout))?;
        let limits = Limits { timeout: self.args.limits.timeout(), retries: self.args.limits.retries };
        if let Some(settings) = &self.loaded.settings {
            let scope = Scope::of_runs_under(&self.args.limits.prefix);
            let way = Way::of(self.args.way.client, &self.loaded.variables);
            return Storage::new(settings, scope, way, limits).map(Some).map_err(Problem::Internal);
        }
        let faults =
            self.loaded.findings.iter().filter(|finding| finding.severity == Severity::Error).cloned();
        let result = CheckResult {
            findings: faults.collect(),
            ..CheckResult::new(CheckId::Config, Outcome::Failed(Fault::Settings))
        };
        self.report(&result, "")?;
        Ok(None)
    }

    fn run(&mut self, storage: &mut Storage, runtime: &tokio::runtime::Runtime) -> Result<u8, Problem> {
        let (started, deadline) = (self.started, self.args.limits.deadline());
        let prefix = &self.args.limits.prefix;
        // Until something is deleted, a signal may end the program. Half of the time is reserved for deleting.
        let search = async { leftovers::find(storage, prefix, &Stop::at(started + deadline / 2)).await };
        let found = match runtime.block_on(search) {
            Ok(found) => found,
            Err(failed) => {
                self.report(&failed, "")?;
                return Ok(1);
            }
        };
        let rest = deadline.saturating_sub(started.elapsed());
        self.show(&found)?;
        if found.left.is_empty() {
            return Ok(u8::from(found.cut_off));
        }
        if !self.args.yes && !self.confirmed(found.left.len())? {
            self.declined()?;
            return Ok(1);
        }
        runtime.block_on(async {
            let signals = listen()?;
            let stop = Stop::new(Instant::now() + rest, signals.first.clone());
            self.remove(storage, &found, &stop).await
        })
    }

    fn show(&mut self, found: &Found) -> Result<(), Problem> {
        self.print(&listing(found, &self.args.limits.prefix, &self.again()))
    }

    /// The command that searches again in the same place.
    fn again(&self) -> String {
        let prefix = &self.args.limits.prefix;
        let option = if prefix == DEFAULT_PREFIX { String::new() } else { format!(" --prefix {prefix}") };
        format!("r2-selftest clean{option}")
    }

    /// Reports that nothing was deleted, and what to do without a terminal.
    #[expect(clippy::disallowed_methods, reason = "asks what the stream is, and reads nothing")]
    fn declined(&mut self) -> Result<(), Problem> {
        let hint = if io::stdin().is_terminal() {
            String::new()
        } else {
            let again = self.again();
            format!(" Standard input is not a terminal; to delete without being asked, run `{again} --yes`.")
        };
        self.print(&format!("Nothing was deleted.{hint}\n"))
    }

    /// Prompts on standard output and reads one line; anything but a yes is a no. A signal ends the program.
    #[expect(
        clippy::disallowed_methods,
        reason = "nothing but the answer is read there, and nothing is at stake yet"
    )]
    fn confirmed(&mut self, count: usize) -> Result<bool, Problem> {
        let what = if count == 1 { "it".to_owned() } else { format!("these {count} objects") };
        self.print(&format!("Delete {what}? [y/N] "))?;
        // If the prompt could not be written, what is read is no answer to it.
        self.output.drain(Patience::ORDERLY).map_err(|error| stdout_error(&error))?;
        let mut answer = Vec::new();
        // An error counts as no answer, and that as a no.
        let _ = io::stdin().lock().take(ANSWER_LIMIT).read_until(b'\n', &mut answer);
        if !answer.ends_with(b"\n") {
            self.print("\n")?;
        }
        Ok(matches!(answer.trim_ascii(), b"y" | b"Y" | b"yes"))
    }

    async fn remove(&mut self, storage: &mut Storage, found: &Found, stop: &Stop) -> Result<u8, Problem> {
        let mut status = u8::from(found.cut_off);
        for leftover in &found.left {
            if let Some(reason) = stop.reason() {
                return self.stopped_early(reason);
            }
            match leftovers::remove(storage, &self.args.limits.prefix, leftover, stop).await {
                Ok(Removed::Changed) => {
                    let glyph = self.layout.palette.glyph(Status::Warn);
                    let why = "it is no longer what was found";
                    self.print(&format!(
                        "  {glyph} left alone, because {why}: {}\n",
                        printable(&leftover.key)
                    ))?;
                    status = 1;
                }
                Ok(Removed::Gone) => {
                    let glyph = self.layout.palette.glyph(Status::Pass);
                    self.print(&format!("  {glyph} deleted, and verified: {}\n", printable(&leftover.key)))?;
                }
                Err(failed) => {
                    let glyph = self.layout.palette.glyph(Status::Fail);
                    self.print(&format!(
                        "  {glyph} not verified as deleted: {}\n",
                        printable(&leftover.key)
                    ))?;
                    if let Some(reason) = failed.stopped().and_then(|_| stop.reason()) {
                        return self.stopped_early(reason);
                    }
                    self.report(&failed, &leftover.key)?;
                    status = 1;
                }
            }
        }
        Ok(stop.signal().map_or(status, crate::base::stop::Signal::exit_status))
    }

    fn print(&mut self, text: &str) -> Result<(), Problem> {
        self.output.write(&self.layout.palette.plain(text)).map_err(|error| stdout_error(&error))
    }

    /// Reports that objects are left because the time was over or a signal came.
    fn stopped_early(&mut self, reason: StopReason) -> Result<u8, Problem> {
        let (why, status) = match reason {
            StopReason::Deadline => ("The time is over", 1),
            StopReason::Signal(signal) => ("Interrupted", signal.exit_status()),
        };
        let again = self.again();
        self.print(&format!("{why}; run `{again}` again for the rest.\n"))?;
        Ok(status)
    }

    /// Reports a failure as a run does, unless the same one has been reported for another object.
    fn report(&mut self, result: &CheckResult, key: &str) -> Result<(), Problem> {
        let context = Context {
            policy: &Policy::default(),
            here: &self.here,
            settings: self.loaded.settings.as_ref(),
            plays_r2: false,
            key,
            prefix: &self.args.limits.prefix,
            timeout: self.args.limits.timeout(),
            deadline: self.args.limits.deadline(),
        };
        let findings = diagnosis::of_check(result, &context);
        let check = Masked::new(&build::check(result, &findings), self.output.redactor())?;
        for finding in check.findings() {
            if self.reported.insert(finding.code.clone()) {
                self.print(&("\n".to_owned() + &text::finding(finding, &self.layout) + "\n"))?;
            }
        }
        Ok(())
    }
}
