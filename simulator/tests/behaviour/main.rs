//! The simulator, tested by a client that shares no code with it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

mod client;
mod faults;
mod machine;
mod objects;
mod proxy;
mod signatures;
mod tls;
mod tokens;
