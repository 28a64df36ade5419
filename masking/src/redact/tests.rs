use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::json;

use super::*;

mod wide;

/// In the shape of R2's, with letters so that upper and lower case differ.
const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a0fedcba98765432100123456789abcdef";

fn redactor(secret: &str) -> Redactor {
    Redactor::new(&[Secret::new(secret.to_owned())], [])
}

fn filtered(secret: &str, text: &str) -> String {
    redactor(secret).filter(text)
}

#[test]
fn a_secret_is_masked_and_the_text_around_it_stays() {
    for secret in [SECRET, "abcdefgh", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY=", "pässwörd-für-alle"] {
        let text = format!("before {secret} between {secret}, after");
        assert_eq!(filtered(secret, &text), "before [redacted] between [redacted], after");
    }
}

#[test]
fn any_eight_characters_of_a_secret_are_masked_and_seven_are_not() {
    for start in 0..=SECRET.len() - PART {
        let part = &SECRET[start..start + PART];
        assert_eq!(filtered(SECRET, &format!("<{part}>")), "<[redacted]>", "{part}");
        assert_eq!(filtered(SECRET, &format!("<{}>", &part[1..])), format!("<{}>", &part[1..]));
    }
}

#[test]
fn upper_and_lower_case_are_masked() {
    let secret = "AbCdEfGhIjKlMnOp";
    for text in ["ABCDEFGHIJKLMNOP", "abcdefghijklmnop", secret] {
        assert_eq!(filtered(secret, text), MASK);
    }
}

#[test]
fn percent_encodings_are_masked() {
    let secret = "a/b+c=d/e+f=g-h_i.j~k/l";
    for text in [
        "a%2Fb%2Bc%3Dd%2Fe%2Bf%3Dg%2Dh%5Fi%2Ej%7Ek%2Fl",
        "a%2fb%2bc%3dd%2fe%2bf%3dg%2dh%5fi%2ej%7ek%2fl",
        "a%2Fb%2Bc%3Dd%2Fe%2Bf%3Dg-h_i.j~k%2Fl",
        "a%2fb%2bc%3dd%2fe%2bf%3dg-h_i.j~k%2fl",
    ] {
        assert_eq!(filtered(secret, text), MASK, "{text}");
    }
}

#[test]
fn json_escapes_are_masked() {
    let secret = "a\"b\\c/d\ne\u{e4}f\u{1f511}g\"h\\i";
    for text in [
        "a\\\"b\\\\c/d\\ne\u{e4}f\u{1f511}g\\\"h\\\\i",
        "a\\\"b\\\\c\\/d\\ne\u{e4}f\u{1f511}g\\\"h\\\\i",
        "a\\\"b\\\\c/d\\ne\\u00e4f\\ud83d\\udd11g\\\"h\\\\i",
    ] {
        assert_eq!(filtered(secret, text), MASK, "{text}");
    }
}

#[test]
fn every_escape_is_undone_whoever_writes_it() {
    let secret = "Ab/cd+ef=g'h&i<j";
    for text in [
        "Ab%2Fcd%2bef=g'h&i<j",
        "%41%62%2F%63%64%2B%65%66%3D%67%27%68%26%69%3C%6A",
        "Ab%252Fcd%252Bef%253Dg%2527h%2526i%253Cj",
        r"Ab\/cd+ef\u003dg'h\u0026i\u003Cj",
        r"Ab\x2fcd\x2Bef\x3dg\'h\&i\<j",
        r"\u{41}\u{62}\u{2f}cd+ef=g\u{27}h\u{26}i\u{3c}j",
        r"Ab\057cd\053ef=g'h&i\074j",
        "Ab&#x2f;cd&#43;ef&#61;g&#039;h&amp;i&lt;j",
        "Ab&sol;cd&plus;ef&equals;g&apos;h&amp;i&LT;j".replace("LT", "lt").as_str(),
        "&amp;#65;&amp;#98;&amp;#47;cd+ef=g'h&amp;amp;i&amp;lt;j",
        r"Ab/cd+ef=g'\''h&i<j",
        r#"Ab/cd+ef=g'"'"'h&i<j"#,
        "ab/CD+EF=g'H&I<J",
    ] {
        assert_eq!(filtered(secret, text), MASK, "{text}");
    }
}

