//! The encrypted channel: each certificate that is not accepted, each handshake that fails, and what is reported of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod handshake;

use crate::support::r2::{ACCOUNT, Jurisdiction, Proxy, R2, Tls};
use crate::support::run::{ALL, Run, run, run_with};

fn server(tls: Tls) -> R2 {
    R2::builder().tls(tls).start()
}

/// R2's own host for the default jurisdiction, behind a proxy.
fn on_r2(tls: Tls) -> R2 {
    R2::builder().r2_host(Jurisdiction::Default).tls(tls).start()
}

fn host() -> String {
    Jurisdiction::Default.host(ACCOUNT)
}

/// The run ends at `connect` with this code, and not a request was sent.
fn at_connect<'a>(r2: &'a R2, code: &str) -> Run<'a> {
    let run = run(r2);
    run.fails_at("connect", code).sends(&[]).leaves_nothing();
    run
}

fn fixes(run: &Run<'_>) -> Vec<String> {
    let steps = run.finding(run.root())["fix"].as_array().unwrap();
    steps.iter().map(|step| step["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_tls_that_is_sound_passes() {
    for tls in [Tls::Good, Tls::Only12, Tls::Only13] {
        let r2 = server(tls);
        let run = run(&r2);
        run.passes_with(&[]).sends(&ALL).leaves_nothing();
        let version = run.check("connect")["phases"]["tls_version"].as_str().unwrap();
        assert_eq!(version, if tls == Tls::Only12 { "TLS 1.2" } else { "TLS 1.3" });
    }
}

#[test]
fn an_expired_certificate_is_reported_with_its_dates_and_its_issuer() {
    let r2 = server(Tls::Expired);
    let run = at_connect(&r2, "tls.expired");
    run.says("valid from 2020-01-01 to 2021-01-01")
        .says("by Test Root")
        .says("the certificate is valid for")
        .statuses("wfssss");
    assert!(fixes(&run)[0].starts_with("Renew the certificate"));
}

#[test]
fn a_certificate_of_the_future_is_reported_with_its_dates() {
    let r2 = server(Tls::NotYetValid);
    let run = at_connect(&r2, "tls.not-yet-valid");
    run.says("valid from 2090-01-01 to 2091-01-01").says("by Test Root").statuses("wfssss");
    assert!(fixes(&run)[0].starts_with("Turn on automatic time"));
}

#[test]
fn a_certificate_of_another_host_is_reported_with_the_name_that_it_holds() {
    for (r2, statuses) in [(server(Tls::WrongName), "wfssss"), (on_r2(Tls::WrongName), "pfssss")] {
        let run = at_connect(&r2, "tls.hostname");
        run.says("the certificate is valid for wrong.example")
            .says("issued to wrong.example by Test Root")
            .statuses(statuses);
    }
}

#[test]
fn a_label_too_many_for_the_certificate_is_reported_by_both_names() {
    let (name, extra) = ("one.two.other.example", "https://one.two.other.example");
    let r2 = R2::builder().r2_host(Jurisdiction::Default).named("other.example").start();
    let proxy = Proxy::builder().map(&format!("{name}:443"), r2.address).start();
    let run = run_with(&r2, &[("R2_ENDPOINT", extra), ("HTTPS_PROXY", &proxy.url())], &[]);
    run.fails_at("connect", "tls.hostname")
        .says("the certificate is valid for")
        .sends(&[])
        .statuses("wfssss");
    assert!(run.finding("tls.hostname")["title"].as_str().unwrap().contains(name));
}

#[test]
fn an_inspecting_proxys_certificate_is_reported_with_its_issuer() {
    for (r2, statuses) in [(server(Tls::UnknownIssuer), "wfssss"), (on_r2(Tls::UnknownIssuer), "pfssss")] {
        let run = at_connect(&r2, "tls.untrusted");
        run.says("UnknownIssuer")
            .says("by Example Corp TLS Inspection")
            .says("the certificate is valid from");
        run.statuses(statuses);
        assert!(fixes(&run)[0].contains("AWS_CA_BUNDLE"));
    }
}

#[test]
fn a_certificate_signed_by_itself_is_reported_with_its_subject_as_its_issuer() {
    let r2 = server(Tls::SelfSigned);
    let run = at_connect(&r2, "tls.untrusted");
    run.says(&format!("issued to {0} by {0}", host()))
        .says("the certificate is valid from")
        .statuses("wfssss");
}

/// OpenSSL takes it, and so does the program in boto3's place: `tests/clients` has it with boto3 itself.
#[test]
fn an_authoritys_certificate_is_a_servers_own_where_boto3_is_told_to_trust_that_very_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let (r2, another) = (server(Tls::OwnAuthority), server(Tls::OwnAuthority));
    let own = file("own", r2.own_certificate());
    run_with(&r2, &[("AWS_CA_BUNDLE", &own)], &[]).passes_with(&[]).sends(&ALL).leaves_nothing();
    // Neither another one of the same names, nor what is trusted beside boto3, nor another client.
    let other = file("other", another.own_certificate());
    let run = run_with(&r2, &[("AWS_CA_BUNDLE", &other), ("SSL_CERT_FILE", &own)], &[]);
    run.fails_at("connect", "tls.untrusted");
    let run = run_with(&r2, &[("SSL_CERT_FILE", &own)], &["--client", "native"]);
    run.fails_at("connect", "tls.untrusted");
    // Nor for a name that it does not have.
    let named = R2::builder().tls(Tls::OwnAuthority).issued_to("store.example").start();
    let own = file("named", named.own_certificate());
    let run = run_with(&named, &[("AWS_CA_BUNDLE", &own)], &[]);
    run.fails_at("connect", "tls.untrusted");
}

/// OpenSSL takes it if it is itself trusted, and rustls never: seen with boto3 1.44.8.
#[test]
fn an_authoritys_certificate_as_a_servers_own_is_reported_with_what_boto3_makes_of_it() {
    let r2 = server(Tls::OwnAuthority);
    let run = at_connect(&r2, "tls.untrusted");
    run.says("the certificate of an authority (CA:TRUE) as its own")
        .says("boto3, takes such a certificate if");
    let run = at_connect_plainly();
    assert!(!run.contains("CA:TRUE"), "{run}");
}

/// What is told of a certificate that is only signed by itself.
fn at_connect_plainly() -> String {
    let r2 = server(Tls::SelfSigned);
    at_connect(&r2, "tls.untrusted").report.to_string()
}

#[test]
fn a_private_authority_is_trusted_once_its_file_is_named() {
    let r2 = server(Tls::Good);
    let trusted = r2.authority_file().display().to_string();
    let other = server(Tls::Good);
    let not_trusted = other.authority_file().display().to_string();
    for (client, variable) in [("native", "SSL_CERT_FILE"), ("boto3", "AWS_CA_BUNDLE")] {
        let options = ["--client", client, "--no-experiments"];
        run_with(&r2, &[(variable, &trusted)], &options).passes_with(&[]).leaves_nothing();
        let run = run_with(&r2, &[(variable, &not_trusted)], &options);
        run.fails_at("connect", "tls.untrusted").says("by Test Root");
    }
}

#[test]
fn a_file_of_roots_without_any_is_reported_by_the_variable_that_names_it() {
    for file in ["/dev/null", "/no-such-folder/roots.pem"] {
        let r2 = server(Tls::Good);
        let run = run_with(&r2, &[("SSL_CERT_FILE", file)], &["--client", "native"]);
        run.fails_at("connect", "tls.no-roots").says("SSL_CERT_FILE is set").sends(&[]).statuses("wfssss");
        assert!(run.finding("tls.no-roots")["fix"].to_string().contains("Correct the path in SSL_CERT_FILE"));
    }
    let folder = tempfile::tempdir().unwrap();
    let r2 = server(Tls::Good);
    let mut env = vec![("SSL_CERT_DIR", folder.path().to_str().unwrap())];
    env.push(("SSL_CERT_FILE", "/dev/null"));
    run_with(&r2, &env, &["--client", "native"]).fails_at("connect", "tls.no-roots").sends(&[]);
}
