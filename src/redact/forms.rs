//! The forms in which a secret may be written down, as bytes in lower case. What merely escapes single characters is not
//! among them: the filter undoes escapes where it reads.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::DEPTH;
use super::view::View;

/// What URLs need not encode (RFC 3986, section 2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All forms of a secret: itself, and what is made of it by hexadecimal, by base64 and by a reader who finds escapes in
/// it; each with and without its white space.
pub fn of(secret: &str) -> Vec<Vec<u8>> {
    let mut forms: Vec<Vec<u8>> =
        [secret.to_owned(), secret.to_lowercase(), secret.to_uppercase(), secret.replace(' ', "+")]
            .into_iter()
            .map(String::into_bytes)
            .collect();
    forms.extend(as_read(secret));
    for written in written(secret) {
        let bytes = written.as_bytes();
        forms.push(hex::encode(bytes).into_bytes());
        // Base64 writes the same bytes in three ways, by their distance from the start.
        for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            forms.extend((0..3).map(|shift| base64(&alphabet, bytes, shift).into_bytes()));
        }
    }
    let squeezed: Vec<_> = forms
        .iter()
        .map(|form| form.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>())
        .collect();
    forms.extend(squeezed);
    for form in &mut forms {
        form.make_ascii_lowercase();
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// What somebody reads in a secret that happens to hold escapes.
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
    written.dedup();
    written
}

/// The characters of base64 that depend on nothing but these bytes, when `shift` others stand before them.
fn base64(alphabet: &GeneralPurpose, bytes: &[u8], shift: usize) -> String {
    let encoded = alphabet.encode([&[0; 2][..shift], bytes].concat());
    let (first, whole) = ((shift * 8).div_ceil(6), (shift + bytes.len()) * 8 / 6);
    encoded.get(first..whole).unwrap_or_default().to_owned()
}
