//! Fixes fit the place of the run: none asks what the run knows, and none sends people where they are not.

use crate::support::cli::{Cli, NOWHERE};
use crate::support::r2::{ACCOUNT, Fault, Jurisdiction, Op, R2, Tls};
use crate::support::report::Report;
use crate::support::run::{run_trying, run_with};

const RAILWAY: (&str, &str) = ("RAILWAY_ENVIRONMENT_NAME", "production");

/// The steps of a finding's fix, one a line, each with its command.
fn steps(report: &serde_json::Value, code: &str) -> String {
    let checks = report["checks"].as_array().unwrap().iter();
    let findings = checks.flat_map(|check| check["findings"].as_array().unwrap());
    let finding = findings.into_iter().find(|finding| finding["code"] == code).unwrap();
    let fix = finding["fix"].as_array().unwrap().iter();
    let lines: Vec<String> =
        fix.map(|step| format!("{} {}", step["text"].as_str().unwrap(), step["command"])).collect();
    lines.join("\n")
}

fn with_quotes(more: &[(&str, &str)]) -> Report {
    let quoted = [("R2_BUCKET_NAME", "\"app-files\"")];
    Cli::new("--json --no-env-file --no-experiments")
        .envs(NOWHERE)
        .envs(quoted)
        .envs(more.to_vec())
        .run()
        .report()
}

#[test]
fn a_value_is_corrected_where_it_is_set() {
    let railway = steps(&with_quotes(&[RAILWAY]).0, "config.quotes");
    assert!(railway.contains("in the service's Variables on Railway, then press Deploy"), "{railway}");
    assert!(!railway.contains("env file") && !railway.contains("in the environment"), "{railway}");
    let shell = steps(&with_quotes(&[]).0, "config.quotes");
    assert!(shell.contains("in the environment") && !shell.contains("Railway"), "{shell}");
    let content = NOWHERE.map(|(name, value)| format!("{name}={value}\n")).concat();
    let content = content.replace("=app-files", "='\"app-files\"'");
    for more in [&[][..], &[RAILWAY]] {
        let cli = Cli::new("--json --env-file app.env --no-experiments").file("app.env", &content);
        let report = cli.envs(more.to_vec()).run().report();
        let file = steps(&report.0, "config.quotes");
        assert!(
            file.contains("on line ") && file.contains("of app.env") && !file.contains("Railway"),
            "{file}"
        );
    }
}

#[test]
fn plain_http_on_a_private_network_is_accepted_and_not_mended_first() {
    let private = [("R2_ENDPOINT", "http://minio:9")];
    let cli = Cli::new("--json --no-env-file --retries 0").envs(NOWHERE).envs(private);
    let fix = steps(&cli.run().report().0, "config.endpoint-insecure");
    let first = fix.lines().next().unwrap();
    assert!(first.contains("Accept the warning if you trust this network"), "{fix}");
    assert!(first.contains("--accept config.endpoint-insecure"), "{fix}");
    assert!(!fix.contains("localhost") && !fix.contains("such as `http://minio"), "{fix}");
}

#[test]
fn https_is_not_advised_where_it_was_seen_to_fail() {
    let name = "files.example";
    let r2 = R2::builder().r2_host(Jurisdiction::Default).named(name).tls_for(name, Tls::Plain).start();
    let run = run_trying(&r2, &[("R2_ENDPOINT", &format!("http://{name}"))], &[]);
    run.fails_at("config", "config.endpoint-insecure");
    let fix = steps(&run.report, "config.endpoint-insecure");
    assert!(
        fix.contains("The server speaks none at this one") && !fix.contains("Change `http://`"),
        "{fix}\n{:#}",
        run.report
    );
    let untried = run_with(&r2, &[("R2_ENDPOINT", &format!("http://{name}"))], &[]);
    let fix = steps(&untried.report, "config.endpoint-insecure");
    assert!(fix.starts_with("Set R2_ENDPOINT to `https://"), "{fix}");
}

/// An ISP's block answers in plain HTTP at R2's own host: nothing in the settings is wrong.
#[test]
fn plain_http_at_r2s_own_host_is_the_networks_and_no_port_is_to_be_removed() {
    let r2 = R2::builder()
        .r2_host(Jurisdiction::Default)
        .tls_for(&Jurisdiction::Default.host(ACCOUNT), Tls::Plain)
        .fault(Fault::on(Op::Any).html(200, "<title>Blocked</title>"))
        .start();
    let run = run_with(&r2, &[], &[]);
    run.fails_at("connect", "tls.not-tls");
    let fix = steps(&run.report, "tls.not-tls");
    assert!(fix.contains("another network"), "{fix}");
    assert!(!fix.contains("remove the port") && !fix.contains("write `http://`"), "{fix}");
}

#[test]
fn a_container_is_not_this_machine() {
    let here = [("R2_ENDPOINT", "http://localhost:9"), ("KUBERNETES_SERVICE_HOST", "10.0.0.1")];
    let cli = Cli::new("--json --no-env-file --retries 0").envs(NOWHERE).envs(here);
    let fix = steps(&cli.run().report().0, "network.refused");
    assert!(fix.contains("`localhost` is this one"), "{fix}");
}
