//! `explain`: every code has an entry that says what to do.

use crate::support::cli::Cli;

/// Every code, as `explain` lists them.
pub fn codes() -> Vec<String> {
    let ran = Cli::new("explain").run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let first_words = ran.stdout.lines().filter_map(|line| line.split_whitespace().next());
    first_words.filter(|word| word.contains('.')).map(str::to_owned).collect()
}

/// The codes that the contract names; they are stable for ever.
const PROMISED: [(&str, &str); 13] = [
    (
        "config",
        "missing disabled enabled-not-true placeholder quotes whitespace invisible-character endpoint-scheme \
         endpoint-insecure endpoint-path endpoint-host endpoint-bucket-host endpoint-account endpoint-jurisdiction \
         endpoint-not-r2 access-key-shape access-key-is-account-id secret-shape secret-is-api-token keys-swapped \
         bucket-name region env-file shadowed",
    ),
    ("network", "dns refused unreachable timeout reset closed truncated not-http"),
    ("proxy", "unreachable auth denied ignored"),
    ("tls", "untrusted expired not-yet-valid hostname version handshake not-tls no-roots"),
    ("http", "redirect not-s3 blocked malformed"),
    ("auth", "unauthorized signature clock-skew unsigned expired"),
    ("permission", "denied read-only jurisdiction"),
    ("account", "not-entitled"),
    ("bucket", "not-found jurisdiction locked"),
    ("integrity", "etag not-listed lost-write size content content-type"),
    ("service", "error unavailable rate-limited not-implemented retried slow"),
    ("cleanup", "still-there leftover unknown"),
    ("run", "deadline interrupted internal"),
];

#[test]
fn every_promised_code_is_listed() {
    let codes = codes();
    for (area, conditions) in PROMISED {
        for condition in conditions.split_whitespace() {
            assert!(codes.contains(&format!("{area}.{condition}")), "{area}.{condition}");
        }
    }
}

#[test]
fn every_code_is_explained_with_its_fixes() {
    for code in codes() {
        let ran = Cli::new("explain").arg(&code).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{code}");
        assert!(ran.stdout.starts_with(&format!("{code}: ")), "{code}");
        for label in
            ["  meaning   ", "\n  evidence  ", "\n  causes    ", "\n  fix       ", "\n  docs      https://"]
        {
            assert!(ran.stdout.contains(label), "{code} has no {label:?}:\n{}", ran.stdout);
        }
        assert_eq!(placeholder(&ran.stdout), None, "{code}");
    }
}

/// A `{placeholder}` of the catalogue that nobody filled; `${…}` and `${{…}}` are what people write.
fn placeholder(text: &str) -> Option<&str> {
    let braces = text.match_indices('{').filter(|(at, _)| !text[..*at].ends_with(['$', '{']));
    let mut names = braces.filter_map(|(at, _)| text[at + 1..].split_once('}').map(|(name, _)| name));
    names.find(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
}

#[test]
fn a_code_that_the_demo_can_show_says_how() {
    let ran = Cli::new("explain tls.untrusted").run();
    assert!(ran.stdout.contains("\n  see it    r2-selftest demo --fault tls-untrusted\n"), "{}", ran.stdout);
}

#[test]
fn an_area_tells_its_codes_apart() {
    let ran = Cli::new("explain tls").run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let text = ran.stdout;
    assert!(text.contains("tls.untrusted: ") && text.contains("tls.no-roots: "), "{text}");
    assert!(!text.contains("network."), "{text}");
}

#[test]
fn the_whole_register_is_grouped_by_area() {
    let text = Cli::new("explain").run().stdout;
    let headings: Vec<_> =
        text.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(": ")).collect();
    assert_eq!(headings.first().map(|(area, _)| *area), Some("config"));
    assert_eq!(headings.len(), PROMISED.len(), "{text}");
}

#[test]
fn an_unknown_code_is_refused_with_the_nearest_one() {
    for (typed, meant) in [
        ("auth.signatrue", "auth.signature"),
        ("signature", "auth.signature"),
        ("Auth.Signature", "auth.signature"),
        ("auth-signature", "auth.signature"),
        ("AUTH", "did you mean `auth`?"),
        ("tls.untrustd", "did you mean `tls.untrusted`?"),
        ("netwrok", "did you mean `network`?"),
        ("quite-something-else", "r2-selftest explain"),
        ("", "r2-selftest explain"),
    ] {
        Cli::new("explain").arg(typed).run().refused(&["no diagnosis code", meant]);
    }
}

/// What is explained, from the line that names a code on.
fn explained(topic: &str) -> String {
    let ran = Cli::new("explain").arg(topic).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{topic}");
    ran.stdout
}

#[test]
fn a_code_of_s3_is_found_in_any_case_and_explained() {
    for (name, spelled, code) in [
        ("SignatureDoesNotMatch", "SignatureDoesNotMatch", "auth.signature"),
        ("nosuchbucket", "NoSuchBucket", "bucket.not-found"),
        ("InvalidAccessKeyId", "InvalidAccessKeyId", "auth.unauthorized"),
        ("XMinioStorageFull", "XMinioStorageFull", "service.storage-full"),
    ] {
        let text = explained(name);
        assert!(text.starts_with(&format!("{spelled}: S3's code for {code}.\n\n{code}: ")), "{text}");
    }
    let text = explained("AccessDenied");
    assert!(text.starts_with("AccessDenied: S3's code for permission.denied. With other"), "{text}");
    assert!(text.contains("\n  bucket.locked: ") && text.contains("\npermission.denied: "), "{text}");
}

#[test]
fn a_number_of_cloudflares_is_explained_by_its_own_meaning_first() {
    for (number, says, code) in [
        ("1016", "cannot be resolved", "http.custom-domain"),
        ("1020", "a firewall rule", "http.blocked"),
        ("1003", "an IP address as its host", "http.edge-refused"),
        ("525", "TLS cannot be agreed on", "http.custom-domain"),
    ] {
        let text = explained(number);
        let lead: String =
            text.split("\n\n").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(lead.starts_with(&format!("Cloudflare's error {number} says that")), "{text}");
        assert!(lead.contains(says) && text.contains(&format!("\n{code}: ")), "{text}");
    }
    Cli::new("explain").arg("1999").run().refused(&["no diagnosis code `1999`"]);
}

#[test]
fn a_beginning_is_enough_where_only_one_code_or_area_has_it() {
    for (beginning, meant) in [
        ("auth.sig", "auth.signature: "),
        ("bucket.n", "bucket.not-found: "),
        ("tls.ex", "tls.expired: "),
        ("perm", "permission: "),
    ] {
        assert!(explained(beginning).starts_with(meant), "{beginning}");
    }
    for (beginning, candidates) in
        [("auth.un", "`auth.unauthorized`, `auth.unsigned`"), ("c", "`config`, `cleanup`")]
    {
        Cli::new("explain").arg(beginning).run().refused(&["is the beginning of several", candidates]);
    }
}
