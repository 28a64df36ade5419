//! The access key id and the secret: on R2, the length of a wrong one shows where it came from.
//!
//! Evidence about a key is only its length and the kinds of its characters.

use masking::Secret;
use sha2::{Digest as _, Sha256};

use super::{Site, Subject, is_hex};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::settings::lists::TOKEN_PREFIXES;

/// The length of an access key id on R2: the id of an API token (<https://developers.cloudflare.com/r2/api/tokens/>).
const ID_LENGTH: usize = 32;
/// The length of a secret on R2: the SHA-256 of an API token's value, in hexadecimal.
const SECRET_LENGTH: usize = 64;

/// The length of an API token without a prefix.
const TOKEN_LENGTH: usize = 40;

/// Both keys: swapped, or each judged by itself.
pub fn keys(id: Option<&Subject>, secret: Option<&Subject>, site: &Site) -> Vec<Finding> {
    // On any server: a request would carry the secret as its key id, readable in logs.
    if let Some(swapped) = id.zip(secret).and_then(|(id, secret)| swapped(id, secret, site)) {
        return vec![swapped];
    }
    if *site == Site::Other {
        return Vec::new();
    }
    let id = id.and_then(|id| access_key(id, site));
    let secret = secret.and_then(|secret| secret_key(secret, site));
    id.into_iter().chain(secret).collect()
}

fn swapped(id: &Subject, secret: &Subject, site: &Site) -> Option<Finding> {
    let (of_secrets, of_ids) = swapped_shapes(id.core(), secret.core(), !matches!(site, Site::R2(_)))?;
    let mut finding = id.error(Code::ConfigKeysSwapped).because(format!("{} {of_secrets}", id.named()));
    finding.also.push(secret.variable);
    Some(finding.because(format!("{} {of_ids}", secret.named())))
}

/// Whether each of two keys has the shape of the other.
pub fn look_swapped(id: &str, secret: &str) -> bool {
    swapped_shapes(id, secret, true).is_some()
}

/// The shapes by which swapped keys are recognised, for the one in the place of the id and the one in the place of the secret:
/// those of R2's keys and, on other servers, those of AWS keys, which many servers issue too.
fn swapped_shapes(id: &str, secret: &str, elsewhere: bool) -> Option<(&'static str, &'static str)> {
    if is_shaped_as_secret(id) && is_hex_of_any_case(secret, ID_LENGTH) {
        let of_ids = "has 32 hexadecimal digits, as access key ids have";
        return Some(("has 64 hexadecimal digits, as secrets have", of_ids));
    }
    (elsewhere && is_aws_secret(id) && is_aws_id(secret)).then_some((
        "has 40 letters, digits, `+` and `/`, as secrets have",
        "has 20 capital letters and digits, as access key ids have",
    ))
}

/// Whether a key has the shape of an access key id, R2's or AWS's.
pub fn is_shaped_as_id(key: &str) -> bool {
    is_hex_of_any_case(key, ID_LENGTH) || is_aws_id(key)
}

