//! Whether boto3 works once the program's advice about hashes in signatures is followed.

use std::fs;
use std::process::Command;

use super::{Boto3, Variables, World, passes};

/// The steps of `service.unsigned-payload`, taken as they are written: before them neither works, after them both do.
#[test]
#[ignore = "wants boto3"]
fn what_the_program_advises_about_hashes_makes_boto3_work() {
    let world = World::start();
    let file = world.folder.path().join("own.ini");
    for (server, version, text) in [
        ("hashed", "1.44.8", Some("[default]\ns3 =\n  payload_signing_enabled = false\n")),
        ("hashed", "1.34.144", Some("[default]\ns3 =\n  payload_signing_enabled = no\n")),
        ("hashed-tls", "1.34.144", None),
    ] {
        let mut boto3 = Boto3::of_version(version);
        let mut environment = world.environment(server, "AWS_CONFIG_FILE=/absent");
        if let Some(text) = text {
            fs::write(&file, text).unwrap();
            environment.insert("AWS_CONFIG_FILE".to_owned(), file.display().to_string());
        }
        assert!(!boto3.works(&environment).0, "{server} {version}");
        let report = report(&environment, version);
        let code = "service.unsigned-payload";
        assert_eq!(report["root_cause"], code, "{report:#}");
        let checks = report["checks"].as_array().unwrap();
        let mut findings = checks.iter().flat_map(|check| check["findings"].as_array().unwrap());
        let fix = &findings.find(|finding| finding["code"] == code).unwrap()["fix"][0];
        if let Some(text) = text {
            let said = format!("Set `payload_signing_enabled` on line 3 of {} to `true`.", file.display());
            assert_eq!(fix["text"], said);
            let (kept, _) = text.rsplit_once("= ").unwrap();
            fs::write(&file, format!("{kept}= true\n")).unwrap();
        } else {
            let mut made = Command::new("sh");
            made.current_dir(world.folder.path()).args(["-c", fix["command"].as_str().unwrap()]);
            assert!(made.status().unwrap().success());
            let made = world.folder.path().join("boto3.ini").display().to_string();
            environment.insert("AWS_CONFIG_FILE".to_owned(), made);
        }
        // From 1.36 on, the frame of an upload over https is another matter, with a code of its own.
        let (works, error) = boto3.works(&environment);
        assert!(works, "{server} {version}: {error}");
        let (passes, code) = passes(&environment, &format!("boto3=={version}"));
        assert!(passes, "{server} {version}: {code}");
    }
    // The other way: a newer version, told to add checksums only where they are required.
    let environment = world.environment("hashed-tls", "AWS_REQUEST_CHECKSUM_CALCULATION=when_required");
    let (works, error) = Boto3::of_version("1.44.8").works(&environment);
    assert!(works, "{error}");
}

/// The program's report, with experiments.
fn report(environment: &Variables, version: &str) -> serde_json::Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.env_clear().envs(environment).args(["--json", "--no-env-file", "--timeout", "3s"]);
    command.args(["--retries", "0", "--sdk", &format!("boto3=={version}")]);
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
}
