//! The rules about the endpoint.

use super::{ACCOUNT, KEY, SECRET, evidence, found_codes, judged, suggestion, with};

/// Judges an endpoint in which `ACC` stands for the account id and `R2` for the domain.
fn endpoint(text: &str) -> crate::settings::Loaded {
    with("R2_ENDPOINT", &expand(text))
}

fn expand(text: &str) -> String {
    text.replace("ACC", ACCOUNT).replace("R2", "r2.cloudflarestorage.com")
}

#[test]
fn every_fault_of_an_endpoint_has_its_code_and_its_correction() {
    for (text, codes, meant) in [
        ("ACC.R2", "scheme", "https://ACC.R2"),
        ("s3://photos", "scheme", ""),
        ("ftp://ACC.R2", "scheme", ""),
        ("htps://ACC.R2", "scheme", "https://ACC.R2"),
        ("https:/ACC.R2", "scheme", "https://ACC.R2"),
        ("https//ACC.R2", "scheme", "https://ACC.R2"),
        ("http://ACC.R2", "insecure", "https://ACC.R2"),
        ("https://ACC.R2/photos", "path", "https://ACC.R2"),
        ("https://ACC.R2/other/", "path", "https://ACC.R2"),
        ("ACC.eu.R2/photos", "scheme path", "https://ACC.eu.R2"),
        ("https://photos.ACC.R2", "bucket-host", "https://ACC.R2"),
        ("https://photos.ACC.eu.R2", "bucket-host", "https://ACC.eu.R2"),
        ("https://abc.R2", "account", ""),
        ("https://ACC.weur.R2", "jurisdiction", "https://ACC.R2"),
        ("https://eu.ACC.R2", "jurisdiction", "https://ACC.eu.R2"),
        ("https://R2", "host", ""),
        ("https://eu.R2", "account", ""),
        ("https://.R2", "host", ""),
        ("https://ACC.R2:8080", "host", "https://ACC.R2"),
        ("https://ACC.R2.", "host", "https://ACC.R2"),
        ("https://ACC.R2?x=1", "host", "https://ACC.R2"),
        ("https://user:hunter2hunter2@ACC.R2", "host", "https://ACC.R2"),
        ("https://ACC.R2:443abc", "host", ""),
        ("https://ACC.r2.cloudflarestorage.con", "host", "https://ACC.R2"),
        ("https://ACC.eu.r2.cloudflatestorage.com", "host", "https://ACC.eu.R2"),
        ("https://ACC.cloudflarestorage.com/photos", "host path", "https://ACC.R2"),
        ("https://pub-0123456789.r2.dev", "host", ""),
        ("https://dash.cloudflare.com/ACC/r2/overview", "host", ""),
        ("https://api.cloudflare.com/client/v4", "host", ""),
        ("ACC", "host", "https://ACC.R2"),
        ("photos", "host", ""),
        ("https://", "host", ""),
    ] {
        let loaded = endpoint(text);
        let expected: Vec<_> = codes.split(' ').map(|code| format!("endpoint-{code} ENDPOINT")).collect();
        assert_eq!(found_codes(&loaded), expected, "{text}: {}", evidence(&loaded));
        assert_eq!(suggestion(&loaded).unwrap_or_default(), expand(meant), "{text}");
        assert!(!evidence(&loaded).contains("hunter"), "{}", evidence(&loaded));
    }
}

#[test]
fn what_only_r2_can_know_is_asked_with_a_warning() {
    for (text, code) in [
        ("https://ACC.mars.R2", "endpoint-jurisdiction? ENDPOINT"),
        ("https://0123456789ABCDEF0123456789ABCDEF.R2", "endpoint-account? ENDPOINT"),
        ("https://0123456789ABCDEF0123456789ABCDEF.us.R2", "endpoint-account? ENDPOINT"),
    ] {
        let loaded = endpoint(text);
        assert_eq!(found_codes(&loaded), [code], "{text}: {}", evidence(&loaded));
        assert!(loaded.settings.is_some(), "{text}");
    }
}

#[test]
fn sound_endpoints_of_r2_pass() {
    for text in [
        "https://ACC.R2",
        "https://ACC.eu.R2",
        "https://ACC.us.R2",
        "https://ACC.fedramp.R2",
        "https://ACC.R2/",
        "https://ACC.R2:443",
    ] {
        let loaded = endpoint(text);
        assert_eq!(found_codes(&loaded), [""; 0], "{text}");
        assert!(loaded.settings.is_some());
    }
}

