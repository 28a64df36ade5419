//! The options of a run from the command line, and its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use masking::Secret;

use super::signals::Signals;
use super::{BESIDE, BESIDE_LIMIT, Problem, Process, READING, unread};
use crate::base::code::Code;
use crate::base::probe::Probe;
use crate::base::stop::Stop;
use crate::base::surroundings::Surroundings;
use crate::base::worker::{Task, Unfinished};
use crate::checks::runner::{self, Bounds, Plan};
use crate::client::exchange::watch::Watch;
use crate::client::storage::Limits;
use crate::commands::cli::{self, CommonArgs, DEFAULT_DEADLINE, DEFAULT_TIMEOUT};
use crate::commands::demo::fault::{self, DemoFault};
use crate::diagnosis::experiment::ExperimentSetup;
use crate::diagnosis::{Context, Here, Policy};
use crate::report::build::Framing;
use crate::settings::sdk::{self, Sdk};
use crate::settings::way::{ClientKind, Way};
use crate::settings::{self, EnvFile, Loaded, ShownSettings};

/// The tags by their keys. Two with the same key are refused, because one would be lost.
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

/// What is found beside the settings: the SDK, and boto3's variables with what is wrong with them.
type Beside = (Option<Sdk>, Option<settings::Beside>);

/// The codes that the user accepts. The demo reads no variable of the settings, nor this one.
fn accepted(args: &CommonArgs, target: RunTarget, around: &Surroundings) -> Result<Vec<Code>, Problem> {
    let mut codes = args.accept.clone();
    let variable = around.value(ACCEPT).filter(|_| !target.is_demo()).unwrap_or_default();
    let text = variable.to_string_lossy();
    for name in text.split([',', ' ', '\t', '\n']).filter(|name| !name.is_empty()) {
        codes.push(cli::accepted(name).map_err(|reason| Problem::Usage(format!("{ACCEPT}: {reason}")))?);
    }
    Ok(codes)
}

/// What a run checks.
#[derive(Clone, Copy)]
pub(super) enum RunTarget {
    /// The bucket that the settings name.
    Bucket,
    /// The embedded server, healthy or with a fault.
    #[cfg_attr(not(feature = "demo"), expect(dead_code, reason = "only the command `demo` asks for it"))]
    Demo(Option<DemoFault>),
}

impl RunTarget {
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

/// The options of a run.
pub(super) struct RunOptions {
    target: RunTarget,
    pub(super) bounds: Bounds,
    rounds: u32,
    pub(super) signals: Signals,
    pub(super) stop: Stop,
    prefix: String,
    policy: Policy,
    experiments: bool,
    tags: BTreeMap<String, String>,
    around: Arc<Surroundings>,
    /// The SDK that the command line names.
    sdk: Option<Sdk>,
}

impl RunOptions {
    /// The options from these arguments.
    pub(super) fn of(
        args: &CommonArgs,
        target: RunTarget,
        process: &Process,
        signals: Signals,
    ) -> Result<Self, Problem> {
        let fault = target.fault();
        let mut tags = unique(&args.tag)?;
        // Marks the report of a demo with a fault.
        tags.extend(fault.map(|fault| ("demo-fault".to_owned(), fault.name().to_owned())));
        let limits = &args.limits;
        let timeout = limits.timeout.or_else(|| fault?.timeout()).unwrap_or(DEFAULT_TIMEOUT);
        let deadline = limits.deadline.or_else(|| fault?.deadline()).unwrap_or(DEFAULT_DEADLINE);
        // The checks must end by then, so that clean-up fits before the deadline.
        let started = process.started;
        let work_ends = started + deadline - runner::reserve(deadline);
        Ok(Self {
            target,
            rounds: args.repeat,
            bounds: Bounds { limits: Limits { timeout, retries: limits.retries }, deadline, started },
            stop: Stop::new(work_ends, signals.first.clone()),
            signals,
            prefix: limits.prefix.clone(),
            policy: Policy { strict: args.strict, accepted: accepted(args, target, &process.around)? },
            experiments: !args.no_experiments,
            tags,
            around: process.around.clone(),
            sdk: args.sdk.clone(),
        })
    }

    /// Loads the settings, and what the application's client finds beside them.
    pub(super) async fn load(&self, choice: EnvFile, client: ClientKind) -> Result<Loaded, Problem> {
        let mut loaded = self.read(choice).await?;
        let (sdk, found) = self.beside(&loaded, client).await?;
        if let Some(found) = found {
            loaded.take(found);
        }
        loaded.sdk = sdk.map(|sdk| sdk.configured(|name| loaded.variables.text(name)));
        loaded.looked_for_sdk = true;
        Ok(loaded)
    }

