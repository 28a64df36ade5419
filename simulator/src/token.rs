//! API tokens: who may do what, and where. Each new token has credentials of its own, in R2's shapes.

use std::time::Duration;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::address::Jurisdiction;
use super::clock;
use super::op::Op;
use super::reply::hex;

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Everything, management of buckets included.
    Admin,
    /// Objects: everything. R2's `Object Read & Write`.
    ReadWrite,
    /// Objects: reading and listing. R2's `Object Read only`.
    ReadOnly,
    /// Objects: writing and deleting. R2 has no such token.
    WriteOnly,
    /// Objects: everything but deleting. R2 has no such token.
    NoDelete,
    /// Objects: everything but listing. R2 has no such token.
    NoList,
    /// Nothing at all.
    None,
}

impl Permission {
    fn allows(self, op: Op) -> bool {
        let list = matches!(op, Op::List | Op::HeadBucket);
        let read = matches!(op, Op::Get | Op::Head);
        match self {
            Self::Admin => true,
            Self::ReadWrite => list || read || matches!(op, Op::Put | Op::Delete),
            Self::ReadOnly => list || read,
            Self::WriteOnly => matches!(op, Op::Put | Op::Delete),
            Self::NoDelete => list || read || op == Op::Put,
            Self::NoList => read || matches!(op, Op::Put | Op::Delete),
            Self::None => false,
        }
    }
}

/// An API token with its derived S3 credentials.
#[derive(Clone, Debug)]
pub struct Token {
    /// The access key id: 32 hexadecimal digits.
    pub id: String,
    /// The API token's value, of which the secret is the SHA-256.
    pub value: String,
    /// The secret access key: 64 hexadecimal digits.
    pub secret: String,
    /// What temporary credentials need besides.
    pub session: Option<String>,
    /// What it allows.
    pub permission: Permission,
    /// None: the default account.
    pub account: Option<String>,
    buckets: Vec<(Jurisdiction, String)>,
    prefix: Option<String>,
    expires: Option<OffsetDateTime>,
}

impl Token {
    /// New random credentials.
    pub fn new(permission: Permission) -> Self {
        let random = || Uuid::new_v4().simple().to_string();
        let value = format!("cfat_{}{}", random(), &random()[..16]);
        Self {
            id: random(),
            secret: digest(&value),
            value,
            session: None,
            permission,
            account: None,
            buckets: Vec::new(),
            prefix: None,
            expires: None,
        }
    }

    /// One that may read, list, write and delete.
    pub fn read_write() -> Self {
        Self::new(Permission::ReadWrite)
    }

    /// One that may read and list.
    pub fn read_only() -> Self {
        Self::new(Permission::ReadOnly)
    }

    /// Credentials of the test's own choice.
    #[must_use]
    pub fn credentials(mut self, id: &str, secret: &str) -> Self {
        id.clone_into(&mut self.id);
        secret.clone_into(&mut self.secret);
        self
    }

    /// Temporary credentials: requests must carry a session token as well.
    #[must_use]
    pub fn temporary(mut self) -> Self {
        self.session = Some(format!("session-{}", digest(&self.value)));
        self
    }

    /// Scoped to a bucket, and to the jurisdiction in which the scope names it.
    #[must_use]
    pub fn only(mut self, jurisdiction: Jurisdiction, bucket: &str) -> Self {
        self.buckets.push((jurisdiction, bucket.to_owned()));
        self
    }

    /// Scoped to the keys with this prefix.
    #[must_use]
    pub fn only_prefix(mut self, prefix: &str) -> Self {
        self.prefix = Some(prefix.to_owned());
        self
    }

    /// Of another account than the server's first.
    #[must_use]
    pub fn of_account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Valid for so long from now; zero has expired.
    #[must_use]
    pub fn valid_for(mut self, time: Duration) -> Self {
        // What no clock can show is for ever.
        let time = time::Duration::try_from(time).ok();
        self.expires = time.and_then(|time| clock::of_this_machine().checked_add(time));
        self
    }

    /// Whether its time is over.
    pub fn has_expired(&self) -> bool {
        self.expires.is_some_and(|end| end <= clock::of_this_machine())
    }

    /// Whether this token may do this, here.
    pub fn allows(
        &self,
        op: Op,
        jurisdiction: Jurisdiction,
        bucket: Option<&str>,
        key: Option<&str>,
    ) -> bool {
        let scoped = bucket.is_some_and(|name| {
            self.buckets.iter().any(|(where_, known)| *where_ == jurisdiction && known == name)
        });
        let inside =
            self.prefix.as_deref().is_none_or(|prefix| key.is_some_and(|key| key.starts_with(prefix)));
        self.permission.allows(op) && (self.buckets.is_empty() || scoped) && inside
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
