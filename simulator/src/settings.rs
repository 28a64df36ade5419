//! What a server is set to: its accounts, tokens, buckets, rules and TLS. Fixed once it has started, but for its clock.

use super::address::{Address, Jurisdiction};
use super::checksums::SdkUploads;
use super::clock::Clock;
use super::http::Request;
use super::tls::Tls;
use super::token::Token;

/// The account of a server that names no other.
pub const ACCOUNT: &str = "4f1c0e5ab27d4936a8c1f0b3d5e79a62";
/// The bucket of a server that names no other.
pub const BUCKET: &str = "app-files";

/// A namespace of objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account's id.
    pub account: String,
    /// Where its data has to stay.
    pub jurisdiction: Jurisdiction,
    /// The bucket's name.
    pub bucket: String,
}

/// A bucket lock: what is under the prefix can be created, and neither overwritten nor deleted.
#[derive(Clone, Debug)]
pub struct Lock {
    pub prefix: String,
    /// 403 as R2's documentation has it, 409 as observed.
    pub status: u16,
}

#[derive(Debug)]
pub struct Settings {
    pub account: String,
    /// What a host outside R2's domain, such as 127.0.0.1, stands for.
    pub own_jurisdiction: Jurisdiction,
    pub path_prefix: String,
    /// A host before whose name buckets may stand.
    pub virtual_host: Option<String>,
    pub tokens: Vec<Token>,
    pub buckets: Vec<Place>,
    pub locks: Vec<Lock>,
    /// The one region that it takes, as servers do that are not R2.
    pub region: Option<String>,
    pub explain_signatures: bool,
    pub sdk_uploads: SdkUploads,
    pub clock: Clock,
    pub tls: Option<Tls>,
    /// What single hosts do instead, by server name.
    pub tls_by_host: Vec<(String, Tls)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: ACCOUNT.to_owned(),
            own_jurisdiction: Jurisdiction::Default,
            path_prefix: String::new(),
            virtual_host: None,
            tokens: Vec::new(),
            region: None,
            buckets: Vec::new(),
            locks: Vec::new(),
            explain_signatures: false,
            sdk_uploads: SdkUploads::Read,
            clock: Clock::default(),
            tls: None,
            tls_by_host: Vec::new(),
        }
    }
}

impl Settings {
    pub fn account_of<'a>(&'a self, token: &'a Token) -> &'a str {
        token.account.as_deref().unwrap_or(&self.account)
    }

    /// Where a request goes.
    pub fn address(&self, request: &Request) -> Address {
        Address::of(
            request,
            (&self.account, self.own_jurisdiction),
            &self.path_prefix,
            self.virtual_host.as_deref(),
        )
    }

    /// The refusal that a lock on this key answers with.
    pub fn lock_on(&self, key: &str) -> Option<u16> {
        self.locks.iter().find(|lock| key.starts_with(&lock.prefix)).map(|lock| lock.status)
    }

    /// Whether connections begin with TLS.
    pub fn speaks_tls(&self) -> bool {
        self.tls.is_some() || !self.tls_by_host.is_empty()
    }

    /// How TLS goes for a server name; none: this name is unknown.
    pub fn tls_for(&self, name: Option<&str>) -> Option<Tls> {
        let single = self.tls_by_host.iter().find(|(host, _)| Some(host.as_str()) == name);
        single.map(|(_, tls)| *tls).or(self.tls)
    }
}
