//! What no server on one machine can bring about: a host with addresses of both kinds.

use std::net::IpAddr;

use super::*;
use crate::client::exchange::{ConnectionFacts, ProxyFacts};
use crate::settings::way::Way;
use crate::settings::{self, Environment, Loaded, Raw};

fn loaded(endpoint: &str) -> Loaded {
    let pairs = [
        ("R2_ENABLED", "true"),
        ("R2_ENDPOINT", endpoint),
        ("R2_ACCESS_KEY_ID", "4a5b6c7d8e9f0a1b2c3d4e5f60718293"),
        ("R2_SECRET_ACCESS_KEY", "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0"),
        ("R2_BUCKET_NAME", "app-files"),
    ];
    settings::judge(&Raw::without_file(Environment::from_pairs(pairs)))
}

fn at(addresses: &[&str]) -> ConnectionFacts {
    let addresses = addresses.iter().map(|address| address.parse::<IpAddr>().expect("an address"));
    ConnectionFacts { addresses: addresses.collect(), ..ConnectionFacts::default() }
}

/// The beginnings of the sentences in which the experiments for a failure are told.
fn planned(loaded: &Loaded, code: Code, connection: &ConnectionFacts) -> Vec<String> {
    let case = Case {
        code,
        suggestion: None,
        loaded,
        way: &Way::direct(),
        connection: Some(connection),
        error: None,
        works_otherwise: false,
    };
    plan(&case).into_iter().map(|experiment| experiment.what).collect()
}

const OTHER: &str = "https://files.example";
const BOTH: [&str; 2] = ["192.0.2.1", "2001:db8::1"];

#[test]
fn addresses_of_both_kinds_are_tried_apart() {
    let loaded = loaded(OTHER);
    for code in [Code::NetworkTimeout, Code::NetworkReset, Code::TlsHandshake] {
        assert_eq!(
            planned(&loaded, code, &at(&BOTH)),
            ["The same listing over IPv4 only", "The same listing over IPv6 only"]
        );
    }
}

#[test]
fn one_kind_of_addresses_is_not_tried_again() {
    let loaded = loaded(OTHER);
    for addresses in [&BOTH[..1], &BOTH[1..]] {
        assert_eq!(planned(&loaded, Code::NetworkTimeout, &at(addresses)), [""; 0]);
    }
    assert_eq!(
        planned(&loaded, Code::AuthUnauthorized, &at(&BOTH)),
        [""; 0],
        "an answer came: the way is right"
    );
}

#[test]
fn a_proxys_addresses_say_nothing_of_the_endpoint() {
    let proxy =
        ProxyFacts { address: "http://192.0.2.9:3128".to_owned(), variable: "HTTPS_PROXY".to_owned() };
    let through = ConnectionFacts { proxy: Some(proxy), ..at(&BOTH) };
    assert_eq!(planned(&loaded(OTHER), Code::NetworkReset, &through), [""; 0]);
}

#[test]
fn only_an_r2_host_is_compared_with_the_one_that_is_nobodys() {
    let account = loaded("https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com");
    let told = planned(&account, Code::NetworkTimeout, &at(&BOTH[..1]));
    assert_eq!(told, ["A TLS connection to r2.cloudflarestorage.com, which belongs to no account,"]);
}

#[test]
fn no_failure_calls_for_more_requests_than_a_run_may_send() {
    let account = loaded("https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com");
    for code in Code::ALL {
        assert!(
            planned(&account, *code, &at(&BOTH)).len() <= crate::diagnosis::experiment::REQUESTS,
            "{code}"
        );
    }
}
