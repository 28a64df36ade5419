//! The commands: they put the parts together, from the command line to the exit status.

pub mod clean;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write};

use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use crate::check::{CheckId, CheckResult};
use crate::cli::{
    Color, CommonArgs, DEFAULT_DEADLINE, DEFAULT_TIMEOUT, DemoArgs, EnvFileArgs, ExplainArgs, FaultChoice,
    Format, LookArgs, RunArgs,
};
use crate::demo::Demo;
use crate::demo::fault::{self, DemoFault};
use crate::diagnosis::{self, Context, joint};
use crate::explain;
use crate::network::ProxyRule;
use crate::output::{FileFormat, Output, ReportFile};
use crate::probe::Probe;
use crate::progress::Progress;
use crate::redact::Redactor;
use crate::report::palette::Palette;
use crate::report::text::{self, Layout};
use crate::report::{Report, build};
use crate::runner::{self, Bounds, Event, Run};
use crate::settings::{self, EnvFile, Loaded};
use crate::signals::Signals;
use crate::stop::{Signal, Stop};
use crate::storage::Limits;

/// Why a command ended without a report.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The command line cannot be carried out as it stands.
    #[error("{0}")]
    Usage(String),
    /// A second signal ended the program before it had cleaned up.
    #[error("ended by a second {} before cleaning up; this object may be left in the bucket: {key}", .signal.name())]
    Killed {
        /// The second signal.
        signal: Signal,
        /// The key of the object that may be left.
        key: String,
    },
    /// Nobody can have read the report: standard output or a report file could not be written.
    #[error("{0}")]
    Unwritable(String),
    /// Something that should always work did not.
    #[error("{0}\nThis is a bug in r2-selftest, or the machine is out of something that it needs.")]
    Internal(String),
    /// The program met a bug of its own.
    #[error("r2-selftest met a bug of its own and stopped; nothing it said before is a pass")]
    Panicked,
}