/// An access key id of AWS: 20 capital letters and digits.
fn is_aws_id(key: &str) -> bool {
    key.len() == 20 && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// A secret of AWS: 40 characters of base64, in both cases.
fn is_aws_secret(key: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| key.as_bytes().iter().any(kind);
    key.len() == 40
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// Whether a key has the length and the characters of a secret on R2.
pub fn is_shaped_as_secret(key: &str) -> bool {
    is_hex_of_any_case(key, SECRET_LENGTH)
}

/// Whether a key id and a secret both have the shape of R2's.
pub fn has_shape_of_r2(id: &str, secret: &str) -> bool {
    is_hex_of_any_case(id, ID_LENGTH) && is_shaped_as_secret(secret)
}

fn access_key(id: &Subject, site: &Site) -> Option<Finding> {
    let Site::R2(account) = site else { return None };
    let core = id.core();
    if core.is_empty() {
        return None;
    }
    if account.as_ref().is_some_and(|account| account.eq_ignore_ascii_case(core)) {
        let evidence = format!("{} is the account id in R2_ENDPOINT", id.named());
        return Some(id.error(Code::ConfigAccessKeyIsAccountId).because(evidence));
    }
    if is_hex(core, ID_LENGTH) {
        return None;
    }
    let finding = id.error(Code::ConfigAccessKeyShape).with("length", length(core).to_string());
    Some(shape(finding, id, ID_LENGTH, origin_of_id(core)))
}

fn secret_key(secret: &Subject, site: &Site) -> Option<Finding> {
    let core = secret.core();
    if let Some(kind) = token_kind(core, site) {
        let evidence = format!("{} {}; {kind}", secret.named(), secret.core_length());
        let finding = secret.error(Code::ConfigSecretIsApiToken).because(evidence);
        return Some(
            finding
                .because("the Secret Access Key is the SHA-256 of the token's value: 64 hexadecimal digits"),
        );
    }
    if *site == Site::Unknown || core.is_empty() || is_hex(core, SECRET_LENGTH) {
        return None;
    }
    let finding = secret.error(Code::ConfigSecretShape).with("length", length(core).to_string());
    Some(shape(finding, secret, SECRET_LENGTH, origin_of_secret(core)))
}

/// Whether a value has the shape of an API token, with or without its prefix.
pub fn is_token(value: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    TOKEN_PREFIXES.iter().any(|prefix| value.starts_with(prefix))
        || (value.len() == TOKEN_LENGTH && value.bytes().all(letters))
}

/// How a value is recognised as an API token; without its prefix, only if R2 is plainly meant.
fn token_kind(core: &str, site: &Site) -> Option<&'static str> {
    if TOKEN_PREFIXES.iter().any(|prefix| core.starts_with(prefix)) {
        return Some("it starts like a Cloudflare API token");
    }
    let bare = core.len() == TOKEN_LENGTH && core.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (bare && matches!(site, Site::R2(_)))
        .then_some("it has only letters and digits, like an API token without a prefix")
}

/// The finding with the evidence for a wrong length or wrong characters.
fn shape(finding: Finding, key: &Subject, expected: usize, origin: Option<&str>) -> Finding {
    let core = key.core();
    let mut evidence = format!("{} {}", key.named(), key.core_length());
    let mut fault = "has characters that no R2 key has".to_owned();
    if length(core) != expected {
        evidence = format!("{evidence}, not {expected}");
        fault = format!("has {}, not {expected}", counted(length(core), "character"));
    }
    let finding = finding.with_fault(fault).because(evidence);
    let finding = match origin {
        Some(origin) => finding.because(origin),
        None => finding,
    };
    match odd_characters(core) {
        Some(odd) => finding.because(odd),
        None => finding,
    }
}

/// Which characters are no lower-case hexadecimal digits, by kind, number and first place.
fn odd_characters(core: &str) -> Option<String> {
    let is_odd = |c: char| !matches!(c, '0'..='9' | 'a'..='f');
    let odd: Vec<char> = core.chars().filter(|c| is_odd(*c)).collect();
    let first = core.chars().position(is_odd)? + 1;
    if odd.iter().all(|c| matches!(c, 'A'..='F')) {
        return Some("the key has upper-case letters; R2 issues keys in lower case".to_owned());
    }
    Some(match odd.len() {
        1 => format!("the character at position {first} is not a hexadecimal digit"),
        number => {
            format!("{number} characters are not hexadecimal digits, the first at position {first}")
        }
    })
}

fn origin_of_id(core: &str) -> Option<&'static str> {
    if TOKEN_PREFIXES.iter().any(|prefix| core.starts_with(prefix)) {
        return Some(
            "the value starts like a Cloudflare API token; the access key id is the token's id, not its value",
        );
    }
    guess(core, &OF_IDS)
}

fn origin_of_secret(core: &str) -> Option<&'static str> {
    guess(core, &OF_SECRETS)
}

/// What a value of such a length, made of such characters, probably is.
type Guess = (std::ops::RangeInclusive<usize>, fn(&str) -> bool, &'static str);

/// What may be in the place of an access key id. The first match counts.
const OF_IDS: [Guess; 9] = [
    (20..=20, is_aws_id, "an AWS access key id has this length"),
    (21..=25, is_alphanumeric, "access key ids of other S3 providers have this length"),
    (31..=31, is_lower_hex, "one character was probably lost in copying"),
    (33..=33, has_any, "one character too many was probably copied"),
    (36..=36, is_uuid, "a UUID has this length"),
    (
        40..=40,
        is_alphanumeric,
        "the value of an API token made before 2026 has this length; its id belongs here",
    ),
    (37..=45, is_lower_hex, "a Cloudflare Global API Key has this length"),
    (63..=63, is_lower_hex, "one character was probably lost in copying"),
    (64..=64, is_shaped_as_secret, "a secret access key has this length"),
];
/// What may be in the place of a secret.
const OF_SECRETS: [Guess; 7] = [
    (20..=20, is_aws_id, "an AWS access key id has this length"),
    (32..=32, is_lower_hex, "an access key id or an account id has this length"),
    (40..=40, is_aws_secret, "an AWS secret access key has this length"),
    (37..=45, is_lower_hex, "a Cloudflare Global API Key has this length"),
    (63..=63, is_lower_hex, "one character was probably lost in copying"),
    (65..=65, has_any, "one character too many was probably copied"),
    (128..=128, is_lower_hex, "the secret was probably pasted twice"),
];

/// The guess from a value's length and characters.
fn guess(core: &str, guesses: &[Guess]) -> Option<&'static str> {
    let fits = |(lengths, fits, _): &&Guess| lengths.contains(&length(core)) && fits(core);
    guesses.iter().find(fits).map(|(_, _, words)| *words)
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_lower_hex(text: &str) -> bool {
    is_hex(text, text.len())
}

fn is_uuid(text: &str) -> bool {
    let places = [8, 13, 18, 23];
    text.bytes().enumerate().all(
        |(at, byte)| {
            if places.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        },
    )
}

fn has_any(_: &str) -> bool {
    true
}

fn length(core: &str) -> usize {
    core.chars().count()
}

fn is_hex_of_any_case(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The secret that belongs to an API token's value (<https://developers.cloudflare.com/r2/api/tokens/>).
pub fn secret_of_token(token: &str) -> Secret {
    Secret::new(hex::encode(Sha256::digest(token)))
}
