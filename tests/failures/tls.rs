//! The encrypted channel: each certificate that is not accepted, each handshake that fails, and what is told of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use crate::support::r2::{ACCOUNT, Fault, Jurisdiction, Op, Proxy, R2, Tls};
use crate::support::run::{ALL, Run, run, run_with};

/// What an old server answers to a greeting: TLS 1.0, a random number of zeros, no session, an old cipher.
const OLD_GREETING: [u8; 47] = {
    let mut bytes = [0; 47];
    (bytes[0], bytes[1], bytes[2], bytes[4]) = (0x16, 3, 1, 42);
    (bytes[5], bytes[8], bytes[9], bytes[10]) = (2, 38, 3, 1);
    bytes[45] = 0x2f;
    bytes
};

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
    run.fails_at("connect", "tls.hostname").says("is valid for").sends(&[]).statuses("wfssss");
    assert!(run.finding("tls.hostname")["title"].as_str().unwrap().contains(name));
}

#[test]
fn an_inspecting_proxys_certificate_is_reported_with_its_issuer() {
    for (r2, statuses) in [(server(Tls::UnknownIssuer), "wfssss"), (on_r2(Tls::UnknownIssuer), "pfssss")] {
        let run = at_connect(&r2, "tls.untrusted");
        run.says("UnknownIssuer").says("by Example Corp TLS Inspection").says("is valid from");
        run.statuses(statuses);
        assert!(fixes(&run)[0].contains("AWS_CA_BUNDLE"));
    }
}

