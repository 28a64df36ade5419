//! The six checks, the order in which they run, and the object that they write and clean up.
//!
//! Results are facts: what was asked, what came back, which claim held. It names no causes and prints nothing.

pub mod check;
pub mod leftovers;
pub mod runner;
