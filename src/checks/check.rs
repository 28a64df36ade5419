//! The six checks: what each claims, and its result. Facts only; `diagnosis` finds the causes.

pub mod config;
pub mod connect;
pub mod delete;
mod difference;
pub mod download;
pub mod list;
pub mod listed_again;
pub mod mismatch;
mod per_check;
mod typed;
pub mod upload;

use std::time::Duration;

use tokio::time::Instant;

use crate::base::finding::Finding;
use crate::base::stop::StopReason;
use crate::client::exchange::{Answer, ConnectionFacts, Exchange};
use crate::client::storage::Call;
use crate::client::storage::answer::Document;
pub use difference::{Difference, EtagMatch};
use mismatch::Mismatch;
pub use per_check::PerCheck;

/// The checks, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// The settings are present and well-formed.
    Config,
    /// The endpoint is reached, accepts the credentials and has the bucket.
    Connect,
    /// A new object is stored.
    Upload,
    /// The object is listed.
    List,
    /// The object comes back byte for byte.
    Download,
    /// The object is deleted, and that is verified.
    Delete,
}

impl CheckId {
    /// All six, in order.
    pub const ALL: [Self; 6] =
        [Self::Config, Self::Connect, Self::Upload, Self::List, Self::Download, Self::Delete];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Connect => "connect",
            Self::Upload => "upload",
            Self::List => "list",
            Self::Download => "download",
            Self::Delete => "delete",
        }
    }

    /// The claim that it verifies, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Config => "settings are well-formed",
            Self::Connect => "endpoint, keys, bucket valid",
            Self::Upload => "a new object is stored",
            Self::List => "the object is listed",
            Self::Download => "downloaded bytes match",
            Self::Delete => "deleted, and verified",
        }
    }
}

/// The result of one check.
#[derive(Debug)]
pub struct CheckResult {
    /// Which check.
    pub id: CheckId,
    /// Whether its claim holds.
    pub outcome: Outcome,
    /// When it began, if it did.
    pub started: Option<Instant>,
    /// How long it took.
    pub duration: Duration,
    /// The requests that it sent, each with all its attempts.
    pub calls: Vec<Call>,
    /// Requests about the second object of a run, if there is one.
    pub second_calls: Vec<Call>,
    /// The connections that were opened for it.
    pub connections: Vec<ConnectionFacts>,
    /// The findings of the check itself: those about the settings, for instance.
    pub findings: Vec<Finding>,
}

impl CheckResult {
    /// A result without requests.
    pub fn new(id: CheckId, outcome: Outcome) -> Self {
        Self {
            id,
            outcome,
            started: None,
            duration: Duration::ZERO,
            calls: Vec::new(),
            second_calls: Vec::new(),
            connections: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// A result of some requests.
    pub fn of(id: CheckId, verified: Result<String, Fault>, calls: Vec<Call>) -> Self {
        let outcome = match verified {
            Ok(detail) => Outcome::Passed { detail },
            Err(fault) => Outcome::Failed(fault),
        };
        Self { calls, ..Self::new(id, outcome) }
    }

    /// Every attempt of every request, in order.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.calls.iter().chain(&self.second_calls).flat_map(Call::exchanges)
    }

    /// Every answer, in order.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.exchanges().filter_map(|exchange| exchange.outcome.as_ref().ok())
    }

    /// The request that the check is about; the others verify its effect, or, before a deletion, the ownership.
    pub fn main_call(&self) -> Option<&Call> {
        match self.id {
            CheckId::Delete => delete::deletions(self).next().or(self.calls.first()),
            CheckId::Config | CheckId::Connect | CheckId::Upload | CheckId::List | CheckId::Download => {
                self.calls.first()
            }
        }
    }