#[test]
fn a_secret_that_holds_escapes_itself_is_masked_however_it_is_read() {
    let secret = "a%41b&amp;c\\u0041d%2Fe";
    for text in
        [secret, "aAb&cAd/e", "a&#37;41b&amp;amp;c\\\\u0041d%252Fe", "a%2541b%26amp%3Bc%5Cu0041d%252Fe"]
    {
        assert_eq!(filtered(secret, text), MASK, "{text}");
    }
}

#[test]
fn what_only_looks_like_an_escape_stays_as_it_is() {
    let text = "100% %zz %2 & &; &#; &#x; &#99999999; &unknown; \\ \\u12 \\u{ \\ud800 \\x \\9 'x' \\";
    assert_eq!(filtered(SECRET, text), text);
}

#[test]
fn the_end_of_a_line_hides_nothing() {
    let wrapped = format!("{}\n            {}\r\n{}", &SECRET[..6], &SECRET[6..13], &SECRET[13..]);
    assert_eq!(filtered(SECRET, &wrapped), MASK);
    let spelt: Vec<String> = SECRET.bytes().map(|byte| hex::encode([byte])).collect();
    assert_eq!(filtered(SECRET, &spelt.join(" ")), MASK);
}

#[test]
fn of_an_endless_secret_the_beginning_is_searched_for() {
    let secret = (0..100_000_u32).map(|number| number.to_string()).collect::<Vec<_>>().join(".");
    let mut redactor = redactor(&secret);
    assert_eq!(redactor.filter(&secret[LONGEST - 20..LONGEST]), MASK);
    assert!(redactor.index.len() < 20 * LONGEST, "{}", redactor.index.len());
}

#[test]
fn a_signature_is_masked() {
    let signature = "0123456789abcdef".repeat(4);
    let text = format!("SignedHeaders=host, Signature={signature} X-Amz-Signature%3D{signature}&x");
    let expected = "SignedHeaders=host, Signature=[redacted] X-Amz-Signature%3D[redacted]&x";
    assert_eq!(filtered(SECRET, &text), expected);
    assert_eq!(filtered(SECRET, "Signature=none"), "Signature=none");
}

#[test]
fn hexadecimal_is_masked() {
    assert_eq!(filtered("pass phrase", "0x706173732070687261736521"), "0x[redacted]21");
    assert_eq!(filtered("pass phrase", "70617373207068726173 65".to_uppercase().as_str()), MASK);
    assert_eq!(filtered("~~~~ZZZZ", &hex::encode_upper("~~~~ZZZZ")), MASK);
}

#[test]
fn base64_is_masked_wherever_the_secret_stands_in_it() {
    for secret in [SECRET, "a\u{3f}\u{3e}\u{ff}~?>?~?>?~", "twelve bytes"] {
        for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            for before in ["", "k", "ke", "key:"] {
                let encoded = alphabet.encode(format!("{before}{secret}:end"));
                let masked = filtered(secret, &encoded);
                assert!(masked.contains(MASK), "{encoded}");
                // The characters at both ends also depend on the text beside the secret.
                let left = masked.replace(MASK, "").len();
                let rest = encoded.len() - secret.len() * 8 / 6;
                assert!(left <= rest + 2, "{encoded} became {masked}");
            }
        }
    }
}

#[test]
fn no_value_means_no_filter() {
    let mut redactor = Redactor::new(&[], []);
    for text in ["", "text", SECRET, "\0\0\0\0\0\0\0\0\0"] {
        assert_eq!(redactor.filter(text), text);
    }
    assert_eq!(redactor.hits(), 0);
}

#[test]
fn what_stands_in_the_programs_own_words_is_no_secret() {
    let words = "set R2_SECRET_ACCESS_KEY again, see https://developers.cloudflare.com/r2/";
    for secret in [
        "your_secret_access_key",
        "${R2_SECRET_ACCESS_KEY}",
        "r2_secret",
        "cloudflare",
        "see HTTPS://",
        "again",
    ] {
        let secrets = [Secret::new(secret.to_owned())];
        assert_eq!(Redactor::new(&secrets, [Cow::Borrowed(words)]).filter(words), words, "{secret}");
    }
    let secrets = [Secret::new("your_secret_access_key".to_owned())];
    assert_eq!(
        Redactor::new(&secrets, [Cow::Borrowed(words)]).filter("it is your_secret"),
        "it is [redacted]"
    );
}

