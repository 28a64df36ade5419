//! The last filter: every byte that leaves the program is searched for the real secrets, and a hit is masked.
//!
//! Nothing else in the program is meant to put a secret into an output; this is for the day on which something does, a
//! server that echoes the request for one.

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::secret::Secret;
use crate::settings::{Setting, Variable};

/// What stands in the place of a secret.
const MASK: &str = "[redacted]";
/// So many characters of a secret in a row are a recognisable part of it.
const PART: usize = 8;

/// Searches texts for secrets and their encodings.
#[derive(Default)]
pub struct Redactor {
    parts: HashSet<[u8; PART]>,
    /// By the first two bytes of a part, whether there is any: nearly all of a text is passed over by this alone.
    beginnings: Vec<bool>,
    hits: usize,
}

impl Redactor {
    /// A filter for the secret variables, well-formed or not.
    pub fn new(settings: &[Setting]) -> Self {
        let mut redactor = Self::default();
        let value = |variable| {
            let setting = settings.iter().find(|setting| setting.variable == variable);
            setting.and_then(|setting| setting.value.as_ref()).map(Secret::expose)
        };
        for secret in [Variable::SecretAccessKey, Variable::SessionToken].into_iter().filter_map(value) {
            redactor.learn(secret);
        }
        // The account id is public; who uses it as a key id must be able to read which endpoint that was.
        let endpoint = value(Variable::Endpoint).unwrap_or_default();
        if let Some(key) = value(Variable::AccessKeyId).filter(|key| !endpoint.contains(key)) {
            redactor.learn(key);
        }
        redactor
    }

    /// Adds a secret in all the forms in which it might appear.
    pub fn learn(&mut self, secret: &str) {
        self.beginnings.resize(1 << 16, false);
        for form in forms(secret) {
            for part in form.as_bytes().windows(PART).filter(|part| !is_public(part)) {
                if let Ok(part) = <[u8; PART]>::try_from(part) {
                    self.beginnings[beginning(&part)] = true;
                    self.parts.insert(part);
                }
            }
        }
    }

    /// The text with every recognisable part of a secret masked.
    pub fn filter(&mut self, text: &str) -> String {
        match self.secret_bytes(text.as_bytes()) {
            None => text.to_owned(),
            Some(secret) => {
                self.hits += 1;
                mask(text, &secret)
            }
        }
    }

    /// Which bytes belong to a part of a secret; nothing if none does.
    fn secret_bytes(&self, bytes: &[u8]) -> Option<Vec<bool>> {
        let mut secret = Vec::new();
        for (start, part) in bytes.windows(PART).enumerate() {
            if self.is_secret(part) {
                secret.resize(bytes.len(), false);
                secret[start..start + PART].fill(true);
            }
        }
        (!secret.is_empty()).then_some(secret)
    }

    fn is_secret(&self, part: &[u8]) -> bool {
        self.beginnings.get(beginning(part)).is_some_and(|any| *any)
            && <[u8; PART]>::try_from(part).is_ok_and(|part| self.parts.contains(&part))
    }

    /// How many texts had something to mask so far.
    pub fn hits(&self) -> usize {
        self.hits
    }

    /// Masks every text inside a value, its structure and the names of its fields left as they are. What is filtered
    /// like this and then written stays valid; a filter over the written document could hit its quotes.
    pub fn filter_json(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.filter(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.filter_json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.filter_json(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The first two bytes of a part, as an index.
fn beginning(part: &[u8]) -> usize {
    usize::from(part[0]) << 8 | usize::from(part[1])
}

/// Whether a part is no part of a secret after all: white space, or in the name of a variable. A placeholder such as
/// `your_secret_access_key` must not make the names of the variables unreadable.
fn is_public(part: &[u8]) -> bool {
    let stands_in = |name: &str| name.as_bytes().windows(PART).any(|known| known.eq_ignore_ascii_case(part));
    part.iter().all(u8::is_ascii_whitespace)
        || Variable::ALL.iter().any(|variable| stands_in(variable.name()))
}

fn mask(text: &str, secret: &[bool]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut inside = false;
    for (index, letter) in text.char_indices() {
        let hidden = (index..index + letter.len_utf8()).any(|byte| secret[byte]);
        if hidden && !inside {
            masked.push_str(MASK);
        } else if !hidden {
            masked.push(letter);
        }
        inside = hidden;
    }
    masked
}

/// What URLs need not encode (RFC 3986, section 2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A secret as it is, and as URLs, JSON, hexadecimal and base64 write it.
fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let mut forms = vec![
        secret.to_owned(),
        secret.to_lowercase(),
        secret.to_uppercase(),
        hex::encode(bytes),
        hex::encode_upper(bytes),
    ];
    for reserved in [NON_ALPHANUMERIC, &RESERVED] {
        let encoded = utf8_percent_encode(secret, reserved).to_string();
        forms.extend([in_lower_case(&encoded), encoded]);
    }
    let json = json(secret);
    forms.extend([json.replace('/', "\\/"), in_ascii(&json), json]);
    // Base64 writes the same bytes in three ways, by their distance from the start.
    for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.extend((0..3).map(|shift| base64(&alphabet, bytes, shift)));
    }
    forms
}

/// Percent-encoded text with `%2f` for `%2F`.
fn in_lower_case(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (code, rest) = part.split_at(part.len().min(2));
        text + "%" + &code.to_lowercase() + rest
    })
}

/// Text as JSON writes it, without the quotes around it.
fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

/// JSON as those write it who escape whatever is not ASCII.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            Ok(_) | Err(_) => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// The characters of base64 that depend on nothing but these bytes, when `shift` others stand before them.
fn base64(alphabet: &GeneralPurpose, bytes: &[u8], shift: usize) -> String {
    let encoded = alphabet.encode([&[0; 2][..shift], bytes].concat());
    let (first, whole) = ((shift * 8).div_ceil(6), (shift + bytes.len()) * 8 / 6);
    encoded.get(first..whole).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
