//! What no server can provoke: a bug in a check itself.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::watch;

use super::*;
use crate::demo::Demo;

thread_local! {
    static BROKEN: Cell<Option<CheckId>> = const { Cell::new(None) };
}

/// Panics in the check that a test chose.
pub fn break_if_asked(id: CheckId) {
    assert_ne!(BROKEN.get(), Some(id), "asked to");
}

fn run_with_a_bug_in(id: CheckId) -> Run {
    std::panic::set_hook(Box::new(guard::remember));
    BROKEN.set(Some(id));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let run = runtime.block_on(async {
        let demo = Demo::start().await.expect("demo");
        let limits = Limits { timeout: Duration::from_secs(5), retries: 0 };
        let bounds = Bounds { limits, deadline: Duration::from_secs(20) };
        let (_signal, receiver) = watch::channel(None);
        let stop = Stop::new(Instant::now() + Duration::from_secs(15), receiver);
        run(demo.loaded(), &Probe::new("bug/", bounds.deadline), ProxyRule::Never, bounds, &stop, &mut |_| {})
            .await
    });
    BROKEN.set(None);
    run
}

#[test]
fn a_bug_in_a_check_after_the_upload_does_not_leave_the_object_behind() {
    for id in [CheckId::List, CheckId::Download] {
        let run = run_with_a_bug_in(id);
        assert!(run.cleanup.created && run.cleanup.verified_gone && !run.cleanup.leftover(), "{id:?}");
        let broken = run.results.iter().find(|result| result.id == id).expect("result");
        assert!(
            matches!(&broken.outcome, Outcome::Failed(Fault::Bug(place)) if place.contains("runner/tests.rs"))
        );
    }
}

#[test]
fn a_bug_in_the_upload_is_cleaned_up_after_as_if_it_had_stored_something() {
    let run = run_with_a_bug_in(CheckId::Upload);
    assert!(run.cleanup.maybe_created && run.cleanup.verified_gone && !run.cleanup.leftover());
}

#[test]
fn a_bug_in_the_deletion_is_told_as_a_leftover() {
    assert!(run_with_a_bug_in(CheckId::Delete).cleanup.leftover());
}
