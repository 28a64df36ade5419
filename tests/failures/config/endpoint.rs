//! `R2_ENDPOINT`: what is said of one that is not the S3 API of an account.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

#[test]
fn the_buckets_name_at_the_end_of_the_endpoint_is_said_verbatim() {
    let said = format!("ends with the bucket's name, `/{BUCKET}`");
    each(
        "R2_ENDPOINT",
        "config.endpoint-path",
        &[
            (&format!("{ENDPOINT}/{BUCKET}"), &said),
            (&format!("{ENDPOINT}/{BUCKET}/"), "the bucket's name"),
            (&format!("{ENDPOINT}/uploads"), "`/uploads`"),
        ],
    );
}

#[test]
fn the_buckets_name_before_the_account_is_named() {
    let host = ENDPOINT.replace("https://", "");
    each(
        "R2_ENDPOINT",
        "config.endpoint-bucket-host",
        &[
            (&format!("https://{BUCKET}.{host}"), "has the bucket's name `app-files` before the account id"),
            (&format!("https://photos.{host}"), "`photos`"),
        ],
    );
}

#[test]
fn an_endpoint_without_or_with_another_scheme_is_named() {
    let host = ENDPOINT.replace("https://", "");
    each(
        "R2_ENDPOINT",
        "config.endpoint-scheme",
        &[
            (&host, "has no `https://` before its host"),
            (&format!("htps://{host}"), "`htps`"),
            (&format!("s3://{BUCKET}"), "`s3`"),
            (&format!("https:/{host}"), "https://"),
        ],
    );
}

#[test]
fn plain_http_to_r2_is_named_before_the_keys_travel() {
    let plain = ENDPOINT.replace("https://", "http://");
    each("R2_ENDPOINT", "config.endpoint-insecure", &[(&plain, "uses plain http to")]);
}

#[test]
fn a_slash_at_the_end_of_the_endpoint_is_no_fault() {
    Case::sound_but(&[("R2_ENDPOINT", Some(&format!("{ENDPOINT}/")))]).goes_on_to(&ENDPOINT[8..]);
    let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
    run_with(&r2, &[("R2_ENDPOINT", &format!("{}/", r2.endpoint()))], &[]).passes_with(&[]).sends(&ALL);
}

#[test]
fn a_host_that_is_not_the_api_of_r2_is_named() {
    let typo = |domain: &str| format!("https://{ACCOUNT}.{domain}");
    each(
        "R2_ENDPOINT",
        "config.endpoint-host",
        &[
            (&typo("r2.cloudflarestorage.con"), "points to `"),
            (&typo("r2.cloudflatestorage.com"), "points to `"),
            (&typo("cloudflarestorage.com"), "cloudflarestorage.com"),
            ("https://pub-0123456789abcdef.r2.dev", "r2.dev"),
            ("https://dash.cloudflare.com/x/r2/overview", "dash.cloudflare.com"),
            ("https://api.cloudflare.com/client/v4", "api.cloudflare.com"),
            ("https://r2.cloudflarestorage.com", "no account id"),
            (&format!("{ENDPOINT}:8080"), "names port 8080"),
            (&format!("{ENDPOINT}:443abc"), "is not a URL: invalid port number"),
            (&format!("{ENDPOINT}?x=1"), "`?`"),
            (ACCOUNT, "the value is shaped as an account id"),
        ],
    );
}

#[test]
fn an_account_id_of_another_shape_is_named_with_its_length() {
    each(
        "R2_ENDPOINT",
        "config.endpoint-account",
        &[
            ("https://abc123.r2.cloudflarestorage.com", "an account id of 6 characters, not 32"),
            (&ENDPOINT.replace("62.r2", ".r2"), "30 characters"),
            (
                "https://us-east-1.r2.cloudflarestorage.com",
                "the AWS region `us-east-1` instead of the account id",
            ),
            ("https://weur.r2.cloudflarestorage.com", "the location hint `weur` instead of the account id"),
            ("https://eu.r2.cloudflarestorage.com", "the jurisdiction `eu` instead of the account id"),
            (&ENDPOINT.replace("4f1c", "4g1c"), "instead of the account id"),
        ],
    );
}

/// A host's name knows no case, and R2 may have jurisdictions that this program does not know.
#[test]
fn what_only_the_server_can_know_is_asked() {
    let host = |account: &str, label: &str| format!("{account}{label}.r2.cloudflarestorage.com");
    for (account, label, code) in [
        (ACCOUNT.to_uppercase(), "", "config.endpoint-account"),
        (ACCOUNT.to_owned(), ".mars", "config.endpoint-jurisdiction"),
        (ACCOUNT.to_owned(), ".gov-2", "config.endpoint-jurisdiction"),
    ] {
        let endpoint = format!("https://{}", host(&account, label));
        let report = Case::sound_but(&[("R2_ENDPOINT", Some(&endpoint))]).goes_on_to(&host(ACCOUNT, label));
        assert_eq!(report.finding(code)["severity"], "warning");
        assert_eq!(report.check("config")["status"], "warn");
        let target = &report.0["target"];
        let label = label.strip_prefix('.').unwrap_or("default");
        assert_eq!((&target["kind"], &target["jurisdiction"]), (&"r2".into(), &label.into()));
        assert_eq!(target["account_id"], ACCOUNT);
    }
}

