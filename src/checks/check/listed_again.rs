//! Whether a listing still shows a key that a read does not find. It is requested only if a deletion or a read before was
//! unusual: a cache, or a server with old data, may answer a read and a listing differently.

use std::time::Duration;

use crate::client::exchange::{Answer, Exchange, Field};
use crate::client::storage::answer::{Document, document};
use crate::client::storage::{Call, is_gone};

/// A request that takes longer, which is reported as slow, may have passed more than one server.
const LATE: Duration = Duration::from_secs(2);

/// Whether to list a key that a read does not find: if any of its deletions and reads was unusual. A healthy run sends no
/// such request.
pub fn is_called_for(calls: &[Call]) -> bool {
    let proven = calls.last().and_then(Call::last).is_some_and(is_gone);
    proven && (calls.len() > 2 || calls.iter().any(is_doubtful))
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

/// Whether the answer passed a cache.
fn is_from_memory(answer: &Answer) -> bool {
    let age = answer.header(Field::Age).is_some_and(|age| age.trim() != "0");
    let status = answer.header(Field::CacheStatus).unwrap_or_default().trim();
    let asked = ["", "DYNAMIC", "BYPASS", "MISS", "NONE", "NONE/UNKNOWN"];
    age || !asked.iter().any(|known| known.eq_ignore_ascii_case(status))
}
