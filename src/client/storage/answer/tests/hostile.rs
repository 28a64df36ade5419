//! Documents made to break the parser: huge, deeply nested, broken, or not XML at all.

use super::*;

/// The most that is read of an answer.
const LONGEST: usize = 64 * 1024;

fn fill(unit: &str) -> String {
    unit.repeat(LONGEST / unit.len())
}

#[test]
fn the_worst_documents_are_read_in_a_moment() {
    let (listing, error) = ("<ListBucketResult>", "<Error>");
    let units = [
        "<a>",
        "<Contents>",
        "<Contents><Key>",
        "<Error>",
        "<Contents/>",
        "<Contents/><a/>",
        "<!--",
        "<!---->",
        "<![CDATA[",
        "<![CDATA[]]>",
        "&",
        "&amp;",
        "&a;",
        "<",
        ">",
        "<?",
        "<?a?>",
        "<!DOCTYPE a [",
        "<!DOCTYPE ",
        " ",
        "\"",
        "='",
        "</",
        "</a>",
        "<Contents><Key>k</Key></Contents><CommonPrefixes><Prefix>p</Prefix></CommonPrefixes>",
        "<Code>",
        "<Code/>",
        "\u{0}",
        "<Code>a</Code>",
        "<a xmlns:a='a' a:b='c'>",
    ];
    for unit in units {
        for start in ["", listing, error, "<?xml version='1.0'?>"] {
            for end in ["", "</ListBucketResult>", "</Error>"] {
                let body = start.to_owned() + &fill(unit) + end;
                let started = Instant::now();
                let _ = read(&body);
                assert!(
                    started.elapsed() < Duration::from_secs(2),
                    "{start}{unit}…{end}: {:?}",
                    started.elapsed()
                );
            }
        }
    }
}

#[test]
fn nesting_has_no_depth_at_which_the_program_dies() {
    for (open, close) in [("<a>", "</a>"), ("<Contents>", "</Contents>"), ("<Code>", "</Code>")] {
        let times = LONGEST / (open.len() + close.len());
        for root in ["Error", "ListBucketResult"] {
            let body = format!("<{root}>{}{}</{root}>", open.repeat(times), close.repeat(times));
            let _ = read(&body);
        }
    }
}

fn fragment() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "<?xml version=\"1.0\"?>",
        "<Error>",
        "</Error>",
        "<Error/>",
        "<ListBucketResult>",
        "</ListBucketResult>",
        "<Contents>",
        "</Contents>",
        "<Contents/>",
        "<Key>",
        "</Key>",
        "<Size>",
        "</Size>",
        "<ETag>",
        "</ETag>",
        "<Code>",
        "</Code>",
        "<Message>",
        "</Message>",
        "<Name>",
        "</Name>",
        "<CommonPrefixes>",
        "</CommonPrefixes>",
        "<x:Code>",
        "</x:Code>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE x [",
        "]>",
        "<!ENTITY a \"b\">",
        "&a;",
        "&amp;",
        "&#0;",
        "&#x110000;",
        "&",
        "<",
        ">",
        "=",
        "\"",
        " ",
        "\n",
        "\u{feff}",
        "1",
        "xsi:nil=\"true\"",
        "$text",
        "@x",
    ]);
    prop_oneof![6 => fixed.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 1 => ".{0,8}"]
}

#[test]
fn an_overlong_code_and_message_are_cut() {
    let long = "ä".repeat(10_000);
    let body = format!("<Error><Code>{long}</Code><Message>{long}</Message></Error>");
    let Document::Error(error) = read(body) else { panic!("an error") };
    assert_eq!(error.code, format!("{}…", "ä".repeat(LONGEST_CODE)));
    assert_eq!(error.message, format!("{}…", "ä".repeat(LONGEST_MESSAGE)));
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&body);
    }

    #[test]
    fn no_mixture_of_markup_makes_reading_panic(parts in prop::collection::vec(fragment(), 0..40)) {
        read(parts.concat());
    }

    #[test]
    fn no_damage_to_a_good_document_makes_reading_panic(at in 0usize..300, byte in any::<u8>(), remove in any::<bool>()) {
        let mut body = b"<?xml version=\"1.0\"?><ListBucketResult xmlns=\"u\"><Name>b</Name><Contents><Key>a&amp;</Key>\
            <Size>12</Size><ETag>&quot;0&quot;</ETag></Contents><CommonPrefixes/><Contents><Key>b</Key></Contents>\
            </ListBucketResult>".to_vec();
        let at = at % body.len();
        if remove { body.remove(at); } else { body[at] = byte; }
        read(&body);
    }

    #[test]
    fn every_key_and_message_comes_back_as_it_was_written(key in "[^\\p{C}]{1,40}", message in "[^\\p{C}\\s]{0,40}") {
        let (escaped_key, escaped) = (quick_xml::escape::escape(&key), quick_xml::escape::escape(&message));
        let listing = format!("<ListBucketResult><Contents><Key>{escaped_key}</Key></Contents></ListBucketResult>");
        prop_assert_eq!(keys(&listing), [key]);
        let refusal = format!("<Error><Code>C</Code><Message>{escaped}</Message></Error>");
        prop_assert_eq!(read(refusal), error("C", &message));
    }
}