#[test]
fn other_servers_pass_with_a_warning_path_prefix_included() {
    for text in [
        "http://localhost:9000",
        "http://127.0.0.1:1/prefix",
        "http://[::1]:9000",
        "https://s3.example.com/store",
        "https://192.0.2.1:9000",
    ] {
        let loaded = endpoint(text);
        assert_eq!(found_codes(&loaded), ["endpoint-not-r2? ENDPOINT"], "{text}");
        assert!(loaded.settings.is_some());
    }
    for private in [
        "http://minio:9000",
        "http://minio.railway.internal:9000",
        "http://10.0.0.7:9000",
        "http://[fd12::7]:9000",
    ] {
        let loaded = endpoint(private);
        assert_eq!(
            found_codes(&loaded),
            ["endpoint-insecure? ENDPOINT", "endpoint-not-r2? ENDPOINT"],
            "{private}"
        );
        assert!(loaded.settings.is_some());
    }
    let plain = endpoint("http://minio.example.com:9000");
    assert_eq!(found_codes(&plain), ["endpoint-insecure ENDPOINT", "endpoint-not-r2? ENDPOINT"]);
    let bare = endpoint("localhost:9000");
    assert_eq!(found_codes(&bare), ["endpoint-scheme ENDPOINT", "endpoint-not-r2? ENDPOINT"]);
    assert_eq!(suggestion(&bare), Some("http://localhost:9000"));
}

#[test]
fn the_buckets_name_in_the_endpoint_is_said_verbatim() {
    assert!(evidence(&endpoint("https://ACC.R2/photos")).contains("ends with the bucket's name, `/photos`"));
    assert!(
        evidence(&endpoint("https://photos.ACC.R2"))
            .contains("has the bucket's name `photos` before the account id")
    );
    assert!(evidence(&endpoint("https://other.ACC.R2")).contains("only a bucket's name could stand"));
}

#[test]
fn a_location_hint_is_said_to_be_no_jurisdiction() {
    assert!(
        evidence(&endpoint("https://ACC.weur.R2"))
            .contains("has the location hint `weur` instead of a jurisdiction")
    );
}

#[test]
fn characters_that_do_not_belong_make_no_second_finding() {
    for (text, code) in [
        ("\"https://ACC.R2\"", "quotes"),
        ("https://ACC.R2 ", "whitespace"),
        ("https://ACC.R2\n", "whitespace"),
        ("https://ACC.R2\u{200b}", "invisible-character"),
        ("https://ACC.r2.cloudflаrestorage.com", "invisible-character"),
        ("https://<ACCOUNT_ID>.R2", "placeholder"),
        ("https://your-account-id.R2", "placeholder"),
        ("https://xxxxxxxx.R2", "placeholder"),
        ("https://...", "placeholder"),
    ] {
        assert_eq!(found_codes(&endpoint(text)), [format!("{code} ENDPOINT")], "{text}");
    }
    assert_eq!(suggestion(&endpoint("'https://ACC.R2'")), Some(expand("https://ACC.R2").as_str()));
}

#[test]
fn a_placeholder_for_the_account_keeps_r2s_rules_for_the_keys() {
    let endpoint = expand("https://<ACCOUNT_ID>.R2");
    let loaded = judged(&[("R2_ENDPOINT", Some(&endpoint)), ("R2_ACCESS_KEY_ID", Some("short"))]);
    assert_eq!(found_codes(&loaded), ["placeholder ENDPOINT", "access-key-shape ACCESS_KEY_ID"]);
}

#[test]
fn a_secret_that_stands_in_the_endpoint_is_not_shown() {
    for text in [
        expand(&format!("https://{SECRET}.R2")),
        expand(&format!("https://ACC.R2/{KEY}")),
        format!("https://{SECRET}"),
    ] {
        let loaded = with("R2_ENDPOINT", &text);
        let shown = format!(
            "{}{:?}",
            evidence(&loaded),
            loaded.findings.iter().map(|f| &f.values).collect::<Vec<_>>()
        );
        assert!(!shown.contains(SECRET) && !shown.contains(KEY), "{shown}");
    }
}
