//! What the tests from outside share.

pub mod cli;
pub mod report;
pub mod run;

pub use simulator as r2;
