//! The part of the report that is about several rounds of the checks.

use serde::{Deserialize, Serialize};

/// What several rounds of the checks measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Measurements {
    /// How many rounds `--repeat` asks for.
    pub rounds_asked: u32,
    /// How many rounds were begun.
    pub rounds: u32,
    /// How many of these rounds failed.
    pub rounds_failed: u32,
    /// How many connections were opened.
    pub connections: usize,
    /// The five checks that send something.
    pub checks: Vec<CheckMeasurement>,
    /// The operations, each attempt counted.
    pub operations: Vec<OperationMeasurement>,
}

/// How often a check had which outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckMeasurement {
    /// Its name.
    pub name: String,
    /// How often its claim held.
    pub passed: u32,
    /// How often it did not.
    pub failed: u32,
    /// How often it was skipped.
    pub skipped: u32,
}

/// How long an operation takes, from sending a request to the head of its response, without connecting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationMeasurement {
    /// The S3 operation.
    pub operation: String,
    /// How many requests were sent.
    pub count: u32,
    /// How many of them got no response, or one that refuses them.
    pub failed: u32,
    /// The median of those with a response, in milliseconds.
    pub median_ms: Option<f64>,
    /// Nine of ten took no longer.
    pub p90_ms: Option<f64>,
    /// The largest.
    pub max_ms: Option<f64>,
}
