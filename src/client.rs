//! The client: S3 requests to one bucket, sent over one connection whose every layer is timed and kept as facts.
//!
//! It sends requests and records the answers. It judges none of them, and knows neither checks nor reports.

pub mod exchange;
pub mod network;
pub mod storage;