#[test]
fn a_certificate_signed_by_itself_is_reported_with_its_subject_as_its_issuer() {
    let r2 = server(Tls::SelfSigned);
    let run = at_connect(&r2, "tls.untrusted");
    run.says(&format!("issued to {0} by {0}", host())).says("is valid from").statuses("wfssss");
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

#[test]
fn an_old_server_is_recognised_by_its_version() {
    let alert = server(Tls::Alert(70));
    at_connect(&alert, "tls.version").says("ProtocolVersion").says("the alert has the number 70");
    let weak = server(Tls::Alert(71));
    at_connect(&weak, "tls.version").says("InsufficientSecurity");
    let old = R2::builder().tls(Tls::Good).fault(Fault::on(Op::Connection).raw(&OLD_GREETING)).start();
    let run = at_connect(&old, "tls.version");
    run.says("ServerDoesNotSupportTls12Or13").statuses("wfssss");
    assert!(fixes(&run).iter().any(|fix| fix.contains("Turn on TLS 1.2 or 1.3")));
}

#[test]
fn alert_40_of_r2_lists_its_four_causes_in_the_order_to_check_them() {
    let r2 = on_r2(Tls::Alert(40));
    let run = at_connect(&r2, "tls.handshake");
    run.says("HandshakeFailure").says("number 40").says(&format!("(SNI) was {}", host())).statuses("pfssss");
    let steps = fixes(&run);
    let order = ["account id", "not enabled, then wait", "Billing", "another network"];
    assert_eq!(steps.len(), order.len());
    for (step, cause) in steps.iter().zip(order) {
        assert!(step.contains(cause), "{cause}: {steps:#?}");
    }
    assert_eq!(r2.server_names(), [Some(host())]);
}

/// A zone's id has the shape of an account's, and so has a made-up one; the host resolves all the same.
#[test]
fn the_wrong_account_fails_where_the_right_one_passes() {
    let (wrong, right) = (Jurisdiction::Default.host(&"0123456789abcdef".repeat(2)), host());
    let r2 = R2::builder().r2_host(Jurisdiction::Default).tls_for(&wrong, Tls::Alert(40)).start();
    let proxy = [&wrong, &right]
        .into_iter()
        .fold(Proxy::builder(), |proxy, host| proxy.map(&format!("{host}:443"), r2.address));
    let proxy = proxy.start();
    let ask = |host: &str| {
        run_with(&r2, &[("R2_ENDPOINT", &format!("https://{host}")), ("HTTPS_PROXY", &proxy.url())], &[])
    };
    let failed = ask(&wrong);
    failed.fails_at("connect", "tls.handshake").sends(&[]);
    assert!(fixes(&failed)[0].contains("A zone id has the same shape"));
    ask(&right).passes_with(&[]).leaves_nothing();
}

#[test]
fn an_alert_of_a_server_that_is_not_r2_is_not_put_down_to_an_account() {
    let name = "files.example";
    let r2 = R2::builder().r2_host(Jurisdiction::Default).named(name).tls_for(name, Tls::Alert(112)).start();
    let run = run_with(&r2, &[("R2_ENDPOINT", &format!("https://{name}"))], &[]);
    run.fails_at("connect", "tls.handshake").says("number 112").says("(SNI) was files.example").sends(&[]);
    let told = run.finding("tls.handshake").to_string();
    assert!(!told.contains("account id") && !told.contains("R2 overview"), "{told}");
    assert!(told.contains("Read the server's log"), "{told}");
}

#[test]
fn an_address_for_an_endpoint_sends_no_name_and_that_is_reported() {
    let r2 = server(Tls::Alert(40));
    let run = at_connect(&r2, "tls.handshake");
    run.says("no server name was sent").says("number 40").statuses("wfssss");
    assert!(fixes(&run)[0].contains("Put the server's name in R2_ENDPOINT"));
    assert_eq!(r2.server_names(), [None]);
}

#[test]
fn plain_http_on_the_port_is_no_tls() {
    let r2 = server(Tls::Plain);
    let run = at_connect(&r2, "tls.not-tls");
    run.says("corrupt message").says("connected to 127.0.0.1:").statuses("wfssss");
    let plain = R2::start();
    let endpoint = plain.endpoint().replace("http://", "https://");
    let run = run_with(&plain, &[("R2_ENDPOINT", &endpoint)], &[]);
    run.fails_at("connect", "tls.not-tls").sends(&[]).leaves_nothing();
}

#[test]
fn silence_during_the_handshake_ends_with_the_time_limit() {
    let r2 = server(Tls::Silence);
    let run = run_with(&r2, &[], &["--timeout", "1s"]);
    run.fails_at("connect", "network.timeout")
        .says("performing the TLS handshake")
        .says("connected to 127.0.0.1:");
    run.sends(&[]).leaves_nothing();
    assert!(run.took >= Duration::from_secs(1) && run.took < Duration::from_secs(4), "{:?}", run.took);
}

#[test]
fn a_filter_that_resets_by_the_hosts_name_is_reported_with_that_name() {
    let r2 = R2::builder().r2_host(Jurisdiction::Default).tls_for(&host(), Tls::Reset).start();
    let run = run_with(&r2, &[], &["--retries", "1"]);
    run.fails_at("connect", "network.reset")
        .says("performing the TLS handshake")
        .says(&format!("(SNI) was {}", host()));
    run.says("attempt 2: connection reset").sends(&[]).statuses("pfssss");
    assert!(fixes(&run).iter().any(|fix| fix.contains("another network")));
    assert_eq!(r2.server_names(), [Some(host()), Some(host())]);
}

#[test]
fn the_end_of_the_connection_during_the_handshake_is_reported() {
    let r2 = server(Tls::Close);
    let run = run_with(&r2, &[], &["--retries", "0"]);
    run.fails_at("connect", "network.closed")
        .says("performing the TLS handshake")
        .sends(&[])
        .leaves_nothing();
}

/// The connection of the first check is gone, and the new one meets another certificate.
#[test]
fn a_certificate_that_turns_bad_between_two_requests_fails_where_it_is_met() {
    let r2 = R2::builder()
        .r2_host(Jurisdiction::Default)
        .fault(Fault::on(Op::HeadBucket).last_answer())
        .fault(Fault::on(Op::Connection).nth(2).raw(&OLD_GREETING))
        .start();
    let run = run(&r2);
    run.fails_at("upload", "tls.version").leaves_nothing();
    assert!(r2.requests_of(Op::Put).is_empty());
}
