//! Why a command ends without a report, with the message and the exit status.

use std::io;

use crate::base::machine::{self, Exhausted};
use crate::base::stop::Signal;

/// Why a command ended without a report.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// A second signal ended the program before it had cleaned up.
    #[error("ended by a second {signal} before cleaning up; this object may be left in the bucket: {key}")]
    Killed {
        /// The second signal.
        signal: Signal,
        /// The key of the object that may be left.
        key: String,
    },
    /// A signal came before there was anything to report.
    #[error("ended by {0} before anything was sent")]
    Interrupted(Signal),
    /// Standard output or a report file could not be written.
    #[error("{0}")]
    Unwritable(String),
    /// The machine has too little of a resource that every run needs.
    #[error("this machine has too little of what a run needs: {lack}\n{remedy}", lack = .0, remedy = .0.resource.remedy())]
    Exhausted(#[from] Exhausted),
    /// Something failed that should always work.
    #[error("{0}\nThis is a bug in r2-selftest, or the machine is out of something that it needs.")]
    Internal(String),
    /// The program panicked.
    #[error("r2-selftest met a bug of its own and stopped; nothing it said before is a pass")]
    Panicked,
}

impl Problem {
    /// A command line that clap refuses, without clap's own prefix: `main` adds that of this program.
    pub fn refused(refusal: &clap::Error) -> Self {
        let message = refusal.to_string();
        Self::Usage(message.strip_prefix("error: ").unwrap_or(&message).trim_end().to_owned())
    }

    /// Its exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Unwritable(_) => 2,
            Self::Killed { signal, .. } | Self::Interrupted(signal) => signal.exit_status(),
            // No check passed, and the program has no bug.
            Self::Exhausted(_) => 1,
            Self::Internal(_) | Self::Panicked => 70,
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match machine::lacks(&error) {
            Some(resource) => {
                Self::Exhausted(Exhausted { resource, task: "the system refuses", reason: error.to_string() })
            }
            None => Self::Internal(error.to_string()),
        }
    }
}
