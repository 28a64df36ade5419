//! The rules about the switch, the keys, the bucket, the region, and the characters of any value.

use super::{ACCOUNT, KEY, SECRET, evidence, found_codes, judged, suggestion, with};

#[test]
fn only_true_in_any_case_enables_r2() {
    for (value, finding) in [
        ("true", None),
        ("True", None),
        ("TRUE", None),
        ("false", Some("disabled ENABLED")),
        ("0", Some("disabled ENABLED")),
        ("1", Some("enabled-not-true ENABLED")),
        ("Yes", Some("enabled-not-true ENABLED")),
        ("on", Some("enabled-not-true ENABLED")),
        ("true ", Some("whitespace ENABLED")),
        ("\"true\"", Some("quotes ENABLED")),
        ("", Some("missing ENABLED")),
        ("${R2_ON}", Some("placeholder ENABLED")),
    ] {
        let expected: Vec<_> = finding.into_iter().collect();
        assert_eq!(found_codes(&with("R2_ENABLED", value)), expected, "{value:?}");
    }
    assert_eq!(suggestion(&with("R2_ENABLED", "1")), Some("true"));
}

#[test]
fn an_absent_variable_is_distinguished_from_an_empty_one() {
    let absent = judged(&[("R2_BUCKET_NAME", None)]);
    assert!(evidence(&absent).contains("not set in the environment"));
    let empty = with("R2_BUCKET_NAME", "");
    assert_eq!(found_codes(&empty), ["missing BUCKET_NAME"]);
    assert_eq!(evidence(&empty), "R2_BUCKET_NAME (from the environment) is empty");
}

#[test]
fn a_name_that_resembles_a_missing_one_is_reported_without_its_value() {
    let loaded = judged(&[("R2_SECRET_ACCESS_KEY", None), ("R2_SECRET_KEY", Some("hunter2hunter2"))]);
    let evidence = evidence(&loaded);
    assert!(
        evidence.contains(
            "R2_SECRET_KEY is set in the environment, but the application reads R2_SECRET_ACCESS_KEY"
        )
    );
    assert!(!evidence.contains("hunter"));
}

#[test]
fn quotes_and_whitespace_are_reported_by_place_and_make_no_second_finding() {
    for (value, code, seen) in [
        (format!("\"{SECRET}\""), "quotes", "has 66 characters; it starts and ends with a double quote"),
        (format!("'{SECRET}"), "quotes", "has 65 characters; it starts with a single quote"),
        (format!("{SECRET}\r\n"), "whitespace", "ends with a carriage return and a line feed"),
        (format!(" {SECRET}"), "whitespace", "starts with a space"),
        (
            format!("{}\n{}", &SECRET[..32], &SECRET[32..]),
            "whitespace",
            "contains a line feed at character 33",
        ),
        (format!("\u{feff}{SECRET}"), "invisible-character", "U+FEFF (byte order mark) at character 1 of 65"),
        (format!("“{SECRET}”"), "invisible-character", "U+201C (a typographic quote) at character 1 of 66"),
        (SECRET.replacen('c', "с", 1), "invisible-character", "U+0441 (a letter of another script"),
    ] {
        let loaded = with("R2_SECRET_ACCESS_KEY", &value);
        assert_eq!(found_codes(&loaded), [format!("{code} SECRET_ACCESS_KEY")], "{value:?}");
        assert!(evidence(&loaded).contains(seen), "{}", evidence(&loaded));
    }
}

#[test]
fn two_faults_of_the_characters_are_two_findings() {
    let loaded = with("R2_BUCKET_NAME", "\"photos\"\r");
    assert_eq!(found_codes(&loaded), ["quotes BUCKET_NAME", "whitespace BUCKET_NAME"]);
    assert_eq!(suggestion(&loaded), Some("photos"));
}

