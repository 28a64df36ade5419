//! Secrets in wrong places, and secrets that are hardly any.

use super::searcher::Searcher;
use crate::support::cli::{Cli, NOWHERE, Ran};
use crate::support::r2::{Fault, Op, R2, S3Error, Token};
use crate::support::report::Report;

const ID: &str = NOWHERE[2].1;
const SECRET: &str = NOWHERE[3].1;
const RUN: &str =
    "--retries 0 -v --output report.json --output report.txt --output report.md --output report.html";

fn report(ran: &Ran) -> Report {
    Report::read(&std::fs::read(ran.file("report.json")).unwrap())
}

#[test]
fn a_secret_in_the_place_of_another_setting_is_not_shown() {
    let searcher = Searcher::new(&[SECRET]);
    for name in
        ["R2_BUCKET_NAME", "R2_REGION", "R2_ENDPOINT", "R2_ENABLED", "R2_ACCESS_KEY_ID", "R2_SESSION_TOKEN"]
    {
        for value in
            [SECRET.to_owned(), format!(" {SECRET}\n"), format!("https://{SECRET}.r2.cloudflarestorage.com")]
        {
            for kept in [SECRET, "another-secret-of-mine"] {
                let ran =
                    Cli::new(RUN).envs(NOWHERE).env("R2_SECRET_ACCESS_KEY", kept).env(name, &value).run();
                assert_eq!(ran.status, 1, "{name}={value}");
                searcher.finds_nothing_in(&ran);
                report(&ran);
            }
        }
    }
}

#[test]
fn swapped_keys_are_not_shown() {
    let ran =
        Cli::new(RUN).envs(NOWHERE).env("R2_ACCESS_KEY_ID", SECRET).env("R2_SECRET_ACCESS_KEY", ID).run();
    assert_eq!(ran.status, 1);
    Searcher::new(&[SECRET, ID]).finds_nothing_in(&ran);
}

#[test]
fn an_env_files_secrets_are_not_shown_wherever_its_lines_lead_them() {
    let other = "sk_live_51HyperSecretValue";
    for line in [
        "R2_BUCKET_NAME=$STRIPE_SECRET".to_owned(),
        "R2_BUCKET_NAME=\"x-${STRIPE_SECRET}-x\"".to_owned(),
        "R2_REGION=${STRIPE_SECRET}".to_owned(),
        "R2_ENDPOINT=https://${STRIPE_SECRET}.example.com".to_owned(),
        format!("R2_BUCKET_NAME='app\nSTRIPE_TOKEN={other}\nR2_SECRET_ACCESS_KEY={SECRET}\n'"),
        format!("R2_BUCKET_NAME='app\nR2_SECRET_ACCESS_KEY={SECRET}\n"),
        SECRET.to_owned(),
        format!("{SECRET}=1"),
        format!("R2_SECRET_ACCESS_KEY {SECRET}"),
    ] {
        let content =
            format!("STRIPE_SECRET={other}\nR2_SECRET_ACCESS_KEY={SECRET}\nR2_ENABLED=true\n{line}\n");
        let ran = Cli::new(RUN).file(".env", content).run();
        assert_eq!(ran.status, 1, "{line}");
        Searcher::new(&[SECRET, other]).finds_nothing_in(&ran);
        report(&ran);
    }
}

#[test]
fn a_secret_that_the_environment_hides_from_the_env_file_is_not_shown() {
    let shadowed = "q7Zx-k2Vw-p9Lm-t4Rb";
    let fault = Fault::on(Op::List).error(S3Error::new(400, "InvalidRequest", &format!("I know {shadowed}")));
    let r2 = R2::builder().fault(fault).start();
    let ran = Cli::new(RUN).file(".env", format!("R2_SECRET_ACCESS_KEY={shadowed}\n")).envs(r2.env()).run();
    assert_eq!(ran.status, 1);
    Searcher::new(&[shadowed]).finds_nothing_in(&ran);
    report(&ran).finding("run.redacted");
}

/// The words of which every report is made are the same for everyone: masking them would hide the report, not the secret.
/// What the six checks claim, in the report's words.
const TITLES: [&str; 6] = [
    "settings are well-formed",
    "endpoint, keys, bucket valid",
    "a new object is stored",
    "the object is listed",
    "downloaded bytes match",
    "deleted, and verified",
];