impl Problem {
    /// The exit status that it stands for.
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Unwritable(_) => 2,
            Self::Killed { signal, .. } => signal.exit_status(),
            Self::Internal(_) | Self::Panicked => 70,
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// `r2-selftest run`
pub fn run(args: &RunArgs, stdout: impl Write + Send) -> Result<u8, Problem> {
    let session = Session::prepare(&args.common, Aim::Bucket)?;
    let loaded = settings::load(&env_file(&args.env_file));
    let runtime = runtime()?;
    let status = runtime.block_on(session.check(&loaded, ProxyRule::from_env(), stdout));
    // A look-up of a name that hangs must not keep the program from ending.
    runtime.shutdown_background();
    status
}

/// `r2-selftest demo`
pub fn demo(args: &DemoArgs, stdout: impl Write + Send) -> Result<u8, Problem> {
    let fault = match args.fault {
        None => None,
        Some(FaultChoice::One(fault)) => Some(fault),
        Some(FaultChoice::Help) => return print(&fault::list(&layout(args.common.look, false)), stdout),
    };
    let session = Session::prepare(&args.common, Aim::Demo(fault))?;
    let runtime = runtime()?;
    let status = runtime.block_on(async {
        let demo = match fault {
            None => Demo::start().await?,
            Some(fault) => Demo::start_with(fault).await?,
        };
        session.check(demo.loaded(), demo.proxy(), stdout).await
    });
    runtime.shutdown_background();
    status
}

/// `r2-selftest explain`
pub fn explain(args: &ExplainArgs, stdout: impl Write) -> Result<u8, Problem> {
    let layout = layout(args.look, false);
    let text = match &args.topic {
        None => explain::register(&layout),
        Some(name) => explain::about(name, &layout).map_err(Problem::Usage)?,
    };
    print(&text, stdout)
}

/// Prints what no run has to do with.
fn print(text: &str, stdout: impl Write) -> Result<u8, Problem> {
    Output::new(stdout, Redactor::default()).write(text).map_err(|error| unheard(&error))?;
    Ok(0)
}

fn unheard(error: &io::Error) -> Problem {
    Problem::Unwritable(format!("cannot write to standard output: {error}"))
}

fn env_file(args: &EnvFileArgs) -> EnvFile {
    match &args.env_file {
        Some(path) => EnvFile::Named(path.clone()),
        None if args.no_env_file => EnvFile::None,
        None => EnvFile::Search,
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Finds out how wide text may be, and whether it may have colour.
fn layout(look: LookArgs, requests: bool) -> Layout {
    match look.color {
        Color::Always => colored::control::set_override(true),
        Color::Never => colored::control::set_override(false),
        Color::Auto => {}
    }
    // Piped text is read in logs and tickets, where 80 columns are safe.
    let width = if io::stdout().is_terminal() { textwrap::termwidth() } else { 80 };
    let colored = colored::control::SHOULD_COLORIZE.should_colorize();
    Layout { width, palette: Palette { colored, ascii: look.ascii }, requests }
}

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

/// What a run is about.
#[derive(Clone, Copy)]
enum Aim {
    /// The bucket that the settings name.
    Bucket,
    /// The embedded server, healthy or with a fault.
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
struct Session {
    aim: Aim,
    format: Format,
    quiet: bool,
    layout: Layout,
    bounds: Bounds,
    prefix: String,
    strict: bool,
    tags: BTreeMap<String, String>,
    files: Vec<ReportFile>,
}

impl Session {
    /// Opens the report files: what cannot be written must be said before anything is sent.
    fn prepare(args: &CommonArgs, aim: Aim) -> Result<Self, Problem> {
        let fault = aim.fault();
        let mut tags = unique(&args.tag)?;
        // So that nobody takes the report of a fault for a real one.
        tags.extend(fault.map(|fault| ("demo-fault".to_owned(), fault.name().to_owned())));
        let limits = &args.limits;
        let timeout = limits.timeout.or_else(|| fault?.timeout()).unwrap_or(DEFAULT_TIMEOUT);
        let deadline = limits.deadline.or_else(|| fault?.deadline()).unwrap_or(DEFAULT_DEADLINE);
        let mut files: Vec<ReportFile> = Vec::new();
        for path in &args.output {
            let file = ReportFile::open(path).map_err(Problem::Usage)?;
            if files.iter().any(|known| known.path == file.path) {
                return Err(Problem::Usage(format!("`{}` is named twice with --output", path.display())));
            }
            files.push(file);
        }
        Ok(Self {
            aim,
            format: if args.json { Format::Json } else { args.format.resolve() },
            quiet: args.quiet,
            layout: layout(args.look, args.verbose),
            bounds: Bounds { limits: Limits { timeout, retries: limits.retries }, deadline },
            prefix: limits.prefix.clone(),
            strict: args.strict,
            tags,
            files,
        })
    }

    /// Runs the checks, tells what came of them, and returns the exit status.
    async fn check(
        self,
        loaded: &Loaded,
        proxy: ProxyRule,
        stdout: impl Write + Send,
    ) -> Result<u8, Problem> {
        let redactor = Redactor::new(&loaded.provenance);
        let mut output = Output::new(stdout, redactor);
        let demo = self.aim.is_demo();
        let extras = build::Extras { demo, strict: self.strict, tags: self.tags.clone() };
        let signals = Signals::listen()?;
        let stop = Stop::new(self.work_ends(), signals.first.clone());
        let probe = Probe::new(&self.prefix, self.bounds.deadline);
        let mut observer = Observer {
            session: &self,
            loaded,
            output: &mut output,
            failure: None,
            progress: self.progress(),
        };
        if observer.streams() {
            observer.write(&self.preface());
            observer.write(&text::header(&build::target(loaded, demo), &self.layout));
        }
        let mut see = |event: &Event<'_>| observer.see(event);
        let run = tokio::select! {
            run = runner::run(loaded, &probe, proxy, self.bounds, &stop, &mut see) => run,
            signal = signals.second() => return Err(Problem::Killed { signal, key: probe.key }),
        };
        let streamed = observer.failure.map_or(Ok(()), Err);
        let context = self.context(loaded, &run.probe.key);
        let mut report = build::report(&run, loaded, &findings(&run, &context), &extras);
        build::redact(&mut report, output.redactor())
            .map_err(|error| Problem::Internal(error.to_string()))?;
        let closing = self.closing(&report)?;
        let heard = streamed.and(match self.format {
            Format::Json => output.write_clean(&closing),
            Format::Auto | Format::Text => output.write(&closing),
        });
        // Whoever cannot be told here can still be told there.
        self.write_files(&report, output.redactor())?;
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

    /// When the checks must be done, so that cleaning up still fits before the deadline.
    fn work_ends(&self) -> Instant {
        let deadline = self.bounds.deadline;
        Instant::now() + deadline - runner::reserve(deadline)
    }

    fn context<'a>(&'a self, loaded: &'a Loaded, key: &'a str) -> Context<'a> {
        Context {
            settings: loaded.settings.as_ref(),
            key,
            prefix: &self.prefix,
            timeout: self.bounds.limits.timeout,
            deadline: self.bounds.deadline,
        }
    }

    fn progress(&self) -> Progress {
        Progress::new(self.format == Format::Text && !self.quiet, self.layout.palette.ascii)
    }

    /// What standard output still lacks once the run is over.
    fn closing(&self, report: &Report) -> Result<String, Problem> {
        match self.format {
            Format::Json => json(report),
            Format::Auto | Format::Text if self.quiet => Ok(text::conclusion(report, &self.layout)),
            Format::Auto | Format::Text => Ok("\n".to_owned() + &text::conclusion(report, &self.layout)),
        }
    }

    fn write_files(self, report: &Report, redactor: &mut Redactor) -> Result<(), Problem> {
        let mut outcome = Ok(());
        let plain = Layout { width: 80, palette: Palette { colored: false, ascii: false }, requests: true };
        for file in self.files {
            let text = match file.format {
                FileFormat::Json => json(report)?,
                FileFormat::Text => redactor.filter(&text::whole(report, &plain)),
            };
            outcome = outcome.and(file.finish(&text));
        }
        outcome.map_err(Problem::Unwritable)
    }
}

fn json(report: &Report) -> Result<String, Problem> {
    report.to_json().map_err(|error| Problem::Internal(error.to_string()))
}

fn findings(run: &Run, context: &Context<'_>) -> joint::ByCheck {
    let single = run.results.iter().map(|result| (result.id, diagnosis::of_check(result, context))).collect();
    joint::refine(run, single, context)
}

/// Writes each check's line as the check ends.
struct Observer<'a, W: Write> {
    session: &'a Session,
    loaded: &'a Loaded,
    output: &'a mut Output<W>,
    failure: Option<io::Error>,
    progress: Progress,
}

impl<W: Write> Observer<'_, W> {
    fn streams(&self) -> bool {
        self.session.format == Format::Text && !self.session.quiet
    }

    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(id) => self.started(*id),
            Event::Finished(result) => self.finished(result),
        }
    }

    fn started(&mut self, id: CheckId) {
        self.progress.start(id);
    }

    fn finished(&mut self, result: &CheckResult) {
        self.progress.clear();
        if self.streams() {
            let findings = diagnosis::of_check(result, &self.session.context(self.loaded, ""));
            self.write(&text::check(&build::check(result, &findings), &self.session.layout));
        }
    }

    fn write(&mut self, text: &str) {
        if let Err(error) = self.output.write(text) {
            self.failure.get_or_insert(error);
        }
    }
}