#[test]
fn nothing_but_whitespace_is_whitespace() {
    let loaded = with("R2_BUCKET_NAME", "  ");
    assert_eq!(found_codes(&loaded), ["whitespace BUCKET_NAME"]);
    assert!(evidence(&loaded).contains("is nothing but 2 spaces"));
}

#[test]
fn the_length_of_a_wrong_access_key_id_shows_where_it_came_from() {
    for (value, seen) in [
        ("AKIAIOSFODNN7EXAMPLE", "an AWS access key id has this length"),
        (&"a".repeat(40), "the value of an API token made before 2026"),
        (SECRET, "a secret access key has this length"),
        (&format!("cfut_{}", "a".repeat(48)), "starts like a Cloudflare API token"),
        (&KEY.to_uppercase(), "R2 issues keys in lower case"),
        ("g123456789abcdef0123456789abcdef", "the character at position 1 is not a hexadecimal digit"),
    ] {
        let loaded = with("R2_ACCESS_KEY_ID", value);
        assert_eq!(found_codes(&loaded), ["access-key-shape ACCESS_KEY_ID"], "{value}");
        assert!(evidence(&loaded).contains(seen), "{}", evidence(&loaded));
        assert!(!evidence(&loaded).contains(value));
    }
    assert_eq!(found_codes(&with("R2_ACCESS_KEY_ID", ACCOUNT)), ["access-key-is-account-id ACCESS_KEY_ID"]);
}

#[test]
fn a_secret_of_the_wrong_kind_is_named() {
    for (value, finding) in [
        (KEY.to_owned(), "secret-shape"),
        (SECRET[..63].to_owned(), "secret-shape"),
        (SECRET.to_uppercase(), "secret-shape"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(), "secret-shape"),
        (format!("cfat_{}", "b".repeat(48)), "secret-is-api-token"),
        (format!("cfoat_{}", "b".repeat(20)), "secret-is-api-token"),
        ("Ab3".repeat(13) + "x", "secret-is-api-token"),
    ] {
        let loaded = with("R2_SECRET_ACCESS_KEY", &value);
        assert_eq!(found_codes(&loaded), [format!("{finding} SECRET_ACCESS_KEY")], "{value}");
        assert!(!evidence(&loaded).contains(&value));
    }
}

#[test]
fn swapped_keys_are_one_finding_even_in_quotes() {
    let swapped = judged(&[("R2_ACCESS_KEY_ID", Some(SECRET)), ("R2_SECRET_ACCESS_KEY", Some(KEY))]);
    assert_eq!(found_codes(&swapped), ["keys-swapped ACCESS_KEY_ID"]);
    let quoted = format!("'{SECRET}'");
    let swapped = judged(&[("R2_ACCESS_KEY_ID", Some(&quoted)), ("R2_SECRET_ACCESS_KEY", Some(KEY))]);
    assert_eq!(found_codes(&swapped), ["quotes ACCESS_KEY_ID", "keys-swapped ACCESS_KEY_ID"]);
}

#[test]
fn other_servers_keys_buckets_and_regions_are_not_judged_by_r2s_rules() {
    let other = |bucket| {
        judged(&[
            ("R2_ENDPOINT", Some("http://127.0.0.1:9000/prefix")),
            ("R2_ACCESS_KEY_ID", Some("minio")),
            ("R2_SECRET_ACCESS_KEY", Some("changeme")),
            ("R2_BUCKET_NAME", Some(bucket)),
            ("R2_REGION", Some("eu-central-1")),
        ])
    };
    let loaded = other("My_Bucket.old");
    assert_eq!(found_codes(&loaded), ["endpoint-not-r2? ENDPOINT"]);
    assert!(loaded.settings.is_some());
    let names = [
        "photos/2024",
        "recordings#prod",
        "recordings?",
        "x\\..\\other",
        "..",
        ".",
        "adv%2Dfiles",
        "a;b",
        "ä",
    ];
    for name in names {
        assert_eq!(
            found_codes(&other(name)),
            ["bucket-name BUCKET_NAME", "endpoint-not-r2? ENDPOINT"],
            "{name}"
        );
    }
    assert_eq!(
        found_codes(&other(&"a".repeat(256))),
        ["bucket-name BUCKET_NAME", "endpoint-not-r2? ENDPOINT"]
    );
}

