//! The results so far, in order, and the observer that is notified of each.

use tokio::time::Instant;

use super::{Event, guard};
use crate::checks::check::{CheckId, CheckResult, Outcome};

/// The results so far, and their observer.
pub(super) struct Steps<'a> {
    pub(super) results: Vec<CheckResult>,
    pub(super) observe: &'a mut (dyn FnMut(&Event<'_>) + Send),
    /// A panic of the observer, resumed once the run has cleaned up.
    pub(super) panic: Option<guard::Panic>,
}

impl Steps<'_> {
    pub(super) fn begin(&mut self, id: CheckId) {
        self.notify(&Event::Started(id));
    }

    pub(super) fn finish(&mut self, mut result: CheckResult, started: Instant) {
        result.started = Some(started);
        result.duration = started.elapsed();
        self.notify(&Event::Finished(&result));
        self.results.push(result);
    }

    pub(super) fn skip(&mut self, id: CheckId, because: CheckId) {
        let result = CheckResult::new(id, Outcome::Skipped { because });
        self.notify(&Event::Finished(&result));
        self.results.push(result);
    }

    fn notify(&mut self, event: &Event<'_>) {
        if self.panic.is_none() {
            self.panic = guard::caught(|| (self.observe)(event)).err();
        }
    }

    pub(super) fn skip_rest(&mut self, because: CheckId) {
        for id in CheckId::ALL.into_iter().skip(self.results.len()) {
            self.skip(id, because);
        }
    }
}
