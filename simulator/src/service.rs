//! R2's S3 API without a network: a request in, an answer out.

use std::sync::{Mutex, MutexGuard};

use super::address::Address;
use super::auth::authenticate;
use super::error::S3Error;
use super::http::Request;
use super::journal::held;
use super::list;
use super::object;
use super::op::Op;
use super::reply::Reply;
use super::settings::{Place, Settings};
use super::store::{Objects, Store};

/// A way in which the store is untrue to its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// A write is accepted and not stored.
    Forget,
    /// A write is stored and never listed.
    Unlisted,
    /// A deletion is accepted and the object stays.
    Keep,
    /// A read finds what has been deleted.
    Stale,
    /// A write does not heed its condition.
    Overwrite,
}

/// One request on its way through the service.
pub struct Call<'a> {
    pub settings: &'a Settings,
    pub request: &'a Request,
    pub place: Place,
    pub key: String,
    pub twists: &'a [Twist],
}

impl Call<'_> {
    pub fn is(&self, twist: Twist) -> bool {
        self.twists.contains(&twist)
    }
}

/// The service and all its objects.
#[derive(Debug)]
pub struct Service {
    pub settings: Settings,
    store: Mutex<Store>,
}

impl Service {
    pub fn new(settings: Settings) -> Self {
        let store = Mutex::new(Store::with(&settings.buckets));
        Self { settings, store }
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        held(&self.store)
    }

    /// Does what the request asks, if it may.
    pub fn answer(&self, request: &Request, address: &Address, twists: &[Twist]) -> Reply {
        if address.account.is_none() {
            return Reply::html(404, "<html><body><h1>404 Not Found</h1></body></html>");
        }
        self.try_answer(request, address, twists).unwrap_or_else(Reply::from)
    }

    fn try_answer(&self, request: &Request, address: &Address, twists: &[Twist]) -> Result<Reply, S3Error> {
        let op = Op::of(request, address);
        self.authorize(request, address, op)?;
        let key = address.key.clone().unwrap_or_default();
        let place = Place {
            account: address.account.clone().unwrap_or_default(),
            jurisdiction: address.jurisdiction,
            bucket: address.bucket.clone().unwrap_or_default(),
        };
        let call = Call { settings: &self.settings, request, place, key, twists };
        self.perform(op, &call)
    }

    fn authorize(&self, request: &Request, address: &Address, op: Op) -> Result<(), S3Error> {
        let account = address.account.as_deref().unwrap_or_default();
        let token = authenticate(&self.settings, request, account)?;
        let bucket = address.bucket.as_deref();
        if bucket.is_some_and(|name| !is_bucket_name(name)) {
            return Err(S3Error::invalid_bucket_name());
        }
        let listed = request.parameter("prefix");
        let key = address.key.as_deref().or(listed.as_deref());
        if op != Op::Other && !token.allows(op, address.jurisdiction, bucket, key) {
            return Err(S3Error::access_denied());
        }
        Ok(())
    }

    fn perform(&self, op: Op, call: &Call<'_>) -> Result<Reply, S3Error> {
        let mut store = self.store();
        match op {
            Op::ListBuckets => Ok(list::buckets(call, &store)),
            Op::CreateBucket => Ok(create_bucket(call, &mut store)),
            Op::HeadBucket => {
                bucket(call, &mut store).map(|_| Reply::new(200).header("x-amz-bucket-region", "auto"))
            }
            Op::List => list::objects(call, bucket(call, &mut store)?),
            Op::Get | Op::Head => object::get(call, &mut store),
            Op::Put => object::put(call, &mut store),
            Op::Delete => object::delete(call, &mut store),
            Op::Any | Op::Connection | Op::Other => Err(S3Error::not_implemented()),
        }
    }
}

fn create_bucket(call: &Call<'_>, store: &mut Store) -> Reply {
    store.buckets.entry(call.place.clone()).or_default();
    Reply::new(200)
}

/// The bucket that the call names; created where the request has R2's header for that.
pub fn bucket<'a>(call: &Call<'_>, store: &'a mut Store) -> Result<&'a mut Objects, S3Error> {
    if call.request.header("cf-create-bucket-if-missing").is_some_and(|value| value == "true") {
        store.buckets.entry(call.place.clone()).or_default();
    }
    store.buckets.get_mut(&call.place).ok_or_else(S3Error::no_such_bucket)
}

fn is_bucket_name(name: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=63).contains(&name.len())
        && name.bytes().all(inner)
        && edge(name.bytes().next())
        && edge(name.bytes().last())
}
