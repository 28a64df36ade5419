//! Many waiting runs at a time.
#![allow(dead_code, reason = "not every file of tests has runs that wait")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs that spend their time waiting, so that there may be many more of them than cores.
const WAITING: usize = 24;
/// Runs that mostly work: more of them would only take longer each, and meet the deadlines of other tests.
const WORKING: usize = 8;

/// Does the work on each item, several at a time; the results in the order of the items.
///
/// # Panics
/// When the work on one of them does.
pub fn each<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    spread(WAITING, items, work)
}

fn spread<I: Sync, T: Send>(workers: usize, items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..workers.min(items.len()) {
            scope.spawn(|| {
                while let Some((number, item)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
                {
                    let result = work(item);
                    done.lock().unwrap().push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The same for items that the work consumes, and for runs that hardly wait.
///
/// # Panics
/// When the work on one of them does.
pub fn each_taken<I: Send, T: Send>(items: Vec<I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
    let items: Vec<_> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    spread(WORKING, &items, |item| work(item.lock().unwrap().take().unwrap()))
}
