//! The program from outside, as a user runs it: one test program, so that what all of these tests share is compiled once,
//! and the waiting of some is the working time of others.
//!
//! `cargo test --test program leaks::` runs one part.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

mod cli;
mod failures;
mod leaks;
mod messages;
mod reliability;
mod support;
