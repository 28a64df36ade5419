//! The proxy, and R2's own host names behind it.

use std::io::ErrorKind;

use crate::client::{Client, exchange};
use simulator::{ACCOUNT, Does, Jurisdiction, Proxy, R2};

const LIST: &str = "/app-files?list-type=2";

fn connect_to(proxy: &Proxy, target: &str, more: &str, then: &[u8]) -> std::io::Result<String> {
    let head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{more}\r\n");
    exchange(proxy.address, &[head.as_bytes(), then].concat()).map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn a_tunnel_leads_where_the_name_is_mapped() {
    let r2 = R2::start();
    let proxy = Proxy::builder().map("files.example:443", r2.address).start();
    let request = Client::of(&r2).request("GET", LIST, &[], b"");
    let answer = connect_to(&proxy, "files.example:443", "", &request).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n"), "{answer}");
    let asked = proxy.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].target.as_str()), ("CONNECT", "files.example:443"));
    assert!(connect_to(&proxy, "elsewhere.example:443", "", b"").unwrap().starts_with("HTTP/1.1 502 "));
}

#[test]
fn a_login_is_asked_for_and_checked() {
    let r2 = R2::start();
    let proxy = Proxy::builder().login("user", "pass").map("x:443", r2.address).start();
    let refused = connect_to(&proxy, "x:443", "", b"").unwrap();
    assert!(refused.starts_with("HTTP/1.1 407 ") && refused.contains("Proxy-Authenticate: Basic"));
    let request = Client::of(&r2).request("GET", LIST, &[], b"");
    let answer =
        connect_to(&proxy, "x:443", "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n", &request).unwrap();
    assert!(answer.contains("<Name>app-files</Name>"));
    assert_eq!(proxy.asked()[1].credentials.as_deref(), Some("user:pass"));
    assert!(proxy.url_with_login().starts_with("http://user:pass@127.0.0.1:"));
}

#[test]
fn a_proxy_can_fail_in_each_way() {
    let met = |does| connect_to(&Proxy::builder().does(does).start(), "127.0.0.1:1", "", b"");
    assert!(met(Does::Refuse(403)).unwrap().starts_with("HTTP/1.1 403 "));
    assert_eq!(met(Does::Close).unwrap(), "");
    assert_eq!(met(Does::Reset).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(met(Does::Babble).unwrap().starts_with("SSH-"));
    assert_eq!(met(Does::OpenAndClose).unwrap(), "HTTP/1.1 200 Connection established\r\n\r\n");
}

#[test]
fn a_plain_request_is_forwarded_and_may_be_rewritten() {
    let r2 = R2::start();
    let request = String::from_utf8(Client::of(&r2).request("GET", LIST, &[], b"")).unwrap();
    let absolute = request.replacen("GET /", &format!("GET http://{}/", r2.address), 1);
    let through =
        |proxy: Proxy| String::from_utf8(exchange(proxy.address, absolute.as_bytes()).unwrap()).unwrap();
    assert!(through(Proxy::builder().start()).starts_with("HTTP/1.1 200 OK"));
    let rewritten = through(Proxy::builder().rewriting("list-type=2", "list-type=2&prefix=x").start());
    assert!(rewritten.contains("SignatureDoesNotMatch"));
}

#[test]
fn r2s_own_hosts_are_reached_through_the_servers_proxy() {
    let r2 = R2::builder().r2_host(Jurisdiction::Eu).start();
    let env: std::collections::BTreeMap<_, _> = r2.env().into_iter().collect();
    assert_eq!(env["R2_ENDPOINT"], format!("https://{}", Jurisdiction::Eu.host(ACCOUNT)));
    assert_eq!(env["HTTPS_PROXY"], r2.proxy().unwrap().url());
    assert!(std::fs::read_to_string(&env["SSL_CERT_FILE"]).unwrap().contains("BEGIN CERTIFICATE"));
    let target = format!("{}:443", Jurisdiction::Fedramp.host(ACCOUNT));
    let answer = connect_to(r2.proxy().unwrap(), &target, "", b"not tls\r\n").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\n"));
    assert_eq!(r2.connections(), 1);
}
