//! The client: S3 requests to one bucket, sent over one connection whose every layer is timed and kept as facts.
//!
//! It sends what it is asked to and reports what came back. It judges no answer, and knows neither checks nor reports.

pub mod exchange;
pub mod network;
pub mod storage;
