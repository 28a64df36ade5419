//! Values that must never be shown: a type that cannot be printed, and a fingerprint that can.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A value that no output may hold. It has neither `Debug` nor `Display`; its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(SecretString::from(value))
    }

    /// The value itself, for signing and for the rules that judge its shape.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A short mark by which two reports can be compared without showing the value; none if the value could be guessed.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        self.is_unguessable().then(|| fingerprint(self.expose()))
    }

    /// Whether the value cannot be found by a brute-force search, even with its fingerprint.
    ///
    /// A graphics card computes some ten thousand million SHA-256 a second: a chosen password of some 40 bits is found in
    /// minutes, and 80 bits not in a million years. So a value must have the shape of a generated key: hexadecimal of
    /// `FEWEST_HEX` digits (R2's ids and secrets have 128 and 256 bits), an access key id of AWS (16 characters of
    /// base32 after its prefix, 80 bits), or `FEWEST_HEX` other characters that change between lower case, upper case
    /// and digits as only random ones do (the secrets of AWS have 40 of base64, 240 bits). A sentence is long too, but
    /// made of words.
    #[must_use]
    pub fn is_unguessable(&self) -> bool {
        let value = self.expose();
        let distinct = value.bytes().collect::<BTreeSet<u8>>().len();
        let is_hex = value.len() >= FEWEST_HEX && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_hex && distinct >= 8) || is_aws_key_id(value) || (distinct >= 12 && is_drawn(value))
    }
}

/// The fewest hexadecimal digits that cannot be guessed: 128 bits.
const FEWEST_HEX: usize = 32;

fn is_aws_key_id(value: &str) -> bool {
    let rest = ["AKIA", "ASIA"].iter().find_map(|prefix| value.strip_prefix(prefix));
    rest.is_some_and(|rest| {
        rest.len() == 16 && rest.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
    })
}

/// Whether characters seem random: of random ones from 62, six in ten follow one of another kind, of random digits and
/// letters of one case four in ten, and within words hardly any.
fn is_drawn(value: &str) -> bool {
    let kinds: Vec<u8> = value.bytes().filter_map(kind).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    value.len() >= FEWEST_HEX
        && value.bytes().all(|byte| byte.is_ascii_graphic())
        && kinds.len() * 4 >= value.len() * 3
        && changes * 3 >= kinds.len()
}

fn kind(byte: u8) -> Option<u8> {
    match byte {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a domain-separated value.
///
/// The prefix keeps the mark from being the plain SHA-256 of the value: on R2 that very digest of an API token *is* a
/// secret (<https://developers.cloudflare.com/r2/api/tokens/>). It does not prevent a search for the value: see
/// [`Secret::is_unguessable`].
#[must_use]
pub fn fingerprint(value: &str) -> String {
    let digest = Sha256::new().chain_update(b"r2-selftest fingerprint v1\0").chain_update(value).finalize();
    hex::encode(&digest[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_can_guess_has_a_fingerprint() {
        for value in [
            "4a5b6c7d8e9f0a1b2c3d4e5f60718293",
            "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE",
            "cfat_AbC3fGh1jKlM2nOp4QrS6tUv8WxY0z123456789abcdefghij",
        ] {
            let secret = Secret::new(value.to_owned());
            assert_eq!(secret.fingerprint().map(|mark| mark.len()), Some(12), "{value}");
        }
        for value in [
            "",
            "hunter2",
            "minioadmin",
            "20261126",
            "correct-horse-battery-staple-and-more",
            "Correct-Horse-Battery-Staple-2026-Again",
            "correcthorsebatterystaplecorrecthorsebatt",
            "passwordpasswordpasswordpassword1",
            "00000000000000000000000000000000",
            "deadbeefdeadbeef",
            "tok-12345678-en",
            "ein ganz langer Satz mit 2 oder 3 Zahlen 4 you",
        ] {
            assert_eq!(Secret::new(value.to_owned()).fingerprint(), None, "{value}");
        }
    }
}
