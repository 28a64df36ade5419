//! What the tests from outside share.

pub mod cli;
pub mod r2;
pub mod report;
pub mod run;
