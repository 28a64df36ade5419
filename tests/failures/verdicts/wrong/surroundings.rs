//! What surrounds the requests: rights, clocks, settings, and ways that lead nowhere.

use std::time::Duration;

use super::{FailsAt, IMPATIENT, Row};
use crate::support::r2::{
    ACCOUNT, BUCKET, Builder, DeadEnd, Does, Jurisdiction, Permission, Proxy, R2, Tls, Token,
};

/// Tokens, clocks, locks, buckets and settings under which a run cannot succeed.
pub fn rights() -> Vec<Row> {
    let token = |token: Token| R2::builder().token(token);
    let row = |name: &str, server: Builder, check| Row::new(name, server, FailsAt(check));
    let elsewhere = Token::read_write().of_account(&"b".repeat(32));
    let expired = Token::read_write().valid_for(Duration::ZERO);
    let mut rows = vec![
        row("a token that may do nothing", token(Token::new(Permission::None)), "connect"),
        row("a token that may only read", token(Token::read_only()), "upload"),
        row("a token that may only write", token(Token::new(Permission::WriteOnly)), "connect"),
        row("a token that may not delete", token(Token::new(Permission::NoDelete)), "delete"),
        row("a token that may not list", token(Token::new(Permission::NoList)), "connect"),
        row(
            "a token for another bucket",
            token(Token::read_write().only(Jurisdiction::Default, "other")),
            "connect",
        ),
        row(
            "a token for another jurisdiction",
            token(Token::read_write().only(Jurisdiction::Eu, BUCKET)),
            "connect",
        ),
        row("a token for another prefix", token(Token::read_write().only_prefix("app/")), "connect"),
        row("a token of another account", token(elsewhere), "connect"),
        row("an expired token", token(expired), "connect"),
        row("no bucket", R2::builder().without_bucket(), "connect"),
        row("a bucket in another jurisdiction", R2::builder().bucket_in(Jurisdiction::Eu, BUCKET), "connect"),
        row("a clock far ahead", R2::builder().clock(1000), "connect"),
        row("a clock far behind", R2::builder().clock(-1000), "connect"),
        row("a lock answered with 403", R2::builder().lock("", 403), "delete"),
        row("a lock answered with 409", R2::builder().lock("", 409), "delete"),
        row("a path that the server does not have", R2::builder().path_prefix("/s3"), "connect")
            .settings(|r2| vec![("R2_ENDPOINT", format!("http://{}", r2.address))]),
    ];
    for (name, variable, value, check) in [
        ("another secret", "R2_SECRET_ACCESS_KEY", "0123456789abcdef".repeat(4), "connect"),
        ("another key id", "R2_ACCESS_KEY_ID", "0123456789abcdef".repeat(2), "connect"),
        ("a session token that nobody gave", "R2_SESSION_TOKEN", "session".to_owned(), "connect"),
        ("another bucket", "R2_BUCKET_NAME", "app-flies".to_owned(), "connect"),
        ("another region", "R2_REGION", "moon-1".to_owned(), "connect"),
        ("R2 off", "R2_ENABLED", "false".to_owned(), "config"),
        ("R2 nearly on", "R2_ENABLED", "yes".to_owned(), "config"),
        ("an empty secret", "R2_SECRET_ACCESS_KEY", String::new(), "config"),
        ("a bucket in quotes", "R2_BUCKET_NAME", "\"app-files\"".to_owned(), "config"),
        ("a bucket with a space", "R2_BUCKET_NAME", "app-files ".to_owned(), "config"),
    ] {
        rows.push(row(name, R2::builder(), check).settings(move |_| vec![(variable, value.clone())]));
    }
    rows
}

/// Ways to the server that lead nowhere: ports, certificates, proxies.
pub fn ways() -> Vec<Row> {
    let row = |name: String, server: Builder| Row::new(name, server, FailsAt("connect")).options(&IMPATIENT);
    let bad = [
        Tls::UnknownIssuer,
        Tls::SelfSigned,
        Tls::Expired,
        Tls::NotYetValid,
        Tls::WrongName,
        Tls::Alert(40),
        Tls::Alert(70),
        Tls::Alert(80),
        Tls::Reset,
        Tls::Close,
        Tls::Plain,
    ];
    let mut rows: Vec<Row> =
        bad.iter().map(|tls| row(format!("TLS, {tls:?}"), R2::builder().tls(*tls))).collect();
    let dead =
        [("a port that refuses", DeadEnd::refusing()), ("a port that never answers", DeadEnd::unanswering())];
    rows.extend(dead.into_iter().map(|(name, dead)| {
        row(name.to_owned(), R2::builder()).settings(move |_| vec![("R2_ENDPOINT", dead.endpoint())])
    }));
    let refusing = [
        Does::Refuse(403),
        Does::Refuse(407),
        Does::Refuse(502),
        Does::Stall,
        Does::Close,
        Does::Reset,
        Does::Babble,
        Does::OpenAndClose,
    ];
    rows.extend(refusing.iter().map(|does| {
        let proxy = Proxy::builder().does(*does).start();
        row(format!("a proxy, {does:?}"), R2::builder().r2_host(Jurisdiction::Default))
            .settings(move |_| vec![("HTTPS_PROXY", proxy.url())])
    }));
    let nobody = format!("https://{}", Jurisdiction::Default.host(&ACCOUNT.replace('a', "b")));
    let unknown = row("an account that nobody has".to_owned(), R2::builder().r2_host(Jurisdiction::Default));
    rows.push(unknown.settings(move |_| vec![("R2_ENDPOINT", nobody.clone())]));
    rows
}
