//! The operations, told apart as S3 does: by method, bucket, key and query.

use super::address::Address;
use super::http::Request;

/// What a request asks for; `Any` and `Connection` only select faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Every request.
    Any,
    /// A connection, before anything is read from it.
    Connection,
    /// `ListObjectsV2`, or the first version.
    List,
    /// `PutObject`.
    Put,
    /// `GetObject`.
    Get,
    /// `HeadObject`.
    Head,
    /// `DeleteObject`.
    Delete,
    /// `HeadBucket`.
    HeadBucket,
    /// `ListBuckets`.
    ListBuckets,
    /// `CreateBucket`.
    CreateBucket,
    /// One that this server does not know.
    Other,
}

impl Op {
    /// The operation that a request names.
    pub fn of(request: &Request, address: &Address) -> Self {
        let (bucket, key) = (address.bucket.is_some(), address.key.is_some());
        match (request.method.as_str(), bucket, key) {
            ("GET", false, _) => Self::ListBuckets,
            ("GET", true, false) => Self::List,
            ("HEAD", true, false) => Self::HeadBucket,
            ("PUT", true, false) => Self::CreateBucket,
            ("PUT", true, true) if request.header("x-amz-copy-source").is_none() => Self::Put,
            ("GET", true, true) => Self::Get,
            ("HEAD", true, true) => Self::Head,
            ("DELETE", true, true) => Self::Delete,
            _ => Self::Other,
        }
    }

    /// Whether this, as a selector, selects an operation.
    pub fn selects(self, op: Self) -> bool {
        self == op || (self == Self::Any && op != Self::Connection)
    }
}
