//! How secrets stay out of what a program shows: a type that cannot be printed, a filter for every text that leaves, and
//! the removal of characters that steer a terminal. It knows neither S3 nor this program's settings.
//!
//! A package of its own so that builds for tests, which optimise nothing else here, optimise this: each byte of each output
//! passes through it.

pub mod printable;
mod redact;
mod secret;

pub use redact::{PART, Redactor};
pub use secret::{Secret, fingerprint};
