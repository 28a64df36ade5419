//! A server in the making.

use std::io;
use std::sync::Arc;

use super::R2;
use super::address::{DOMAIN, Jurisdiction};
use super::background::{listener, serve_each};
use super::checksums::SdkUploads;
use super::clock::Clock;
use super::connection::{Shared, serve};
use super::fault::{Fault, Faults};
use super::journal::Journal;
use super::proxy::Proxy;
use super::service::Service;
use super::settings::{BUCKET, Lock, Place, Settings};
use super::tls::{Handshakes, Identity, Tls};
use super::token::Token;

/// What a server is to be. Without anything said it is one account, one bucket and one token that may read and write,
/// over plain HTTP on loopback.
#[derive(Default)]
pub struct Builder {
    settings: Settings,
    faults: Faults,
    identity: Identity,
    bucketless: bool,
    objects: Vec<(String, Vec<u8>)>,
    cloudflare: Option<Jurisdiction>,
}

impl Builder {
    /// One more token. The first is the one in `R2::env`.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.settings.tokens.push(token);
        self
    }

    /// One more bucket, in no particular jurisdiction. The first is the one in `R2::env`.
    #[must_use]
    pub fn bucket(self, name: &str) -> Self {
        self.bucket_in(Jurisdiction::Default, name)
    }

    /// One more bucket, in this jurisdiction.
    #[must_use]
    pub fn bucket_in(self, jurisdiction: Jurisdiction, name: &str) -> Self {
        let account = self.settings.account.clone();
        self.bucket_of(&account, jurisdiction, name)
    }

    /// One more bucket, of this account.
    #[must_use]
    pub fn bucket_of(mut self, account: &str, jurisdiction: Jurisdiction, name: &str) -> Self {
        let place = Place { account: account.to_owned(), jurisdiction, bucket: name.to_owned() };
        self.settings.buckets.push(place);
        self
    }

    /// There is no bucket at all.
    #[must_use]
    pub fn without_bucket(mut self) -> Self {
        self.bucketless = true;
        self
    }

    /// An object that is there from the start, in the first bucket.
    #[must_use]
    pub fn object(mut self, key: &str, body: &[u8]) -> Self {
        self.objects.push((key.to_owned(), body.to_vec()));
        self
    }

    /// So many small objects that are there from the start, in the first bucket, on both sides of any prefix.
    #[must_use]
    pub fn objects(mut self, count: usize) -> Self {
        let folder = |number: usize| if number.is_multiple_of(2) { "patients" } else { "sessions" };
        self.objects
            .extend((0..count).map(|number| (format!("{}/{number:06}.csv", folder(number)), vec![b'0'])));
        self
    }

    /// The account; said before the buckets.
    #[must_use]
    pub fn account(mut self, id: &str) -> Self {
        id.clone_into(&mut self.settings.account);
        self
    }

    /// A host outside R2's domain stands for this jurisdiction's.
    #[must_use]
    pub fn plays(mut self, jurisdiction: Jurisdiction) -> Self {
        self.settings.own_jurisdiction = jurisdiction;
        self
    }

    /// The API is found below this path, as in `/cdn-cgi/local/r2/s3`.
    #[must_use]
    pub fn path_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.settings.path_prefix);
        self
    }

    /// The bucket may stand before this host's name, as in `bucket.example.com`; both have a certificate.
    #[must_use]
    pub fn virtual_host(mut self, host: &str, bucket: &str) -> Self {
        self.settings.virtual_host = Some(host.to_owned());
        self.named(host).named(&format!("{bucket}.{host}"))
    }

    /// A lock rule: objects under the prefix can be created only. It refuses with 403 or 409.
    #[must_use]
    pub fn lock(mut self, prefix: &str, status: u16) -> Self {
        self.settings.locks.push(Lock { prefix: prefix.to_owned(), status });
        self
    }

    /// The server's clock is so many seconds ahead of the machine's.
    #[must_use]
    pub fn clock(mut self, seconds: i64) -> Self {
        self.settings.clock = Clock::shifted(seconds);
        self
    }

    /// The server takes this region only, as servers do that are not R2.
    #[must_use]
    pub fn region(mut self, name: &str) -> Self {
        self.settings.region = Some(name.to_owned());
        self
    }

    /// A wrong signature is answered with the texts that the server calculated.
    #[must_use]
    pub fn explains_signatures(mut self) -> Self {
        self.settings.explain_signatures = true;
        self
    }

    /// What the server makes of uploads in the forms of the AWS SDKs.
    #[must_use]
    pub fn sdk_uploads(mut self, uploads: SdkUploads) -> Self {
        self.settings.sdk_uploads = uploads;
        self
    }

    /// One more fault.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        self.faults.add(fault);
        self
    }

    /// The server speaks TLS, like this.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.settings.tls = Some(tls);
        self
    }

    /// For clients that ask for this server name, TLS goes like this.
    #[must_use]
    pub fn tls_for(mut self, host: &str, tls: Tls) -> Self {
        self.settings.tls_by_host.push((host.to_owned(), tls));
        self
    }

    /// One more name in the certificates.
    #[must_use]
    pub fn named(mut self, host: &str) -> Self {
        self.identity.names.push(host.to_owned());
        self
    }

    /// The certificates are issued to this name, and hold for no other hosts than those said by `named`.
    #[must_use]
    pub fn issued_to(mut self, subject: &str) -> Self {
        self.identity.subject = Some(subject.to_owned());
        self
    }

    /// The endpoint is R2's own host for this jurisdiction, with TLS, reached through a proxy of the server's own. The
    /// hosts of the other jurisdictions, and the one of no account, are reached in the same way.
    #[must_use]
    pub fn r2_host(mut self, jurisdiction: Jurisdiction) -> Self {
        self.cloudflare = Some(jurisdiction);
        self.settings.tls = self.settings.tls.or(Some(Tls::Good));
        self
    }

    /// Opens the port, and serves it on the runtime of the caller.
    ///
    /// # Errors
    /// When a port cannot be had or a certificate not be made, and outside of a runtime.
    pub fn try_start(mut self) -> io::Result<R2> {
        let token = self.complete();
        let (listener, address) = listener()?;
        let cloudflare = match self.cloudflare {
            Some(jurisdiction) => Some((jurisdiction, self.proxy_to(address)?)),
            None => None,
        };
        let handshakes = Handshakes::new(&self.settings, &self.identity)?;
        let service = Service::new(self.settings);
        let shared = Arc::new(Shared { service, faults: self.faults, journal: Journal::new(), handshakes });
        let of_each = Arc::clone(&shared);
        let background = serve_each(listener, move |tcp| serve(Arc::clone(&of_each), tcp))?;
        let server = R2 {
            shared,
            address,
            token,
            cloudflare,
            background,
            #[cfg(feature = "testing")]
            authority_file: super::testing::AuthorityFile::default(),
        };
        for (key, body) in &self.objects {
            server.put_object(&server.bucket(), key, body);
        }
        Ok(server)
    }

    /// Adds the token and the bucket that every server has; the first token.
    fn complete(&mut self) -> Token {
        if self.settings.buckets.is_empty() && !self.bucketless {
            self.settings.buckets.push(Place {
                account: self.settings.account.clone(),
                jurisdiction: self.cloudflare.unwrap_or(self.settings.own_jurisdiction),
                bucket: BUCKET.to_owned(),
            });
        }
        if let Some(first) = self.settings.tokens.first() {
            return first.clone();
        }
        let token = Token::read_write();
        self.settings.tokens.push(token.clone());
        token
    }

    fn proxy_to(&self, address: std::net::SocketAddr) -> io::Result<Proxy> {
        let accounts =
            self.settings.buckets.iter().map(|place| &place.account).chain([&self.settings.account]);
        let hosts =
            accounts.flat_map(|account| Jurisdiction::ALL.map(|jurisdiction| jurisdiction.host(account)));
        let all = hosts.chain([DOMAIN.to_owned()]).chain(self.identity.names.iter().cloned());
        all.fold(Proxy::builder(), |proxy, host| proxy.map(&format!("{host}:443"), address)).try_start()
    }
}
