//! What no server can cause: a panic in a check itself.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use simulator::R2;
use tokio::sync::watch;

use super::*;
use crate::base::surroundings::Surroundings;
use crate::checks::check::PerCheck;
use crate::client::storage::Limits;
use crate::diagnosis::{self, Conclusion, Context, Here, Policy};
use crate::report::Report;
use crate::report::build::Framing;
use crate::settings::way::{ClientKind, Variables, Way};
use crate::settings::{self, Environment, Loaded, Raw, Settings, ShownSettings};

thread_local! {
    static BROKEN: Cell<Option<CheckId>> = const { Cell::new(None) };
}

/// Panics in the check that a test chose.
pub fn break_if_chosen(id: CheckId) {
    assert_ne!(BROKEN.get(), Some(id), "asked to");
}

fn run_with_a_bug_in(id: CheckId) -> Run {
    BROKEN.set(Some(id));
    let run = run_observed_by(&mut |_| {});
    BROKEN.set(None);
    run
}

fn run_observed_by(observe: &mut (dyn FnMut(&Event<'_>) + Send)) -> Run {
    on_a_server(async |_, loaded| run_against(loaded, observe).await).0
}

/// Runs `work` with a server and its settings; returns also the number of objects that are left on it.
fn on_a_server<T>(work: impl AsyncFnOnce(&R2, &Loaded) -> T) -> (T, usize) {
    std::panic::set_hook(Box::new(guard::remember));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(async {
        let server = R2::builder().try_start().expect("server");
        let environment = Environment::from_pairs(server.env());
        let loaded = settings::judge(&Raw::without_file(environment));
        (work(&server, &loaded).await, server.left().len())
    })
}

async fn run_against(loaded: &Loaded, observe: &mut (dyn FnMut(&Event<'_>) + Send)) -> Run {
    let limits = Limits { timeout: Duration::from_secs(5), retries: 0 };
    let bounds = Bounds { limits, deadline: Duration::from_secs(20), started: Instant::now() };
    let (_signal, receiver) = watch::channel(None);
    let stop = Stop::new(Instant::now() + Duration::from_secs(15), receiver);
    run(
        loaded,
        &Probe::new("bug/", bounds.deadline),
        Way::direct(),
        &Plan { bounds, rounds: 1, watch: None },
        &stop,
        observe,
    )
    .await
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
fn a_bug_in_the_deletion_is_reported_as_a_leftover() {
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
    let (outcome, left) =
        on_a_server(async |_, loaded| guard::guarded(Box::pin(run_against(loaded, &mut observe))).await);
    assert!(outcome.is_err_and(|place| place.contains("runner/tests.rs")), "the bug is told");
    assert_eq!(seen.last(), Some(&CheckId::List), "nothing more is shown");
    assert_eq!(left, 0, "and the object is gone");
}

/// With settings that no rule has judged, as if `config` had let such a name pass.
#[test]
fn a_request_that_would_go_astray_is_a_finding_and_never_sent() {
    let (run, left) = on_a_server(async |_, loaded| {
        let sound = loaded.settings.clone().expect("settings");
        let bucket = format!("{}#prod", sound.bucket);
        let loaded = Loaded { settings: Some(Settings { bucket, ..sound }), ..empty() };
        let limits = Limits { timeout: Duration::from_secs(5), retries: 2 };
        let bounds = Bounds { limits, deadline: Duration::from_secs(20), started: Instant::now() };
        let stop = Stop::at(Instant::now() + Duration::from_secs(15));
        let probe = Probe::new("astray/", bounds.deadline);
        let run =
            run(&loaded, &probe, Way::direct(), &Plan { bounds, rounds: 1, watch: None }, &stop, &mut |_| {})
                .await;
        report_of(&run, &loaded)
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
        repaired: Vec::new(),
        sdk: None,
        looked_for_sdk: false,
        provenance: Vec::new(),
        env_file: None,
        reads_env_file: true,
        secrets: Vec::new(),
        findings: Vec::new(),
        settings: None,
        strays: settings::Strays::default(),
        style_set: None,
        payload_set: None,
        variables: Variables::default(),
    }
}

fn report_of(run: &Run, loaded: &Loaded) -> Report {
    let context = Context {
        policy: &Policy::default(),
        here: &Here::default(),
        settings: loaded.settings.as_ref(),
        plays_r2: false,
        key: &run.probe.key,
        prefix: &run.probe.prefix,
        timeout: Duration::from_secs(5),
        deadline: Duration::from_secs(20),
    };
    let mut single = PerCheck::default();
    for result in &run.results {
        single[result.id] = diagnosis::of_check(result, &context);
    }
    let conclusion = Conclusion {
        findings: single,
        experiments: Vec::new(),
        ended_by: run.stopped,
        policy: Policy::default(),
    };
    let framing = Framing {
        demo: false,
        client: ClientKind::Boto3,
        shown: ShownSettings::of(loaded),
        around: Arc::new(Surroundings::of_a_test(&[])),
        tags: BTreeMap::new(),
    };
    Report::of(run, &conclusion, framing)
}

/// Open descriptors and resident memory, in KiB, of this process.
#[cfg(target_os = "linux")]
fn used() -> (usize, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("descriptors").count();
    (descriptors, resident.expect("VmRSS").parse().expect("number"))
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "takes its time, and measures the whole process, so it has to run alone"]
fn a_thousand_runs_against_one_embedded_server_use_nothing_up() {
    const RUNS: usize = 1000;
    const WARM_UP: usize = 100;
    let started = Instant::now();
    let ((before, after), left) = on_a_server(async |server, loaded| {
        let mut before = (0, 0);
        for number in 0..RUNS {
            if number == WARM_UP {
                before = used();
            }
            let run = Box::pin(run_against(loaded, &mut |_| {})).await;
            assert!(run.results.iter().all(CheckResult::passed) && run.cleanup.verified_gone, "run {number}");
            server.forget();
        }
        (before, used())
    });
    let took = started.elapsed().as_secs_f64();
    println!("endurance: {RUNS} runs against one embedded server in {took:.1} s, {left} objects left");
    println!("  descriptors: {} after {WARM_UP} runs, {} after {RUNS}", before.0, after.0);
    println!("  memory: {} KiB after {WARM_UP} runs, {} KiB after {RUNS}", before.1, after.1);
    assert_eq!(left, 0);
    assert!(after.0 <= before.0 + 1, "{before:?}, {after:?}");
    assert!(after.1 <= before.1 + 4 * 1024, "{before:?}, {after:?}");
}
