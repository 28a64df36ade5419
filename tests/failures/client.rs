//! The application's client: what boto3 trusts and refuses, and what other clients do instead.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod payload;
mod places;
mod unfollowed;

use crate::support::r2::{BUCKET, Fault, Jurisdiction, Op, R2, S3Error, Tls};
use crate::support::run::{ALL, run, run_trying, run_with};

#[test]
fn a_variable_on_which_boto3_fails_is_an_error_for_it_alone() {
    for (name, value, says) in [
        ("AWS_PROFILE", "clinic", "AWS_PROFILE names a profile that neither of boto3's files has"),
        ("AWS_RETRY_MODE", "Standard", "boto3 takes `legacy`, `standard` or `adaptive`"),
        ("AWS_CA_BUNDLE", "", "AWS_CA_BUNDLE is empty"),
        ("AWS_CONFIG_FILE", "/proc/self/status", "boto3 cannot read its file /proc/self/status: line 1"),
    ] {
        let r2 = R2::start();
        let run = run_with(&r2, &[(name, value)], &[]);
        run.fails_at("config", "config.client-environment").says(says).statuses("fsssss").sends(&[]);
        let finding = run.finding("config.client-environment");
        assert!(finding["fix"].to_string().contains(&format!("unset {name}")), "{finding:#}");
        let run = run_with(&r2, &[(name, value)], &["--client", "native"]);
        run.passes_with(&[]).leaves_nothing();
    }
}

/// A file of boto3's with this text.
fn config(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

#[test]
fn a_line_on_which_boto3_fails_is_named_with_its_file() {
    for (text, key, says) in [
        (
            "[default]\ns3 =\n  addressing_style = bogus\n",
            "addressing_style",
            "boto3 takes `auto`, `path` or",
        ),
        ("[default]\ns3 =\n  use_accelerate_endpoint = true\n", "use_accelerate_endpoint", "S3 Accelerate"),
        ("[default]\nx = 1\ns3 = x\n", "s3", "is not a block of lines"),
        ("[default]\napi_versions =\n  s3 = 1999-01-01\n", "s3", "the only version that boto3 has"),
        ("[default]\nx = 1\nsso_session = q\n", "sso_session", "names a section `sso-session`"),
        ("[default]\nx = 1\nsso_session =\n  a = b\n", "sso_session", "is a block of lines, and boto3 fails"),
        ("[default]\ns3 =\n  force_path_style = true\n", "force_path_style", "which fail on any value"),
    ] {
        let (r2, (_folder, path)) = (R2::start(), config(text));
        let run = run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &[]);
        run.fails_at("config", "config.client-environment").says(says).sends(&[]);
        let finding = run.finding("config.client-environment");
        let place = format!("`{key}` on line 3 of {path}");
        assert!(finding["title"].as_str().unwrap().starts_with(&format!("{place} ")), "{finding:#}");
        assert_eq!(finding["fix"][0]["text"], format!("Correct or delete {place}."), "{finding:#}");
        assert!(!finding["fix"].to_string().contains("unset"), "{finding:#}");
        run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &["--client", "native"]).passes_with(&[]);
    }
    let (r2, (_folder, path)) = (R2::start(), config("[default]\ns3 =\n  garbage\n"));
    let run = run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &[]);
    run.fails_at("config", "config.client-environment").says("line 3 has no `=`").sends(&[]);
}

/// boto3 puts the bucket's name before the host's, so that is where the checks go; and back where a name does not fit.
#[test]
fn the_bucket_is_addressed_as_boto3_does_it() {
    const HOST: &str = "store.example";
    let (_folder, path) = config("[default]\ns3 =\n  addressing_style = virtual\n");
    let server = || R2::builder().r2_host(Jurisdiction::Default).virtual_host(HOST, BUCKET);
    let endpoint = format!("https://{HOST}");
    for sdk in ["boto3==1.34.144", "boto3==1.44.8"] {
        let r2 = server().start();
        let env = [("AWS_CONFIG_FILE", path.as_str()), ("R2_ENDPOINT", &endpoint)];
        let run = run_with(&r2, &env, &["--sdk", sdk]);
        run.passes_with(&[]).sends(&ALL).leaves_nothing();
        let hosts: Vec<_> = r2.requests().into_iter().map(|request| request.host).collect();
        assert_eq!(hosts, vec![format!("{BUCKET}.{HOST}"); hosts.len()]);
    }
    // What answers in the path only is of no use to it.
    let r2 =
        server().fault(Fault::on(Op::Any).host(&format!("{BUCKET}.{HOST}")).error(S3Error::access_denied()));
    let r2 = r2.start();
    let run = run_with(&r2, &[("AWS_CONFIG_FILE", &path), ("R2_ENDPOINT", &endpoint)], &[]);
    run.fails_at("connect", "permission.denied");
    let run =
        run_with(&r2, &[("AWS_CONFIG_FILE", &path), ("R2_ENDPOINT", &endpoint)], &["--client", "native"]);
    run.passes_with(&[]);
    let r2 = R2::start();
    run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &[]).passes_with(&[]);
}

