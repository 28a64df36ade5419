//! The proxy between the program and the endpoint: out of reach, unwilling, ignored, or changing what it passes on.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod boto3;
mod login;
mod native;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::r2::{
    ACCOUNT, DeadEnd, Does, Fault, Jurisdiction, Op, Proxy, R2, Reply, Request, Tls, Token,
};
use crate::support::run::{ALL, Run, run, run_with};

/// The rules of programs that follow curl's variables.
const NATIVE: [&str; 2] = ["--client", "native"];
const LOGIN: (&str, &str) = ("ada", "correct-horse-battery");

/// R2's own host, reached through a proxy.
fn r2() -> R2 {
    R2::builder().r2_host(Jurisdiction::Default).start()
}

fn host_and_port() -> String {
    format!("{}:443", Jurisdiction::Default.host(ACCOUNT))
}

/// A run through another proxy than the server's own.
fn through<'a>(r2: &'a R2, proxy: &str, options: &[&str]) -> Run<'a> {
    run_with(r2, &[("HTTPS_PROXY", proxy)], options)
}

fn misbehaving(does: Does) -> Proxy {
    Proxy::builder().does(does).start()
}

/// The run ends at `connect` with this code, the proxy is named, and nothing reached the server.
fn ends<'r, 'a>(run: &'r Run<'a>, code: &str, proxy: &str) -> &'r Run<'a> {
    run.fails_at("connect", code).statuses("pfssss").sends(&[]).leaves_nothing();
    run.says(&format!("through the proxy {proxy} from HTTPS_PROXY"));
    assert_eq!(run.report["environment"]["proxy"], format!("{proxy} (HTTPS_PROXY)"));
    run
}

#[test]
fn a_proxy_that_works_is_used_and_reported() {
    let r2 = r2();
    let run = run(&r2);
    run.passes_with(&[]).sends(&ALL).leaves_nothing();
    let proxy = r2.proxy().unwrap();
    assert_eq!(run.report["environment"]["proxy"], format!("{} (HTTPS_PROXY)", proxy.url()));
    assert!(
        proxy.asked().iter().all(|asked| (&*asked.method, &*asked.target) == ("CONNECT", &*host_and_port()))
    );
    assert!(run.check("connect")["phases"]["proxy_ms"].is_number());
}

/// The upload goes over the connection of `connect`, and its fix knows of the proxy all the same.
#[test]
fn a_failure_on_a_kept_connection_knows_that_a_proxy_carries_it() {
    let fault = Fault::on(Op::Put).echo(400, "BadDigest");
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
    let run = run(&r2);
    run.fails_at("upload", "integrity.digest");
    let fix = run.finding("integrity.digest")["fix"][0].clone();
    assert_eq!(fix["command"], "HTTPS_PROXY= r2-selftest", "{fix:#}");
}

#[test]
fn each_variable_that_names_a_proxy_is_reported_by_its_name() {
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        // A server whose settings set no proxy, unlike `r2_host`.
        let (r2, dead) = (R2::builder().tls(Tls::Good).start(), DeadEnd::refusing());
        let url = dead.endpoint();
        let run = run_with(&r2, &[(name, &url)], &NATIVE);
        run.fails_at("connect", "proxy.unreachable").says(&format!("through the proxy {url} from {name}"));
        assert!(run.finding("proxy.unreachable")["cause"].as_str().unwrap().starts_with(name));
    }
}

#[test]
fn a_dead_proxy_is_distinguished_from_a_dead_server() {
    let (r2, dead) = (r2(), DeadEnd::refusing());
    let run = through(&r2, &dead.endpoint(), &[]);
    ends(&run, "proxy.unreachable", &dead.endpoint()).says("Connection refused");
    run.says(&format!("{} (IPv4)", dead.address));
    let finding = run.finding("proxy.unreachable").to_string();
    assert!(finding.contains("Unset HTTPS_PROXY") && !finding.contains("on Railway"), "{finding}");
    assert!(run.took < Duration::from_secs(4), "{:?}", run.took);
}

#[test]
fn a_proxy_whose_name_does_not_resolve_is_reported_by_that_name() {
    let (r2, name) = (r2(), format!("{}.example", "p".repeat(64)));
    let run = through(&r2, &format!("http://{name}:3128"), &[]);
    ends(&run, "proxy.unreachable", &format!("http://{name}:3128"))
        .says(&format!("the name looked up: {name}"));
}

