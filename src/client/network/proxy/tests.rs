//! Which proxy the environment asks for, and which of its values are of no use.

use super::*;

fn destination(host: &str) -> Destination {
    Destination { host: host.to_owned(), port: 443, tls: true, family: None }
}

/// The rule that these variables make; one that is set to `?` is not UTF-8.
fn rule(variables: &[(&str, &str)]) -> ProxyRule {
    let read = |name: &str| {
        let value = variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        match value {
            None => Err(VarError::NotPresent),
            Some("?") => Err(VarError::NotUnicode("?".into())),
            Some(value) => Ok(value.to_owned()),
        }
    };
    ProxyRule::Environment(Arc::new(Choice::read(read)))
}

fn used(variables: &[(&str, &str)]) -> Option<(String, String)> {
    let facts = rule(variables).proxy_for(&destination("host.example")).ok()??.facts();
    Some((facts.variable, facts.address))
}

fn ignored(variables: &[(&str, &str)]) -> Vec<&'static str> {
    let ignored = rule(variables).ignored_for(&destination("host.example"));
    ignored.into_iter().map(|ignored| ignored.variable).collect()
}

#[test]
fn the_variable_that_is_told_is_the_one_that_is_used() {
    for (variables, expected) in [
        (&[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:2")][..], "HTTPS_PROXY http://a:1"),
        (&[("https_proxy", "b:2"), ("ALL_PROXY", "http://c:3")], "https_proxy http://b:2"),
        (&[("HTTPS_PROXY", ""), ("all_proxy", "http://c")], "all_proxy http://c:80"),
        (&[("HTTPS_PROXY", "%%"), ("ALL_PROXY", "https://c")], "ALL_PROXY https://c:443"),
        (&[("HTTPS_PROXY", "http://user:pass@a:1")], "HTTPS_PROXY http://a:1"),
    ] {
        let (variable, address) = used(variables).expect("a proxy");
        assert_eq!(format!("{variable} {address}"), expected);
    }
    for variables in [&[][..], &[("HTTPS_PROXY", "")], &[("HTTP_PROXY", "http://a:1")]] {
        assert_eq!(used(variables), None);
        assert!(ignored(variables).is_empty());
    }
}

#[test]
fn a_value_that_names_no_proxy_is_ignored_and_told() {
    for value in ["http://", "'http://a:1'", "ftp://a:1", "socks5://a:1", "http://a b:1", " ", "?"] {
        let variables = [("HTTPS_PROXY", value)];
        assert_eq!((used(&variables), ignored(&variables)), (None, vec!["HTTPS_PROXY"]), "{value}");
    }
    let both = [("https_proxy", "a b"), ("all_proxy", "ftp://a")];
    assert_eq!(ignored(&both), ["https_proxy", "all_proxy"]);
    assert_eq!(ignored(&[("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "a b")]), [""; 0]);
}

#[test]
fn where_no_proxy_belongs_none_is_used_and_none_is_missed() {
    for host in ["host.example", "sub.host.example", "127.0.0.1"] {
        for proxy in ["http://a:1", "a b"] {
            let rule = rule(&[("HTTPS_PROXY", proxy), ("NO_PROXY", "host.example, 127.0.0.0/8")]);
            assert!(rule.proxy_for(&destination(host)).is_ok_and(|proxy| proxy.is_none()));
            assert!(rule.ignored_for(&destination(host)).is_empty());
        }
    }
    let plain = Destination { tls: false, ..destination("host.example") };
    assert!(rule(&[("HTTPS_PROXY", "http://a:1")]).proxy_for(&plain).is_ok_and(|proxy| proxy.is_none()));
    assert!(rule(&[("HTTPS_PROXY", "a b")]).ignored_for(&plain).is_empty());
}

proptest::proptest! {
    #[test]
    fn a_value_is_used_or_ignored_or_unreadable_and_never_two_of_them(value in "\\PC{0,40}", host in "[a-z.:/@%]{0,20}") {
        for value in [value, format!("http://{host}"), format!("http://u:p@{host}")] {
            let variables = [("HTTPS_PROXY", value.as_str())];
            let (used, ignored) = (used(&variables), ignored(&variables));
            let unreadable = rule(&variables).proxy_for(&destination("host.example")).is_err();
            let outcomes = [used.is_some(), !ignored.is_empty(), unreadable];
            proptest::prop_assert!(value.is_empty() || outcomes.iter().filter(|one| **one).count() == 1);
        }
    }
}

#[test]
fn a_value_that_cannot_be_taken_apart_is_no_proxy_and_no_reason_to_do_without() {
    let value = "http://ana:P@Secret7#9@proxy.example:3128";
    for variables in [
        &[("HTTPS_PROXY", value)][..],
        &[("https_proxy", value), ("ALL_PROXY", "http://a:1")],
        &[("HTTPS_PROXY", "a b"), ("ALL_PROXY", value)],
    ] {
        let failed = rule(variables).proxy_for(&destination("host.example")).err().expect("no way to go on");
        let told = failed.kind.to_string();
        assert!(told.contains("_PROXY holds") || told.contains("_proxy holds"), "{told}");
        assert!(!told.contains("Secret7") && !told.contains("example"), "{told}");
    }
    let unused = [("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", value)];
    assert!(used(&unused).is_some());
    let exempt = [("HTTPS_PROXY", value), ("NO_PROXY", "host.example")];
    assert!(rule(&exempt).proxy_for(&destination("host.example")).is_ok_and(|proxy| proxy.is_none()));
}
