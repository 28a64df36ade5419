//! Faulty settings are the outcome of `config`, not an early end: the report is there all the same.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use crate::support::cli::{Cli, NOWHERE};
use crate::support::report::text;

const SECRET: &str = NOWHERE[3].1;

#[test]
fn without_settings_config_fails_and_the_rest_is_skipped() {
    let report = Cli::new("--json").run().config_failure();
    assert_eq!(report.root_cause(), Some("config.missing"));
    assert_eq!(report.codes(), ["config.missing"; 5], "all five needed variables, none of the others");
    assert!(
        report.0["settings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|setting| setting["value"].is_null() || setting["source"] == "default")
    );
}

#[test]
fn an_env_file_that_is_not_there_is_named() {
    let report = Cli::new("--json --env-file absent.env").run().config_failure();
    assert_eq!(report.codes(), ["config.env-file"], "what is missing because of it is not told apart");
    assert!(report.evidence("config.env-file").contains("absent.env does not exist"));
    assert_eq!(report.0["environment"]["env_file"], "absent.env");
}

#[test]
fn an_env_file_that_is_not_there_fails_even_when_the_environment_has_it_all() {
    let report = Cli::new("--json --env-file absent.env").envs(NOWHERE).run().config_failure();
    assert_eq!(report.root_cause(), Some("config.env-file"));
}

#[test]
fn a_line_that_cannot_be_read_is_named_by_its_number_and_not_shown() {
    let content = format!("R2_ENABLED=true\n# a comment\nR2_SECRET_ACCESS_KEY {SECRET}\n");
    let ran = Cli::new("--json --env-file bad.env").file("bad.env", content).run();
    let report = ran.config_failure();
    assert!(report.evidence("config.env-file").contains("line 3"), "{}", report.evidence("config.env-file"));
    assert!(!ran.stdout.contains(&SECRET[..8]));
}

#[test]
fn an_env_file_found_by_search_is_read_and_its_path_shown() {
    let content = NOWHERE.map(|(name, value)| format!("{name}={value}\n")).concat();
    let cli = Cli::new("--json --retries 0").file(".env", content);
    let below = cli.here().join("below");
    std::fs::create_dir(&below).unwrap();
    let mut cli = cli;
    cli.command().current_dir(below);
    let ran = cli.run();
    let report = ran.report();
    assert_eq!(report.0["environment"]["env_file"], "../.env");
    assert_eq!(report.root_cause(), Some("network.refused"));
    assert_eq!(ran.status, 1);
}

#[test]
fn an_endpoint_that_is_no_url_is_a_finding() {
    for bad in ["not a url", "://", "https://", "R2", "http://[::1"] {
        let report =
            Cli::new("--json --no-env-file").envs(NOWHERE).env("R2_ENDPOINT", bad).run().config_failure();
        let errors = report.findings().into_iter().filter(|finding| finding["severity"] == "error");
        let codes: Vec<_> = errors.map(|finding| text(&finding["code"])).collect();
        assert!(codes.iter().any(|code| code.starts_with("config.endpoint")), "{bad}: {codes:?}");
        assert_eq!(report.0["target"]["kind"], serde_json::Value::Null, "{bad}");
    }
}

#[test]
fn a_variable_that_is_not_utf_8_is_a_finding_that_shows_none_of_it() {
    for name in NOWHERE.map(|(name, _)| name) {
        let bytes = OsString::from_vec(b"visible\xFF\xFEpart".to_vec());
        let ran = Cli::new("--json --no-env-file").envs(NOWHERE).env(name, bytes).run();
        let report = ran.config_failure();
        assert_eq!(report.root_cause(), Some("config.not-unicode"), "{name}");
        assert!(!report.codes().contains(&"config.missing"), "{name} is set");
        assert!(report.evidence("config.not-unicode").contains(name));
        assert!(!ran.stdout.contains("visible"), "{}", ran.stdout);
    }
}

#[test]
fn all_problems_are_told_at_once_each_with_a_fix() {
    let report = Cli::new("--json --no-env-file")
        .env("R2_ENABLED", "yes")
        .env("R2_ENDPOINT", "https://your-account-id.r2.cloudflarestorage.com")
        .env("R2_BUCKET_NAME", "Upper_Case")
        .run()
        .config_failure();
    for code in ["config.enabled-not-true", "config.placeholder", "config.bucket-name", "config.missing"] {
        assert!(!report.finding(code)["fix"].as_array().unwrap().is_empty(), "{code}");
    }
}

#[test]
fn secrets_are_told_by_length_and_fingerprint_only() {
    let ran = Cli::new("--json --no-env-file --retries 0")
        .envs(NOWHERE)
        .env("R2_SESSION_TOKEN", "tok-12345678-en")
        .run();
    let report = ran.report();
    for setting in report.0["settings"].as_array().unwrap() {
        let name = text(&setting["name"]);
        let secret = ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_SESSION_TOKEN"].contains(&name);
        assert_eq!(setting["value"].is_null(), secret, "{name}");
        assert!(setting["length"].as_u64() > Some(0) && setting["fingerprint"].is_string(), "{name}");
    }
    for (_, value) in [NOWHERE[2], NOWHERE[3], ("", "tok-12345678-en")] {
        assert!(!ran.stdout.contains(&value[..8]));
    }
}