#[test]
fn a_bundle_that_is_not_there_matters_for_tls_only() {
    let (plain, tls) = (R2::start(), R2::builder().tls(Tls::Good).start());
    let env = [("AWS_CA_BUNDLE", "/no-such-folder/roots.pem")];
    run_with(&plain, &env, &[]).passes_with(&[]).sends(&ALL);
    let run = run_with(&tls, &env, &[]);
    run.fails_at("config", "config.client-environment").says("does not exist").sends(&[]);
}

#[test]
fn a_block_of_lines_is_no_bundle_and_matters_for_tls_only() {
    let (plain, tls) = (R2::start(), R2::builder().tls(Tls::Good).start());
    let (_folder, path) = config("[default]\nca_bundle =\n  a = b\n");
    let file = [("AWS_CONFIG_FILE", path.as_str())];
    run_with(&plain, &file, &[]).passes_with(&[]);
    // The variable, which the server's own settings hold, comes before the file.
    run_with(&tls, &file, &[]).passes_with(&[]);
    let mut all = tls.env();
    all.retain(|(name, _)| name != "AWS_CA_BUNDLE");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.env_clear().envs(all).envs(file).args(["--json", "--no-env-file"]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("is a block of lines and no path, and boto3 fails on that over TLS"), "{text}");
    assert!(text.contains(&format!("Correct or delete `ca_bundle` on line 2 of {path}.")), "{text}");
}

/// boto3's variable, the older one, and the key of a profile, in this order.
#[test]
fn the_first_that_names_a_bundle_counts() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let (good, other) = (r2.authority_file().display().to_string(), R2::builder().tls(Tls::Good).start());
    let bad = other.authority_file().display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    std::fs::write(&config, format!("[default]\nca_bundle = {good}\n")).unwrap();
    let config = config.display().to_string();
    for (env, passes) in [
        (&[("AWS_CA_BUNDLE", &*good), ("REQUESTS_CA_BUNDLE", &*bad)][..], true),
        (&[("AWS_CA_BUNDLE", &bad), ("REQUESTS_CA_BUNDLE", &good)], false),
        (&[("REQUESTS_CA_BUNDLE", &bad), ("AWS_CONFIG_FILE", &config)], true),
        (&[("REQUESTS_CA_BUNDLE", &good)], true),
    ] {
        // The server's own settings name its authority for everybody.
        let mut all = r2.env();
        all.retain(|(name, _)| name != "AWS_CA_BUNDLE" && name != "SSL_CERT_FILE");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
        command.env_clear().envs(all).envs(env.iter().copied()).args(["--json", "--no-env-file"]);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.success(), passes, "{env:?}: {text}");
        assert!(passes || text.contains("tls.untrusted"), "{text}");
    }
}

#[test]
fn roots_of_the_system_that_boto3_does_not_read_are_proven_and_named() {
    let (r2, other) = (R2::builder().tls(Tls::Good).start(), R2::builder().tls(Tls::Good).start());
    let other = other.authority_file().display().to_string();
    let run = run_trying(&r2, &[("AWS_CA_BUNDLE", &other)], &[]);
    run.fails_at("connect", "tls.client-roots").sends(&[]).leaves_nothing();
    let finding = run.finding("tls.client-roots");
    let proof = finding["proof"].to_string();
    assert!(proof.contains("SSL_CERT_FILE") && proof.contains("boto3 does not read them"), "{finding:#}");
    let file = r2.authority_file().display().to_string();
    assert_eq!(finding["fix"][0]["command"], format!("export AWS_CA_BUNDLE={file}"), "{finding:#}");
    // Where nobody vouches for it, it stays untrusted.
    let run = run_trying(&r2, &[("AWS_CA_BUNDLE", &other), ("SSL_CERT_FILE", &other)], &[]);
    run.fails_at("connect", "tls.untrusted");
}

#[test]
fn the_report_says_whose_rules_were_followed() {
    let r2 = R2::start();
    assert_eq!(run(&r2).report["environment"]["client"], "boto3");
    let native = run_with(&r2, &[], &["--client", "native"]);
    assert_eq!(native.report["environment"]["client"], "native");
}
