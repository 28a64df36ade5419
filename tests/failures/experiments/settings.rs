//! Settings that `config` refuses, or the server: what one change proves.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[test]
fn a_faulty_setting_is_proven_by_its_correction() {
    let r2 = on_r2().start();
    let (token, endpoint) = (r2.token().clone(), r2.endpoint());
    let quoted = format!("\"{}\"", token.secret);
    let spaced = format!("{} ", token.id);
    let quoted_endpoint = format!("\"{endpoint}\"");
    // With the value as it stands: what the server answers, or that no request can be made of it.
    let unmade = "no client can make a request of it";
    for (variable, value, code, control) in [
        ("R2_SECRET_ACCESS_KEY", quoted.as_str(), "config.quotes", "it returned 403"),
        ("R2_SECRET_ACCESS_KEY", &token.value, "config.secret-is-api-token", "it returned 403"),
        ("R2_ACCESS_KEY_ID", &spaced, "config.whitespace", "it returned 400"),
        ("R2_BUCKET_NAME", "App-Files", "config.bucket-name", "it returned 400"),
        ("R2_BUCKET_NAME", "\u{feff}app-files", "config.invisible-character", unmade),
        ("R2_REGION", "eu-west-1", "config.region", "it returned 400"),
        ("R2_ENDPOINT", &quoted_endpoint, "config.quotes", unmade),
    ] {
        let before = r2.requests().len();
        let run = run_trying(&r2, &[(variable, value)], &[]);
        let words = [variable, "succeeded; nothing else was changed; with the value as it is, ", control];
        proves(&run, "config", code, &words);
        run.statuses("fsssss");
        if variable == "R2_BUCKET_NAME" && code == "config.bucket-name" {
            let step = run.finding(code)["fix"][0]["text"].to_string();
            assert!(step.contains("Set R2_BUCKET_NAME to `app-files`"), "{step}");
        }
        let sent: Vec<_> = r2.requests()[before..].iter().map(|seen| seen.op).collect();
        let controls = usize::from(control != unmade);
        assert_eq!((sent.len(), experiments(&run).len()), (1 + controls, 1 + controls), "{code}");
        assert!(sent.iter().all(|op| *op == Op::List), "{code}: {sent:?}");
    }
}

/// What came along with a value is taken off for one listing, which tells whether the rest is right.
#[test]
fn what_came_along_with_a_value_is_proven_by_the_value_alone() {
    let r2 = on_r2().start();
    let (token, endpoint) = (r2.token().clone(), r2.endpoint());
    for (variable, value, code, change) in [
        (
            "R2_SECRET_ACCESS_KEY",
            format!("{} # prod", token.secret),
            "config.extra-text",
            "without a comment",
        ),
        (
            "R2_SECRET_ACCESS_KEY",
            STANDARD.encode(&token.secret),
            "config.extra-text",
            "without base64 encoding",
        ),
        ("R2_ACCESS_KEY_ID", format!("-n {}\\n", token.id), "config.extra-text", "an option of `echo`"),
        (
            "R2_ACCESS_KEY_ID",
            format!("{{\"accessKeyId\":\"{}\"}}", token.id),
            "config.extra-text",
            "without JSON",
        ),
        ("R2_BUCKET_NAME", format!("{BUCKET},"), "config.extra-text", "set to `app-files`"),
        ("R2_BUCKET_NAME", format!("R2_BUCKET_NAME={BUCKET}"), "config.extra-text", "set to `app-files`"),
        ("R2_ENDPOINT", format!("<{endpoint}>"), "config.extra-text", "set to `https://"),
        ("R2_ENDPOINT", format!("[{endpoint}]({endpoint})"), "config.extra-text", "set to `https://"),
        ("R2_ENDPOINT", STANDARD.encode(&endpoint), "config.extra-text", "set to `https://"),
        ("R2_ENDPOINT", format!("https://{endpoint}"), "config.endpoint-scheme", "set to `https://"),
    ] {
        let before = r2.requests().len();
        let run = run_trying(&r2, &[(variable, &value)], &[]);
        // Without a control, which must not be sent in the clear or to another place, the grant is evidence and no proof.
        if ["R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"].contains(&variable) {
            proves(&run, "config", code, &[variable, change, "succeeded"]);
        } else {
            let told = run.finding(code).to_string();
            for said in [variable, change, "succeeded"] {
                assert!(told.contains(said), "{said}: {told}");
            }
        }
        run.statuses("fsssss");
        let sent: Vec<_> = r2.requests()[before..].iter().map(|seen| seen.op).collect();
        // The control, where it may be sent, and the changed request.
        assert!(
            (1..=2).contains(&sent.len()) && sent.iter().all(|op| *op == Op::List),
            "{variable}={value}: {sent:?}"
        );
        assert!(!run.report.to_string().contains(&token.secret[..8]));
    }
}

