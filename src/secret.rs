//! Values that must never be shown: a type that cannot be printed, and a fingerprint that can.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A value that no output may hold. It has neither `Debug` nor `Display`; its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a value into custody.
    pub fn new(value: String) -> Self {
        Self(SecretString::from(value))
    }

    /// The value itself, for signing and for the rules that judge its shape.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A short mark by which two reports can be compared without showing the value.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.expose())
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a domain-separated value.
///
/// The prefix keeps the mark from being the plain SHA-256 of the value: on R2 that very digest of an API token *is* a
/// secret (<https://developers.cloudflare.com/r2/api/tokens/>).
pub fn fingerprint(value: &str) -> String {
    let digest = Sha256::new().chain_update(b"r2-selftest fingerprint v1\0").chain_update(value).finalize();
    hex::encode(&digest[..6])
}
