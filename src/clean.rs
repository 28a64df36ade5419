//! Finds and removes what earlier runs left: never by age or name alone, but by the exact key that a run writes *and* by
//! the marker in the object's bytes that names the same run. Prints nothing and asks nobody.

use time::OffsetDateTime;

use crate::check::delete::{self, is_no_such_key};
use crate::check::{CheckId, CheckResult, Fault};
use crate::probe::{LONGEST_BODY, read_marker, run_of_key};
use crate::stop::Stop;
use crate::storage::answer::{Document, ListedObject, Listing, document};
use crate::storage::{Call, Storage};

/// Objects asked for at a time; a page of so many fits into what is read of a listing.
const PAGE: usize = 100;
/// So many pages are read at most, so that an endless listing ends.
const PAGES: usize = 1000;

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
    pub running: Vec<Leftover>,
    /// Objects that have a run's key but not its bytes: somebody else's.
    pub look_alikes: usize,
    /// Whether the search was cut off before the end of the listing.
    pub cut_off: bool,
}

/// Searches the objects under a prefix. Only objects with a run's very key are read.
///
/// # Errors
/// With what failed, as a check would tell it.
pub async fn find(storage: &mut Storage, prefix: &str, stop: &Stop) -> Result<Found, Box<CheckResult>> {
    let mut found = Found::default();
    let mut from = None;
    for _ in 0..PAGES {
        let call = storage.list_page(prefix, PAGE, from.clone(), stop).await;
        let listing = listing(call)?;
        for object in &listing.contents {
            judge(storage, object, prefix, stop, &mut found).await?;
        }
        // A server that names the same page again would never end.
        let next = listing.next.filter(|next| !next.is_empty() && Some(next) != from.as_ref());
        if next.is_none() {
            return Ok(found);
        }
        from = next;
    }
    found.cut_off = true;
    Ok(found)
}

fn listing(call: Call) -> Result<Listing, Box<CheckResult>> {
    let fault = match call.answer().filter(|answer| answer.is_success()).map(document) {
        Some(Document::Listing(listing)) => return Ok(listing),
        Some(other) => Fault::NotS3(other),
        None => Fault::Refused,
    };
    Err(Box::new(CheckResult::of(CheckId::List, Err(fault), vec![call])))
}

/// Decides whose an object is.
async fn judge(
    storage: &mut Storage,
    object: &ListedObject,
    prefix: &str,
    stop: &Stop,
    found: &mut Found,
) -> Result<(), Box<CheckResult>> {
    let Some(run_id) = run_of_key(&object.key, prefix) else { return Ok(()) };
    if object.size.is_some_and(|size| size > LONGEST_BODY as u64) {
        found.look_alikes += 1;
        return Ok(());
    }
    let call = storage.get(&object.key, LONGEST_BODY, stop).await;
    let answer = match call.answer() {
        Some(answer) if answer.is_success() => answer,
        // Its own run, or another clean, has deleted it in the meantime.
        Some(answer) if is_no_such_key(answer) => return Ok(()),
        Some(_) | None => {
            return Err(Box::new(CheckResult::of(CheckId::Download, Err(Fault::Refused), vec![call])));
        }
    };
    match read_marker(run_id, &answer.body).filter(|_| !answer.cut_off) {
        None => found.look_alikes += 1,
        Some(marked) => {
            let leftover = Leftover { key: object.key.clone(), over_by: marked.over_by };
            let over = marked.over_by < OffsetDateTime::now_utc();
            if over { &mut found.left } else { &mut found.running }.push(leftover);
        }
    }
    Ok(())
}

/// Deletes one object and looks for it afterwards.
///
/// # Errors
/// With what failed, as the check `delete` would tell it.
pub async fn remove(storage: &mut Storage, leftover: &Leftover, stop: &Stop) -> Result<(), Box<CheckResult>> {
    let result = delete::delete(storage, &leftover.key, LONGEST_BODY, |_| true, stop).await;
    if result.passed() { Ok(()) } else { Err(Box::new(result)) }
}
