//! The report: the frozen, public form of a run, and everything that renders it.
//!
//! These types are the JSON report, schema version 1, field for field, and are kept apart from the program's own so that
//! the inside can change without the outside. Fields may be added, never renamed or removed. Rendering reads nothing
//! but a [`Report`].

pub mod build;
mod environment;
pub mod palette;
pub mod redaction;
#[cfg(test)]
mod schema;
pub mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Severity;

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
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What it came to.
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
    /// What became of the probe object.
    pub cleanup: Cleanup,
    /// The operations that R2 bills for.
    pub usage: Usage,
}

/// The program that wrote a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `r2-selftest`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a run came to.
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
    /// Who answers at the endpoint; unknown while the endpoint is faulty.
    pub kind: Option<TargetKind>,
    /// The endpoint's URL.
    pub endpoint: Option<String>,
    /// The R2 account in it.
    pub account_id: Option<String>,
    /// The R2 jurisdiction in it: `default`, `eu` or `fedramp`.
    pub jurisdiction: Option<String>,
    /// The bucket.
    pub bucket: Option<String>,
    /// The region named in signatures.
    pub region: Option<String>,
}

/// Who answers at an endpoint.
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

/// Where a run took place. An allow-list: nothing else of the machine is told.
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
}

/// What Railway tells a deployment about itself.
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

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The claim holds.
    Pass,
    /// The claim holds, with a warning.
    Warn,
    /// The claim does not hold.
    Fail,
    /// The check could not run.
    Skip,
}

/// One check.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// `config`, `connect`, `upload`, `list`, `download` or `delete`.
    pub name: String,
    /// The claim that it proves.
    pub title: String,
    /// Whether the claim holds.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// The one detail worth reading.
    pub detail: String,
    /// The check that stopped it.
    pub skipped_because: Option<String>,
    /// The layers of the connection that was opened for it.
    pub phases: Phases,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was sent.
    pub requests: Vec<Request>,
}

/// The layers of a connection, where they were measured, with what each showed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Phases {
    /// Looking up the host's name, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_ms: Option<f64>,
    /// Opening the TCP connection, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_ms: Option<f64>,
    /// Getting a tunnel from the proxy, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_ms: Option<f64>,
    /// Agreeing on TLS, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// From the first request to its answer's header, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_ms: Option<f64>,
    /// The address that was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The TLS version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_version: Option<String>,
    /// The TLS cipher suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cipher: Option<String>,
    /// Who issued the server's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_issuer: Option<String>,
    /// How many days the certificate is still valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_days_left: Option<i64>,
    /// The HTTP version of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<String>,
    /// The Cloudflare data centre that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_centre: Option<String>,
    /// Server clock minus local clock, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_s: Option<i64>,
}

/// One condition that was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Its stable name, `area.condition`.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The condition in a few words.
    pub title: String,
    /// The cause in one sentence.
    pub cause: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// What to do, in order.
    pub fix: Vec<Fix>,
    /// The experiment that proved the cause, if one did.
    pub proof: Option<Proof>,
    /// Where the vendor documents it.
    pub docs: String,
}

/// One step of a fix.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// The step as an instruction.
    pub text: String,
    /// A command that does or checks it.
    pub command: Option<String>,
    /// The page on which it is done.
    pub url: Option<String>,
}

impl Fix {
    /// What is there to be copied: the command, the address.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.command.iter().chain(&self.url).map(String::as_str)
    }
}

/// An experiment that proved a cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Proof {
    /// What was changed.
    pub experiment: String,
    /// What then happened.
    pub result: String,
}

/// One try of one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Request {
    /// The S3 operation.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// 1 for the first try.
    pub attempt: u32,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The S3 error code in the answer.
    pub s3_code: Option<String>,
    /// The S3 error message in the answer.
    pub s3_message: Option<String>,
    /// Why there is no whole answer.
    pub error: Option<String>,
    /// From before the request, connecting included, to the end of the answer, in milliseconds.
    pub duration_ms: f64,
    /// Length of the request's body.
    pub bytes_sent: u64,
    /// Length of the answer's body, as far as it was read.
    pub bytes_received: u64,
    /// Cloudflare's name for the request.
    pub cf_ray: Option<String>,
    /// The `Date` of the answer.
    pub server_date: Option<String>,
}

/// What became of the probe object, as lists of keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cleanup {
    /// Stored, as the server said.
    pub created: Vec<String>,
    /// Deleted, as the server said.
    pub deleted: Vec<String>,
    /// Proven to be gone.
    pub verified_gone: Vec<String>,
    /// Still there, or not known to be gone.
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

impl Report {
    /// The JSON document, indented, with a final newline.
    ///
    /// # Errors
    /// When serde cannot write it, which would be a bug.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}
