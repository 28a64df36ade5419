//! The faults of the demo.

use std::collections::BTreeSet;

use super::Section;
use super::case::Case;
use super::support::cli::Cli;

/// Each fault, with what the verdict must name.
const FAULTS: &[(&str, &str)] = &[
    ("missing", "R2_BUCKET_NAME"),
    ("disabled", "R2_ENABLED"),
    ("enabled-yes", "R2_ENABLED"),
    ("placeholder", "R2_ENDPOINT"),
    ("quotes", "R2_BUCKET_NAME"),
    ("endpoint-path", "R2_ENDPOINT"),
    ("api-token", "R2_SECRET_ACCESS_KEY"),
    ("proven-token", "R2_SECRET_ACCESS_KEY"),
    ("swapped-keys", "R2_ACCESS_KEY_ID | R2_SECRET_ACCESS_KEY"),
    ("refused", SERVER),
    ("timeout", SERVER),
    ("reset", SERVER),
    ("closed", SERVER),
    ("truncated", SERVER),
    ("not-http", SERVER),
    ("proxy-down", PROXY),
    ("proxy-auth", PROXY),
    ("proxy-denied", PROXY),
    ("tls-untrusted", SERVER),
    ("tls-version", SERVER),
    ("tls-handshake", SERVER),
    ("not-tls", SERVER),
    ("redirect", SERVER),
    ("captive-portal", SERVER),
    ("waf", SERVER),
    ("garbled", "127.0.0.1 | ListObjectsV2"),
    ("unknown-key", "R2_ACCESS_KEY_ID"),
    ("wrong-secret", "R2_SECRET_ACCESS_KEY"),
    ("clock-skew", "clock"),
    ("lost-signature", "127.0.0.1 | ListObjectsV2"),
    ("expired", "127.0.0.1 | ListObjectsV2"),
    ("denied", BUCKET),
    ("read-only", BUCKET),
    ("head-bucket", "HeadBucket"),
    ("not-entitled", "account"),
    ("no-bucket", "demo-recording"),
    ("locked", BUCKET),
    ("other-region", "R2_REGION"),
    ("wrong-port", "127.0.0.1"),
    ("quota", SERVER),
    ("expires", BUCKET),
    ("wrong-etag", OF_UPLOAD),
    ("not-listed", BUCKET),
    ("lost-write", OF_UPLOAD),
    ("wrong-size", BUCKET),
    ("wrong-bytes", BUCKET),
    ("empty", BUCKET),
    ("wrong-type", SERVER),
    ("key-exists", OF_UPLOAD),
    ("error", SERVER),
    ("unavailable", SERVER),
    ("rate-limited", "PutObject"),
    ("unsupported", "PutObject"),
    ("unfamiliar", "SomethingNew"),
    ("sdk-checksum", "PutObject | boto3"),
    ("flaky", "PutObject"),
    ("slow", "GetObject"),
    ("still-there", SERVER),
    ("unproven", BUCKET),
    ("deadline", "download"),
];

const SERVER: &str = "127.0.0.1";
const PROXY: &str = "HTTPS_PROXY | 127.0.0.1";
const BUCKET: &str = "demo-recordings";
const OF_UPLOAD: &str = "PutObject | upload";

/// The demo, without a fault and with each.
pub fn section() -> Section {
    let mut cases = vec![Case::new("demo", "demo-recordings | passed", || demo("demo"))];
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
