//! Finds and removes what earlier runs left: never by age or name alone, but by the exact key that a run writes *and* by
//! the object's bytes, all of which must be what that run writes. Each is read again right before it is deleted, for
//! a person may have been asked in between. Prints nothing and asks nobody.

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

/// Objects asked for at a time; a page of so many with keys of the usual length fits into what is read of a listing.
const PAGE: usize = 100;
/// Up to this many pages are read, so that an endless listing ends.
const PAGES: usize = 1000;
/// Up to this many objects are remembered, so that memory is bounded; the rest is left to the next call.
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
    /// Objects of runs that may still be going.
    pub running: LeftAlone,
    /// When the last of those runs is over at the latest.
    pub running_until: Option<OffsetDateTime>,
    /// Objects that have a run's key but not its bytes: somebody else's.
    pub look_alikes: LeftAlone,
    /// Whether the search was cut off before the end of the listing.
    pub cut_off: bool,
}

/// Objects that are not deleted, of which only some are remembered, so that memory is bounded.
#[derive(Default)]
pub struct LeftAlone {
    /// How many there are.
    pub count: usize,
    /// The keys of the first of them.
    pub first: Vec<String>,
}

impl LeftAlone {
    /// Up to this many are remembered.
    const REMEMBERED: usize = 10;

    fn add(&mut self, key: &str) {
        self.count += 1;
        if self.first.len() < Self::REMEMBERED {
            self.first.push(key.to_owned());
        }
    }
}

/// Searches the objects under a prefix. Only objects with a run's very key are read. When the time is over, what was
/// found by then is the result.
///
/// # Errors
/// With what failed, as a check would tell it.
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

/// A search under way.
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
            // Other people's keys may be ten times as long as ours.
            if size > 1 && call.answer().is_some_and(|answer| answer.is_success() && answer.cut_off) {
                size = (size / 4).max(1);
                continue;
            }
            let listing = listing(call)?;
            let repeats = self.judge_all(&listing.contents).await?;
            // A server that names the same page again, under whatever name, would never end.
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

    /// Judges the objects of a page that are called like ours; returns whether all of them had been judged before.
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

    /// Decides whose an object is.
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

/// Whether a run is over by both clocks, this machine's and the server's: either may be ahead.
fn is_over(marked: &Marked, answer: &Answer) -> bool {
    let server = answer.header(Field::Date).and_then(parse_http_date);
    marked.over_by < server.map_or_else(clock::now, |server| server.min(clock::now()))
}

/// The result of removing an object.
pub enum Removed {
    /// It is deleted, and that is verified.
    Gone,
    /// It is not any more what was found, and was left alone.
    Changed,
}

/// Deletes one object, if it is still what was found, and looks for it afterwards.
///
/// # Errors
/// With what failed, as the check `delete` would tell it.
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
    // Some servers do not know the condition: whether it is the object or the server is seen by reading once more.
    match read_again(storage, prefix, leftover, stop).await? {
        Ok(same) if same == object => {
            let result = delete_one(storage, &same.unconditional(), stop).await;
            if result.passed() { Ok(Removed::Gone) } else { Err(Box::new(result)) }
        }
        Ok(_) => Ok(Removed::Changed),
        Err(removed) => Ok(removed),
    }
}

/// Reads an object right before it is deleted. The inner result is how that has already ended.
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

/// Whether a deletion was refused in a way in which servers refuse a condition, one that does not hold or one that they
/// do not know.
fn is_about_the_condition(result: &CheckResult) -> bool {
    let status = deletions(result).filter_map(Call::answer).last().map(|answer| answer.status);
    matches!(status, Some(400 | 412 | 501))
}
