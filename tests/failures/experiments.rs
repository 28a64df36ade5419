//! Proof by experiment: what is tried after a failure, what that proves, and the bounds that it keeps.

mod controls;
mod settings;
mod virtual_host;

use std::time::Duration;

use crate::support::r2::{ACCOUNT, BUCKET, DOMAIN, Fault, Jurisdiction, Op, Proxy, R2, S3Error, Tls, Token};
use crate::support::run::{Run, UNREADABLE, run_trying};

const PASSED_BY: (&str, &str) = ("NO_PROXY", "localhost");

fn on_r2() -> crate::support::r2::Builder {
    R2::builder().r2_host(Jurisdiction::Default)
}

fn host(jurisdiction: Jurisdiction) -> String {
    jurisdiction.host(ACCOUNT)
}

/// The root cause is proven by these words, nothing was written, and the failure stays one.
fn proves(run: &Run<'_>, check: &str, code: &str, words: &[&str]) {
    run.fails_at(check, code);
    let proof = &run.finding(code)["proof"];
    let sentence = format!("{} {}", proof["experiment"], proof["result"]);
    assert!(words.iter().all(|word| sentence.contains(word)), "{words:?}: {:#}", run.report);
    let last = experiments(run).last().unwrap();
    assert_eq!((&last["proves"], &last["change"]), (&true.into(), &proof["experiment"]));
}

fn experiments<'a>(run: &'a Run<'_>) -> &'a Vec<serde_json::Value> {
    run.report["experiments"].as_array().unwrap()
}

fn hosts(r2: &R2) -> Vec<String> {
    r2.requests().into_iter().map(|request| request.host).collect()
}

#[test]
fn a_bucket_in_another_jurisdiction_is_found_there() {
    for (jurisdiction, tried) in [(Jurisdiction::Eu, 1), (Jurisdiction::Us, 2), (Jurisdiction::Fedramp, 3)] {
        let r2 = on_r2().bucket_in(jurisdiction, BUCKET).start();
        let run = run_trying(&r2, &[], &[]);
        let caution = "it has a bucket of this name";
        proves(&run, "connect", "bucket.jurisdiction", &[&host(jurisdiction), "succeeded", caution]);
        run.statuses("pfssss").leaves_nothing();
        assert_eq!(experiments(&run).len(), tried);
        assert!(r2.operations().iter().all(|op| *op == Op::List));
        let label =
            run.report["experiments"][tried - 1]["change"].as_str().unwrap().split('.').nth(1).unwrap();
        let fix = run.finding("bucket.jurisdiction")["fix"].to_string();
        assert!(fix.contains(&format!("https://{}", host(jurisdiction))), "{fix}");
        assert!(fix.contains(&format!("bucket info {BUCKET} --jurisdiction {label}")), "{fix}");
    }
}

#[test]
fn a_bucket_of_the_default_jurisdiction_is_found_from_another_ones_endpoint() {
    let r2 = R2::builder().r2_host(Jurisdiction::Eu).bucket_in(Jurisdiction::Default, BUCKET).start();
    let run = run_trying(&r2, &[], &[]);
    proves(&run, "connect", "bucket.jurisdiction", &[&format!("https://{ACCOUNT}.{DOMAIN}")]);
}

#[test]
fn a_token_for_another_jurisdiction_is_accepted_there() {
    let token = Token::read_write().only(Jurisdiction::Eu, BUCKET);
    let r2 = on_r2().token(token).bucket_in(Jurisdiction::Eu, BUCKET).start();
    let run = run_trying(&r2, &[], &[]);
    proves(&run, "connect", "permission.jurisdiction", &[&host(Jurisdiction::Eu), "succeeded"]);
    run.leaves_nothing();
    assert_eq!(r2.operations()[..3], UNREADABLE);
    assert!(r2.operations()[3..].iter().all(|op| *op == Op::List));
}

#[test]
fn a_bucket_that_is_nowhere_was_looked_for_everywhere() {
    let r2 = on_r2().without_bucket().start();
    let run = run_trying(&r2, &[], &[]);
    run.fails_at("connect", "bucket.not-found");
    assert!(run.finding("bucket.not-found")["proof"].is_null());
    for jurisdiction in [Jurisdiction::Eu, Jurisdiction::Us, Jurisdiction::Fedramp] {
        run.says(&format!(
            "experiment: The same listing with R2_ENDPOINT set to `https://{}` returned 404 NoSuchBucket.",
            host(jurisdiction)
        ));
    }
    assert_eq!(hosts(&r2), Jurisdiction::ALL.map(host));
}

