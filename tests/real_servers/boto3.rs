//! The program beside boto3 itself, on Cloudflare's own local R2 over https: it passes exactly where that boto3 does.

use std::path::PathBuf;
use std::process::Command;

use super::Run;
use super::support::servers::{Kind, Server};

const VERSIONS: [&str; 2] = ["1.34.144", "1.44.8"];

/// Where this version of boto3 is installed.
fn packages(version: &str) -> PathBuf {
    let servers = std::env::var_os("R2_SELFTEST_SERVERS").map(PathBuf::from);
    let servers = servers.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".cache/servers"));
    servers.join(format!("boto3-{version}"))
}

/// What boto3 does with the bucket; whether it works, and what it says.
fn boto3(server: &Server, version: &str, more: &[(&str, &str)]) -> (bool, String) {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/servers/boto3-client.py");
    let output = Command::new("python3")
        .arg(script)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("PYTHONPATH", packages(version))
        .envs(server.access.settings())
        .envs(more.iter().copied())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("boto3 {version}")), "{said}");
    (output.status.success(), said)
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn the_program_passes_exactly_where_boto3_does_on_cloudflares_local_r2_over_https() {
    let server = Server::start(Kind::LocalR2Https);
    let authority = server.authority();
    let authority = authority.to_str().unwrap();
    let mut verdicts = Vec::new();
    for version in VERSIONS {
        for calculation in ["when_supported", "when_required"] {
            let more = [
                ("AWS_CA_BUNDLE", authority),
                ("SSL_CERT_FILE", authority),
                ("AWS_REQUEST_CHECKSUM_CALCULATION", calculation),
            ];
            let (works, said) = boto3(&server, version, &more);
            let run = Run::with_options(&server.access, &more, &["--sdk", &format!("boto3=={version}")]);
            assert_eq!(run.exit == Some(0), works, "{version}, {calculation}: {said}\n{:#}", run.report);
            if !works {
                assert_eq!(run.report["root_cause"], "service.sdk-checksum", "{:#}", run.report);
            }
            assert_eq!(run.report["cleanup"]["leftover"], serde_json::json!([]));
            verdicts.push(works);
        }
    }
    // What was found on 26 November 2026; a wrangler that learns the new form may change the third.
    println!("boto3 on local R2 over https, by version and calculation: {verdicts:?}");
    assert!(verdicts[0] && verdicts[1] && verdicts[3], "{verdicts:?}");
}
