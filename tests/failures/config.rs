//! Settings that cannot work, one test for each way: the variables in, the codes and the named variable out. Nothing is
//! sent, which the proxy that everything would go through can tell.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod endpoint;
mod env_file;
mod extra;
mod fixes;
mod keys;
mod placeholder;
mod text;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use sha2::{Digest as _, Sha256};

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{ACCOUNT, BUCKET, Fault, Jurisdiction, Op, Proxy, R2, Token};
use crate::support::report::Report;
use crate::support::run::{ALL, run, run_with};

const ENDPOINT: &str = "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com";
const KEY: &str = "4a5b6c7d8e9f0a1b2c3d4e5f60718293";
const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";
/// Settings of R2 that no rule objects to.
const SOUND: [(&str, &str); 5] = [
    ("R2_ENABLED", "true"),
    ("R2_ENDPOINT", ENDPOINT),
    ("R2_ACCESS_KEY_ID", KEY),
    ("R2_SECRET_ACCESS_KEY", SECRET),
    ("R2_BUCKET_NAME", BUCKET),
];

/// The sound settings as an env file, with one line in another's place.
fn file_with(name: &str, line: &str) -> String {
    let kept =
        SOUND.iter().filter(|(known, _)| *known != name).map(|(name, value)| format!("{name}={value}\n"));
    kept.chain([format!("{line}\n")]).collect::<Vec<_>>().concat()
}

/// The program with these variables and no others, through a proxy that lets nothing pass.
struct Case {
    cli: Cli,
    proxy: Proxy,
}

impl Case {
    fn new(arguments: &str) -> Self {
        let proxy = Proxy::builder().start();
        let cli =
            Cli::new("--json --retries 0 --no-experiments").args(arguments).env("HTTPS_PROXY", proxy.url());
        Self { cli, proxy }
    }

    /// The sound settings with these changes; without a value, the variable is not set.
    fn sound_but(changes: &[(&str, Option<&str>)]) -> Self {
        let untouched =
            SOUND.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let replaced = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let case = Self::new("--no-env-file");
        Self { cli: case.cli.envs(untouched.chain(replaced)), ..case }
    }

    fn file(content: &str) -> Self {
        Self::bytes(content.as_bytes())
    }

    fn env(self, name: &str, value: &str) -> Self {
        Self { cli: self.cli.env(name, value), ..self }
    }

    fn bytes(content: &[u8]) -> Self {
        let case = Self::new("--env-file app.env");
        Self { cli: case.cli.file("app.env", content), ..case }
    }

    /// The run that failed at `config`; nothing was sent, and no secret is shown.
    fn fails(self) -> Report {
        let ran = self.cli.run();
        assert!(self.proxy.asked().is_empty(), "something was sent");
        shows_no_secret(&ran);
        ran.config_failure()
    }

    /// The settings are used as they stand: the proxy is asked for this host.
    fn goes_on_to(self, host: &str) -> Report {
        let ran = self.cli.run();
        shows_no_secret(&ran);
        let report = ran.report();
        assert_eq!(report.root_cause(), Some("proxy.denied"), "{:#}", report.0);
        assert_eq!(self.proxy.asked()[0].target, format!("{host}:443"));
        report
    }
}

fn shows_no_secret(ran: &Ran) {
    for secret in [KEY, SECRET] {
        assert!(!ran.stdout.contains(&secret[4..12]), "{}", ran.stdout);
    }
}

/// Each of these values of a variable is this condition: the root cause, told with the variable's name in the evidence
/// and in what there is to do, and with this text.
fn each(variable: &str, code: &str, values: &[(&str, &str)]) {
    for (value, says) in values {
        let report = Case::sound_but(&[(variable, Some(value))]).fails();
        names(&report, code, variable, says);
    }
}

fn names(report: &Report, code: &str, variable: &str, says: &str) {
    assert_eq!(report.root_cause(), Some(code), "{:#}", report.0["checks"][0]);
    assert_eq!(report.codes(), [code], "one fault is one finding");
    let finding = report.finding(code);
    assert_eq!(finding["severity"], "error");
    let stated = finding["title"].to_string() + &report.evidence(code);
    assert!(stated.contains(variable), "{finding:#}");
    assert!(report.evidence(code).contains(says), "no `{says}`: {finding:#}");
    assert!(finding["fix"].to_string().contains(variable), "{finding:#}");
}

#[test]
fn sound_settings_are_used_as_they_stand() {
    let report = Case::sound_but(&[]).goes_on_to(&ENDPOINT[8..]);
    assert_eq!(report.check("config")["status"], "pass");
}

#[test]
fn a_switch_that_is_off_fails_and_is_never_skipped() {
    let words = [("false", "is `false`"), ("0", "is `0`"), ("no", "is `no`")];
    each("R2_ENABLED", "config.disabled", &words);
}

#[test]
fn a_switch_that_only_looks_on_is_distinguished_from_one_that_is_off() {
    each("R2_ENABLED", "config.enabled-not-true", &[("1", "is `1`"), ("yes", "`yes`"), ("on", "`on`")]);
    for value in ["true", "True", "TRUE"] {
        Case::sound_but(&[("R2_ENABLED", Some(value))]).goes_on_to(&ENDPOINT[8..]);
    }
}

