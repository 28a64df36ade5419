//! No secret leaves the program, in whatever form and through whichever hole: random secrets, servers that repeat them in
//! every encoding, every format, and all the places into which people put secrets by mistake.
#![cfg(unix)]
#![allow(clippy::format_collect, reason = "short texts, made for reading")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

#[path = "../support/mod.rs"]
mod support;

mod arguments;
mod echo;
mod encoding;
mod extra;
mod foreign;
mod misplaced;
mod searcher;
mod strays;
mod unread;
