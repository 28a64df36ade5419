//! One run of the six checks, from its settings to its exit status. Both `run` and `demo` end here.

mod observer;

use super::options::RunOptions;
use super::outputs::Outputs;
use super::{Problem, filter};
use crate::checks::runner::{self, Event, Run};
use crate::client::exchange::watch::Watch;
use crate::diagnosis::{Conclusion, Context, Here, conclude};
use crate::report::Report;
use crate::settings::Loaded;
use crate::settings::way::Way;
use observer::Observer;

/// Runs the checks, reports on them, and returns the exit status.
pub(super) async fn check(
    options: &RunOptions,
    outputs: Outputs,
    loaded: &Loaded,
    way: &Way,
) -> Result<u8, Problem> {
    let secrets = options.secrets(loaded);
    let (mut redactor, watch) = (filter(&secrets), outputs.watch(|| filter(&secrets)));
    let framing = options.framing(loaded, way.client);
    let run = Running { options, loaded, way, here: Here::of(loaded, way, &framing.around), watch };
    let mut observer = Observer::of(&run, outputs.stream(&mut redactor), &framing.target());
    let ran = run.checks(&mut observer).await?;
    let conclusion = run.conclusion(&ran, &mut observer).await;
    let streamed = observer.done();
    let report = Report::of(&ran, &conclusion, framing).masked(&mut redactor)?;
    outputs.finish(&report, streamed, options, &mut redactor).await
}

/// What a run is made with.
struct Running<'a> {
    options: &'a RunOptions,
    loaded: &'a Loaded,
    way: &'a Way,
    here: Here,
    watch: Option<Watch>,
}

impl Running<'_> {
    /// Runs the checks. A second signal ends that at once.
    async fn checks(&self, observer: &mut Observer<'_>) -> Result<Run, Problem> {
        let (options, probe) = (self.options, self.options.probe());
        let plan = options.plan(self.watch.clone());
        observer.writes(&probe);
        let mut see = |event: &Event<'_>| observer.see(event);
        let run = tokio::select! {
            run = runner::run(self.loaded, &probe, self.way.clone(), &plan, &options.stop, &mut see) => run,
            signal = options.signals.second() => {
                return Err(Problem::Killed { signal, key: observer.keys() });
            }
        };
        observer.ran(&run);
        Ok(run)
    }

    /// Draws the conclusion, with experiments if the failure calls for them.
    async fn conclusion(&self, run: &Run, observer: &mut Observer<'_>) -> Conclusion {
        let setup = self.options.setup(self.loaded, self.way, &run.probe, self.watch.clone());
        let single = observer.findings();
        conclude(run, single, &self.context(&run.probe.key), setup, || observer.concludes()).await
    }

    /// The context for findings about the object with this key.
    fn context<'a>(&'a self, key: &'a str) -> Context<'a> {
        self.options.context(self.loaded, &self.here, key)
    }
}