/// One cause, however many values carry it: a file of which every line ends with a comment.
#[test]
fn what_every_value_carries_is_proven_by_all_of_them_without_it() {
    for (way, change) in
        [("@ # from the dashboard", "without a comment"), ("\"@\"", "without extra characters")]
    {
        let r2 = on_r2().start();
        let values = r2.env().into_iter().map(|(name, value)| (name, way.replace('@', &value)));
        let values: Vec<_> = values.filter(|(name, _)| name.starts_with("R2_")).collect();
        let changes: Vec<_> = values.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        let run = run_trying(&r2, &changes, &[]);
        let code = run.root().to_owned();
        proves(&run, "config", &code, &["R2_ENABLED, R2_ENDPOINT", change, "succeeded"]);
        assert_eq!(r2.operations(), [Op::List]);
    }
}

/// Only what stands there is asked: a host that was decoded is R2's, or nobody's.
#[test]
fn a_host_that_only_decoding_shows_is_not_asked() {
    let r2 = R2::start();
    for value in [
        STANDARD.encode(r2.endpoint()),
        format!("{{\"endpoint\":\"{}\"}}", r2.endpoint().replace('/', "\\/")),
    ] {
        let run = run_trying(&r2, &[("R2_ENDPOINT", &value)], &[]);
        run.fails_at("config", "config.extra-text");
        assert!(r2.requests().is_empty() && experiments(&run).is_empty(), "{value}");
    }
}

/// What must not be sent as it stands has no control, and then a grant proves nothing.
#[test]
fn a_correction_without_a_control_is_evidence_and_no_proof() {
    let r2 = on_r2().start();
    let endpoint = r2.endpoint();
    for (value, code, why) in [
        (
            format!("{endpoint}/{BUCKET}"),
            "config.endpoint-path",
            "it would be another request than a listing",
        ),
        (endpoint.replace("https", "http"), "config.endpoint-insecure", "it would travel without TLS"),
        (endpoint.replace("://", "://eu."), "config.endpoint-jurisdiction", "go to another host"),
    ] {
        let before = r2.requests().len();
        let run = run_trying(&r2, &[("R2_ENDPOINT", &value)], &[]);
        run.fails_at("config", code);
        assert!(run.finding(code)["proof"].is_null(), "{:#}", run.report);
        let is_eu = value.contains("eu.");
        let words = if is_eu { "returned 404 NoSuchBucket" } else { "succeeded, which is not a proof: " };
        run.says(words);
        if !is_eu {
            run.says(why);
        }
        assert_eq!(r2.requests()[before..].len(), 1, "{code}");
    }
}

/// The rules may be stricter than the server: what it grants as it stands is no cause.
#[test]
fn a_value_that_the_server_does_not_mind_is_not_proven_to_be_the_cause() {
    let mut token = Token::read_write();
    token.secret = format!("\"{}\"", token.secret);
    let r2 = on_r2().token(token.clone()).start();
    let run = run_trying(&r2, &[("R2_SECRET_ACCESS_KEY", &token.secret)], &[]);
    run.fails_at("config", "config.quotes").sends(&[Op::List]);
    let says = "A listing with R2_SECRET_ACCESS_KEY as it stands was granted: the server accepts the value.";
    run.says(says);
    assert!(run.finding("config.quotes")["proof"].is_null());
}

#[test]
fn swapped_keys_are_tried_before_either_was_sent_wrongly() {
    let r2 = on_r2().start();
    let (id, secret) = (r2.token().id.clone(), r2.token().secret.clone());
    let run = run_trying(&r2, &[("R2_ACCESS_KEY_ID", &secret), ("R2_SECRET_ACCESS_KEY", &id)], &[]);
    is_told_without_proof(&run);
    assert_eq!(r2.requests().len(), 1);
    assert!(r2.requests().iter().all(|seen| !seen.header("authorization").unwrap().contains(&secret)));
}

#[test]
fn a_correction_that_does_not_help_is_reported_and_proves_nothing() {
    let r2 = on_r2().start();
    let run = run_trying(&r2, &[("R2_SECRET_ACCESS_KEY", &format!(" {} ", "f".repeat(64)))], &[]);
    run.fails_at("config", "config.whitespace").says("returned 403 SignatureDoesNotMatch");
    assert!(run.finding("config.whitespace")["proof"].is_null());
}

#[test]
fn two_faulty_settings_are_not_tried() {
    let r2 = on_r2().start();
    let run = run_trying(&r2, &[("R2_BUCKET_NAME", "App-Files"), ("R2_REGION", "eu-west-1")], &[]);
    assert_eq!((run.status, experiments(&run).len(), r2.requests().len()), (1, 0, 0));
    let off = run_trying(&r2, &[("R2_ENABLED", "false")], &[]);
    assert_eq!((off.root(), experiments(&off).len(), r2.requests().len()), ("config.disabled", 0, 0));
}

