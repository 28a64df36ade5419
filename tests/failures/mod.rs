//! The ways in which an R2 connection fails, one test each: the program from outside, against a server that fails so.

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
