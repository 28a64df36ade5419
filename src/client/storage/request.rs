//! The requests that the program sends to a bucket, and the scope that a client may not leave.

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

/// A request in terms of S3: an operation with its parameters.
#[derive(Clone, Copy)]
pub enum S3Request<'a> {
    /// The objects under a prefix.
    List {
        /// The prefix.
        prefix: &'a str,
        /// The maximum number of objects.
        max_keys: usize,
        /// The token with which the last page ended.
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

    /// The key of its object, or none if it concerns the bucket.
    pub fn key(&self) -> Option<&'a str> {
        match *self {
            Self::List { .. } | Self::HeadBucket => None,
            Self::Put(object) => Some(object.key),
            Self::Get(key) | Self::Delete(key) => Some(key),
        }
    }

    /// The object that it writes, if it writes one.
    pub fn upload(&self) -> Option<NewObject<'a>> {
        match *self {
            Self::Put(object) => Some(object),
            Self::List { .. } | Self::Get(_) | Self::Delete(_) | Self::HeadBucket => None,
        }
    }

    /// The body that is sent.
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

/// The listings and objects that a client may request. Nothing outside of it is sent, whatever the settings hold.
#[derive(Clone, Debug)]
pub struct Scope {
    listings: Vec<String>,
    objects: Objects,
    /// Whether `HeadBucket` is allowed, which the application sends at its start.
    head: bool,
}

#[derive(Clone, Debug)]
enum Objects {
    None,
    /// Those whose keys begin with this and are longer.
    Below(String),
    /// Those that a run under this prefix would write.
    OfRuns(String),
}

impl Scope {
    /// A run: listing the prefix of all runs, every operation on its own objects, and `HeadBucket`.
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

    /// Whether this request is allowed.
    pub fn holds(&self, request: &S3Request<'_>) -> bool {
        match *request {
            // Listing the whole key of an object lists that object.
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

/// Whether no proxy or server can normalise the key to another one.
fn is_plain(key: &str) -> bool {
    let is_name = |segment: &str| !matches!(segment, "" | "." | "..");
    key.split('/').all(is_name) && !key.contains(char::is_control)
}
