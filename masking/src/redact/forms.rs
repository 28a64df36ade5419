//! The forms in which a secret may be written, as bytes in lower case. Escapes of single characters are not among them: the
//! filter undoes them in the text.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::reading::{joined, seen};
use super::view::View;
use super::{DEPTH, PART};

/// What URLs need not encode (RFC 3986, section 2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All forms of a secret: itself, in hexadecimal, in base32, in base64, and with its escapes undone; each with and without
/// invisible characters.
pub fn of(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = plain(secret);
    forms.extend(as_read(secret));
    for written in written(secret) {
        forms.push(hex::encode(&written).into_bytes());
        forms.extend(as_base64(written.as_bytes()));
    }
    forms.extend(as_base32(secret.as_bytes()));
    // A secret in hexadecimal may be decoded to bytes and encoded in another way.
    if let Ok(number) = hex::decode(secret) {
        forms.extend(as_base64(&number));
        forms.extend(as_base32(&number));
    }
    // A form without a part is never found, and of short secrets most have none.
    forms.retain(|form| form.len() >= PART);
    let unseen: Vec<Vec<u8>> = forms.iter().filter_map(|form| without_unseen(form)).collect();
    forms.extend(unseen);
    tidy(forms)
}

/// A secret as it stands, in other case, and without separators.
fn plain(secret: &str) -> Vec<Vec<u8>> {
    let letters = joined(secret.as_bytes()).map(|(_, byte)| byte).collect();
    let texts = [secret.to_owned(), secret.to_lowercase(), secret.to_uppercase(), secret.replace(' ', "+")];
    texts.into_iter().map(String::into_bytes).chain([letters]).collect()
}

/// A form without its invisible characters, if it has any.
fn without_unseen(form: &[u8]) -> Option<Vec<u8>> {
    (seen(form).count() < form.len()).then(|| seen(form).map(|(_, byte)| byte).collect())
}

fn tidy(mut forms: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    for form in &mut forms {
        form.make_ascii_lowercase();
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// A secret with its escapes undone, if it happens to hold some.
fn as_read(secret: &str) -> Vec<Vec<u8>> {
    let next = |view: &View| view.unescaped();
    std::iter::successors(View::of(secret).unescaped(), next).take(DEPTH).map(View::into_bytes).collect()
}

/// A secret as it is, and as URLs and JSON carry it.
fn written(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap_or_default();
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    let mut written =
        vec![secret.to_owned(), utf8_percent_encode(secret, &RESERVED).to_string(), inner.to_owned()];
    written.sort_unstable();
    written.dedup();
    written
}

/// Base64 encodes the same bytes in three ways, depending on their distance from the start.
fn as_base64(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let alphabets = if has_part(bytes.len(), 6) { &[STANDARD_NO_PAD, URL_SAFE_NO_PAD][..] } else { &[] };
    alphabets
        .iter()
        .flat_map(move |alphabet| (0..3).map(move |shift| base64(alphabet, bytes, shift).into_bytes()))
}

/// The characters of base64 that depend only on these bytes, with `shift` others before them.
fn base64(alphabet: &GeneralPurpose, bytes: &[u8], shift: usize) -> String {
    let encoded = alphabet.encode([&[0; 2][..shift], bytes].concat());
    let (first, whole) = ((shift * 8).div_ceil(6), (shift + bytes.len()) * 8 / 6);
    encoded.get(first..whole).unwrap_or_default().to_owned()
}

/// Whether so many bytes make a part in an encoding of so many bits a character, which may begin inside of another.
fn has_part(bytes: usize, bits: usize) -> bool {
    (bytes + 1) * 8 / bits >= PART
}

/// Base32 (RFC 4648, section 6) encodes them in five ways.
fn as_base32(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let shifts = if has_part(bytes.len(), 5) { 0..5 } else { 0..0 };
    shifts.map(move |shift| {
        let (first, whole) = ((shift * 8_usize).div_ceil(5), (shift + bytes.len()) * 8 / 5);
        let encoded = base32([&[0; 4][..shift], bytes].concat());
        encoded.get(first..whole).unwrap_or_default().to_vec()
    })
}

fn base32(bytes: Vec<u8>) -> Vec<u8> {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let (mut encoded, mut held, mut bits) = (Vec::with_capacity(bytes.len() * 8 / 5 + 1), 0_u32, 0);
    for byte in bytes {
        held = (held << 8 | u32::from(byte)) & 0xFFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            encoded.push(ALPHABET[(held >> bits & 31) as usize]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        // The vectors of its section 10, without the characters that padding bits make.
        for (text, encoded) in [("fooba", "mzxw6ytb"), ("foobar", "mzxw6ytbo"), ("foo", "mzxw")] {
            assert_eq!(base32(text.as_bytes().to_vec()), encoded.as_bytes());
        }
    }
}