    /// What keeps the claim from holding, if the check failed.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.outcome {
            Outcome::Failed(fault) => Some(fault),
            Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
        }
    }

    /// What cut the check off, if anything did: never a check whose claim holds, even if one of its attempts was cut off.
    pub fn stopped(&self) -> Option<StopReason> {
        match self.outcome {
            Outcome::Failed(Fault::Stopped(reason)) => return Some(reason),
            // An attempt that was cut off had nothing more to verify.
            Outcome::Passed { .. } => return None,
            Outcome::Failed(_) | Outcome::Skipped { .. } => {}
        }
        self.exchanges().find_map(|exchange| exchange.outcome.as_ref().err()?.kind.stopped())
    }

    /// Whether a signal cut the check off, in a request or in the pause before another attempt.
    pub fn interrupted(&self) -> bool {
        let signalled = |reason: StopReason| matches!(reason, StopReason::Signal(_));
        let unwaited = self.calls.iter().filter_map(Call::unwaited).any(|pause| signalled(pause.because));
        !self.passed() && (unwaited || self.stopped().is_some_and(signalled))
    }

    /// Whether the claim holds.
    pub fn passed(&self) -> bool {
        matches!(self.outcome, Outcome::Passed { .. })
    }
}

/// Whether a check's claim holds.
#[derive(Debug)]
pub enum Outcome {
    /// It holds.
    Passed {
        /// The result in a few words.
        detail: String,
    },
    /// It does not.
    Failed(Fault),
    /// The check was not run.
    Skipped {
        /// The check that prevented it.
        because: CheckId,
    },
}

/// What keeps a claim from holding.
#[derive(Debug)]
pub enum Fault {
    /// The settings have errors, which are in [`CheckResult::findings`].
    Settings,
    /// The settings passed every rule, yet no request can be built from them; with the library's reason.
    Unusable(String),
    /// The request that the check is about got no answer, or a refusal.
    Refused,
    /// The upload was refused in the form of the SDK, and granted in the plain one.
    SdkForm,
    /// The upload was refused without the hash of its body in the signature, and granted with it.
    UnsignedPayload,
    /// The server stored the frame of the upload as content.
    Framed {
        /// The length of what was sent.
        sent: usize,
        /// The length of what is stored.
        stored: usize,
    },
    /// The listing was granted, but the `HeadBucket` got no answer that shows whether the bucket may be used.
    HeadBucket,
    /// A request was granted, but the answer is not one of S3.
    NotS3(Document),
    /// A request was granted, but the answer does not match it.
    Mismatch(Mismatch),
    /// The upload's `ETag` is not the body's MD5.
    Etag {
        /// The MD5 of what was sent.
        expected: String,
        /// What the server returned.
        got: String,
    },
    /// The upload was refused because there is an object under its key already.
    KeyTaken(Owner),
    /// The object is not in the listing of its prefix.
    NotListed {
        /// How many other objects are.
        others: usize,
    },
    /// The listing has another size.
    ListedSize {
        /// The length of what was sent.
        expected: u64,
        /// What the listing says.
        got: u64,
    },
    /// The listing has another `ETag`.
    ListedEtag {
        /// The MD5 of what was sent.
        expected: String,
        /// What the listing says.
        got: String,
    },
    /// Other bytes came back.
    Content(Difference),
    /// The bytes came back with an `ETag` of other bytes.
    DownloadedEtag {
        /// The MD5 of what was sent.
        expected: String,
        /// What the answer says.
        got: String,
    },
    /// Another content type came back.
    ContentType {
        /// What was sent.
        expected: String,
        /// What came back.
        got: Option<String>,
    },
    /// The object can still be read after it was deleted.
    StillThere,
    /// A read after the deletion finds no such key, but a listing still has it.
    StillListed,
    /// What a read finds under the key is not what the run wrote, so nothing was deleted.
    NotOurs,
    /// The run ended before the check could begin.
    Stopped(StopReason),
    /// The check itself has a bug; with the place, `file:line`.
    Bug(String),
    /// The deletion was accepted, but nothing verifies it.
    DeletionUnverified,
}

/// The owner of the object that has the key of the upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It has this run's bytes: the upload arrived twice.
    ThisRun,
    /// It has other bytes, so it must be left alone.
    Other,
    /// There is none.
    Nobody,
    /// It could not be read, so it must be left alone.
    Unknown,
}

/// Whether an entity tag is the expected one. Quotes and the mark of weak tags are ignored: proxies add and remove them.
fn is_same_etag(got: &str, expected: &str) -> bool {
    got.trim_start_matches("W/").trim_matches('"').eq_ignore_ascii_case(expected)
}
