//! One run of the six checks, from its options to its exit status.

use std::collections::BTreeMap;

use std::time::Duration;

use tokio::time::Instant;

use super::files;
use super::observer::Observer;
use super::{Problem, READING, filter, layout, unheard, unread};
use crate::base::code::Code;
use crate::base::probe::Probe;
use crate::base::redact::Redactor;
use crate::base::stop::{Stop, StopReason};
use crate::base::worker::{Task, Unfinished};
use crate::checks::runner::{self, Bounds, Event};
use crate::client::storage::Limits;
use crate::commands::cli::{self, CommonArgs, DEFAULT_DEADLINE, DEFAULT_TIMEOUT, Format};
use crate::commands::demo::fault::{self, DemoFault};
use crate::commands::signals::Signals;
use crate::diagnosis::experiment::{self, Bench};
use crate::diagnosis::{Context, Policy, joint};
use crate::report::output::{FileFormat, Output, ReportFile, Sink};
use crate::report::palette::Palette;
use crate::report::progress::Progress;
use crate::report::text::{self, Layout};
use crate::report::{Report, build, redaction};
use crate::settings::sdk::{self, Sdk};
use crate::settings::way::{ClientKind, Way};
use crate::settings::{self, EnvFile, Loaded};

/// The tags by their keys. Of two with the same key, one would be lost without a word.
fn unique(tags: &[(String, String)]) -> Result<BTreeMap<String, String>, Problem> {
    let mut unique = BTreeMap::new();
    for (key, value) in tags {
        if unique.insert(key.clone(), value.clone()).is_some() {
            return Err(Problem::Usage(format!("the tag `{key}` is given twice with --tag")));
        }
    }
    Ok(unique)
}

/// The variable that accepts findings as `--accept` does, several of them separated by commas or blanks.
const ACCEPT: &str = "R2_SELFTEST_ACCEPT";

/// So long the application's packages are looked for.
const SDK_LIMIT: Duration = Duration::from_secs(2);

/// The codes that the user accepts. The demo reads no variable of the settings, nor this one.
fn accepted(args: &CommonArgs, aim: Aim) -> Result<Vec<Code>, Problem> {
    let mut codes = args.accept.clone();
    let variable = std::env::var_os(ACCEPT).filter(|_| !aim.is_demo()).unwrap_or_default();
    let text = variable.to_string_lossy();
    for name in text.split([',', ' ', '\t', '\n']).filter(|name| !name.is_empty()) {
        codes.push(cli::accepted(name).map_err(|reason| Problem::Usage(format!("{ACCEPT}: {reason}")))?);
    }
    Ok(codes)
}

/// What a run is about.
#[derive(Clone, Copy)]
pub(super) enum Aim {
    /// The bucket that the settings name.
    Bucket,
    /// The embedded server, healthy or with a fault.
    #[cfg_attr(not(feature = "demo"), expect(dead_code, reason = "only the command `demo` asks for it"))]
    Demo(Option<DemoFault>),
}

impl Aim {
    fn is_demo(self) -> bool {
        matches!(self, Self::Demo(_))
    }

    fn fault(self) -> Option<DemoFault> {
        match self {
            Self::Bucket => None,
            Self::Demo(fault) => fault,
        }
    }
}

/// What is known of a run before it begins.
pub(super) struct Session {
    aim: Aim,
    pub(super) format: Format,
    pub(super) quiet: bool,
    pub(super) layout: Layout,
    bounds: Bounds,
    signals: Signals,
    stop: Stop,
    prefix: String,
    policy: Policy,
    experiments: bool,
    tags: BTreeMap<String, String>,
    files: Vec<ReportFile>,
    /// The SDK that the command line names.
    sdk: Option<Sdk>,
}

