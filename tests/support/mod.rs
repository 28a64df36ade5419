//! What the tests from outside share.

pub mod cli;
pub mod report;
pub mod run;
pub mod side_by_side;
#[cfg(unix)]
pub mod terminal;

pub use simulator as r2;
