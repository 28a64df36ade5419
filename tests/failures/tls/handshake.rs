//! Handshakes that fail before a certificate is judged: by their alert, their version, their silence, their end.

use std::time::Duration;

use super::{at_connect, fixes, host, on_r2, server};
use crate::support::r2::{Fault, Jurisdiction, Op, Proxy, R2, Tls};
use crate::support::run::{run, run_with};

/// What an old server answers to a greeting: TLS 1.0, a random number of zeros, no session, an old cipher.
const OLD_GREETING: [u8; 47] = {
    let mut bytes = [0; 47];
    (bytes[0], bytes[1], bytes[2], bytes[4]) = (0x16, 3, 1, 42);
    (bytes[5], bytes[8], bytes[9], bytes[10]) = (2, 38, 3, 1);
    bytes[45] = 0x2f;
    bytes
};

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
