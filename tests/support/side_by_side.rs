//! Many waiting runs at a time.
//!
//! However many tests ask for it, no more rows are at work than there are seats: a machine that is busy with a hundred runs
//! meets the deadlines of none.
//! The work of a row asks for no further rows: it would wait for a seat while it holds one.
#![allow(dead_code, reason = "not every file of tests has runs that wait")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

/// Runs that spend their time waiting, so that there may be many more of them than cores.
static WAITING: Seats = Seats::of(32);
/// Runs that mostly work: more of them would only take longer each, and meet the deadlines of other tests.
static WORKING: Seats = Seats::of(16);

/// How many rows may be at work at a time, in all tests together.
struct Seats {
    all: usize,
    free: Mutex<usize>,
    left: Condvar,
}

impl Seats {
    const fn of(all: usize) -> Self {
        Self { all, free: Mutex::new(all), left: Condvar::new() }
    }

    fn take(&self) -> Seat<'_> {
        let free = self.free.lock().unwrap();
        *self.left.wait_while(free, |free| *free == 0).unwrap() -= 1;
        Seat(self)
    }
}

/// Free again when it is dropped, whether the row was right or has panicked.
struct Seat<'a>(&'a Seats);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap() += 1;
        self.0.left.notify_one();
    }
}

/// Does the work on each item, several at a time; the results in the order of the items.
///
/// # Panics
/// When the work on one of them does.
pub fn each<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    spread(&WAITING, items, work)
}

fn spread<I: Sync, T: Send>(seats: &Seats, items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..seats.all.min(items.len()) {
            scope.spawn(|| {
                while let Some((number, item)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
                {
                    let seat = seats.take();
                    let result = work(item);
                    drop(seat);
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
    spread(&WORKING, &items, |item| work(item.lock().unwrap().take().unwrap()))
}
