//! The ways in which servers, libraries and people write a text down.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// A way to write a text down, with its name.
pub type Encoding = (&'static str, fn(&str) -> String);

/// All of them.
pub const ENCODINGS: [Encoding; 36] = [
    ("plain", str::to_owned),
    ("upper case", str::to_uppercase),
    ("lower case", str::to_lowercase),
    ("URL, upper", |text| percent(text, unreserved, true)),
    ("URL, lower", |text| percent(text, unreserved, false)),
    ("URL, all but letters and digits", |text| percent(text, |byte| byte.is_ascii_alphanumeric(), true)),
    ("URL, all", |text| percent(text, |_| false, true)),
    ("URL, all, lower", |text| percent(text, |_| false, false)),
    ("URL, twice", |text| percent(&percent(text, unreserved, true), unreserved, true)),
    ("form", |text| percent(text, |byte| unreserved(byte) || byte == b' ', true).replace(' ', "+")),
    ("JSON", json),
    ("JSON with escaped slashes", |text| json(text).replace('/', "\\/")),
    ("JSON in ASCII", |text| {
        units(text, |unit| !(0x20..0x7f).contains(&unit) || unit == 0x22 || unit == 0x5c)
    }),
    ("JSON, all escaped", |text| units(text, |_| true)),
    ("Rust", |text| format!("{text:?}").trim_matches('"').to_owned()),
    ("Rust, all escaped", |text| text.chars().map(|letter| letter.escape_unicode().to_string()).collect()),
    ("shell", |text| text.replace('\'', "'\\''")),
    ("HTML", |text| entities(text, |letter| format!("&#x{:x};", u32::from(letter)))),
    ("HTML, decimal", |text| entities(text, |letter| format!("&#{};", u32::from(letter)))),
    ("hexadecimal", |text| text.bytes().map(|byte| format!("{byte:02x}")).collect()),
    ("hexadecimal, upper", |text| text.bytes().map(|byte| format!("{byte:02X}")).collect()),
    ("hexadecimal, spaced", |text| text.bytes().map(|byte| format!("{byte:02x} ")).collect()),
    ("hexadecimal, colons", |text| separated(text, ":")),
    ("hexadecimal, colons, upper", |text| separated(text, ":").to_uppercase()),
    ("hexadecimal, dashes", |text| separated(text, "-")),
    ("hexadecimal, as in C", |text| text.bytes().map(|byte| format!("0x{byte:02x}, ")).collect()),
    ("zero-width spaces", |text| text.chars().flat_map(|letter| [letter, '\u{200b}']).collect()),
    ("no-break spaces", |text| text.chars().flat_map(|letter| [letter, '\u{a0}']).collect()),
    ("soft hyphens and joiners", |text| {
        text.chars().flat_map(|letter| [letter, '\u{ad}', '\u{2060}']).collect()
    }),
    ("UTF-16", |text| text.chars().flat_map(|letter| [letter, '\0']).collect()),
    ("base32", |text| base32(text)),
    ("base32, lower", |text| base32(text).to_lowercase()),
    ("base64", |text| STANDARD.encode(text)),
    ("base64, one on", |text| STANDARD_NO_PAD.encode(format!("k{text}"))),
    ("base64, for URLs", |text| URL_SAFE.encode(text)),
    ("base64, for URLs, two on", |text| URL_SAFE_NO_PAD.encode(format!("k:{text}"))),
];

fn separated(text: &str, separator: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(separator)
}

/// RFC 4648, section 6, with padding, by way of single bits.
fn base32(text: &str) -> String {
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let letters = bits.as_bytes().chunks(5).map(|chunk| {
        let five = format!("{:0<5}", std::str::from_utf8(chunk).unwrap());
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from_str_radix(&five, 2).unwrap()])
    });
    let encoded: String = letters.collect();
    let length = encoded.len().next_multiple_of(8);
    format!("{encoded:=<length$}")
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn percent(text: &str, keep: fn(u8) -> bool, upper: bool) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match (keep(byte), upper) {
            (true, _) => out.push(char::from(byte)),
            (false, true) => write!(out, "%{byte:02X}").unwrap(),
            (false, false) => write!(out, "%{byte:02x}").unwrap(),
        }
        out
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn units(text: &str, escape: fn(u16) -> bool) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        match u8::try_from(unit) {
            Ok(byte) if !escape(unit) => out.push(char::from(byte)),
            _ => write!(out, "\\u{unit:04X}").unwrap(),
        }
        out
    })
}

fn entities(text: &str, escape: fn(char) -> String) -> String {
    text.chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_string() } else { escape(letter) })
        .collect()
}
