//! What is asked of the bucket, and which of it this program owns.

use std::borrow::Cow;

use super::sdk::{self, Form};
use crate::base::probe::{Probe, run_of_key};
use crate::client::exchange::Operation;

/// An object to be written.
#[derive(Clone, Copy)]
pub struct NewObject<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its bytes.
    pub body: &'a [u8],
    /// Its content type.
    pub content_type: &'a str,
    /// The form in which it is sent.
    pub form: Form,
}

/// One operation, with what it is about.
#[derive(Clone, Copy)]
pub enum S3Request<'a> {
    /// The objects under a prefix.
    List {
        /// The prefix.
        prefix: &'a str,
        /// How many at most.
        max_keys: usize,
        /// Where the last page ended.
        from: Option<&'a str>,
    },
    /// Writing an object, unless its key is taken.
    Put(NewObject<'a>),
    /// Reading the object of this key.
    Get(&'a str),
    /// Deleting the object of this key.
    Delete(&'a str),
    /// Whether the bucket is there and may be used.
    HeadBucket,
}

impl<'a> S3Request<'a> {
    /// The operation in the S3 API.
    pub fn operation(&self) -> Operation {
        match self {
            Self::List { .. } => Operation::ListObjectsV2,
            Self::Put(_) => Operation::PutObject,
            Self::Get(_) => Operation::GetObject,
            Self::Delete(_) => Operation::DeleteObject,
            Self::HeadBucket => Operation::HeadBucket,
        }
    }

    /// The key of the object that it is about; none: it is about the bucket.
    pub fn key(&self) -> Option<&'a str> {
        match *self {
            Self::List { .. } | Self::HeadBucket => None,
            Self::Put(object) => Some(object.key),
            Self::Get(key) | Self::Delete(key) => Some(key),
        }
    }

    /// What is sent behind the head.
    pub fn body(&self) -> Cow<'a, [u8]> {
        match *self {
            Self::Put(object) => sdk::body(object.form, object.body),
            Self::List { .. } | Self::Get(_) | Self::Delete(_) | Self::HeadBucket => Cow::Borrowed(&[]),
        }
    }

    /// The parameters of its query, and no others.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        match *self {
            Self::List { prefix, max_keys, from } => {
                let page = from.map(|from| ("continuation-token", from.to_owned()));
                [
                    ("list-type", "2".to_owned()),
                    ("max-keys", max_keys.to_string()),
                    ("prefix", prefix.to_owned()),
                ]
                .into_iter()
                .chain(page)
                .collect()
            }
            Self::Put(_) | Self::Get(_) | Self::Delete(_) | Self::HeadBucket => Vec::new(),
        }
    }
}

/// Which listings and which objects of a bucket a client may ask for. What is not in it is not sent, whatever the settings
/// hold and whoever asks.
#[derive(Clone, Debug)]
pub struct Scope {
    listings: Vec<String>,
    objects: Objects,
    /// Whether the bucket itself may be asked for, as an application does at its start.
    head: bool,
}

#[derive(Clone, Debug)]
enum Objects {
    None,
    /// Those whose keys begin so, and go on.
    Below(String),
    /// Those that a run under this prefix would write.
    OfRuns(String),
}

impl Scope {
    /// A run: the prefix of all runs to be listed, its own objects for everything, and whether the bucket is there.
    pub fn of_run(probe: &Probe) -> Self {
        Self {
            listings: vec![probe.shared_prefix().to_owned(), probe.own_prefix.clone()],
            objects: Objects::Below(probe.own_prefix.clone()),
            head: true,
        }
    }

    /// The objects that earlier runs left under a prefix.
    pub fn of_runs_under(prefix: &str) -> Self {
        Self { listings: vec![prefix.to_owned()], objects: Objects::OfRuns(prefix.to_owned()), head: false }
    }

    /// The listing of a prefix, and nothing else.
    pub fn of_listing(prefix: &str) -> Self {
        Self { listings: vec![prefix.to_owned()], objects: Objects::None, head: false }
    }

    /// Whether this may be asked for.
    pub fn holds(&self, request: &S3Request<'_>) -> bool {
        match *request {
            // What an object's own key lists is that object.
            S3Request::List { prefix, .. } => {
                self.listings.iter().any(|listing| listing == prefix) || self.has_object(prefix)
            }
            S3Request::Put(NewObject { key, .. }) => self.may_write(key),
            S3Request::Get(key) | S3Request::Delete(key) => self.has_object(key),
            S3Request::HeadBucket => self.head,
        }
    }

    fn has_object(&self, key: &str) -> bool {
        match &self.objects {
            Objects::None => false,
            Objects::Below(prefix) => {
                key.strip_prefix(prefix.as_str()).is_some_and(|name| !name.is_empty()) && is_plain(key)
            }
            Objects::OfRuns(prefix) => run_of_key(key, prefix).is_some() && is_plain(key),
        }
    }

    fn may_write(&self, key: &str) -> bool {
        match self.objects {
            Objects::Below(_) => self.has_object(key),
            Objects::None | Objects::OfRuns(_) => false,
        }
    }
}

/// Whether no reader on the way takes a key for another one, or for no object at all.
fn is_plain(key: &str) -> bool {
    let is_name = |segment: &str| !matches!(segment, "" | "." | "..");
    key.split('/').all(is_name) && !key.contains(char::is_control)
}