/// Inside Compose or on Railway's private network nothing speaks TLS.
#[test]
fn plain_http_on_a_private_network_is_a_warning() {
    for host in ["minio:9", "minio.railway.internal:9"] {
        let endpoint = format!("http://{host}");
        let case = Case::sound_but(&[("R2_ENDPOINT", Some(&endpoint))]);
        let report = case.cli.run().report();
        assert_eq!(report.finding("config.endpoint-insecure")["severity"], "warning");
        assert_eq!(report.check("config")["status"], "warn", "{:#}", report.0);
    }
}

#[test]
fn a_location_hint_is_no_jurisdiction() {
    for (label, what) in
        [("enam", "location hint"), ("weur", "location hint"), ("auto", "label"), ("eu-west-1", "AWS region")]
    {
        let endpoint = ENDPOINT.replace(".r2.", &format!(".{label}.r2."));
        let says = format!("has the {what} `{label}` instead of a jurisdiction");
        each("R2_ENDPOINT", "config.endpoint-jurisdiction", &[(&endpoint, &says)]);
    }
    for label in ["eu", "us", "fedramp"] {
        let host = ENDPOINT.replace("https://", "").replace(".r2.", &format!(".{label}.r2."));
        Case::sound_but(&[("R2_ENDPOINT", Some(&format!("https://{host}")))]).goes_on_to(&host);
    }
}

#[test]
fn a_jurisdiction_in_a_wrong_place_is_named() {
    for host in ["r2.eu.cloudflarestorage.com", "r2.cloudflarestorage.eu.com"] {
        let endpoint = format!("https://{ACCOUNT}.{host}");
        each("R2_ENDPOINT", "config.endpoint-jurisdiction", &[(&endpoint, "`eu` in the wrong place")]);
    }
}

#[test]
fn another_server_is_a_warning_and_then_judged_by_its_answers() {
    let name = "files.example";
    let page = "<html><title>404 Not Found</title></html>";
    let r2 = R2::builder()
        .r2_host(Jurisdiction::Default)
        .named(name)
        .fault(Fault::on(Op::Any).html(404, page).without("Server").without("CF-RAY"))
        .start();
    let run = run_with(&r2, &[("R2_ENDPOINT", &format!("https://{name}"))], &[]);
    run.fails_at("connect", "http.not-s3").says("404 Not Found").statuses("wfssss").leaves_nothing();
    let warning = run.finding("config.endpoint-not-r2");
    assert_eq!(warning["severity"], "warning");
    assert!(warning.to_string().contains(name) && warning.to_string().contains("R2_ENDPOINT"), "{warning:#}");
}

/// The same as [`each`] for other servers than R2, of which a warning tells beside.
fn each_elsewhere(code: &str, values: &[(&str, &str)]) {
    for (value, says) in values {
        let report = Case::sound_but(&[("R2_ENDPOINT", Some(value))]).fails();
        assert_eq!(report.root_cause(), Some(code), "{value}: {:#}", report.0["checks"][0]);
        assert_eq!(report.codes(), [code, "config.endpoint-not-r2"], "{value}");
        let evidence = report.evidence(code);
        assert!(evidence.contains("R2_ENDPOINT") && evidence.contains(says), "no `{says}`: {evidence}");
    }
}

#[test]
fn an_endpoint_that_would_be_rewritten_is_named_with_both_forms() {
    let typo = |domain: &str| format!("https://{ACCOUNT}.{domain}");
    each(
        "R2_ENDPOINT",
        "config.endpoint-rewritten",
        &[
            (&format!("{ENDPOINT}\\"), "a URL parser turns into"),
            (&format!("{ENDPOINT}//"), "an empty part"),
            (&typo("ⓡ2.cloudflarestorage.com"), "U+24E1"),
            (&typo("r2.cloudﬂarestorage.com"), "U+FB02"),
            (&typo("r2.cloudflarestorage%2ecom"), "%2ecom"),
            (&format!("{ENDPOINT}:0443"), "the port `0443`, which a URL parser turns into `443`"),
        ],
    );
    each_elsewhere(
        "config.endpoint-rewritten",
        &[
            ("http://0x7f.1:9000", "the host `0x7f.1`, which a URL parser turns into `127.0.0.1`"),
            ("http://127.1", "may read `http://127.0.0.1`"),
            ("https://bücher.example", "turns into `xn--bcher-kva.example`; it contains U+00FC"),
            ("http://127.0.0.1:9000/x/..", "the path `/x/..`, which a URL parser turns into `/`"),
            ("http://127.0.0.1:9000/%2e", "the path `/%2e`, which a URL parser turns into `/`"),
            ("http://127.0.0.1:9000/a%2Fb", "`a%2Fb` as a part of its path"),
        ],
    );
}

#[test]
fn a_host_that_the_applications_client_refuses_is_named() {
    each_elsewhere(
        "config.endpoint-host",
        &[
            ("https://my_minio.example", "an underscore"),
            ("https://a..example", "nothing between two of its dots"),
            ("https://-a.example", "a hyphen at an end"),
            (&format!("https://{}.example", "a".repeat(64)), "more than 63 characters"),
            ("https://@host.example", "before the host"),
        ],
    );
}

#[test]
fn a_login_that_can_be_read_in_two_ways_is_shown_in_no_part() {
    for endpoint in [
        "https://ana:p@tr0ub4dor#9@host.example",
        "https://ana:tr0ub4dor/9@host.example",
        "ana:tr0ub4dor@x@host",
    ] {
        let report = Case::sound_but(&[("R2_ENDPOINT", Some(endpoint))]).fails();
        names(&report, "config.endpoint-host", "R2_ENDPOINT", "unclear where a login ends");
        let shown = report.0.to_string();
        assert!(!shown.contains("tr0ub4dor"), "{shown}");
    }
}
