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
    assert_eq!(report.codes(), ["config.missing"], "one finding for all five");
    let title = report.0["checks"][0]["findings"][0]["title"].as_str().unwrap();
    let needed =
        "R2_ENABLED, R2_ENDPOINT, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY and R2_BUCKET_NAME are not set";
    assert_eq!(title, needed, "none of the others");
    assert!(
        report.0["settings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|setting| setting["value"].is_null() || setting["source"] == "default")
    );
}

#[test]
fn where_no_env_file_is_read_none_is_advised() {
    let fixes = |options: &str| {
        let report = Cli::new(options).run().config_failure();
        report.0["checks"][0]["findings"][0]["fix"].to_string()
    };
    assert!(fixes("--json").contains("in .env"));
    let fix = fixes("--json --no-env-file");
    assert!(!fix.contains(".env") && fix.contains("in the environment"), "{fix}");
}

#[test]
fn an_empty_name_is_no_name_of_a_bucket() {
    let ran = Cli::new("--no-env-file").envs(NOWHERE).env("R2_BUCKET_NAME", "").run();
    assert!(!ran.stdout.contains("``"), "{}", ran.stdout);
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
        assert!(setting["length"].as_u64() > Some(0), "{name}");
        // Of what has no key's shape, a fingerprint would be an invitation to try.
        assert_eq!(setting["fingerprint"].is_string(), name != "R2_SESSION_TOKEN", "{name}");
    }
    for (_, value) in [NOWHERE[2], NOWHERE[3], ("", "tok-12345678-en")] {
        assert!(!ran.stdout.contains(&value[..8]));
    }
}

/// Env files that cannot be read, each with what is said about it; their content is never shown.
#[test]
fn an_env_file_that_cannot_be_read_is_told_with_the_reason() {
    let line = format!("R2_SECRET_ACCESS_KEY={SECRET}\n");
    let utf_16: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, why) in [
        ([line.as_bytes(), b"R2_REGION=\xFF\n"].concat(), "x.env is not UTF-8 on line 2"),
        (line.as_bytes().repeat(13_000), "longer than 1 MiB"),
        ([b"\xFF\xFE".to_vec(), utf_16.clone()].concat(), "UTF-16"),
        (utf_16, "UTF-16"),
        (
            format!("\n{line}R2_REGION='{SECRET}\n").into_bytes(),
            "3 of x.env is not read: unclosed quote for R2_REGION",
        ),
        (format!("{line}=\"{SECRET}\n").into_bytes(), "2 of x.env is not read"),
    ] {
        for options in ["--json", "-v"] {
            let ran = Cli::new("--env-file x.env").args(options).file("x.env", &content).run();
            let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{why}");
            assert!(words.contains("config.env-file") && words.contains(why), "{why}: {}", ran.stdout);
            assert!(!ran.stdout.contains(&SECRET[..8]), "{}", ran.stdout);
        }
    }
}

#[test]
fn what_is_no_file_is_no_env_file_and_does_not_block() {
    let ran = |prepare: fn(&std::path::Path)| {
        let cli = Cli::new("--json --env-file x.env --timeout 1s");
        prepare(&cli.here().join("x.env"));
        cli.run().config_failure().evidence("config.env-file")
    };
    let folder = ran(|path| std::fs::create_dir(path).unwrap());
    assert!(folder.contains("x.env is a folder, not a file"), "{folder}");
    let pipe =
        ran(|path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success()));
    assert!(pipe.contains("x.env cannot be read: it did not come to its end within 1s"), "{pipe}");
    let dangling = ran(|path| std::os::unix::fs::symlink("absent", path).unwrap());
    assert!(dangling.contains("x.env does not exist"), "{dangling}");
}

#[test]
fn a_byte_order_mark_before_an_env_file_is_passed_over() {
    let content = NOWHERE.map(|(name, value)| format!("{name}={value}\r\n")).concat();
    let report = Cli::new("--json --retries 0").file(".env", format!("\u{feff}{content}")).run().report();
    assert_eq!(report.root_cause(), Some("network.refused"));
}

#[test]
fn variables_of_others_that_are_no_text_change_nothing() {
    let bytes = || OsString::from_vec(b"a\xFFb".to_vec());
    let mut cli = Cli::new("--json --no-env-file --retries 0").envs(NOWHERE);
    for name in [
        "HTTPS_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "RAILWAY_SERVICE_NAME",
        "HOME",
        "TERM",
        "NO_COLOR",
        "COLUMNS",
    ] {
        cli = cli.env(name, bytes());
    }
    cli.command().env(OsString::from_vec(b"\xFFNAME".to_vec()), bytes());
    assert_eq!(cli.run().report().root_cause(), Some("network.refused"));
}

#[test]
fn a_current_folder_that_is_gone_changes_nothing_but_the_search() {
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" --json";
    let ran = Cli::new_program("/bin/sh").arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_r2-selftest")).run();
    ran.config_failure();
}