#[test]
fn a_secret_that_is_a_common_word_leaves_the_report_readable() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schema/report-v1.schema.json")).unwrap();
    let mut words = Vec::new();
    collect_words(&schema, &mut words);
    assert!(
        words.contains(&"environment".to_owned()) && words.contains(&"interrupted".to_owned()),
        "{words:?}"
    );
    words.extend(
        ["download", "ListObjectsV2", "skipped because of", "cloudflare", "R2_SECRET_ACCESS_KEY"]
            .map(str::to_owned),
    );
    for word in words {
        let ran = Cli::new("--no-env-file --retries 0 --output report.json")
            .envs(NOWHERE)
            .env("R2_SECRET_ACCESS_KEY", &word)
            .run();
        assert_eq!(ran.status, 1, "{word}: {}", ran.stderr);
        let report = report(&ran).0;
        assert!(!ran.stdout.contains("[redacted]"), "{word}: {}", ran.stdout);
        for (check, title) in report["checks"].as_array().unwrap().iter().zip(TITLES) {
            assert_eq!(check["title"], title, "{word}");
        }
        assert!(ran.stdout.contains("skipped because of "), "{word}: {}", ran.stdout);
    }
}

/// Every fixed value in the schema: what a report's fields can be.
fn collect_words(schema: &serde_json::Value, words: &mut Vec<String>) {
    match schema {
        serde_json::Value::Object(fields) => {
            for (name, inner) in fields {
                match (name.as_str(), inner) {
                    ("const", serde_json::Value::String(word)) => words.push(word.clone()),
                    ("enum", serde_json::Value::Array(list)) => {
                        words.extend(list.iter().filter_map(|word| word.as_str().map(str::to_owned)));
                    }
                    _ => collect_words(inner, words),
                }
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| collect_words(inner, words)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

#[test]
fn a_short_secret_is_masked_as_a_word() {
    let fault =
        Fault::on(Op::List).error(S3Error::new(400, "InvalidRequest", "key xyzzy9 is not plughxyzzy9"));
    let r2 = R2::builder().token(Token::read_write().credentials("keyid7", "xyzzy9")).fault(fault).start();
    let ran = Cli::new(RUN).envs(r2.env()).run();
    assert!(report(&ran).evidence("config.endpoint-not-r2").contains("R2"));
    let message = &report(&ran).0["checks"][1]["requests"][0]["s3_message"];
    assert_eq!(message, "key [redacted] is not plughxyzzy9", "{}", ran.stdout);
}

#[test]
fn what_is_masked_outside_the_checks_is_told_by_config() {
    let railway = [("RAILWAY_ENVIRONMENT_NAME", SECRET), ("RAILWAY_SERVICE_NAME", "app")];
    let ran = Cli::new("--json --retries 0").envs(NOWHERE).envs(railway).run();
    let report = ran.report();
    let findings = report.check("config")["findings"].to_string();
    assert!(findings.contains("run.redacted") && findings.contains("the tags"), "{findings}");
}

#[test]
fn a_path_in_the_users_home_is_not_shown_in_full() {
    let cli = Cli::new("--json");
    let home = cli.here().parent().unwrap().join("home-of-ada");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("prod.env"), "R2_ENABLED=true\n").unwrap();
    let ran = cli.env("HOME", &home).arg("--env-file").arg(home.join("prod.env")).run();
    assert_eq!(ran.report().0["environment"]["env_file"], "~/prod.env");
    assert!(!ran.stdout.contains("home-of-ada"), "{}", ran.stdout);
}

#[test]
fn no_variable_of_the_environment_but_the_allowed_is_in_a_report() {
    for options in ["--json", "-v"] {
        let mut cli = Cli::new(RUN).args(options).envs(NOWHERE);
        for name in
            ["DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "HOSTNAME", "USER", "PATH", "RAILWAY_TOKEN", "R2_OTHER"]
        {
            cli = cli.env(name, format!("canary-value-of-{}", name.to_lowercase()));
        }
        let ran = cli.run();
        Searcher::new(&["canary-value-of-"]).finds_nothing_in(&ran);
    }
}
