//! The program from outside, as a user runs it: one test program, so that what all of these tests share is compiled once,
//! and the waiting of some is the working time of others. They begin in the order of their names, and those of `adversity`,
//! which wait longest, first.
//!
//! `cargo test --test program leaks::` runs one part.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

mod adversity;
mod cli;
mod failures;
mod leaks;
mod messages;

mod support;
