//! The buckets and what is in them.

use std::collections::{BTreeMap, VecDeque};

use time::OffsetDateTime;

use super::reply::hex;
use super::settings::Place;

/// How many deleted objects are remembered.
const MOST_DELETED: usize = 64;

/// An object as it was stored.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its bytes.
    pub body: Vec<u8>,
    /// Its `Content-Type`, if it came with one.
    pub content_type: Option<String>,
    /// The headers that come back with it: `x-amz-meta-*`, `content-encoding` and the like.
    pub headers: Vec<(String, String)>,
    /// When it was stored, by the server's clock.
    pub modified: OffsetDateTime,
    /// Whether listings show it.
    pub listed: bool,
}

impl Object {
    /// One without a type and metadata.
    pub fn new(body: &[u8], modified: OffsetDateTime) -> Self {
        Self { body: body.to_vec(), content_type: None, headers: Vec::new(), modified, listed: true }
    }

    /// The quoted MD5 of the body.
    pub fn etag(&self) -> String {
        etag_of(&self.body)
    }
}

/// The `ETag` of an object with this body.
pub fn etag_of(body: &[u8]) -> String {
    format!("\"{}\"", hex(&md5::compute(body).0))
}

pub type Objects = BTreeMap<String, Object>;

#[derive(Debug, Default)]
pub struct Store {
    pub buckets: BTreeMap<Place, Objects>,
    /// The latest deleted objects, for stale reads; the last is the latest.
    deleted: VecDeque<(Place, String, Object)>,
}

impl Store {
    pub fn with(buckets: &[Place]) -> Self {
        let empty = buckets.iter().map(|place| (place.clone(), Objects::new()));
        Self { buckets: empty.collect(), deleted: VecDeque::new() }
    }

    /// Removes an object, and remembers it.
    pub fn delete(&mut self, place: &Place, key: &str) {
        let gone = self.buckets.get_mut(place).and_then(|objects| objects.remove(key));
        if let Some(object) = gone {
            if self.deleted.len() >= MOST_DELETED {
                self.deleted.pop_front();
            }
            self.deleted.push_back((place.clone(), key.to_owned(), object));
        }
    }

    /// The last state of a deleted object, if that is not long ago.
    pub fn deleted(&self, place: &Place, key: &str) -> Option<Object> {
        let same = |(of, name, _): &&(Place, String, Object)| of == place && name == key;
        self.deleted.iter().rev().find(same).map(|(_, _, object)| object.clone())
    }

    /// Forgets the deleted objects.
    pub fn forget(&mut self) {
        self.deleted.clear();
    }

    /// Every object there is, as `bucket/key`.
    pub fn all_keys(&self) -> Vec<String> {
        let keys = |(place, objects): (&Place, &Objects)| {
            objects.keys().map(|key| format!("{}/{key}", place.bucket)).collect::<Vec<_>>()
        };
        self.buckets.iter().flat_map(keys).collect()
    }
}