#[test]
fn a_region_that_the_server_does_not_know_is_proven_by_auto() {
    let r2 = R2::start();
    let run = run_trying(&r2, &[("R2_REGION", "eu-west-1")], &[]);
    proves(&run, "connect", "config.region", &["R2_REGION set to `auto`", "succeeded"]);
}

#[test]
fn a_bucket_name_in_the_wrong_case_is_proven_by_the_right_one() {
    let r2 = R2::start();
    let run = run_trying(&r2, &[("R2_BUCKET_NAME", "App-Files")], &[]);
    proves(&run, "connect", "config.bucket-name", &["R2_BUCKET_NAME set to `app-files`", "succeeded"]);
    let fix = run.finding("config.bucket-name")["fix"][0]["text"].to_string();
    assert!(fix.contains("Set R2_BUCKET_NAME to `app-files` in the environment"), "{fix}");
}

/// No request, no question to a proxy or a name server, no proof, and no advice to use what is not in the endpoint's host.
fn is_left_alone(r2: &R2, env: &[(&str, &str)], code: &str, unsaid: &[&str]) {
    let run = run_trying(r2, env, &[]);
    run.fails_at("config", code).statuses("fsssss");
    assert!(run.finding(code)["proof"].is_null(), "{env:?}: {:#}", run.report);
    assert!(experiments(&run).is_empty(), "{env:?}: {:#}", run.report);
    assert!(r2.requests().is_empty(), "{env:?}: {:?}", hosts(r2));
    let asked: Vec<_> = r2.proxy().map(Proxy::asked).unwrap_or_default();
    assert!(asked.is_empty(), "{env:?}: {asked:?}");
    for text in unsaid {
        assert!(!run.report.to_string().contains(text), "{text}: {:#}", run.report);
    }
}

#[test]
fn a_host_that_config_refused_is_never_spoken_to() {
    let r2 = on_r2()
        .named("evil.example")
        .named("tr0ub4dor")
        .named("host.example")
        .named("bucher.example")
        .start();
    let own = host(Jurisdiction::Default);
    for (endpoint, unsaid) in [
        (format!("https://{own}@evil.example"), &["`https://evil.example`"][..]),
        (format!("https://{own}:x@evil.example/"), &["`https://evil.example"]),
        (format!("https://{own}/@evil.example"), &["`https://evil.example"]),
        (format!("https://{own}#@evil.example"), &["`https://evil.example"]),
        (format!("https://{own}\\@evil.example"), &["`https://evil.example"]),
        ("https://ana:p@tr0ub4dor#9@host.example".to_owned(), &["tr0ub4dor"]),
        ("https://ana:p@tr0ub4dor/9@host.example".to_owned(), &["tr0ub4dor"]),
        ("https://ana:p@tr0ub4dor?9@host.example".to_owned(), &["tr0ub4dor"]),
        ("https://ana:tr0ub4dor#9@host.example".to_owned(), &["tr0ub4dor"]),
        ("ana:p@tr0ub4dor@host.example".to_owned(), &["tr0ub4dor"]),
        ("https://ana:p4ssw0rd@host.example".to_owned(), &["p4ssw0rd", "`https://host.example`"]),
    ] {
        is_left_alone(&r2, &[("R2_ENDPOINT", &endpoint)], "config.endpoint-host", unsaid);
    }
}

#[test]
fn a_host_that_would_be_rewritten_is_never_spoken_to() {
    let r2 = on_r2().named("host.example").start();
    for endpoint in
        ["https://ⓗost.example", "https://host%2eexample", "https://h\u{430}st.example", "https://127.1"]
    {
        let run = run_trying(&r2, &[("R2_ENDPOINT", endpoint)], &[]);
        assert_eq!((run.status, experiments(&run).len()), (1, 0), "{endpoint}: {:#}", run.report);
        assert!(r2.requests().is_empty() && r2.proxy().unwrap().asked().is_empty(), "{endpoint}");
    }
}

#[test]
fn only_the_ends_of_a_value_are_repaired() {
    let r2 = R2::builder().bucket(BUCKET).bucket("advfiles").start();
    for inside in ["adv files", "adv\tfiles", "adv\nfiles"] {
        is_left_alone(&r2, &[("R2_BUCKET_NAME", inside)], "config.whitespace", &["advfiles"]);
    }
    is_left_alone(&r2, &[("R2_BUCKET_NAME", "adv\u{200b}files")], "config.invisible-character", &[]);
    let run = run_trying(&r2, &[("R2_BUCKET_NAME", " app-files\t")], &[]);
    proves(&run, "config", "config.whitespace", &["R2_BUCKET_NAME set to `app-files`"]);
}
