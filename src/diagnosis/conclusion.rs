//! What a run comes to: the findings of its checks refined, what experiments showed, and what ended it. Made once, when
//! the run is over; everything reported afterwards comes from here.

use super::experiment::{self, ExperimentSetup, Trial};
use super::joint::{self, ByCheck};
use super::{Context, Policy};
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::base::stop::StopReason;
use crate::checks::check::{CheckId, CheckResult};
use crate::checks::runner::Run;

/// What a run comes to.
pub struct Conclusion {
    /// The findings of each check, once all are known.
    pub findings: ByCheck,
    /// The experiments that the failure called for.
    pub experiments: Vec<Trial>,
    /// What ended the run early, its experiments included.
    pub ended_by: Option<StopReason>,
    /// What the user has decided about findings.
    pub policy: Policy,
}

impl Conclusion {
    /// The code to act on first.
    pub fn root_cause(&self) -> Option<Code> {
        joint::root_cause(self.ended_by, &self.findings)
    }

    /// The check whose error a failed check without one of its own follows from.
    pub fn origin(&self, id: CheckId) -> Option<CheckId> {
        joint::origin(&self.findings, id)
    }

    /// The first warning, to act on where nothing is worse.
    pub fn first_warning(&self) -> Option<&Finding> {
        self.findings.values().flatten().find(|finding| finding.severity == Severity::Warning)
    }
}

/// Draws the conclusion from the findings of the single checks; `begin` is called before experiments, which are made only
/// with a setup.
pub async fn conclude(
    run: &Run,
    single: ByCheck,
    context: &Context<'_>,
    setup: Option<ExperimentSetup<'_>>,
    begin: impl FnOnce(),
) -> Conclusion {
    let mut findings = joint::refine(run, single, context);
    let (mut experiments, mut ended_by) = (Vec::new(), run.stopped);
    let fails = joint::root_cause(run.stopped, &findings).is_some();
    if let Some(setup) = setup.filter(|_| fails) {
        begin();
        experiments = experiment::explain(run, &mut findings, &setup).await;
        // What an experiment has made of a finding may be about another variable.
        for finding in findings.values_mut().flatten() {
            let answers = run.results.iter().flat_map(CheckResult::answers);
            *finding = context.fill(finding.clone(), answers);
        }
        ended_by = ended_by.or(setup.stop.signal().map(StopReason::Signal));
    }
    Conclusion { findings, experiments, ended_by, policy: context.policy.clone() }
}
