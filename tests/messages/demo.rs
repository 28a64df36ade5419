//! The faults of the demo.

use std::collections::BTreeSet;

use super::Section;
use super::case::Case;
use crate::support::cli::Cli;

/// Each fault, with what the verdict must say is at fault.
const FAULTS: &[(&str, &[&str])] = &[
    ("missing", &["R2_BUCKET_NAME is not set"]),
    ("disabled", &["R2_ENABLED is `false`"]),
    ("enabled-yes", &["R2_ENABLED is `yes`, not `true`"]),
    ("placeholder", &["R2_ENDPOINT", "a name in brackets"]),
    ("quotes", &["R2_BUCKET_NAME", "a double quote"]),
    ("endpoint-path", &["R2_ENDPOINT", "`/demo-recordings`"]),
    ("api-token", &["R2_SECRET_ACCESS_KEY", "API token"]),
    ("proven-token", &["R2_SECRET_ACCESS_KEY", "API token"]),
    ("swapped-keys", &["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "swapped"]),
    ("refused", &["127.0.0.1", "port 55555"]),
    ("timeout", &["127.0.0.1", "1 s"]),
    ("reset", &["127.0.0.1", "ListObjectsV2"]),
    ("closed", &["127.0.0.1", "ListObjectsV2"]),
    ("truncated", &["127.0.0.1", "ListObjectsV2"]),
    ("not-http", &["127.0.0.1", "port 55555"]),
    ("proxy-down", &["HTTPS_PROXY", "http://127.0.0.1:55555"]),
    ("proxy-auth", &["HTTPS_PROXY", "http://127.0.0.1:55555", "login"]),
    ("proxy-denied", &["HTTPS_PROXY", "http://127.0.0.1:55555", "to 127.0.0.1"]),
    ("tls-untrusted", &["certificate", "127.0.0.1"]),
    ("tls-version", &["127.0.0.1", "TLS version"]),
    ("tls-handshake", &["127.0.0.1", "TLS handshake"]),
    ("not-tls", &["127.0.0.1", "port 55555"]),
    ("redirect", &["127.0.0.1", "`https://www.example.com/moved`"]),
    ("captive-portal", &["127.0.0.1", "S3"]),
    ("waf", &["127.0.0.1", "firewall"]),
    ("garbled", &["127.0.0.1", "ListObjectsV2"]),
    ("unknown-key", &["127.0.0.1", "R2_ACCESS_KEY_ID"]),
    ("wrong-secret", &["R2_SECRET_ACCESS_KEY", "R2_ACCESS_KEY_ID"]),
    ("clock-skew", &["clock", "127.0.0.1", "1 hour"]),
    ("lost-signature", &["127.0.0.1", "ListObjectsV2"]),
    ("expired", &["127.0.0.1", "keys"]),
    ("denied", &["ListObjectsV2", "demo-recordings"]),
    ("read-only", &["may only read", "demo-recordings"]),
    ("head-bucket", &["HeadBucket", "demo-recordings"]),
    ("not-entitled", &["R2 is not enabled", "127.0.0.1"]),
    ("no-bucket", &["`demo-recording`", "127.0.0.1"]),
    ("locked", &["demo-recordings", "DeleteObject"]),
    ("other-region", &["R2_REGION is `auto`", "MinIO", "`eu-central-1`"]),
    ("wrong-port", &["Port 55555", "127.0.0.1"]),
    ("quota", &["127.0.0.1", "PutObject"]),
    ("expires", &["lifecycle rule", "demo-recordings"]),
    ("wrong-etag", &["ETag", "127.0.0.1"]),
    ("not-listed", &["listing", "demo-recordings"]),
    ("lost-write", &["127.0.0.1", "upload"]),
    ("wrong-size", &["size", "demo-recordings"]),
    ("wrong-bytes", &["downloaded", "demo-recordings"]),
    ("empty", &["size", "demo-recordings"]),
    ("wrong-type", &["127.0.0.1", "content type"]),
    ("key-exists", &["127.0.0.1", "upload"]),
    ("error", &["127.0.0.1", "ListObjectsV2"]),
    ("unavailable", &["127.0.0.1", "ListObjectsV2"]),
    ("rate-limited", &["127.0.0.1", "PutObject"]),
    ("unsupported", &["127.0.0.1", "PutObject"]),
    ("unfamiliar", &["127.0.0.1", "ListObjectsV2", "400 SomethingNew"]),
    ("sdk-checksum", &["127.0.0.1", "PutObject", "boto3"]),
    ("flaky", &["PutObject", "127.0.0.1"]),
    ("slow", &["GetObject", "127.0.0.1"]),
    ("still-there", &["127.0.0.1", "test object"]),
    ("unproven", &["demo-recordings", "may be left"]),
    ("deadline", &["3 s", "`download`"]),
];

/// The demo, without a fault and with each.
pub fn section() -> Section {
    let mut cases = vec![Case::new("demo", &["embedded server passed"], || demo("demo"))];
    cases.extend(FAULTS.iter().map(|(fault, names)| {
        let call = format!("demo --fault {fault}");
        Case::new(call.clone(), names, move || demo(&call))
    }));
    Section {
        title: "The demo",
        about: "The headings are the commands. What the demo says of itself before a run is left out.",
        cases,
    }
}

fn demo(call: &str) -> Cli {
    Cli::new(call)
}

/// The faults that the program lists: a name, two spaces at least, what is wrong, and a code at the end.
pub fn listed() -> BTreeSet<String> {
    let ran = demo("demo --fault help").run();
    let fault = |line: &str| {
        let (fault, rest) = line.split_once("  ")?;
        let has_code = rest.split_whitespace().last().is_some_and(|code| code.contains('.'));
        has_code.then(|| fault.to_owned())
    };
    ran.stdout.lines().filter_map(fault).collect()
}

/// The faults that have a row here.
pub fn known() -> BTreeSet<String> {
    FAULTS.iter().map(|(fault, _)| (*fault).to_owned()).collect()
}
