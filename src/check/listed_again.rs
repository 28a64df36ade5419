//! Whether a listing still shows a key that is proven gone: for where anything about that proof was out of the ordinary.
//! A cache or a server that remembers may answer a read and a listing differently.

use std::time::Duration;

use super::delete::is_no_such_key;
use crate::exchange::{Answer, Exchange, Field};
use crate::stop::Stop;
use crate::storage::answer::{Document, document};
use crate::storage::{Call, Storage};

/// A request that takes longer, which is told as slow, may have been answered by more than one server on its way.
const LATE: Duration = Duration::from_secs(2);

/// Lists a key that a read does not find, if anything about its deletion or that read gives rise to doubt; a healthy run
/// sends nothing more.
pub async fn listed_again(
    storage: &mut Storage,
    key: &str,
    deletion: &Call,
    proof: &Call,
    stop: &Stop,
) -> Option<Call> {
    let is_gone = proof.answer().is_some_and(is_no_such_key);
    let is_doubtful = [deletion, proof].into_iter().any(is_doubtful);
    if is_gone && is_doubtful { Some(storage.list(key, 1, stop).await) } else { None }
}

/// Whether a listing has the key.
pub fn shows(listing: &Call, key: &str) -> bool {
    let answer = listing.answer().filter(|answer| answer.is_success());
    answer.is_some_and(|answer| match document(answer) {
        Document::Listing(listing) => listing.contents.iter().any(|object| object.key == key),
        Document::Error(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => false,
    })
}

fn is_doubtful(call: &Call) -> bool {
    let late = |exchange: &Exchange| exchange.duration > LATE;
    call.exchanges().len() > 1
        || call.exchanges().iter().any(late)
        || call.answer().is_none_or(is_from_memory)
}

/// Whether a cache had a part in the answer.
fn is_from_memory(answer: &Answer) -> bool {
    let age = answer.header(Field::Age).is_some_and(|age| age.trim() != "0");
    let status = answer.header(Field::CacheStatus).unwrap_or_default().trim();
    let asked = ["", "DYNAMIC", "BYPASS", "MISS", "NONE", "NONE/UNKNOWN"];
    age || !asked.iter().any(|known| known.eq_ignore_ascii_case(status))
}