    /// Loads the settings. If reading does not end in time, it is abandoned and reported.
    async fn read(&self, choice: EnvFile) -> Result<Loaded, Problem> {
        let limit = self.bounds.limits.timeout;
        let (named, around) = (choice.clone(), self.around.clone());
        let reading = Task::start(READING, move |worker| settings::read(worker, &named, &around))?;
        match reading.within(limit, &self.stop).await {
            Ok(found) => Ok(settings::load(found, &self.around)),
            // There is a report all the same.
            Err(Unfinished::Stopped(reason)) => {
                let reason = format!("it had not come to its end when the run was to stop ({reason})");
                Ok(settings::load_without(&choice, &reason, &self.around))
            }
            Err(Unfinished::Late) => {
                Ok(settings::load_without(&choice, &unread(Unfinished::Late, limit), &self.around))
            }
            Err(Unfinished::Died) => Err(Problem::Panicked),
        }
    }

    /// The SDK of the application, which the command line names or which is installed, and what boto3 makes of its own files
    /// and variables. What does not come to its end is not known.
    async fn beside(&self, loaded: &Loaded, client: ClientKind) -> Result<Beside, Problem> {
        let (named, places) = (self.sdk.clone(), sdk::Places::of(&self.around));
        let (variables, settings) = (loaded.variables.clone(), loaded.settings.clone());
        let looking = Task::start(BESIDE, move |worker| {
            let sdk = named.or_else(|| sdk::find(worker, &places));
            let beside = settings::beside(worker, client, &variables, settings.as_ref(), sdk.as_ref());
            (sdk, beside)
        })?;
        Ok(looking.within(BESIDE_LIMIT, &self.stop).await.unwrap_or_default())
    }

    /// The plan of the run, with a watcher if there is one.
    pub(super) fn plan(&self, watch: Option<Watch>) -> Plan {
        Plan { bounds: self.bounds, rounds: self.rounds, watch }
    }

    /// The object of a run.
    pub(super) fn probe(&self) -> Probe {
        Probe::new(&self.prefix, self.bounds.deadline)
    }

    /// The keys under which this run may leave an object, for a message.
    pub(super) fn keys(loaded: &Loaded, probe: &Probe) -> String {
        let two = loaded.sdk.as_ref().is_some_and(Sdk::adds_checksums);
        if two { format!("{} or {}", probe.key, probe.plain_key) } else { probe.key.clone() }
    }

    /// The first lines of a demo: that it is one, and its fault.
    pub(super) fn preface(&self) -> Vec<String> {
        match self.target {
            RunTarget::Bucket => Vec::new(),
            RunTarget::Demo(fault) => fault::note(fault),
        }
    }

    /// What the report holds beside the result of the run.
    pub(super) fn framing(&self, loaded: &Loaded, client: ClientKind) -> Framing {
        Framing {
            demo: self.target.is_demo(),
            client,
            shown: ShownSettings::of(loaded),
            around: self.around.clone(),
            tags: self.tags.clone(),
        }
    }

    /// What no output may hold. The demo uses no secrets of the environment, but an argument may hold one.
    pub(super) fn secrets(&self, loaded: &Loaded) -> Vec<Secret> {
        let unused =
            if self.target.is_demo() { settings::of_environment(&self.around).secrets } else { Vec::new() };
        loaded.secrets.iter().cloned().chain(unused).collect()
    }

    /// The context for findings.
    pub(super) fn context<'a>(&'a self, loaded: &'a Loaded, here: &'a Here, key: &'a str) -> Context<'a> {
        Context {
            policy: &self.policy,
            here,
            settings: loaded.settings.as_ref(),
            plays_r2: self.target.is_demo(),
            key,
            prefix: &self.prefix,
            timeout: self.bounds.limits.timeout,
            deadline: self.bounds.deadline,
        }
    }

    /// What experiments need, if they are allowed. A demo never leaves its own servers: its faulty settings and the endpoint
    /// behind its proxies do not name one, so it makes no experiments with them.
    pub(super) fn setup<'a>(
        &self,
        loaded: &'a Loaded,
        way: &'a Way,
        probe: &'a Probe,
        watch: Option<Watch>,
    ) -> Option<ExperimentSetup<'a>> {
        let stays = || loaded.settings.is_some() && way.has_no_proxies();
        let may = self.experiments && (!self.target.is_demo() || stays());
        may.then(|| ExperimentSetup {
            loaded,
            way,
            prefix: probe.shared_prefix(),
            timeout: self.bounds.limits.timeout,
            stop: self.stop.until(self.bounds.end()),
            watch,
        })
    }
}