#[test]
fn without_an_endpoint_only_unmistakable_faults_of_the_keys_are_reported() {
    let keys = |id, secret| {
        judged(&[
            ("R2_ENDPOINT", None),
            ("R2_ACCESS_KEY_ID", Some(id)),
            ("R2_SECRET_ACCESS_KEY", Some(secret)),
        ])
    };
    assert_eq!(found_codes(&keys("minio", "minio123")), ["missing ENDPOINT"]);
    assert_eq!(found_codes(&keys(SECRET, KEY)), ["missing ENDPOINT", "keys-swapped ACCESS_KEY_ID"]);
    let token = format!("cfut_{}", "a".repeat(48));
    assert_eq!(
        found_codes(&keys("minio", &token)),
        ["missing ENDPOINT", "secret-is-api-token SECRET_ACCESS_KEY"]
    );
}

#[test]
fn a_bucket_name_that_r2_refuses_is_reported_with_the_one_that_was_meant() {
    for (value, meant) in [
        ("Photos", Some("photos")),
        ("s3://photos", Some("photos")),
        ("photos/x", Some("photos")),
        ("ph", None),
    ] {
        let loaded = with("R2_BUCKET_NAME", value);
        assert_eq!(found_codes(&loaded), ["bucket-name BUCKET_NAME"], "{value}");
        assert_eq!(suggestion(&loaded), meant, "{value}");
    }
}

#[test]
fn regions_are_valid_tolerated_or_unknown() {
    for (value, finding) in [
        ("auto", None),
        ("us-east-1", Some("region? REGION")),
        ("weur", Some("region? REGION")),
        ("WNAM", Some("region? REGION")),
        ("", Some("empty REGION")),
        ("eu-west-1", Some("region REGION")),
        ("eu", Some("region REGION")),
        ("${REGION}", Some("placeholder REGION")),
    ] {
        let expected: Vec<_> = finding.into_iter().collect();
        assert_eq!(found_codes(&with("R2_REGION", value)), expected, "{value:?}");
    }
    assert_eq!(suggestion(&with("R2_REGION", "us-east-1")), Some("auto"));
}

#[test]
fn an_empty_session_token_is_a_note_and_counts_as_none() {
    let loaded = with("R2_SESSION_TOKEN", "");
    assert_eq!(found_codes(&loaded), ["empty SESSION_TOKEN"]);
    assert!(loaded.settings.expect("settings").session_token.is_none());
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_reported_by_length_and_place() {
    use crate::settings::env_file::FileRead;
    use crate::settings::{Environment, Raw, judge};
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let pairs = [("R2_REGION", OsString::from_vec(b"aut\xff".to_vec()))];
    let loaded = judge(&Raw { environment: Environment::from_pairs(pairs), file: FileRead::default() });
    let finding = loaded.findings.iter().find(|f| f.values["variable"] == "R2_REGION").expect("finding");
    assert_eq!(finding.code.as_str(), "config.not-unicode");
    assert_eq!(finding.evidence, ["R2_REGION (from the environment) has 4 bytes; byte 4 is not UTF-8"]);
    assert_eq!(loaded.provenance[6].length(), Some(4));
}

#[test]
fn a_very_long_value_is_judged_in_no_time() {
    let start = std::time::Instant::now();
    for value in ["\u{a0}".repeat(20_000), "а".repeat(20_000), " x".repeat(10_000)] {
        assert!(
            judged(&[("R2_ENDPOINT", Some(&value)), ("R2_BUCKET_NAME", Some(&value))]).settings.is_none()
        );
    }
    assert!(start.elapsed().as_secs() < 20);
}
