//! Finds and removes what earlier runs left: never by age or name alone, but by the exact key that a run writes *and* by
//! the object's bytes, all of which must be what that run writes. Each is read again right before it is deleted, because
//! the user may have been prompted in between. It neither prints nor prompts.

use std::collections::BTreeSet;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use crate::base::clock;
use crate::base::probe::{LONGEST_BODY, Marked, run_of_key};
use crate::base::stop::Stop;
use crate::checks::check::delete::{self, Patience, deletions, is_no_such_key};
use crate::checks::check::{CheckId, CheckResult, Fault};
use crate::client::exchange::{Answer, Field, parse_http_date};
use crate::client::storage::answer::{Document, ListedObject, Listing, document};
use crate::client::storage::{Call, Deletable, Storage, is_gone};

/// Objects in a page; with keys of the usual length, such a page fits into the bound of a listing.
const PAGE: usize = 100;
/// Upper bound of the pages that are read.
const PAGES: usize = 1000;
/// Upper bound of the objects that are kept in memory; the next call finds the rest.
const MOST: usize = 5000;

/// One object is retried for up to this time, so that it does not hold up the others.
const FOR_ONE: Duration = Duration::from_secs(10);

/// An object that a run of this program wrote.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// Its key.
    pub key: String,
    /// When its run was over at the latest.
    pub over_by: OffsetDateTime,
}

/// What was found under a prefix.
#[derive(Default)]
pub struct Found {
    /// Objects of runs that are over.
    pub left: Vec<Leftover>,
    /// Objects of runs that may not have ended.
    pub running: LeftAlone,
    /// When the last of those runs is over at the latest.
    pub running_until: Option<OffsetDateTime>,
    /// Objects with the key of a run but other bytes, which the program did not write.
    pub look_alikes: LeftAlone,
    /// Whether the search was cut off before the end of the listing.
    pub cut_off: bool,
}

/// Objects that are not deleted: their number, and some of the keys.
#[derive(Default)]
pub struct LeftAlone {
    /// How many there are.
    pub count: usize,
    /// The keys of the first of them.
    pub first: Vec<String>,
}

impl LeftAlone {
    /// How many keys are kept.
    const REMEMBERED: usize = 10;

    fn add(&mut self, key: &str) {
        self.count += 1;
        if self.first.len() < Self::REMEMBERED {
            self.first.push(key.to_owned());
        }
    }
}

/// Searches the objects under a prefix. Only objects with exactly the key of a run are read. When the time is over, the
/// result is what was found by then.
///
/// # Errors
/// With the failure, in the form of a result of a check.
pub async fn find(storage: &mut Storage, prefix: &str, stop: &Stop) -> Result<Found, Box<CheckResult>> {
    let mut search = Search { storage, prefix, stop, known: BTreeSet::new(), found: Found::default() };
    match search.pages().await {
        Ok(()) => Ok(search.found),
        Err(failed) if failed.stopped().is_some() && !search.found.left.is_empty() => {
            Ok(Found { cut_off: true, ..search.found })
        }
        Err(failed) => Err(failed),
    }
}

/// The state of a search.
struct Search<'a> {
    storage: &'a mut Storage,
    prefix: &'a str,
    stop: &'a Stop,
    /// The objects that have been judged.
    known: BTreeSet<String>,
    found: Found,
}

impl Search<'_> {
    async fn pages(&mut self) -> Result<(), Box<CheckResult>> {
        let (mut size, mut from): (_, Option<String>) = (PAGE, None);
        for _ in 0..PAGES {
            let call = self.storage.list_page(self.prefix, size, from.as_deref(), self.stop).await;
            // Foreign keys may be ten times as long as those of runs.
            if size > 1 && call.answer().is_some_and(|answer| answer.is_success() && answer.cut_off) {
                size = (size / 4).max(1);
                continue;
            }
            let listing = listing(call)?;
            let repeats = self.judge_all(&listing.contents).await?;
            // A server that returns the same page again, with whatever token, would never end.
            let next = listing.next.filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(());
            }
            if repeats || next == from || self.found.left.len() >= MOST {
                break;
            }
            from = next;
        }
        self.found.cut_off = true;
        Ok(())
    }

    /// Judges the objects of a page that have the key of a run; returns whether all of them had been judged before.
    async fn judge_all(&mut self, page: &[ListedObject]) -> Result<bool, Box<CheckResult>> {
        let ours = page.iter().filter(|object| run_of_key(&object.key, self.prefix).is_some());
        let (mut seen, mut new) = (false, false);
        for object in ours {
            if self.known.insert(object.key.clone()) {
                new = true;
                self.judge(object).await?;
            } else {
                seen = true;
            }
        }
        Ok(seen && !new)
    }

    /// Decides whether an object was written by a run.
    async fn judge(&mut self, object: &ListedObject) -> Result<(), Box<CheckResult>> {
        if object.size.is_some_and(|size| size > LONGEST_BODY as u64) {
            self.found.look_alikes.add(&object.key);
            return Ok(());
        }
        let call = self.storage.get(&object.key, LONGEST_BODY, self.stop).await;
        let answer = match call.answer() {
            Some(answer) if answer.is_success() => answer,
            // Its own run, or another clean, has deleted it in the meantime.
            Some(answer) if is_no_such_key(answer) => return Ok(()),
            Some(_) | None => {
                return Err(Box::new(CheckResult::of(CheckId::Download, Err(Fault::Refused), vec![call])));
            }
        };
        match Deletable::left(&call, self.prefix) {
            None => self.found.look_alikes.add(&object.key),
            Some((_, marked)) if is_over(&marked, answer) => {
                self.found.left.push(Leftover { key: object.key.clone(), over_by: marked.over_by });
            }
            Some((_, marked)) => {
                self.found.running.add(&object.key);
                self.found.running_until = self.found.running_until.max(Some(marked.over_by));
            }
        }
        Ok(())
    }
}