#[test]
fn a_proxy_that_is_never_reached_ends_with_the_time_limit() {
    let (r2, dead) = (r2(), DeadEnd::unanswering());
    let run = through(&r2, &dead.endpoint(), &["--timeout", "1s"]);
    ends(&run, "proxy.unreachable", &dead.endpoint()).says("timed out after 1s");
}

#[test]
fn what_does_not_answer_as_a_proxy_is_reported_of_the_proxy_and_not_of_the_server() {
    for (does, says) in [
        (Does::Stall, "timed out after 1s"),
        (Does::Close, "closed without a response"),
        (Does::Reset, "connection reset"),
        (Does::Babble, "not HTTP"),
    ] {
        let (r2, proxy) = (r2(), misbehaving(does));
        let run = through(&r2, &proxy.url(), &["--retries", "0", "--timeout", "1s"]);
        ends(&run, "proxy.unreachable", &proxy.url()).says("asking the proxy for a tunnel").says(says);
        run.says(&format!("connected to the proxy at {}", proxy.address));
        assert_eq!(proxy.asked()[0].target, host_and_port());
    }
}

#[test]
fn a_tunnel_that_ends_at_once_is_reported_with_the_proxy() {
    let (r2, proxy) = (r2(), misbehaving(Does::OpenAndClose));
    let run = through(&r2, &proxy.url(), &["--retries", "0"]);
    ends(&run, "network.closed", &proxy.url()).says("performing the TLS handshake");
    let title = run.finding("network.closed")["title"].as_str().unwrap().to_owned();
    assert!(title.ends_with(&format!("to ListObjectsV2, through the proxy {}", proxy.url())), "{title}");
}

#[test]
fn a_proxy_that_wants_a_login_is_reported_with_the_login_that_it_wants() {
    let r2 = r2();
    let proxy = Proxy::builder().login(LOGIN.0, LOGIN.1).map(&host_and_port(), r2.address).start();
    let run = through(&r2, &proxy.url(), &[]);
    ends(&run, "proxy.auth", &proxy.url())
        .says("status 407")
        .says("proxy-authenticate: Basic realm=\"proxy\"");
    assert_eq!(proxy.asked().len(), 1, "nothing is tried again");
    assert_eq!(proxy.asked()[0].credentials, None);
}

#[test]
fn a_login_in_the_proxys_address_is_used_and_never_shown() {
    let r2 = r2();
    let proxy = Proxy::builder().login(LOGIN.0, LOGIN.1).map(&host_and_port(), r2.address).start();
    let run = through(&r2, &proxy.url_with_login(), &[]);
    run.passes_with(&[]).leaves_nothing();
    assert_eq!(proxy.asked()[0].credentials.as_deref(), Some("ada:correct-horse-battery"));
    shows_no_login(&run);
    let wrong = proxy.url_with_login().replace("horse", "mule");
    let run = through(&r2, &wrong, &[]);
    run.fails_at("connect", "proxy.auth");
    shows_no_login(&run);
}

