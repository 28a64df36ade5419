//! The report, field for field: the frozen JSON document of schema version 1, of which `checked` and `measured` have a part
//! each.
//!
//! Fields may be added, never renamed or removed. The types are kept apart from the program's own, and know nothing of
//! them but a finding's severity, so that the inside can change without the outside, and `tests/schema` can make the
//! JSON Schema from these files alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::checked::{Check, Experiment};
use super::measured::Measurements;

/// The version of this schema.
pub const SCHEMA_VERSION: u32 = 1;

/// One run of the six checks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// The version of this schema, 1.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA_VERSION)))]
    pub schema_version: u32,
    /// What wrote the report.
    pub tool: Tool,
    /// Unique; also part of the probe object's key.
    pub run_id: String,
    /// When the run began: RFC 3339, UTC, milliseconds.
    pub started_at: String,
    /// How long it took, experiments included, in milliseconds.
    pub duration_ms: f64,
    /// The result of the whole run.
    pub verdict: Verdict,
    /// The exit status of the program.
    pub exit_code: u8,
    /// One sentence that a person can act on.
    pub summary: String,
    /// The code to act on first.
    pub root_cause: Option<String>,
    /// What was checked.
    pub target: Target,
    /// Where it was checked from.
    pub environment: Environment,
    /// What `--tag` added.
    pub tags: BTreeMap<String, String>,
    /// The variables and where their values came from.
    pub settings: Vec<Setting>,
    /// The six checks, in order.
    #[cfg_attr(test, schemars(length(equal = 6)))]
    pub checks: Vec<Check>,
    /// The experiments after a failure, to find its cause.
    pub experiments: Vec<Experiment>,
    /// What was done with the probe object.
    pub cleanup: Cleanup,
    /// The operations that R2 bills for.
    pub usage: Usage,
    /// What `--repeat` measured.
    #[serde(default)]
    pub measurements: Option<Measurements>,
}

/// The program that wrote a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `r2-selftest`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The target that it was built for, as Rust names it.
    pub target: Option<String>,
    /// The commit that it was built from, if the builder named it.
    pub commit: Option<String>,
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        let named = |value: Option<&str>| value.map(str::to_owned);
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target: named(option_env!("R2_SELFTEST_TARGET")),
            commit: named(option_env!("R2_SELFTEST_COMMIT")),
        }
    }
}

/// The result of a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All six checks passed.
    Pass,
    /// All six checks passed, with warnings.
    Warn,
    /// A check failed, or the run was cut off by its deadline.
    Fail,
    /// A signal ended the run.
    Interrupted,
}

/// What was checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Target {
    /// Whose server the endpoint is; unknown while the endpoint is faulty.
    pub kind: Option<TargetKind>,
    /// The server's name, as people call it (`MinIO`, `Amazon S3`), as far as its host or its responses show it.
    #[serde(default)]
    pub server: Option<String>,
    /// The endpoint's URL.
    pub endpoint: Option<String>,
    /// The R2 account in it.
    pub account_id: Option<String>,
    /// The R2 jurisdiction in it: `default`, `eu`, `us` or `fedramp`.
    pub jurisdiction: Option<String>,
    /// The bucket.
    pub bucket: Option<String>,
    /// The region named in signatures.
    pub region: Option<String>,
}

/// Whose server an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// Cloudflare R2.
    R2,
    /// Another S3-compatible server.
    S3,
    /// The program's own embedded server.
    Demo,
}

/// Where a run took place. An allow-list: nothing else about the machine is reported.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Environment {
    /// The operating system.
    pub os: String,
    /// The processor's architecture.
    pub arch: String,
    /// Whether it looks like a container.
    pub container: bool,
    /// The facts of a Railway deployment, if it is one.
    pub railway: Option<Railway>,
    /// The proxy in use, without its credentials.
    pub proxy: Option<String>,
    /// The env file that was read.
    pub env_file: Option<String>,
    /// Whose rules decided on proxies and root certificates: `boto3` or `native`.
    #[serde(default)]
    pub client: Option<String>,
    /// The SDK in whose form uploads were sent.
    #[serde(default)]
    pub sdk: Option<SdkFacts>,
}

/// The SDK of the application.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SdkFacts {
    /// Its name and version, such as `boto3==1.44.8`.
    pub version: String,
    /// The folder in which it was found, or the option that names it.
    pub found: String,
}

/// The facts that Railway gives a deployment about itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Railway {
    /// `RAILWAY_ENVIRONMENT_NAME`
    pub environment: Option<String>,
    /// `RAILWAY_SERVICE_NAME`
    pub service: Option<String>,
    /// `RAILWAY_DEPLOYMENT_ID`
    pub deployment_id: Option<String>,
    /// `RAILWAY_REPLICA_REGION`
    pub region: Option<String>,
    /// `RAILWAY_GIT_COMMIT_SHA`
    pub commit: Option<String>,
    /// `RAILWAY_PROJECT_ID`
    #[serde(default)]
    pub project_id: Option<String>,
    /// `RAILWAY_SERVICE_ID`
    #[serde(default)]
    pub service_id: Option<String>,
    /// `RAILWAY_ENVIRONMENT_ID`
    #[serde(default)]
    pub environment_id: Option<String>,
}

/// One variable.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Where its value came from.
    pub source: SettingSource,
    /// Its value; null for secrets.
    pub value: Option<String>,
    /// How many characters it has.
    pub length: Option<usize>,
    /// The same for the same value, so that two reports can be compared.
    pub fingerprint: Option<String>,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SettingSource {
    /// The process environment.
    Environment,
    /// The env file.
    EnvFile,
    /// The program's default.
    Default,
    /// Nowhere.
    Missing,
}

/// What was done with the probe object, as lists of keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cleanup {
    /// Stored, as the server confirmed.
    pub created: Vec<String>,
    /// Deleted, as the server confirmed.
    pub deleted: Vec<String>,
    /// Deleted, and verified: a read returned `NoSuchKey`.
    pub verified_gone: Vec<String>,
    /// Still there, or not verified as deleted.
    pub leftover: Vec<String>,
}

/// Requests by the classes in which R2 bills them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Usage {
    /// Class A: writes and listings.
    pub class_a: u32,
    /// Class B: reads.
    pub class_b: u32,
    /// Free: deletions, and requests that were refused.
    pub free: u32,
}
