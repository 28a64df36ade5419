//! The buckets and what is in them.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::reply::hex;
use super::settings::Place;

/// An object as it was stored.
#[derive(Clone, Debug)]
pub struct Object {
    pub body: Vec<u8>,
    pub content_type: Option<String>,
    /// The headers that come back with it: `x-amz-meta-*`, `content-encoding` and the like.
    pub headers: Vec<(String, String)>,
    pub modified: OffsetDateTime,
    /// Whether listings show it.
    pub listed: bool,
}

impl Object {
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
    /// The last state of each deleted object, for stale reads.
    pub deleted: BTreeMap<(Place, String), Object>,
}

impl Store {
    pub fn with(buckets: &[Place]) -> Self {
        let empty = buckets.iter().map(|place| (place.clone(), Objects::new()));
        Self { buckets: empty.collect(), deleted: BTreeMap::new() }
    }

    /// Removes an object, and remembers it.
    pub fn delete(&mut self, place: &Place, key: &str) {
        let gone = self.buckets.get_mut(place).and_then(|objects| objects.remove(key));
        if let Some(object) = gone {
            self.deleted.insert((place.clone(), key.to_owned()), object);
        }
    }

    /// Every object there is, as `bucket/key`.
    pub fn all_keys(&self) -> Vec<String> {
        let keys = |(place, objects): (&Place, &Objects)| {
            objects.keys().map(|key| format!("{}/{key}", place.bucket)).collect::<Vec<_>>()
        };
        self.buckets.iter().flat_map(keys).collect()
    }
}
