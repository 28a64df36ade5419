//! The key id and the secret: what their shapes tell before anything is sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

#[test]
fn the_length_of_an_access_key_id_shows_where_it_came_from() {
    each(
        "R2_ACCESS_KEY_ID",
        "config.access-key-shape",
        &[
            ("AKIAIOSFODNN7EXAMPLF", "an AWS access key id has this length"),
            (&"a".repeat(25), "other S3 providers"),
            (&"a".repeat(31), "one character was probably lost"),
            (&"a".repeat(33), "one character too many"),
            ("4a5b6c7d-8e9f-0a1b-2c3d-4e5f60718293", "a UUID has this length"),
            (&"a".repeat(38), "Global API Key"),
            (&"a".repeat(40), "API token made before 2026"),
            (&format!("cfut_{}", "a".repeat(48)), "starts like a Cloudflare API token"),
            (&"b".repeat(64), "a secret access key has this length"),
            (&KEY.to_uppercase(), "upper-case"),
            (&KEY.replace('4', "g"), "are not hexadecimal digits"),
        ],
    );
}

#[test]
fn the_account_id_in_the_place_of_the_access_key_id_is_named() {
    let report = Case::sound_but(&[("R2_ACCESS_KEY_ID", Some(ACCOUNT))]).fails();
    names(&report, "config.access-key-is-account-id", "R2_ACCESS_KEY_ID", "is the account id in R2_ENDPOINT");
}

#[test]
fn swapped_keys_are_one_finding() {
    let swapped = [("R2_ACCESS_KEY_ID", Some(SECRET)), ("R2_SECRET_ACCESS_KEY", Some(KEY))];
    let report = Case::sound_but(&swapped).fails();
    names(&report, "config.keys-swapped", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY");
}

#[test]
fn an_api_tokens_value_in_the_place_of_the_secret_is_named() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.secret-is-api-token",
        &[
            (&format!("cfut_{}", "Ab1".repeat(16)), "it starts like a Cloudflare API token"),
            (&format!("cfat_{}", "Ab1".repeat(16)), "SHA-256"),
            (&format!("{}x", "Ab3".repeat(13)), "letters and digits"),
        ],
    );
}

#[test]
fn a_secret_of_another_shape_is_named_with_its_length() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.secret-shape",
        &[
            (&SECRET[..63], "one character was probably lost"),
            (&format!("{SECRET}{SECRET}"), "pasted twice"),
            (&SECRET.to_uppercase(), "upper-case"),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ", "an AWS secret access key has this length"),
        ],
    );
}

/// A script that hashes a token's value, run on the secret, which is that hash already: of the right shape, and wrong.
#[test]
fn a_secret_that_was_hashed_twice_is_a_wrong_signature() {
    let r2 = R2::start();
    let twice = hex::encode(Sha256::digest(r2.token().secret.as_bytes()));
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &twice)], &[]);
    run.fails_at("connect", "auth.signature").says("403 SignatureDoesNotMatch").leaves_nothing();
    assert!(!run.report.to_string().contains(&twice[..8]));
}

#[test]
fn temporary_credentials_without_their_token_are_reported_as_unknown() {
    let r2 = R2::builder().token(Token::read_write().temporary()).start();
    run(&r2).passes_with(&[]).leaves_nothing();
    let without = run_with(&r2, &[("R2_SESSION_TOKEN", "")], &[]);
    without.fails_at("connect", "auth.unauthorized").leaves_nothing();
    let empty = without.finding("config.empty");
    assert_eq!(empty["severity"], "note");
    assert!(empty.to_string().contains("R2_SESSION_TOKEN"));
}

/// Both are healthy: boto3 sends no token that is empty, and R2 takes an empty region for its own.
#[test]
fn an_optional_variable_that_is_set_to_nothing_is_a_note_at_most() {
    let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
    let run = run_with(&r2, &[("R2_SESSION_TOKEN", ""), ("R2_REGION", "")], &["--strict"]);
    assert_eq!((run.status, run.verdict()), (0, "pass"), "{:#}", run.report);
    assert_eq!(run.codes(), ["config.empty"; 2]);
    assert!(r2.requests().iter().all(|seen| seen.header("x-amz-security-token").is_none()));
    // Another server has a region of its own, and an application signs for none.
    let other = R2::start();
    let run = run_with(&other, &[("R2_REGION", "")], &[]);
    assert_eq!(run.finding("config.region")["severity"], "warning", "{:#}", run.report);
}