impl Session {
    /// Opens the report files: what cannot be written must be said before anything is sent.
    pub(super) async fn prepare(
        args: &CommonArgs,
        aim: Aim,
        started: Instant,
        signals: Signals,
    ) -> Result<Self, Problem> {
        let fault = aim.fault();
        let mut tags = unique(&args.tag)?;
        // So that nobody takes the report of a fault for a real one.
        tags.extend(fault.map(|fault| ("demo-fault".to_owned(), fault.name().to_owned())));
        let limits = &args.limits;
        let timeout = limits.timeout.or_else(|| fault?.timeout()).unwrap_or(DEFAULT_TIMEOUT);
        let deadline = limits.deadline.or_else(|| fault?.deadline()).unwrap_or(DEFAULT_DEADLINE);
        // Checks must be done by then, so that cleaning up still fits before the end of the run.
        let work_ends = started + deadline - runner::reserve(deadline);
        let stop = Stop::new(work_ends, signals.first.clone());
        let files = files::open(&args.output, &stop).await?;
        Ok(Self {
            aim,
            format: if args.json { Format::Json } else { args.format.resolve() },
            quiet: args.quiet,
            layout: layout(args.look, args.verbose),
            bounds: Bounds { limits: Limits { timeout, retries: limits.retries }, deadline, started },
            signals,
            stop,
            prefix: limits.prefix.clone(),
            policy: Policy { strict: args.strict, accepted: accepted(args, aim)? },
            experiments: !args.no_experiments,
            tags,
            files,
            sdk: args.sdk.clone(),
        })
    }

    /// The settings. What does not come to its end is given up like a request, and the report says so.
    pub(super) async fn load(&self, choice: EnvFile) -> Result<Loaded, Problem> {
        let limit = self.bounds.limits.timeout;
        let named = choice.clone();
        let reading = Task::start(READING, move |worker| settings::read(worker, &named))?;
        match reading.within(limit, &self.stop).await {
            Ok(found) => Ok(settings::load(found)),
            // A report there is all the same.
            Err(Unfinished::Stopped(reason)) => {
                let reason = format!("it had not come to its end when the run was to stop ({reason})");
                Ok(settings::load_without(&choice, &reason))
            }
            Err(Unfinished::Late) => Ok(settings::load_without(&choice, &unread(Unfinished::Late, limit))),
            Err(Unfinished::Died) => Err(Problem::Panicked),
        }
    }

    /// What the application's client makes of its own files and variables. What does not come to its end is not known.
    pub(super) async fn complete(&self, loaded: &mut Loaded, client: ClientKind) -> Result<(), Problem> {
        if client != ClientKind::Boto3 {
            return Ok(());
        }
        let (variables, tls) = (loaded.variables.clone(), loaded.is_tls());
        let looking =
            Task::start("reading boto3's files", move |worker| settings::complete(worker, &variables, tls))?;
        if let Ok(found) = looking.within(SDK_LIMIT, &self.stop).await {
            loaded.take(found);
        }
        Ok(())
    }

    /// The SDK of the application: the one that the command line names, or else the one that is installed. What does not come
    /// to its end is not known.
    pub(super) async fn sdk(&self, loaded: &Loaded) -> Result<Option<Sdk>, Problem> {
        let (named, around) = (self.sdk.clone(), sdk::Surroundings::of_process());
        let looking = Task::start("looking for the SDK", move |worker| {
            let found = named.or_else(|| sdk::find(worker, &around))?;
            Some((found, sdk::calculation(worker, &around)))
        })?;
        let found = looking.within(SDK_LIMIT, &self.stop).await.unwrap_or_default();
        Ok(found.map(|(sdk, in_file)| sdk.calculating(loaded.calculation.as_deref().or(in_file.as_deref()))))
    }