#[test]
fn a_token_that_is_refused_everywhere_stays_denied() {
    let r2 = on_r2().token(Token::read_write().only(Jurisdiction::Default, "another")).start();
    let run = run_trying(&r2, &[], &[]);
    run.fails_at("connect", "permission.denied").says("refused: ListObjectsV2");
    assert_eq!(experiments(&run).len(), 3);
    assert!(experiments(&run).iter().all(|experiment| experiment["proves"] == false));
}

#[test]
fn a_token_that_only_may_not_list_is_not_looked_for_elsewhere() {
    let r2 = on_r2().token(Token::new(crate::support::r2::Permission::NoList)).start();
    let run = run_trying(&r2, &[], &[]);
    run.fails_at("connect", "permission.denied").leaves_nothing();
    assert!(experiments(&run).is_empty());
}

#[test]
fn an_api_tokens_value_is_proven_by_its_hash() {
    let r2 = R2::start();
    let value = r2.token().value.clone();
    let run = run_trying(&r2, &[("R2_SECRET_ACCESS_KEY", &value)], &[]);
    proves(&run, "connect", "config.secret-is-api-token", &["SHA-256 of R2_SECRET_ACCESS_KEY", "succeeded"]);
    assert_eq!(r2.operations(), [Op::List, Op::List]);
    assert!(!run.report.to_string().contains(&r2.token().secret[..12]));
}

#[test]
fn a_secret_of_another_token_is_not_put_down_to_its_hash() {
    let r2 = R2::start();
    let run = run_trying(&r2, &[("R2_SECRET_ACCESS_KEY", "quite-another-secret-of-another-server")], &[]);
    run.fails_at("connect", "auth.signature").says("experiment: The same listing with the SHA-256");
    assert!(run.finding("auth.signature")["proof"].is_null());
}

#[test]
fn swapped_keys_are_reported_on_servers_of_any_kind() {
    let r2 = R2::start();
    let (id, secret) = (r2.token().id.clone(), r2.token().secret.clone());
    let run = run_trying(&r2, &[("R2_ACCESS_KEY_ID", &secret), ("R2_SECRET_ACCESS_KEY", &id)], &[]);
    is_told_without_proof(&run);
}

/// The control would send the secret in the clear.
fn is_told_without_proof(run: &Run<'_>) {
    run.fails_at("config", "config.keys-swapped").says(
        "experiment: A listing with R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY exchanged succeeded, which is not a proof",
    );
    run.says("a secret would be sent in the clear");
    assert!(run.finding("config.keys-swapped")["proof"].is_null());
}

#[test]
fn a_secret_is_never_sent_in_the_place_of_a_key_id() {
    let r2 = R2::start();
    for env in [("R2_SECRET_ACCESS_KEY", "f".repeat(64)), ("R2_ACCESS_KEY_ID", "e".repeat(32))] {
        run_trying(&r2, &[(env.0, &env.1)], &[]).leaves_nothing();
    }
    let sent: Vec<_> =
        r2.requests().iter().filter_map(|seen| seen.header("authorization").map(str::to_owned)).collect();
    assert!(!sent.is_empty() && sent.iter().all(|header| !header.contains(&r2.token().secret)));
}

#[test]
fn a_proxy_that_fails_is_proven_by_the_direct_way() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let denies = Proxy::builder().does(crate::support::r2::Does::Refuse(403)).start();
    let wants_login = Proxy::builder().login("user", "pass").start();
    for (proxy, code) in [
        ("http://127.0.0.1:9".to_owned(), "proxy.unreachable"),
        (denies.url(), "proxy.denied"),
        (wants_login.url(), "proxy.auth"),
    ] {
        let run = run_trying(&r2, &[("HTTPS_PROXY", &proxy), PASSED_BY], &[]);
        proves(&run, "connect", code, &[&format!("without the proxy {proxy}"), "HTTPS_PROXY names"]);
        let fix = &run.finding(code)["fix"];
        assert!(fix[0]["text"].as_str().unwrap().starts_with("Exempt 127.0.0.1 from the proxy"), "{fix:#}");
        assert!(fix[0]["command"].as_str().unwrap().contains("export NO_PROXY="), "{fix:#}");
        assert!(!fix.to_string().contains("Run once without"), "what is known is not asked: {fix:#}");
        run.leaves_nothing();
    }
    assert!(r2.operations().iter().all(|op| *op == Op::List));
}

#[test]
fn a_proxy_that_changes_requests_is_no_wrong_secret() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let inspected =
        R2::builder().tls(Tls::Good).fault(Fault::on(Op::Any).error(S3Error::signature())).start();
    let proxy = Proxy::builder().map(&r2.address.to_string(), inspected.address).start();
    let both =
        [&r2, &inspected].map(|server| std::fs::read_to_string(server.authority_file()).unwrap()).concat();
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, both).unwrap();
    let env = [("HTTPS_PROXY", proxy.url()), ("AWS_CA_BUNDLE", roots.display().to_string())];
    let mut env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.push(PASSED_BY);
    let run = run_trying(&r2, &env, &[]);
    proves(&run, "connect", "proxy.alters", &["without the proxy", "succeeded"]);
    assert!(run.finding("proxy.alters")["title"].as_str().unwrap().contains(&proxy.url()));
    assert_eq!((inspected.operations(), r2.operations()), (vec![Op::List], vec![Op::List]));
}

