//! Which proxy the environment selects, and which values cannot be used.

use super::*;

/// The route from these variables by the native rules; one that is set to `?` is not UTF-8.
fn native(variables: &[(&str, &str)]) -> Way {
    Way::of(ClientKind::Native, &environment(variables))
}

fn environment(variables: &[(&str, &str)]) -> Variables {
    let not_text = || {
        #[cfg(unix)]
        return std::os::unix::ffi::OsStringExt::from_vec(vec![0xff]);
        #[cfg(not(unix))]
        return std::os::windows::ffi::OsStringExt::from_wide(&[0xd800]);
    };
    let value = |value: &str| if value == "?" { not_text() } else { std::ffi::OsString::from(value) };
    variables.iter().map(|(name, text)| (*name, value(text))).collect()
}

fn proxy(way: &Way, host: &str) -> Result<Option<Arc<Proxy>>, NoWay> {
    way.proxy_for(true, host, 443)
}

fn used(variables: &[(&str, &str)]) -> Option<(String, String)> {
    let proxy = proxy(&native(variables), "host.example").ok()??;
    Some((proxy.variable.clone(), proxy.shown()))
}

fn ignored(variables: &[(&str, &str)]) -> Vec<String> {
    let ignored = native(variables).ignored_for(true, "host.example", 443);
    ignored.into_iter().map(|ignored| ignored.variable).collect()
}

#[test]
fn the_variable_that_is_reported_is_the_one_that_is_used() {
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
fn a_value_that_names_no_proxy_is_ignored_and_reported() {
    for value in ["http://", "'http://a:1'", "ftp://a:1", "socks5://a:1", "http://a b:1", " ", "?"] {
        let variables = [("HTTPS_PROXY", value)];
        assert_eq!(
            (used(&variables), ignored(&variables)),
            (None, vec!["HTTPS_PROXY".to_owned()]),
            "{value}"
        );
    }
    let both = [("https_proxy", "a b"), ("all_proxy", "ftp://a")];
    assert_eq!(ignored(&both), ["https_proxy", "all_proxy"]);
    assert_eq!(ignored(&[("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "a b")]), [""; 0]);
}

#[test]
fn where_no_proxy_belongs_none_is_used_and_none_is_missed() {
    for host in ["host.example", "sub.host.example", "127.0.0.1"] {
        for proxy in ["http://a:1", "a b"] {
            let way = native(&[("HTTPS_PROXY", proxy), ("NO_PROXY", "host.example, 127.0.0.0/8")]);
            assert!(way.proxy_for(true, host, 443).is_ok_and(|proxy| proxy.is_none()));
            assert!(way.ignored_for(true, host, 443).is_empty());
        }
    }
    let way = native(&[("HTTPS_PROXY", "http://a:1"), ("HTTP_PROXY", "http://a:1")]);
    assert!(way.proxy_for(false, "host.example", 80).is_ok_and(|proxy| proxy.is_none()));
    assert!(native(&[("HTTPS_PROXY", "a b")]).ignored_for(false, "host.example", 80).is_empty());
}

proptest::proptest! {
    #[test]
    fn a_value_is_used_or_ignored_or_unreadable_and_never_two_of_them(value in "\\PC{0,40}", host in "[a-z.:/@%]{0,20}") {
        for value in [value, format!("http://{host}"), format!("http://u:p@{host}")] {
            let variables = [("HTTPS_PROXY", value.as_str())];
            let (used, ignored) = (used(&variables), ignored(&variables));
            let unreadable = proxy(&native(&variables), "host.example").is_err();
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
        let Err(NoWay::Unreadable(value)) = proxy(&native(variables), "host.example") else {
            panic!("a way")
        };
        let told = format!("{} {}", value.variable, value.reason);
        assert!(told.contains("_PROXY contains") || told.contains("_proxy contains"), "{told}");
        assert!(!told.contains("Secret7") && !told.contains("example"), "{told}");
    }
    let unused = [("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", value)];
    assert!(used(&unused).is_some());
    let exempt = [("HTTPS_PROXY", value), ("NO_PROXY", "host.example")];
    assert!(proxy(&native(&exempt), "host.example").is_ok_and(|proxy| proxy.is_none()));
}

#[test]
fn the_variable_that_counts_is_the_one_to_be_set() {
    for (set, boto3, native) in [
        (&[][..], ["NO_PROXY", "HTTPS_PROXY", "HTTP_PROXY"], ["NO_PROXY", "HTTPS_PROXY"]),
        (&["NO_PROXY", "no_proxy"], ["no_proxy", "HTTPS_PROXY", "HTTP_PROXY"], ["NO_PROXY", "HTTPS_PROXY"]),
        (
            &["https_proxy", "No_Proxy"],
            ["No_Proxy", "https_proxy", "HTTP_PROXY"],
            ["NO_PROXY", "https_proxy"],
        ),
        (
            &["HTTP_PROXY", "http_proxy"],
            ["NO_PROXY", "HTTPS_PROXY", "http_proxy"],
            ["NO_PROXY", "HTTPS_PROXY"],
        ),
    ] {
        let set: Vec<_> = set.iter().map(|name| (*name, "x")).collect();
        let of = |client| Way::of(client, &environment(&set));
        let way = of(ClientKind::Boto3);
        assert_eq!([way.exempting(), way.naming(true), way.naming(false)], boto3, "{set:?}");
        let way = of(ClientKind::Native);
        assert_eq!([way.exempting(), way.naming(true)], native, "{set:?}");
    }
    // One in lower case counts although it is empty.
    let way =
        Way::of(ClientKind::Boto3, &environment(&[("no_proxy", ""), ("NO_PROXY", "x"), ("https_proxy", "")]));
    assert_eq!([way.exempting(), way.naming(true)], ["no_proxy", "https_proxy"]);
}