#[test]
fn each_variable_that_is_absent_or_empty_is_named() {
    for (variable, _) in SOUND {
        let absent = Case::sound_but(&[(variable, None)]).fails();
        names(&absent, "config.missing", variable, "not set in the environment");
        let empty = Case::sound_but(&[(variable, Some(""))]).fails();
        names(&empty, "config.missing", variable, "is empty");
    }
}

#[test]
fn a_variable_under_another_name_is_reported_with_the_name_that_is_set() {
    for (variable, other) in [
        ("R2_BUCKET_NAME", "R2_BUCKET"),
        ("R2_SECRET_ACCESS_KEY", "R2_SECRET_KEY"),
        ("R2_ENDPOINT", "R2_ENDPOINT_URL"),
        ("R2_ACCESS_KEY_ID", "R2_ACESS_KEY_ID"),
    ] {
        let report = Case::sound_but(&[(variable, None), (other, Some("somewhat"))]).fails();
        names(
            &report,
            "config.missing",
            variable,
            &format!("{other} is set in the environment, but the application reads {variable}"),
        );
        assert!(!report.0.to_string().contains("somewhat"));
    }
}

/// As in a phase of a deploy that gets no variables: at build time, in `railway run` with sealed ones, in a copy.
#[test]
fn without_any_variable_all_that_are_needed_are_named_at_once() {
    let report = Case::new("--no-env-file").env("RAILWAY_SERVICE_NAME", "web").fails();
    assert_eq!(report.codes(), ["config.missing"], "one finding");
    let found = report.0["checks"][0]["findings"].to_string();
    assert!(SOUND.iter().all(|(name, _)| found.contains(name)), "{found}");
    assert!(found.contains("the Railway service `web`") && found.contains("sealed"), "{found}");
    let summary = report.0["summary"].as_str().unwrap();
    assert!(SOUND.iter().all(|(name, _)| summary.contains(name)), "{summary}");
}

#[test]
fn aws_variables_are_reported_and_never_used() {
    let (id, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYXX");
    let aws = [("AWS_ACCESS_KEY_ID", Some(id)), ("AWS_SECRET_ACCESS_KEY", Some(secret))];
    let none = [("R2_ACCESS_KEY_ID", None), ("R2_SECRET_ACCESS_KEY", None)];
    let report = Case::sound_but(&[aws, none].concat()).fails();
    // Both are one finding, with the names that have their values.
    assert_eq!(report.codes(), ["config.missing"]);
    let command =
        "R2_ACCESS_KEY_ID=\"$AWS_ACCESS_KEY_ID\" R2_SECRET_ACCESS_KEY=\"$AWS_SECRET_ACCESS_KEY\" r2-selftest";
    assert_eq!(report.finding("config.missing")["fix"][1]["command"], command);
    assert!(
        report
            .evidence("config.missing")
            .contains("AWS_ACCESS_KEY_ID is set in the environment, but the application")
    );
    assert!(!report.0.to_string().contains(id));
    let r2 = R2::start();
    run_with(&r2, &aws.map(|(name, value)| (name, value.unwrap())), &[]).passes_with(&[]).sends(&ALL);
    for request in r2.requests() {
        let signed = request.header("authorization").unwrap();
        assert!(signed.contains(&r2.token().id) && !signed.contains(id));
    }
}

#[test]
fn a_region_of_another_provider_is_named_and_auto_suggested() {
    each(
        "R2_REGION",
        "config.region",
        &[("ap-southeast-1", "`ap-southeast-1`"), ("eu", "`eu`"), ("cn-north-1", "")],
    );
    let report = Case::sound_but(&[("R2_REGION", Some("eu-west-1"))]).fails();
    assert!(report.finding("config.region")["fix"].to_string().contains("auto"));
}

#[test]
fn a_region_that_r2_only_tolerates_passes_with_a_warning() {
    for region in ["us-east-1", "weur"] {
        let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
        let run = run_with(&r2, &[("R2_REGION", region)], &[]);
        run.passes_with(&["config.region"]).statuses("wppppp").leaves_nothing();
    }
}

/// A client that reads the region from text takes an unknown one for a host.
#[test]
fn a_regions_name_is_never_taken_for_a_host() {
    let r2 = R2::start();
    run_with(&r2, &[("R2_REGION", "auto")], &[]).passes_with(&[]).sends(&ALL);
    assert!(r2.requests().iter().all(|request| request.host == r2.address.to_string()));
}

#[test]
fn a_bucket_name_that_r2_refuses_is_named() {
    each(
        "R2_BUCKET_NAME",
        "config.bucket-name",
        &[
            ("App-Files", "upper-case"),
            ("app_files", "an underscore"),
            ("app.files", "a dot"),
            ("ab", "2 characters"),
            (&"a".repeat(64), "64 characters"),
            ("-app", "a hyphen"),
            ("s3://app-files", "is an address"),
            ("app-files/csvs", "has a slash"),
            ("https://app-files.example", "is a URL"),
        ],
    );
}
