//! What tests have and programs do not: servers on a thread of their own, which panic where they cannot start, and the
//! variables with which a program finds them. Behind the feature `testing`.
#![expect(clippy::expect_used, reason = "a test's server that cannot start fails the test")]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread::JoinHandle;

use tempfile::TempDir;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

use super::proxy::ProxyBuilder;
use super::{Builder, DeadEnd, Proxy, R2};

/// A thread that drives a runtime until this is dropped. All its connections are closed by then.
#[derive(Debug)]
pub struct Driver {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    fn start() -> io::Result<(Self, Handle)> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().spawn(move || {
            // Ends by an error when the sender is dropped, which is as good.
            let _ = runtime.block_on(stopped);
            runtime.shutdown_background();
        })?;
        Ok((Self { stop: Some(stop), thread: Some(thread) }, handle))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself.
            let _ = thread.join();
        }
    }
}

/// Starts something on a thread of its own.
fn driven<T>(start: impl FnOnce() -> io::Result<T>) -> (T, Driver) {
    let (driver, runtime) = Driver::start().expect("a thread with a runtime starts");
    let _inside = runtime.enter();
    (start().expect("the server starts"), driver)
}

/// The certificate of a server's authority as a file, made when it is first asked for.
#[derive(Debug, Default)]
pub struct AuthorityFile(OnceLock<TempDir>);

impl AuthorityFile {
    #[expect(clippy::disallowed_methods, reason = "for tests, which have no `Surroundings`")]
    fn path(&self, pem: &str) -> PathBuf {
        let file = |folder: &Path| folder.join("authority.pem");
        let folder = self.0.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder is made");
            std::fs::write(file(folder.path()), pem).expect("a file is written");
            folder
        });
        file(folder.path())
    }
}

impl Builder {
    /// Opens the port, and serves it on a thread of its own.
    ///
    /// # Panics
    /// When the server cannot start.
    pub fn start(self) -> R2 {
        let (mut server, driver) = driven(|| self.try_start());
        server.background.driver = Some(driver);
        server
    }
}

impl ProxyBuilder {
    /// Opens the port, and serves it on a thread of its own.
    ///
    /// # Panics
    /// When the proxy cannot start.
    pub fn start(self) -> Proxy {
        let (mut proxy, driver) = driven(|| self.try_start());
        proxy.background.driver = Some(driver);
        proxy
    }
}

impl DeadEnd {
    /// Connections are refused.
    ///
    /// # Panics
    /// When no port can be had.
    pub fn refusing() -> Self {
        Self::try_refusing().expect("a port can be had")
    }

    /// Connections are neither accepted nor refused: the queue of those waiting is full.
    ///
    /// # Panics
    /// When no port can be had.
    pub fn unanswering() -> Self {
        Self::try_unanswering().expect("a port can be had")
    }
}

impl R2 {
    /// One that does nothing wrong.
    ///
    /// # Panics
    /// When the server cannot start.
    pub fn start() -> Self {
        Builder::default().start()
    }

    /// The certificate, in PEM, of the authority behind `Tls::Good`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn authority_file(&self) -> PathBuf {
        self.authority_file.path(&self.shared.handshakes.authority)
    }

    /// The certificate that the server itself shows, in PEM.
    pub fn own_certificate(&self) -> &str {
        &self.shared.handshakes.own
    }

    /// The variables with which a program finds this server, and trusts it.
    pub fn env(&self) -> Vec<(String, String)> {
        let token = self.token();
        let mut variables = vec![
            ("R2_ENABLED", "true".to_owned()),
            ("R2_ENDPOINT", self.endpoint()),
            ("R2_ACCESS_KEY_ID", token.id.clone()),
            ("R2_SECRET_ACCESS_KEY", token.secret.clone()),
            ("R2_BUCKET_NAME", self.bucket()),
            ("R2_REGION", "auto".to_owned()),
        ];
        variables.extend(token.session.clone().map(|session| ("R2_SESSION_TOKEN", session)));
        if self.shared.service.settings.speaks_tls() {
            // For programs that leave trust to the system, and for boto3, which does not.
            variables.push(("SSL_CERT_FILE", self.authority_file().display().to_string()));
            variables.push(("AWS_CA_BUNDLE", self.authority_file().display().to_string()));
        }
        variables.extend(self.proxy().map(|proxy| ("HTTPS_PROXY", proxy.url())));
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The same, with other values for some; one set to the empty text stays, and is empty.
    pub fn env_with(&self, other: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut variables: BTreeMap<_, _> = self.env().into_iter().collect();
        variables.extend(other.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        variables.into_iter().collect()
    }
}
