//! Which texts are the URL that is used.

use super::*;
use crate::settings::endpoint::Endpoint;
use crate::settings::lists::R2_DOMAIN;

fn is_faithful(text: &str) -> bool {
    Endpoint::parse(text).is_ok()
}

#[test]
fn what_stands_there_is_used_and_nothing_else_is() {
    for text in [
        "https://host.example",
        "HTTPS://Host.Example/",
        "https://host.example:443",
        "http://host.example:80/",
        "http://127.0.0.1:9000/store/v1.2",
        "http://[::1]:9000",
        "https://host.example./a%20b",
        "https://host.example/a;b=c,d",
    ] {
        assert!(is_faithful(text), "{text}");
    }
    for text in [
        "https://host.example\\",
        "https://host.example/\\x",
        "https:\\\\host.example",
        "https:/host.example",
        "https:host.example",
        "https://host.example/%2e",
        "https://host.example/x/..",
        "https://host.example/x/%2E%2e/y",
        "https://host.example/.",
        "https://host.example//",
        "https://host.example//x",
        "https://host.example/x//",
        "https://host.example/x%2Fy",
        "https://host.example/x%5cy",
        "https://host.example/%61",
        "https://host.example/%",
        "https://host.example/%zz",
        "https://host.example/ä",
        "https://host.example/a|b",
        "https://host.example/a^b",
        "https://host.example/[a]",
        "https://host.example/a\"b",
        "https://host.exa%6dple",
        "https://ｈost.example",
        "https://host。example",
        "https://bücher.example",
        "https://faß.example",
        "http://0x7f.1",
        "http://0177.0.0.1",
        "http://127.1",
        "http://2130706433",
        "http://127.0.0.1.",
        "http://[0:0:0:0:0:0:0:1]",
        "https://host.example:",
        "https://host.example:0443",
        "https://ho\tst.example",
        "https://ho\nst.example",
        " https://host.example",
        "https://host.example ",
        "https://host.example/\u{0}",
        "https://a..b",
        "https://host.example..",
        "https://my_host.example",
        "https://-host.example",
        "https://@host.example",
        "https://:@host.example",
        "https://ana@host.example",
        "https://host.example?",
        "https://host.example#",
        "ftp://host.example",
    ] {
        assert!(!is_faithful(text), "{text}");
    }
}

#[test]
fn no_character_is_mapped_into_a_host() {
    for character in '\u{80}'..=char::MAX {
        assert!(label_fault(character.encode_utf8(&mut [0; 4])).is_some(), "{character:?}");
    }
    let account = "0123456789abcdef0123456789abcdef";
    for domain in [
        "ⓡ2.cloudflarestorage.com",
        "r２.cloudflarestorage.com",
        "r2.cloudﬂarestorage.com",
        "r2。cloudflarestorage.com",
    ] {
        let text = format!("https://{account}.{domain}");
        let mapped =
            Url::parse(&text).is_ok_and(|url| url.host_str() == Some(&format!("{account}.{R2_DOMAIN}")));
        assert!(mapped && !is_faithful(&text), "{text}");
    }
}
