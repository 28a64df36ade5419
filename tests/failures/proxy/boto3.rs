//! Proxies by boto3's own rules: each variable as Python reads it, and nothing passed over.

use super::{LOGIN, misbehaving, shows_no_login, through};
use crate::support::r2::{DeadEnd, Does, Op, Proxy, R2, Tls};
use crate::support::run::{ALL, run_with};

#[test]
fn the_variables_are_read_as_python_reads_them() {
    let dead = DeadEnd::refusing();
    let (url, other) = (dead.endpoint(), "http://127.0.0.1:1");
    let mixed = url.replace("http://", "//");
    for (variables, told) in [
        (&[("HTTPS_PROXY", &*url)][..], Some("HTTPS_PROXY")),
        (&[("https_proxy", &*url)], Some("https_proxy")),
        (&[("Https_Proxy", &*mixed)], Some("Https_Proxy")),
        (&[("HTTPS_PROXY", other), ("https_proxy", &*url)], Some("https_proxy")),
        (&[("HTTPS_PROXY", &*url), ("https_proxy", "")], None),
        (&[("ALL_PROXY", &*url)], None),
        (&[("HTTP_PROXY", &*url)], None),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "127.0.0.1"), ("no_proxy", "")], Some("HTTPS_PROXY")),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "127.0.0.0/8")], Some("HTTPS_PROXY")),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "x.example, .127.0.0.1")], None),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "0.0.1")], None),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "*")], None),
        (&[("HTTPS_PROXY", &*url), ("NO_PROXY", "*,x.example")], Some("HTTPS_PROXY")),
    ] {
        let r2 = R2::builder().tls(Tls::Good).start();
        let run = run_with(&r2, variables, &["--no-experiments"]);
        match told {
            None => drop(run.passes_with(&[]).sends(&ALL).leaves_nothing()),
            Some(name) => {
                run.fails_at("connect", "proxy.unreachable").sends(&[]);
                run.says(&format!("through the proxy {url} from {name}"));
            }
        }
    }
}

#[test]
fn a_value_that_boto3_cannot_use_fails_here_as_it_fails_there() {
    for (value, says) in [
        ("http://", "is not the address of a proxy"),
        ("'http://127.0.0.1:9'", "is not the address of a proxy"),
        ("http://user:correct horse@127.0.0.1:9x", "is not the address of a proxy"),
        ("http://127.0.0.1:70000", "is not the address of a proxy"),
        ("http:127.0.0.1:9", "is not the address of a proxy"),
        ("http://ünknown.example", "is not the address of a proxy"),
        ("http://user:pässword@127.0.0.1:9", "non-ASCII characters"),
        ("ftp://127.0.0.1:9", "another scheme"),
        ("HTTP://127.0.0.1:9", "in lower case"),
        ("socks5://127.0.0.1:9", "names a SOCKS proxy"),
    ] {
        let r2 = R2::builder().tls(Tls::Good).start();
        let run = through(&r2, value, &[]);
        run.fails_at("connect", "proxy.unsupported").says(says).sends(&[]).leaves_nothing();
        let finding = run.finding("proxy.unsupported");
        assert!(finding["fix"].to_string().contains("Unset HTTPS_PROXY"), "{finding:#}");
        assert!(!run.report.to_string().contains("correct horse"));
    }
}

/// Python and urllib3 agree that a login ends at the last `@`.
#[test]
fn a_login_ends_at_the_last_at_sign() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let proxy = Proxy::builder().login("ada", "correct@horse-battery").start();
    let value = format!("http://ada:correct@horse-battery@{}", proxy.address);
    let run = run_with(&r2, &[("HTTPS_PROXY", &value)], &[]);
    run.passes_with(&[]).leaves_nothing();
    assert_eq!(proxy.asked()[0].credentials.as_deref(), Some("ada:correct@horse-battery"));
    shows_no_login(&run);
}

/// botocore sends no login of which one half is missing.
#[test]
fn half_a_login_is_none() {
    let (user, _) = LOGIN;
    for login in [user.to_owned(), format!("{user}:"), format!(":{user}")] {
        let (r2, proxy) = (R2::builder().tls(Tls::Good).start(), misbehaving(Does::Refuse(407)));
        let run = run_with(&r2, &[("HTTPS_PROXY", &format!("http://{login}@{}", proxy.address))], &[]);
        run.fails_at("connect", "proxy.auth");
        assert_eq!(proxy.asked()[0].credentials, None);
    }
}

/// Plain HTTP has a variable of its own, and a proxy is then asked for the whole URL.
#[test]
fn plain_http_goes_through_the_proxy_of_http() {
    let proxy = R2::start();
    let token = proxy.token().clone();
    let url = proxy.endpoint().replace("http://", "http://ada:correct-horse-battery@");
    let env = [
        ("R2_ENDPOINT", "http://127.0.0.1:9"),
        ("R2_ACCESS_KEY_ID", &token.id),
        ("R2_SECRET_ACCESS_KEY", &token.secret),
        ("HTTP_PROXY", &url),
    ];
    let run = run_with(&proxy, &env, &["--no-experiments"]);
    let asked = proxy.requests();
    assert!(asked[0].target.starts_with("http://127.0.0.1:9/"), "{:?}", asked[0].target);
    assert!(asked[0].headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("proxy-authorization")
            && value == "Basic YWRhOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ=="
    }));
    shows_no_login(&run);
    // A CGI program must not believe the variable.
    let cgi = [env[0], env[1], env[2], env[3], ("REQUEST_METHOD", "GET")];
    let run = run_with(&proxy, &cgi, &["--no-experiments"]);
    run.fails_at("connect", "network.refused");
    assert!(proxy.requests_of(Op::Put).is_empty());
}
