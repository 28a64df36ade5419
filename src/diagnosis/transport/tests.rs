//! What the addresses of a name tell, which no test from outside can choose without the system's hosts file.

use std::time::Duration;

use super::*;
use crate::client::exchange::ConnectionFacts;
use crate::diagnosis::{Here, Policy};

const R2: &str = "4f1c0e5ab27d4936a8c1f0b3d5e79a62.eu.r2.cloudflarestorage.com";

/// The evidence for a connection that failed so, to a name that stands for these addresses.
fn evidence(kind: TransportErrorKind, looked_up: &str, addresses: &[&str]) -> String {
    let connection = ConnectionFacts {
        looked_up: looked_up.to_owned(),
        addresses: addresses.iter().map(|address| address.parse().expect("address")).collect(),
        ..ConnectionFacts::default()
    };
    let error = TransportError {
        stage: Stage::Tcp,
        kind,
        chain: Vec::new(),
        connection: Box::new(connection),
        status: None,
    };
    let context = Context {
        policy: &Policy::default(),
        here: &Here::default(),
        settings: None,
        plays_r2: false,
        key: "",
        prefix: "",
        timeout: Duration::from_secs(1),
        deadline: Duration::from_secs(1),
    };
    broken(Operation::ListObjectsV2, &error, &context).evidence.join("\n")
}

#[test]
fn a_host_of_r2_that_leads_to_no_public_address_is_said_to_be_overridden() {
    for address in [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.1.1",
        "::1",
        "::",
        "fd00::1",
        "::ffff:127.0.0.1",
    ] {
        let evidence = evidence(TransportErrorKind::Refused, R2, &["104.18.8.90", address]);
        assert!(evidence.contains("hosts file or a resolver overrides the name"), "{address}: {evidence}");
        assert!(evidence.contains(R2), "{evidence}");
    }
}

#[test]
fn public_addresses_and_other_hosts_are_not_said_to_be_overridden() {
    for (host, address) in [
        (R2, "104.18.8.90"),
        (R2, "2606:4700::6812:85a"),
        ("s3.internal", "10.1.2.3"),
        ("notr2.cloudflarestorage.com", "127.0.0.1"),
    ] {
        let evidence = evidence(TransportErrorKind::Refused, host, &[address]);
        assert!(!evidence.contains("overrides"), "{host} {address}: {evidence}");
    }
}

#[test]
fn that_only_ipv6_was_there_to_try_is_said_where_there_is_no_way() {
    let told = |kind, addresses: &[&str]| evidence(kind, "s3.example", addresses).contains("only IPv6");
    assert!(told(TransportErrorKind::Unreachable, &["2001:db8::1", "2001:db8::2"]));
    assert!(!told(TransportErrorKind::Unreachable, &["2001:db8::1", "192.0.2.1"]));
    assert!(!told(TransportErrorKind::Refused, &["2001:db8::1"]));
    assert!(!told(TransportErrorKind::Unreachable, &[]));
}

#[test]
fn an_address_that_never_answered_is_told_with_its_family() {
    let told = evidence(
        TransportErrorKind::TimedOut(Duration::from_secs(1)),
        "s3.example",
        &["2001:db8::1", "192.0.2.1"],
    );
    assert!(told.contains("2001:db8::1 (IPv6): no connection in that time"), "{told}");
    assert!(told.contains("192.0.2.1 (IPv4): no connection in that time"), "{told}");
}
