//! One run of the six checks, from its settings to its exit status. Both `run` and `demo` end here.

use super::options::RunOptions;
use super::outputs::Outputs;
use super::{Problem, filter};
use crate::checks::check::PerCheck;
use crate::checks::runner::{self, Event};
use crate::diagnosis::{self, Context, Here, conclude, joint::ByCheck};
use crate::report::stream::Stream;
use crate::report::{Report, build};
use crate::settings::Loaded;
use crate::settings::way::Way;

/// Runs the checks, reports on them, and returns the exit status.
pub(super) async fn check(
    options: &RunOptions,
    outputs: Outputs,
    loaded: &Loaded,
    way: &Way,
) -> Result<u8, Problem> {
    let secrets = options.secrets(loaded);
    let (mut redactor, watch) = (filter(&secrets), outputs.watch(|| filter(&secrets)));
    let plan = options.plan(watch.clone());
    let (probe, framing) = (options.probe(), options.framing(loaded, way.client));
    let here = Here::of(loaded, way, &framing.around);
    let context = options.context(loaded, &here, &probe.key);
    let (mut stream, mut single) = (outputs.stream(&mut redactor), PerCheck::default());
    stream.preface(&options.preface());
    stream.header(&framing.target());
    let mut keys = RunOptions::keys(loaded, &probe);
    let mut see = |event: &Event<'_>| {
        if let Event::Round { probe, .. } = event {
            keys = RunOptions::keys(loaded, probe);
        }
        observe(event, &context, &mut single, &mut stream);
    };
    let run = tokio::select! {
        run = runner::run(loaded, &probe, way.clone(), &plan, &options.stop, &mut see) => run,
        signal = options.signals.second() => return Err(Problem::Killed { signal, key: keys }),
    };
    let context = options.context(loaded, &here, &run.probe.key);
    if run.rounds.is_some() {
        // Which round is reported is known at the end only.
        for result in &run.results {
            observe(&Event::Finished(result), &context, &mut single, &mut stream);
        }
    }
    let bench = options.bench(loaded, way, &run.probe, watch);
    let begin = || stream.begin("", "looking for the cause");
    let conclusion = conclude(&run, single, &context, bench, begin).await;
    let streamed = stream.done();
    let report = Report::of(&run, &conclusion, framing).masked(&mut redactor)?;
    outputs.finish(&report, streamed, options, &mut redactor).await
}

/// Diagnoses and shows each check as it ends, and which one is running.
fn observe(event: &Event<'_>, context: &Context<'_>, single: &mut ByCheck, stream: &mut Stream<'_>) {
    match event {
        Event::Started(id) => stream.begin(id.name(), id.title()),
        Event::Round { number, of, .. } => stream.begin("round", &format!("{number} of {of}")),
        Event::Finished(result) => {
            stream.clear();
            let findings = diagnosis::of_check(result, context);
            stream.check(&build::check(result, &findings));
            single[result.id] = findings;
        }
    }
}
