//! Many runs against one server, one after the other and all at once.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::adversity::child::{Ended, Started, ended, program};
use crate::support::r2::{Op, R2};

const OTHER: &str = "csvs/patient-4711.csv";
/// So many runs one after the other, the first of which fill the server's own buffers.
const RUNS: usize = 1000;
const WARM_UP: usize = 100;
/// What the server's memory may waver by, in KiB.
const WAVER: u64 = 4 * 1024;
const AT_ONCE: usize = 50;

fn passed(ended: &Ended) -> String {
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
    let report = ended.report();
    let ledger = &report.0["cleanup"];
    assert_eq!(ledger["leftover"], serde_json::json!([]));
    assert_eq!(ledger["created"], ledger["verified_gone"]);
    ledger["created"][0].as_str().unwrap().to_owned()
}

/// Open descriptors of this process, in which the server lives.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Resident memory of this process in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[test]
#[ignore = "takes its time, and counts the descriptors of the whole process, so it has to run alone"]
fn a_thousand_runs_leave_nothing_and_use_nothing_up() {
    let r2 = R2::builder().object(OTHER, b"not yours").start();
    let started = Instant::now();
    let mut before = None;
    for number in 0..RUNS {
        if number == WARM_UP {
            before = Some((descriptors(), resident()));
        }
        passed(&ended(&mut program(&r2, "--json")));
        assert_eq!(r2.left(), [format!("{}/{OTHER}", r2.bucket())], "run {number}");
        assert_eq!(r2.requests().len(), 7);
        r2.forget();
    }
    let took = started.elapsed().as_secs_f64();
    let (before, after) = (before.unwrap(), (descriptors(), resident()));
    println!("endurance: {RUNS} runs in {took:.1} s, nothing left");
    println!("  the server's descriptors: {} after {WARM_UP} runs, {} after {RUNS}", before.0, after.0);
    println!("  the server's memory: {} KiB after {WARM_UP} runs, {} KiB after {RUNS}", before.1, after.1);
    assert!(after.0 <= before.0 + 1, "{before:?}, {after:?}");
    assert!(after.1 <= before.1 + WAVER, "{before:?}, {after:?}");
}

#[test]
fn fifty_runs_at_once_do_not_disturb_each_other() {
    let r2 = R2::builder().object(OTHER, b"not yours").start();
    let started = Instant::now();
    let runs: Vec<_> =
        (0..AT_ONCE).map(|_| Started::new(&mut program(&r2, "--json --timeout 30s"))).collect();
    let keys: BTreeSet<_> = runs.into_iter().map(|run| passed(&run.end())).collect();
    assert_eq!(keys.len(), AT_ONCE);
    assert_eq!(r2.left(), [format!("{}/{OTHER}", r2.bucket())]);
    assert_eq!(r2.requests().len(), 7 * AT_ONCE);
    for key in &keys {
        let of = |op| r2.requests_of(op).iter().filter(|seen| seen.key.as_ref() == Some(key)).count();
        assert_eq!([Op::Put, Op::Get, Op::Delete].map(of), [1, 2, 1], "{key}");
    }
    println!("{AT_ONCE} runs at once in {:.1} s: all passed, nothing left", started.elapsed().as_secs_f64());
}
