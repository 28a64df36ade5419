//! The root certificates: read once per process, when the first connection needs them, up to a bound. Which ones are
//! read is decided in `settings::way::trust`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use super::own::{self, Digests};
use super::{Failed, Step};
use crate::base::worker::{Seen, Task, Unreadable, Worker};
use crate::client::exchange::{Stage, TransportErrorKind};
use crate::settings::way::Trust;

/// Upper bound of one file, in bytes; the usual ones have a tenth of it.
const LONGEST: usize = 2 * 1024 * 1024;
/// Upper bound of all files together, in bytes.
const MOST: usize = 4 * 1024 * 1024;
/// Upper bound of the folder entries that are read.
const ENTRIES: usize = 5000;

/// What is trusted.
#[derive(Debug)]
pub struct Roots {
    /// The certificates.
    pub store: Arc<RootCertStore>,
    /// What could not be read of the chosen files and folders.
    pub trouble: Vec<String>,
    /// Those that count also as a server's own, though they are an authority's.
    pub own: Digests,
}

/// Roots that are being read, or have been.
enum State {
    Reading(Task<Roots>),
    There(Arc<Roots>),
}

/// The roots of this trust. The first call reads them: a named file may be a pipe, which can be read only once. Every call
/// waits no longer than any other step.
pub async fn roots(trust: &Trust, step: &Step<'_>) -> Result<Arc<Roots>, Failed> {
    static KNOWN: Mutex<Vec<(Trust, State)>> = Mutex::const_new(Vec::new());
    let mut known = KNOWN.lock().await;
    let place = if let Some(place) = known.iter().position(|(other, _)| other == trust) {
        place
    } else {
        known.push((trust.clone(), State::of(trust)?));
        known.len() - 1
    };
    let state = &mut known[place].1;
    if let State::Reading(task) = state {
        let read =
            step.bound(Stage::Tls, task.done()).await.map_err(|failed| unfinished(failed, trust, step))?;
        let read =
            read.map_err(|_| unread("the root certificates could not be read: a bug of r2-selftest"))?;
        *state = State::There(Arc::new(read));
    }
    match state {
        State::There(roots) => Ok(Arc::clone(roots)),
        State::Reading(_) => Err(unread("the root certificates were not read")),
    }
}

impl State {
    /// Bundled ones are part of the program; a thread is started that reads the others.
    fn of(trust: &Trust) -> Result<Self, Failed> {
        if *trust == Trust::Bundled {
            let mut store = RootCertStore::empty();
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            return Ok(Self::There(Arc::new(Roots {
                store: Arc::new(store),
                trouble: Vec::new(),
                own: Digests::new(),
            })));
        }
        let trust = trust.clone();
        let task = Task::start("the root certificates", move |worker| read(worker, &trust));
        Ok(Self::Reading(task.map_err(|error| no_thread(&error))?))
    }
}

fn no_thread(error: &std::io::Error) -> Failed {
    Failed::new(Stage::Tls, TransportErrorKind::Exhausted(error.to_string()))
}

fn unread(why: impl Into<String>) -> Failed {
    let failed = Failed::new(Stage::Tls, TransportErrorKind::NoRoots);
    Failed { chain: vec![why.into()], ..failed }
}

/// A file that cannot be read in time is no fault of the server.
fn unfinished(failed: Failed, trust: &Trust, step: &Step<'_>) -> Failed {
    let TransportErrorKind::TimedOut(_) = failed.kind else { return failed };
    let what = trust.chosen_by().unwrap_or("the system's root certificates");
    unread(format!(
        "{what}: what it names did not come to its end within {}",
        humantime::format_duration(step.timeout)
    ))
}

fn read(worker: &Worker, trust: &Trust) -> Roots {
    let mut reading = Reading {
        worker,
        store: RootCertStore::empty(),
        known: Digests::new(),
        size: 0,
        seen: Seen::up_to(ENTRIES),
        trouble: Vec::new(),
    };
    match trust {
        Trust::Chosen(places) => {
            if let Some(file) = &places.file {
                reading.file(places.chosen_by, file);
            }
            reading.folders("SSL_CERT_DIR", &places.folders);
        }
        Trust::Bundled | Trust::System => {
            if *trust == Trust::System {
                system(&mut reading);
                // The system's own list is nothing that the settings chose.
                reading.trouble.clear();
            }
            reading.store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    let own = if trust.is_of_openssl() { reading.known } else { Digests::new() };
    Roots { store: Arc::new(reading.store), trouble: reading.trouble, own }
}

/// The file in which this system keeps its root certificates, if it does so.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn system_file() -> Option<PathBuf> {
    places().cert_file
}

/// Where this system keeps its root certificates.
#[cfg(all(unix, not(target_os = "macos")))]
#[expect(
    clippy::disallowed_methods,
    reason = "the variables that it reads, too, are not set where the system is asked: else the trust is `Chosen`"
)]
fn places() -> openssl_probe::ProbeResult {
    openssl_probe::probe()
}

/// They are kept by a service of the system.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn system_file() -> Option<PathBuf> {
    None
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system(reading: &mut Reading<'_>) {
    let found = places();
    if let Some(file) = &found.cert_file {
        reading.file("the system", file);
    }
    reading.folders("the system", &found.cert_dir);
}

/// A service of the system keeps them, and there are no files.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn system(reading: &mut Reading<'_>) {
    reading.store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
}

/// The state of reading certificates.
#[cfg_attr(
    not(all(unix, not(target_os = "macos"))),
    allow(dead_code, reason = "files are read where roots are files")
)]
struct Reading<'a> {
    worker: &'a Worker,
    store: RootCertStore,
    /// The certificates so far, by their digests: folders hold most of them twice.
    known: Digests,
    size: usize,
    seen: Seen,
    trouble: Vec<String>,
}

impl Reading<'_> {
    /// Reads the certificates of a named file, of whatever kind.
    fn file(&mut self, by: &str, path: &Path) {
        self.worker.note(path, &mut self.seen);
        match self.worker.read(path, LONGEST) {
            Ok(bytes) => self.certificates(by, &bytes),
            Err(Unreadable::TooLong) => self.trouble.push(format!(
                "{by} names something longer than {} MiB, which no list of root certificates is",
                LONGEST >> 20
            )),
            Err(why) => self.trouble.push(format!("what {by} names {}", why.reason())),
        }
    }

    /// Reads the certificates of all files in folders. Other entries are skipped, as OpenSSL does.
    fn folders(&mut self, by: &str, folders: &[PathBuf]) {
        let mut files = Vec::new();
        for folder in folders {
            match self.worker.files(folder, &mut self.seen) {
                Ok(found) => files.extend(found),
                Err(why) => self.trouble.push(format!("a folder that {by} names {}", why.reason())),
            }
        }
        if self.seen.is_cut_off() {
            self.trouble
                .push(format!("{by} names folders with more than {ENTRIES} entries; the rest is not read"));
        }
        for path in files {
            if let Ok(bytes) = self.worker.read(&path, LONGEST) {
                self.certificates(by, &bytes);
            }
        }
    }

    fn certificates(&mut self, by: &str, bytes: &[u8]) {
        if self.size > MOST {
            return;
        }
        self.size += bytes.len();
        if self.size > MOST {
            self.trouble.push(format!(
                "{by} names more than {} MiB of certificates; the rest is not read",
                MOST >> 20
            ));
            return;
        }
        for certificate in CertificateDer::pem_reader_iter(bytes).filter_map(Result::ok) {
            if self.known.insert(own::digest(&certificate)) {
                self.store.add_parsable_certificates([certificate]);
            }
        }
    }
}
