//! Encodings that span more than the characters of the secret, and more secrets than the filter has room for.

use super::*;

#[test]
fn of_more_secrets_than_there_is_room_for_the_characters_themselves_are_searched_for() {
    let value = |number: u32| hex::encode(secret_digest(number));
    let secrets: Vec<Secret> = (0..6000).map(|number| Secret::new(value(number))).collect();
    let mut redactor = Redactor::new(&secrets, []);
    assert!(redactor.index.len() < 2 * ROOM, "{}", redactor.index.len());
    for number in [0, 3, 5999] {
        let secret = value(number);
        assert_eq!(redactor.filter(&format!("<{secret}>")), "<[redacted]>");
        for start in 0..=secret.len() - (PART + STEP - 1) {
            let part = &secret[start..start + PART + STEP - 1];
            assert!(redactor.filter(part).contains(MASK), "{number}: {part}");
        }
    }
    // The first ones are known in all forms.
    assert!(redactor.filter(&STANDARD_NO_PAD.encode(value(0))).starts_with(MASK));
}

fn secret_digest(number: u32) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(number.to_be_bytes()).to_vec()
}

#[test]
fn what_is_not_seen_and_separators_hide_nothing() {
    let secret = "Ab3/dE6+gH9=jK2mN5";
    let hex = hex::encode(secret);
    let pairs: Vec<&str> = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]).collect();
    let spelt =
        |between: &str| secret.chars().flat_map(|c| [c.to_string(), between.to_owned()]).collect::<String>();
    for text in [
        pairs.join(":"),
        pairs.join("-").to_uppercase(),
        pairs.join(" 0x"),
        pairs.join(", 0X"),
        spelt("\u{200b}").trim_end_matches('\u{200b}').to_owned(),
        spelt("\u{a0}").trim_end_matches('\u{a0}').to_owned(),
        spelt("\0").trim_end_matches('\0').to_owned(),
        spelt("\u{fffd}").trim_end_matches('\u{fffd}').to_owned(),
        spelt("%00").trim_end_matches("%00").to_owned(),
        spelt(r"\u{200b}").trim_end_matches(r"\u{200b}").to_owned(),
    ] {
        assert_eq!(filtered(secret, &text), MASK, "{text}");
    }
}

#[test]
fn the_bytes_that_hexadecimal_stands_for_are_masked_too() {
    let bytes = hex::decode(SECRET).expect("hexadecimal");
    assert!(filtered(SECRET, &STANDARD_NO_PAD.encode(&bytes)).contains(MASK));
    // Python's base64.b32encode of the same bytes.
    let base32 = "T6HH23C3JI4SQFYG6XSNHQVRUD7NZOUYOZKDEEABENCWPCNLZXXQ";
    assert!(
        filtered(SECRET, &base32[..16]).contains(MASK)
            && filtered(SECRET, &base32[..16].to_lowercase()).contains(MASK)
    );
}
