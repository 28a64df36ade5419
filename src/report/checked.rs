//! The part of the report that is about single checks: requests, findings, experiments.

use serde::{Deserialize, Serialize};

use crate::base::finding::Severity;

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
    /// The claim that it verifies.
    pub title: String,
    /// Whether the claim holds.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// The one detail worth reading.
    pub detail: String,
    /// The check that stopped it.
    pub skipped_because: Option<String>,
    /// The check whose error explains why this one failed, if it has no error of its own.
    pub follows_from: Option<String>,
    /// The layers of the connection that was opened for it.
    pub phases: Phases,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was sent.
    pub requests: Vec<Request>,
    /// From the beginning of the run to that of the check, in milliseconds; null if it did not run.
    #[serde(default)]
    pub started_ms: Option<f64>,
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
    /// From the first request to its response's header, in milliseconds.
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
    /// The HTTP version of the response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<String>,
    /// The Cloudflare data centre that responded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_centre: Option<String>,
    /// Server clock minus local clock, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_s: Option<i64>,
}

/// Opening a connection, layer by layer, as far as it got.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(clippy::struct_field_names, reason = "each field of the report names its unit")]
pub struct Opening {
    /// Looking up the host's name, in milliseconds.
    pub dns_ms: Option<f64>,
    /// Opening the TCP connection, in milliseconds.
    pub tcp_ms: Option<f64>,
    /// Getting a tunnel from the proxy, in milliseconds.
    pub proxy_ms: Option<f64>,
    /// Agreeing on TLS, in milliseconds.
    pub tls_ms: Option<f64>,
}

impl Opening {
    /// The layers that were measured, in order, by name.
    pub fn layers(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [("DNS", self.dns_ms), ("TCP", self.tcp_ms), ("proxy", self.proxy_ms), ("TLS", self.tls_ms)]
            .into_iter()
            .filter_map(|(name, time)| Some((name, time?)))
    }
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

/// One input changed after a failure, and what then happened. It never changes the outcome of a check.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Experiment {
    /// What was changed.
    pub change: String,
    /// What then happened.
    pub result: String,
    /// Whether that settled the cause.
    pub proves: bool,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What was sent.
    pub requests: Vec<Request>,
    /// From the beginning of the run to that of the experiment, in milliseconds.
    #[serde(default)]
    pub started_ms: Option<f64>,
}

/// One attempt of one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(clippy::struct_field_names, reason = "the name that S3 has for it")]
pub struct Request {
    /// The S3 operation.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The HTTP status of the response.
    pub status: Option<u16>,
    /// The S3 error code in the response.
    pub s3_code: Option<String>,
    /// The S3 error message in the response.
    pub s3_message: Option<String>,
    /// Why there is no complete response.
    pub error: Option<String>,
    /// From before the request, connecting included, to the end of the response, in milliseconds.
    pub duration_ms: f64,
    /// Length of the request's body.
    pub bytes_sent: u64,
    /// Length of the response's body, as far as it was read.
    pub bytes_received: u64,
    /// Cloudflare's name for the request.
    pub cf_ray: Option<String>,
    /// The `Date` of the response.
    pub server_date: Option<String>,
    /// The server's own name for the request, if it gave it one.
    #[serde(default)]
    pub request_id: Option<String>,
    /// From the beginning of the run to that of the request, in milliseconds.
    #[serde(default)]
    pub started_ms: Option<f64>,
    /// The layers of the connection that was opened for it, in milliseconds; null if one was open.
    #[serde(default)]
    pub opening: Option<Opening>,
    /// From sending the request to the response's header, in milliseconds. What is left of the duration is connecting before it
    /// and reading after it.
    #[serde(default)]
    pub first_byte_ms: Option<f64>,
}
