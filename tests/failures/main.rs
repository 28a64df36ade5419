//! The ways in which an R2 connection fails, one test each: the program from outside, against a server that fails so.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

#[path = "../support/mod.rs"]
mod support;

mod auth;
mod bucket;
mod cleanup;
mod client;
mod config;
mod experiments;
mod foreign;
mod gone;
mod integrity;
mod machine;
mod network;
mod not_s3;
mod permission;
mod places;
mod proxy;
mod sdk;
mod service;
mod situations;
mod tls;
mod verdicts;
