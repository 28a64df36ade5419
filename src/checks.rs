//! The six checks, the order in which they run, and the object that they write and clean up.
//!
//! Results are facts: what was sent, what came back, which claim held. They name no causes, and nothing here prints.

pub mod check;
pub mod leftovers;
pub mod runner;
