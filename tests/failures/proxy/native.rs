//! Which hosts have no proxy, by the rules of programs that follow curl's variables.

use super::*;

#[test]
fn hosts_that_no_proxy_names_are_reached_directly() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let proxy = misbehaving(Does::Refuse(403));
    for exempt in ["127.0.0.1", "127.0.0.0/8", "other.example, 127.0.0.1"] {
        let run = run_with(&r2, &[("HTTPS_PROXY", &proxy.url()), ("NO_PROXY", exempt)], &NATIVE);
        run.passes_with(&[]).leaves_nothing();
        assert_eq!(run.report["environment"]["proxy"], serde_json::Value::Null, "{exempt}");
    }
    assert!(proxy.asked().is_empty());
    let run = run_with(&r2, &[("HTTPS_PROXY", &proxy.url()), ("NO_PROXY", "other.example")], &[]);
    run.fails_at("connect", "proxy.denied");
    for client in ["native", "boto3"] {
        let env = [("HTTPS_PROXY", "a b"), ("NO_PROXY", "127.0.0.1")];
        run_with(&r2, &env, &["--client", client]).passes_with(&[]);
    }
}

#[test]
fn plain_http_on_loopback_goes_through_no_proxy_by_native_rules() {
    let (r2, proxy) = (R2::start(), misbehaving(Does::Refuse(403)));
    let env = [("HTTPS_PROXY", proxy.url()), ("HTTP_PROXY", proxy.url()), ("ALL_PROXY", proxy.url())];
    let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
    run_with(&r2, &env, &NATIVE).passes_with(&[]).leaves_nothing();
    assert!(proxy.asked().is_empty());
}
