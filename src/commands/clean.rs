//! `r2-selftest clean`: shows what was found, asks, deletes, and tells what became of each object.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, Read as _};

use tokio::time::Instant;

use super::{Problem, Process, env_file, filter, layout, listen, load, runtime, unheard, without_strays};
use crate::base::circumstance::{self, Circumstances};
use crate::base::finding::{Severity, printable};
use crate::base::stop::{Stop, StopReason};
use crate::base::text::counted;
use crate::checks::check::{CheckId, CheckResult, Fault, Outcome};
use crate::checks::leftovers::{self, Found, Leftover, Removed};
use crate::client::storage::{Limits, Scope, Storage};
use crate::commands::cli::CleanArgs;
use crate::diagnosis::{self, Context, Policy};
use crate::report::output::{Output, Patience};
use crate::report::redaction::Masked;
use crate::report::text::{self, Layout};
use crate::report::{Status, build};
use crate::settings::way::Way;
use crate::settings::{Loaded, ShownSettings};

/// An answer longer than this is no answer.
const ANSWER_LIMIT: u64 = 64;

/// Carries the command out.
pub fn clean(args: &CleanArgs, process: &mut Process) -> Result<u8, Problem> {
    if args.limits.prefix.is_empty() {
        let reason = "clean needs a --prefix: without one it would search the whole bucket, other people's files included";
        return Err(Problem::Usage(reason.to_owned()));
    }
    let started = process.started;
    let limit = args.limits.timeout().min(args.limits.deadline());
    // Nothing is at stake yet: a signal may simply end the program.
    let loaded = process.loaded.insert(load(&env_file(&args.env_file), &process.around, limit));
    without_strays(loaded, "--prefix", [&args.limits.prefix])?;
    let output = Output::new(process.output.clone(), filter(&loaded.secrets));
    let layout = layout(args.look, false);
    let place = circumstance::of(&process.around);
    let mut session = Session { args, started, loaded, layout, output, place, told: BTreeSet::new() };
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
    layout: Layout,
    output: Output,
    /// What is known of where this runs.
    place: Circumstances,
    /// The codes that have been told: what keeps one object from being deleted often keeps them all.
    told: BTreeSet<String>,
}