fn shows_no_login(run: &Run<'_>) {
    let shown = run.report.to_string();
    for part in ["correct", "battery", "ada:", "ada@", "YWRhOmNv"] {
        assert!(!shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn a_proxy_that_refuses_the_host_is_reported() {
    for status in [403, 502, 503] {
        let (r2, proxy) = (r2(), misbehaving(Does::Refuse(status)));
        let run = through(&r2, &proxy.url(), &[]);
        ends(&run, "proxy.denied", &proxy.url()).says(&format!("with status {status}"));
        let finding = run.finding("proxy.denied").to_string();
        assert!(
            finding.contains(&Jurisdiction::Default.host(ACCOUNT)) && finding.contains("NO_PROXY"),
            "{finding}"
        );
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_ignored_and_reported() {
    for (value, says) in [
        ("http://", "is not the address of a proxy"),
        ("'http://127.0.0.1:9'", "is not the address of a proxy"),
        ("http://user:correct horse@127.0.0.1:9", "is not the address of a proxy"),
        ("ftp://127.0.0.1:9", "is not the address of a proxy"),
        ("socks5://127.0.0.1:9", "names a SOCKS proxy"),
    ] {
        let r2 = R2::builder().tls(Tls::Good).start();
        let run = through(&r2, value, &NATIVE);
        run.passes_with(&["proxy.ignored"]).sends(&ALL).leaves_nothing().statuses("wwpppp");
        let finding = run.finding("proxy.ignored");
        assert!(
            finding["severity"] == "warning" && finding["evidence"].to_string().contains(says),
            "{finding:#}"
        );
        assert!(finding["title"].as_str().unwrap().starts_with("HTTPS_PROXY is set"), "{finding:#}");
        assert!(!run.report.to_string().contains("correct horse"));
    }
}

/// The network requires a proxy, and nobody uses the one that is set.
#[test]
fn an_ignored_proxy_is_reported_beside_the_failure_that_follows_from_it() {
    let (r2, dead) = (r2(), DeadEnd::unanswering());
    let endpoint = format!("https://{}", dead.address);
    let run = run_with(
        &r2,
        &[("R2_ENDPOINT", &endpoint), ("HTTPS_PROXY", "http//proxy 3128")],
        &["--timeout", "1s", "--client", "native"],
    );
    run.fails_at("connect", "network.timeout").sends(&[]);
    assert_eq!(run.finding("proxy.ignored")["severity"], "warning");
}

#[test]
fn a_proxy_that_speaks_tls_itself_is_spoken_to_in_tls() {
    // A server in TLS, which refuses `CONNECT` as anything that it does not know.
    let (r2, proxy) = (r2(), R2::builder().tls(Tls::Good).start());
    let roots =
        [&r2, &proxy].map(|server| std::fs::read_to_string(server.authority_file()).unwrap()).concat();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("both.pem");
    std::fs::write(&bundle, roots).unwrap();
    let url = format!("https://{}", proxy.address);
    let run = run_with(&r2, &[("HTTPS_PROXY", &url), ("AWS_CA_BUNDLE", bundle.to_str().unwrap())], &[]);
    ends(&run, "proxy.denied", &url);
    assert_eq!((&*proxy.requests()[0].method, &*proxy.requests()[0].target), ("CONNECT", &*host_and_port()));
    let plain = r2.proxy().unwrap().url().replace("http://", "https://");
    let run = through(&r2, &plain, &["--retries", "0"]);
    run.fails_at("connect", "proxy.unreachable").says("the TLS handshake");
    let untrusted = R2::builder().tls(Tls::UnknownIssuer).start();
    let run = through(&r2, &format!("https://{}", untrusted.address), &[]);
    run.fails_at("connect", "proxy.unreachable").says("UnknownIssuer").says("by Example Corp TLS Inspection");
}

/// An inspecting proxy: it ends TLS with a certificate that is trusted here, and passes each request on with a signed
/// header changed.
#[test]
fn a_proxy_that_rewrites_a_signed_header_is_named_with_the_wrong_signature() {
    let token = Token::read_write();
    let storage = R2::builder().token(token.clone()).start();
    let address = storage.address;
    let inspecting = R2::builder()
        .token(token)
        .r2_host(Jurisdiction::Default)
        .fault(Fault::on(Op::Any).answer_with(move |request| forwarded(request, address)))
        .start();
    let run = run(&inspecting);
    run.fails_at("connect", "auth.signature").statuses("pfssss").sends(&[Op::List]);
    let proxy = inspecting.proxy().unwrap().url();
    run.says(&format!("the request went through the proxy {proxy} from HTTPS_PROXY"));
    run.says("the certificate was issued by Test Root");
    assert!(run.finding("auth.signature")["fix"].to_string().contains("Run once without the proxy"));
    assert_eq!(storage.operations(), [Op::List]);
    assert_eq!(storage.requests()[0].answered, Some(403));
}

/// The storage's answer to the request as a proxy changed it.
fn forwarded(request: &Request, to: SocketAddr) -> Reply {
    let kept = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
    let headers: Vec<String> = kept.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: {to}\r\n{}Connection: close\r\n\r\n",
        request.method,
        request.target,
        headers.concat()
    );
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply::xml(status, body)
}

#[test]
fn a_wrong_secret_without_a_proxy_is_not_put_down_to_one() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &"0f".repeat(32))], &[]);
    run.fails_at("connect", "auth.signature");
    assert!(!run.finding("auth.signature")["evidence"].to_string().contains("proxy"));
}
