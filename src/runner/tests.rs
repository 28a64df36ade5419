//! What no server can provoke: a bug in a check itself.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;

use super::*;
use crate::demo::Demo;
use crate::diagnosis::{self, Context};
use crate::report::{Report, build};
use crate::settings::Settings;
use crate::storage::answer::{Document, document};

thread_local! {
    static BROKEN: Cell<Option<CheckId>> = const { Cell::new(None) };
}

/// Panics in the check that a test chose.
pub fn break_if_asked(id: CheckId) {
    assert_ne!(BROKEN.get(), Some(id), "asked to");
}

fn run_with_a_bug_in(id: CheckId) -> Run {
    BROKEN.set(Some(id));
    let run = run_observed_by(&mut |_| {});
    BROKEN.set(None);
    run
}

fn run_observed_by(observe: &mut (dyn FnMut(&Event<'_>) + Send)) -> Run {
    on_a_demo(async |demo| run_against(demo, observe).await)
}

fn on_a_demo<T>(work: impl AsyncFnOnce(&Demo) -> T) -> T {
    std::panic::set_hook(Box::new(guard::remember));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let demo = Demo::start().await.expect("demo");
        work(&demo).await
    })
}

async fn run_against(demo: &Demo, observe: &mut (dyn FnMut(&Event<'_>) + Send)) -> Run {
    let limits = Limits { timeout: Duration::from_secs(5), retries: 0 };
    let bounds = Bounds { limits, deadline: Duration::from_secs(20), started: Instant::now() };
    let (_signal, receiver) = watch::channel(None);
    let stop = Stop::new(Instant::now() + Duration::from_secs(15), receiver);
    run(demo.loaded(), &Probe::new("bug/", bounds.deadline), ProxyRule::Never, bounds, &stop, observe).await
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

#[test]
fn a_bug_in_what_is_shown_of_a_run_waits_until_the_run_has_cleaned_up() {
    let mut seen = Vec::new();
    let mut observe = |event: &Event<'_>| {
        if let Event::Finished(result) = event {
            seen.push(result.id);
            assert_ne!(result.id, CheckId::List, "asked to");
        }
    };
    let (outcome, left) = on_a_demo(async |demo| {
        let outcome = guard::guarded(Box::pin(run_against(demo, &mut observe))).await;
        (outcome, objects_left(demo).await)
    });
    assert!(outcome.is_err_and(|place| place.contains("runner/tests.rs")), "the bug is told");
    assert_eq!(seen.last(), Some(&CheckId::List), "nothing more is shown");
    assert_eq!(left, 0, "and the object is gone");
}

/// Settings that no rule has judged: what would happen if `config` let such a name pass.
#[test]
fn a_request_that_would_go_astray_is_a_finding_and_never_sent() {
    let (run, left) = on_a_demo(async |demo| {
        let sound = demo.loaded().settings.clone().expect("settings");
        let bucket = format!("{}#prod", sound.bucket);
        let loaded = Loaded { settings: Some(Settings { bucket, ..sound }), ..empty() };
        let limits = Limits { timeout: Duration::from_secs(5), retries: 2 };
        let bounds = Bounds { limits, deadline: Duration::from_secs(20), started: Instant::now() };
        let stop = Stop::at(Instant::now() + Duration::from_secs(15));
        let probe = Probe::new("astray/", bounds.deadline);
        let run = run(&loaded, &probe, ProxyRule::Never, bounds, &stop, &mut |_| {}).await;
        (report_of(&run, &loaded), objects_left(demo).await)
    });
    assert_eq!((run.root_cause.as_deref(), run.exit_code, left), (Some("run.foreign-target"), 1, 0));
    let connect = &run.checks[1];
    assert!(connect.phases.tcp_ms.is_none(), "nobody was connected to");
    assert!(
        connect.findings[0].evidence[0].contains("ListObjectsV2 was not sent: "),
        "{:?}",
        connect.findings[0]
    );
}

fn empty() -> Loaded {
    Loaded {
        provenance: Vec::new(),
        env_file: None,
        secrets: Vec::new(),
        findings: Vec::new(),
        settings: None,
    }
}

fn report_of(run: &Run, loaded: &Loaded) -> Report {
    let context = Context {
        settings: loaded.settings.as_ref(),
        key: &run.probe.key,
        prefix: &run.probe.prefix,
        timeout: Duration::from_secs(5),
        deadline: Duration::from_secs(20),
    };
    let mut findings = crate::check::PerCheck::default();
    for result in &run.results {
        findings[result.id] = diagnosis::of_check(result, &context);
    }
    let extras = build::Extras { demo: false, strict: false, tags: BTreeMap::new() };
    build::report(run, loaded, &findings, &[], &extras)
}

async fn objects_left(demo: &Demo) -> usize {
    let settings = demo.loaded().settings.as_ref().expect("settings");
    let limits = Limits { timeout: Duration::from_secs(5), retries: 0 };
    let mut storage =
        Storage::new(settings, Scope::of_listing(""), ProxyRule::Never, limits).expect("storage");
    let call = storage.list("", 10, &Stop::at(Instant::now() + Duration::from_secs(5))).await;
    match call.answer().map(document) {
        Some(Document::Listing(listing)) => listing.contents.len(),
        other => panic!("no listing: {other:?}"),
    }
}

/// Open descriptors and resident memory, in KiB, of this process.
#[cfg(target_os = "linux")]
fn used() -> (usize, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("descriptors").count();
    (descriptors, resident.expect("VmRSS").parse().expect("number"))
}

/// The embedded server keeps the folders of deleted objects and walks through all of them for each listing.
#[cfg(target_os = "linux")]
fn remove_empty_folders(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()) {
        if entry.is_dir() {
            remove_empty_folders(&entry);
            // Fails, as it should, where a file is left.
            let _ = std::fs::remove_dir(&entry);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "takes its time, and measures the whole process, so it has to run alone"]
fn a_thousand_runs_against_one_embedded_server_use_nothing_up() {
    const RUNS: usize = 1000;
    const WARM_UP: usize = 100;
    let started = Instant::now();
    let (before, after, left) = on_a_demo(async |demo| {
        let bucket = &demo.loaded().settings.as_ref().expect("settings").bucket;
        let folder = demo.folder().expect("folder").join(bucket);
        let mut before = (0, 0);
        for number in 0..RUNS {
            if number == WARM_UP {
                before = used();
            }
            let run = Box::pin(run_against(demo, &mut |_| {})).await;
            assert!(run.results.iter().all(CheckResult::passed) && run.cleanup.verified_gone, "run {number}");
            remove_empty_folders(&folder);
        }
        (before, used(), objects_left(demo).await)
    });
    let took = started.elapsed().as_secs_f64();
    println!("endurance: {RUNS} runs against one embedded server in {took:.1} s, {left} objects left");
    println!("  descriptors: {} after {WARM_UP} runs, {} after {RUNS}", before.0, after.0);
    println!("  memory: {} KiB after {WARM_UP} runs, {} KiB after {RUNS}", before.1, after.1);
    assert_eq!(left, 0);
    assert!(after.0 <= before.0 + 1, "{before:?}, {after:?}");
    assert!(after.1 <= before.1 + 4 * 1024, "{before:?}, {after:?}");
}