impl Session<'_> {
    /// A client, unless the settings are faulty, which is told.
    fn storage(&mut self) -> Result<Option<Storage>, Problem> {
        let target =
            Masked::new(&build::target(&ShownSettings::of(self.loaded), false), self.output.redactor())?;
        self.say(&text::header(&target, &self.layout))?;
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
        self.tell(&result, "")?;
        Ok(None)
    }

    fn run(&mut self, storage: &mut Storage, runtime: &tokio::runtime::Runtime) -> Result<u8, Problem> {
        let (started, deadline) = (self.started, self.args.limits.deadline());
        let prefix = &self.args.limits.prefix;
        // Until something is deleted, a signal may simply end the program. Half of the time is kept for deleting.
        let search = async { leftovers::find(storage, prefix, &Stop::at(started + deadline / 2)).await };
        let found = match runtime.block_on(search) {
            Ok(found) => found,
            Err(failed) => {
                self.tell(&failed, "")?;
                return Ok(1);
            }
        };
        let rest = deadline.saturating_sub(started.elapsed());
        self.show(&found)?;
        if found.left.is_empty() {
            return Ok(u8::from(found.cut_off));
        }
        if !self.args.yes && !self.agreed(found.left.len())? {
            self.say("Nothing was deleted.\n")?;
            return Ok(1);
        }
        runtime.block_on(async {
            let signals = listen()?;
            let stop = Stop::new(Instant::now() + rest, signals.first.clone());
            self.remove(storage, &found, &stop).await
        })
    }

    fn show(&mut self, found: &Found) -> Result<(), Problem> {
        let prefix = &self.args.limits.prefix;
        let mut lines = vec![match found.left.len() {
            0 => format!("No run has left an object under `{prefix}`."),
            1 => format!("A run has left an object under `{prefix}`:\n"),
            count => format!("Runs have left {count} objects under `{prefix}`:\n"),
        }];
        for Leftover { key, over_by } in &found.left {
            let (key, end) = (printable(key), build::timestamp(*over_by));
            lines.push(format!("  {key}\n      of a run that was over by {end}"));
        }
        if !found.left.is_empty() {
            lines.push(String::new());
        }
        if found.running > 0 {
            let count = counted(found.running, "object");
            lines.push(format!("Left alone: {count} of runs that may still be going."));
        }
        if found.look_alikes > 0 {
            let count = counted(found.look_alikes, "object");
            lines.push(format!("Left alone: {count} with a name like ours but other content."));
        }
        if found.cut_off {
            lines.push("The listing goes on; run `r2-selftest clean` again for the rest.".to_owned());
        }
        self.say(&(lines.join("\n") + "\n"))
    }

    /// Asks on standard output and reads one line; silence is a no. A signal ends the waiting, and the program with it.
    #[expect(
        clippy::disallowed_methods,
        reason = "nothing but the answer is read there, and nothing is at stake yet"
    )]
    fn agreed(&mut self, count: usize) -> Result<bool, Problem> {
        let what = if count == 1 { "it".to_owned() } else { format!("these {count} objects") };
        self.say(&format!("Delete {what}? [y/N] "))?;
        // Who cannot have read the question has not answered it.
        self.output.drain(Patience::ORDERLY).map_err(|error| unheard(&error))?;
        let mut answer = Vec::new();
        // An answer that cannot be read is none, and none is a no.
        let _ = io::stdin().lock().take(ANSWER_LIMIT).read_until(b'\n', &mut answer);
        if !answer.ends_with(b"\n") {
            self.say("\n")?;
        }
        Ok(matches!(answer.trim_ascii(), b"y" | b"Y" | b"yes"))
    }

    async fn remove(&mut self, storage: &mut Storage, found: &Found, stop: &Stop) -> Result<u8, Problem> {
        let mut status = u8::from(found.cut_off);
        for leftover in &found.left {
            if let Some(reason) = stop.reason() {
                return self.broken_off(reason);
            }
            match leftovers::remove(storage, &self.args.limits.prefix, leftover, stop).await {
                Ok(Removed::Changed) => {
                    let glyph = self.layout.palette.glyph(Status::Warn);
                    let why = "it is not any more what was found";
                    self.say(&format!("  {glyph} left alone, for {why}: {}\n", printable(&leftover.key)))?;
                    status = 1;
                }
                Ok(Removed::Gone) => {
                    let glyph = self.layout.palette.glyph(Status::Pass);
                    self.say(&format!("  {glyph} deleted and gone: {}\n", printable(&leftover.key)))?;
                }
                Err(failed) => {
                    let glyph = self.layout.palette.glyph(Status::Fail);
                    self.say(&format!("  {glyph} not known to be gone: {}\n", printable(&leftover.key)))?;
                    if let Some(reason) = failed.stopped().and_then(|_| stop.reason()) {
                        return self.broken_off(reason);
                    }
                    self.tell(&failed, &leftover.key)?;
                    status = 1;
                }
            }
        }
        Ok(stop.signal().map_or(status, crate::base::stop::Signal::exit_status))
    }

    fn say(&mut self, text: &str) -> Result<(), Problem> {
        self.output.write(text).map_err(|error| unheard(&error))
    }

    /// Some are left, for want of time.
    fn broken_off(&mut self, reason: StopReason) -> Result<u8, Problem> {
        let (why, status) = match reason {
            StopReason::Deadline => ("The time is over", 1),
            StopReason::Signal(signal) => ("Interrupted", signal.exit_status()),
        };
        self.say(&format!("{why}; run `r2-selftest clean` again for the rest.\n"))?;
        Ok(status)
    }

    /// Tells what is wrong in the words of a run, unless it has been told of another object.
    fn tell(&mut self, result: &CheckResult, key: &str) -> Result<(), Problem> {
        let context = Context {
            policy: &Policy::default(),
            place: self.place.clone(),
            settings: self.loaded.settings.as_ref(),
            key,
            prefix: &self.args.limits.prefix,
            timeout: self.args.limits.timeout(),
            deadline: self.args.limits.deadline(),
        };
        let findings = diagnosis::of_check(result, &context);
        let check = Masked::new(&build::check(result, &findings), self.output.redactor())?;
        for finding in check.findings() {
            if self.told.insert(finding.code.clone()) {
                self.say(&("\n".to_owned() + &text::finding(finding, &self.layout) + "\n"))?;
            }
        }
        Ok(())
    }
}
