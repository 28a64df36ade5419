//! The report: the frozen, public form of a run, and everything that renders it.
//!
//! Rendering reads nothing but a [`Report`].

pub mod build;
mod checked;
pub mod comparison;
pub mod cost;
pub mod environment;
pub mod folding;
pub mod format;
mod measured;
pub mod output;
pub mod palette;
pub mod progress;
pub mod redaction;
mod rounds;
pub mod stream;
pub mod terminal;
pub mod text;
pub mod trace;
mod types;

pub use checked::{Check, Experiment, Finding, Fix, Opening, Phases, Proof, Request, Status};
pub use measured::{CheckMeasurement, Measurements, OperationMeasurement};
pub use rounds::COLUMNS;
pub use types::{
    Cleanup, Environment, Railway, Report, SCHEMA_VERSION, SdkFacts, Setting, SettingSource, Target,
    TargetKind, Tool, Usage, Verdict,
};