    /// Runs the checks, tells what came of them, and returns the exit status.
    pub(super) async fn check(self, loaded: &Loaded, way: Way, sink: &Sink) -> Result<u8, Problem> {
        let demo = self.aim.is_demo();
        // The demo uses nothing of the environment, but an argument may hold what stands there.
        let unused = if demo { settings::of_environment().secrets } else { Vec::new() };
        let mut output = Output::new(sink.clone(), filter(loaded.secrets.iter().chain(&unused)));
        let extras =
            build::Extras { demo, strict: self.policy.strict, client: way.client, tags: self.tags.clone() };
        let end = self.bounds.end();
        let (stop, signals) = (&self.stop, &self.signals);
        let probe = Probe::new(&self.prefix, self.bounds.deadline);
        let mut observer = Observer {
            session: &self,
            loaded,
            output: &mut output,
            failure: None,
            key: &probe.key,
            findings: joint::ByCheck::default(),
            progress: self.progress(sink),
        };
        if observer.streams() {
            observer.write(&self.preface());
            observer.write_header(&build::target(loaded, demo));
        }
        let mut see = |event: &Event<'_>| observer.see(event);
        let mut run = tokio::select! {
            run = runner::run(loaded, &probe, way.clone(), self.bounds, stop, &mut see) => run,
            signal = signals.second() => return Err(Problem::Killed { signal, key: probe.key.clone() }),
        };
        let single = std::mem::take(&mut observer.findings);
        let mut findings = joint::refine(&run, single, &self.context(loaded, &probe.key));
        let mut trials = Vec::new();
        if joint::root_cause(&run, &findings).is_some() && self.may_experiment(loaded, &way) {
            observer.experimenting();
            let bench = Bench {
                loaded,
                way: &way,
                prefix: probe.shared_prefix(),
                timeout: self.bounds.limits.timeout,
                stop: stop.until(end),
            };
            trials = experiment::explain(&run, &mut findings, &bench).await;
            run.stopped = run.stopped.or(stop.signal().map(StopReason::Signal));
        }
        let streamed = observer.done();
        let mut report = build::report(&run, loaded, &findings, &trials, &extras);
        redaction::redact(&mut report, output.redactor())?;
        let closing = self.closing(&report)?;
        let heard = streamed.and(match self.format {
            Format::Json => output.write_clean(closing),
            Format::Auto | Format::Text => output.write(&closing),
        });
        // Whoever cannot be told here can still be told there.
        self.write_files(&report, output.redactor()).await?;
        let heard = heard.map_err(|error| unheard(&error));
        heard.map(|()| report.exit_code)
    }

    /// What a demo says first: that it is one, and what is wrong with it.
    fn preface(&self) -> String {
        match self.aim {
            Aim::Bucket => String::new(),
            Aim::Demo(fault) => text::paragraphs(&fault::note(fault), &self.layout) + "\n",
        }
    }

    /// A demo never leaves its own servers: settings that it made faulty name none of them, nor does the endpoint behind
    /// its proxies.
    fn may_experiment(&self, loaded: &Loaded, way: &Way) -> bool {
        let stays = || loaded.settings.is_some() && way.has_no_proxies();
        self.experiments && (!self.aim.is_demo() || stays())
    }

    pub(super) fn context<'a>(&'a self, loaded: &'a Loaded, key: &'a str) -> Context<'a> {
        Context {
            policy: &self.policy,
            settings: loaded.settings.as_ref(),
            key,
            prefix: &self.prefix,
            timeout: self.bounds.limits.timeout,
            deadline: self.bounds.deadline,
        }
    }

    fn progress(&self, sink: &Sink) -> Progress {
        Progress::new(sink.clone(), self.format == Format::Text && !self.quiet, self.layout.palette.ascii)
    }

    /// What standard output still lacks once the run is over.
    fn closing(&self, report: &Report) -> Result<String, Problem> {
        match self.format {
            Format::Json => Ok(report.to_json()?),
            Format::Auto | Format::Text if self.quiet => Ok(text::conclusion(report, &self.layout)),
            Format::Auto | Format::Text => {
                let experiments = text::experiments(report, &self.layout);
                Ok(format!("{experiments}\n{}", text::conclusion(report, &self.layout)))
            }
        }
    }

    async fn write_files(self, report: &Report, redactor: &mut Redactor) -> Result<(), Problem> {
        let plain = Layout { width: 80, palette: Palette { colored: false, ascii: false }, requests: true };
        let mut texts = Vec::new();
        for file in self.files {
            let text = match file.format {
                FileFormat::Json => report.to_json()?,
                FileFormat::Text => redactor.filter(&text::whole(report, &plain)),
            };
            texts.push((file, text));
        }
        files::write(texts, &self.signals).await
    }
}