fn listing(call: Call) -> Result<Listing, Box<CheckResult>> {
    let fault = match call.answer().filter(|answer| answer.is_success()).map(document) {
        Some(Document::Listing(listing)) => return Ok(*listing),
        Some(other) => Fault::NotS3(other),
        None => Fault::Refused,
    };
    Err(Box::new(CheckResult::of(CheckId::List, Err(fault), vec![call])))
}

/// Whether a run is over by both clocks, this machine's and the server's: either may be fast.
fn is_over(marked: &Marked, answer: &Answer) -> bool {
    let server = answer.header(Field::Date).and_then(parse_http_date);
    marked.over_by < server.map_or_else(clock::now, |server| server.min(clock::now()))
}

/// The result of removing an object.
pub enum Removed {
    /// It is deleted, and that is verified.
    Gone,
    /// It has changed since it was found, and was left alone.
    Changed,
}

/// Deletes one object if it has not changed, and verifies that.
///
/// # Errors
/// With the failure, in the form of a result of `delete`.
pub async fn remove(
    storage: &mut Storage,
    prefix: &str,
    leftover: &Leftover,
    stop: &Stop,
) -> Result<Removed, Box<CheckResult>> {
    let object = match read_again(storage, prefix, leftover, stop).await? {
        Ok(object) => object,
        Err(removed) => return Ok(removed),
    };
    let result = delete_one(storage, &object, stop).await;
    if result.passed() {
        return Ok(Removed::Gone);
    }
    if !is_about_the_condition(&result) {
        return Err(Box::new(result));
    }
    // Some servers do not support the condition: another read shows whether the object has changed.
    match read_again(storage, prefix, leftover, stop).await? {
        Ok(same) if same == object => {
            let result = delete_one(storage, &same.unconditional(), stop).await;
            if result.passed() { Ok(Removed::Gone) } else { Err(Box::new(result)) }
        }
        Ok(_) => Ok(Removed::Changed),
        Err(removed) => Ok(removed),
    }
}

/// Reads an object right before it is deleted. The inner error is the result if there is nothing to delete.
async fn read_again(
    storage: &mut Storage,
    prefix: &str,
    leftover: &Leftover,
    stop: &Stop,
) -> Result<Result<Deletable, Removed>, Box<CheckResult>> {
    let call = storage.get(&leftover.key, LONGEST_BODY, stop).await;
    match call.answer() {
        Some(answer) if answer.is_success() => Ok(match Deletable::left(&call, prefix) {
            Some((object, marked)) if is_over(&marked, answer) => Ok(object),
            Some(_) | None => Err(Removed::Changed),
        }),
        Some(_) if call.last().is_some_and(is_gone) => Ok(Err(Removed::Gone)),
        Some(_) | None => Err(Box::new(CheckResult::of(CheckId::Delete, Err(Fault::Refused), vec![call]))),
    }
}

async fn delete_one(storage: &mut Storage, object: &Deletable, stop: &Stop) -> CheckResult {
    let until = stop.no_later_than(Instant::now() + FOR_ONE);
    delete::delete(storage, object, LONGEST_BODY, |_| true, Patience::within(&until)).await.result
}

/// Whether a deletion was refused with a status by which servers refuse a condition that does not hold, or that they do not
/// support.
fn is_about_the_condition(result: &CheckResult) -> bool {
    let status = deletions(result).filter_map(Call::answer).last().map(|answer| answer.status);
    matches!(status, Some(400 | 412 | 501))
}