#[test]
fn a_short_secret_is_masked_as_a_whole_word_and_a_shorter_one_is_not() {
    for (secret, text, expected) in [
        ("abc4", "key abc4, xabc4 ABC4 abc45 a%62c4", "key [redacted], xabc4 [redacted] abc45 [redacted]"),
        ("p=s/w?", "<p=s/w?>", "<[redacted]>"),
        ("abc", "abc", "abc"),
        ("", "", ""),
    ] {
        assert_eq!(filtered(secret, text), expected, "{secret}");
    }
    assert_eq!(filtered("minio7", &hex::encode("minio7")), MASK);
    assert_eq!(filtered("minio7", &STANDARD_NO_PAD.encode("minio7")), MASK);
}

#[test]
fn white_space_is_no_secret() {
    let text = "  cause               because\n            of it";
    assert_eq!(filtered("                    ", text), text);
}

#[test]
fn a_hit_counts_once_a_text() {
    let mut redactor = redactor(SECRET);
    redactor.filter(&format!("{SECRET} and {SECRET}"));
    redactor.filter("nothing");
    redactor.filter_json(&mut json!({ "a": [SECRET, "b", { "c": SECRET }], "d": 1, "e": null }));
    assert_eq!(redactor.hits(), 3);
}

#[test]
fn the_names_of_fields_are_no_secret() {
    let mut value = json!({ "fingerprint": "fingerprint" });
    redactor("fingerprint").filter_json(&mut value);
    assert_eq!(value, json!({ "fingerprint": MASK }));
}

/// Letters that mean something to JSON, URLs and terminals, and some that do not.
fn secret() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        4 => prop::sample::select(vec!['"', '\\', '/', '{', '}', ':', ',', '\n', '\t', '\u{1b}', '\0', '%', '+', '=', ' ']),
        6 => prop::char::range('!', '~'),
        2 => any::<char>(),
    ];
    prop::collection::vec(letter, PART..70).prop_map(String::from_iter)
}

fn is_blank(part: &[u8]) -> bool {
    part.iter().filter(|byte| !byte.is_ascii_whitespace()).count() < PART / 2
}

/// Whether a text holds a part of a secret: eight of its bytes in a row, unless they are mostly white space.
fn leaks(text: &str, secret: &str) -> bool {
    let parts = secret.as_bytes().windows(PART).filter(|part| !is_blank(part));
    parts.into_iter().any(|part| text.as_bytes().windows(PART).any(|there| there == part))
}

proptest! {
    #[test]
    fn no_text_keeps_a_part_of_a_secret(secret in secret(), before in ".{0,30}", after in ".{0,30}") {
        let text = before + &secret + &after;
        let masked = filtered(&secret, &text);
        // The mask itself may complete a part only if the secret holds text of the mask.
        prop_assume!(!"[redacted]".as_bytes().windows(3).any(|some| secret.as_bytes().windows(3).any(|same| same == some)));
        prop_assert!(!leaks(&masked, &secret), "{masked:?}");
    }

    #[test]
    fn a_filtered_value_is_valid_json_without_the_secret(secret in secret(), before in ".{0,30}", after in ".{0,30}") {
        let mut value = json!({ "text": format!("{before}{secret}{after}"), "list": [secret, 1, null, { "inner": before }] });
        let shape = value["list"].as_array().map(Vec::len);
        redactor(&secret).filter_json(&mut value);
        let written = serde_json::to_string_pretty(&value).expect("JSON");
        let read: Value = serde_json::from_str(&written).expect("JSON");
        prop_assert_eq!(read["list"].as_array().map(Vec::len), shape);
        prop_assert_eq!(&read, &value);
        if !is_blank(&secret.as_bytes()[..PART]) {
            prop_assert!(read["list"][0].as_str().is_some_and(|text| text.starts_with(MASK)));
        }
    }

    #[test]
    fn a_text_without_the_secret_stays_as_it_is(text in "[g-z {}\":,]{0,200}") {
        prop_assert_eq!(filtered(SECRET, &text), text);
    }

    #[test]
    fn filtering_twice_is_filtering_once(secret in secret(), text in ".{0,40}") {
        let mut redactor = redactor(&secret);
        let once = redactor.filter(&(text + &secret));
        prop_assume!(!secret.contains(['[', ']']));
        prop_assert_eq!(redactor.filter(&once), once);
    }
}