#[test]
fn a_handshake_that_fails_for_one_account_only_is_no_matter_of_the_network() {
    let r2 = on_r2()
        .tls_for(&host(Jurisdiction::Default), Tls::Alert(40))
        .tls_for(&host(Jurisdiction::Eu), Tls::Alert(40))
        .tls_for(&host(Jurisdiction::Us), Tls::Alert(40))
        .tls_for(&host(Jurisdiction::Fedramp), Tls::Alert(40))
        .start();
    let run = run_trying(&r2, &[], &[]);
    let words = [DOMAIN, "succeeded", "the fault lies with", &host(Jurisdiction::Default)];
    proves(&run, "connect", "tls.handshake", &words);
    assert_eq!(r2.server_names().last(), Some(&Some(DOMAIN.to_owned())));
    assert!(r2.requests().is_empty(), "the control connection carries no request");
}

#[test]
fn a_handshake_that_fails_for_every_host_is_a_matter_of_the_network() {
    let r2 = on_r2().tls(Tls::Alert(40)).start();
    let run = run_trying(&r2, &[], &[]);
    proves(&run, "connect", "tls.handshake", &["failed in the same way", "not with the account"]);
}

#[test]
fn an_account_that_answers_in_another_jurisdiction_exists() {
    let r2 = on_r2()
        .tls_for(&host(Jurisdiction::Default), Tls::Alert(40))
        .bucket_in(Jurisdiction::Eu, BUCKET)
        .start();
    let run = run_trying(&r2, &[], &[]);
    proves(&run, "connect", "bucket.jurisdiction", &[&host(Jurisdiction::Eu)]);
}

#[test]
fn a_reset_during_the_handshake_is_compared_with_the_control_host() {
    let r2 = on_r2().tls_for(&host(Jurisdiction::Default), Tls::Reset).start();
    let run = run_trying(&r2, &[], &["--retries", "0"]);
    proves(&run, "connect", "network.reset", &[DOMAIN, "succeeded"]);
}

#[test]
fn without_experiments_nothing_is_tried() {
    let r2 = on_r2().bucket_in(Jurisdiction::Eu, BUCKET).start();
    let run = run_trying(&r2, &[], &["--no-experiments"]);
    run.fails_at("connect", "bucket.not-found").sends(&[Op::List]);
    assert!(experiments(&run).is_empty());
}

#[test]
fn a_passing_run_tries_nothing() {
    let r2 = on_r2().start();
    let run = run_trying(&r2, &[], &[]);
    run.passes_with(&[]);
    assert!(experiments(&run).is_empty());
    assert_eq!(r2.requests().len(), 7);
}

#[test]
fn what_experiments_send_is_billed_and_reported() {
    let r2 = on_r2().without_bucket().start();
    let run = run_trying(&r2, &[], &[]);
    assert_eq!(run.report["usage"]["class_a"], 4);
    for experiment in experiments(&run) {
        assert_eq!(experiment["requests"][0]["operation"], "ListObjectsV2");
        assert!(experiment["duration_ms"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn experiments_that_are_not_answered_end_in_time() {
    let silent = |jurisdiction: Jurisdiction| Fault::on(Op::Any).host(&host(jurisdiction)).silence();
    let r2 = || {
        let others = [Jurisdiction::Eu, Jurisdiction::Us, Jurisdiction::Fedramp];
        others.into_iter().fold(on_r2().without_bucket(), |r2, other| r2.fault(silent(other))).start()
    };
    let server = r2();
    let run = run_trying(&server, &[], &[]);
    run.fails_at("connect", "bucket.not-found").says("failed: timed out");
    assert!(run.took < Duration::from_secs(8), "{:?}", run.took);
    let server = r2();
    let run = run_trying(&server, &[], &["--deadline", "2s"]);
    run.fails_at("connect", "bucket.not-found");
    assert!(run.took < Duration::from_secs(4), "{:?}", run.took);
}

#[test]
fn an_experiment_keeps_the_time_limit_of_a_request() {
    let silent = Fault::on(Op::Any).host(&host(Jurisdiction::Eu)).silence();
    let r2 = on_r2().without_bucket().fault(silent).start();
    let run = run_trying(&r2, &[], &["--timeout", "300ms"]);
    run.fails_at("connect", "bucket.not-found").says("failed: timed out after 300ms");
}
