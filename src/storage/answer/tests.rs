//! The documents are read from foreign bytes: whatever they are, reading them ends soon, and without a panic.

use std::time::{Duration, Instant};

use http::HeaderMap;
use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;

fn answer(body: &[u8]) -> Answer {
    Answer {
        status: 200,
        version: http::Version::HTTP_11,
        headers: HeaderMap::new(),
        body: body.to_vec(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    }
}

fn read(body: impl AsRef<[u8]>) -> Document {
    document(&answer(body.as_ref()))
}

fn error(code: &str, message: &str) -> Document {
    Document::Error(S3Error { code: code.to_owned(), message: message.to_owned(), ..S3Error::default() })
}

fn keys(body: &str) -> Vec<String> {
    match read(body) {
        Document::Listing(listing) => listing.contents.into_iter().map(|object| object.key).collect(),
        other => panic!("no listing: {other:?}"),
    }
}

#[test]
fn an_error_is_read_from_any_spelling_of_the_same_document() {
    for body in [
        "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n  <Code>NoSuchKey</Code>\n  <Message>gone</Message>\n</Error>\n",
        "\u{feff}<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
        "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Code>NoSuchKey</Code><Message>gone</Message></Error>",
        "<s3:Error xmlns:s3=\"urn:x\"><s3:Code>NoSuchKey</s3:Code><s3:Message>gone</s3:Message></s3:Error>",
        "<Error><Resource><Code>deeper</Code></Resource><Code>\n NoSuchKey \t</Code><Message> gone </Message></Error>",
        "<!-- hello --><Error a='1'><Message>gone</Message><!-- hello --><RequestId/><Code>NoSuchKey</Code></Error>",
        "<Error><Code><![CDATA[NoSuchKey]]></Code><Message>g<![CDATA[on]]>e</Message></Error>",
        "<Error><Code>NoSuch&#75;ey</Code><Message>&#x67;one</Message></Error>",
        "  \r\n<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>trailing",
    ] {
        assert_eq!(read(body), error("NoSuchKey", "gone"), "{body}");
    }
}

#[test]
fn what_an_error_leaves_out_is_empty() {
    for body in
        ["<Error/>", "<Error></Error>", "<Error><Code/><Message></Message></Error>", "<Error>text</Error>"]
    {
        assert_eq!(read(body), error("", ""), "{body}");
    }
}

#[test]
fn the_five_entities_of_xml_are_read() {
    let body =
        "<Error><Code>A</Code><Message>a &lt;b&gt; &amp;amp; &quot;c&quot; &apos;d&apos;</Message></Error>";
    assert_eq!(read(body), error("A", "a <b> &amp; \"c\" 'd'"));
}

#[test]
fn a_listing_is_read_whatever_stands_between_its_objects() {
    let body = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>\
                <Contents><Key>a&amp;b</Key><Size>1</Size><ETag>&quot;x&quot;</ETag></Contents>\
                <CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>\
                <Contents><Owner><ID>o</ID></Owner><Key>c</Key></Contents><IsTruncated>false</IsTruncated>\
                <Contents><Key> d </Key><Size> 3 </Size></Contents></ListBucketResult>";
    let Document::Listing(listing) = read(body) else { panic!("no listing") };
    let object = |key: &str, size, etag: Option<&str>| ListedObject {
        key: key.to_owned(),
        size,
        etag: etag.map(str::to_owned),
    };
    assert_eq!(listing.name.as_deref(), Some("b"));
    assert_eq!(
        listing.contents,
        [object("a&b", Some(1), Some("\"x\"")), object("c", None, None), object(" d ", Some(3), None)]
    );
}

#[test]
fn a_prefixed_listing_is_a_listing() {
    let body = "<n:ListBucketResult xmlns:n=\"u\"><n:Contents><n:Key>a</n:Key></n:Contents><n:KeyCount>1</n:KeyCount>\
                </n:ListBucketResult>";
    assert_eq!(keys(body), ["a"]);
}

#[test]
fn a_listing_may_be_empty() {
    for body in
        ["<ListBucketResult/>", "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount></ListBucketResult>"]
    {
        assert_eq!(keys(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn an_object_without_a_key_is_damage() {
    let body = "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>";
    assert!(matches!(read(body), Document::Malformed(_)));
}

#[test]
fn a_size_that_is_no_number_is_damage() {
    for size in ["many", "-1", "1.5", "99999999999999999999999"] {
        let body = format!(
            "<ListBucketResult><Contents><Key>a</Key><Size>{size}</Size></Contents></ListBucketResult>"
        );
        assert!(matches!(read(body), Document::Malformed(_)), "{size}");
    }
}

#[test]
fn nothing_is_empty() {
    for body in ["", " ", "\r\n\t ", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(read(body), Document::Empty, "{body:?}");
    }
}

#[test]
fn what_is_not_s3_is_foreign() {
    for body in [
        "<!DOCTYPE html><html><head><title>Error</title></head><body><Error/></body></html>",
        "<html><Error><Code>NoSuchKey</Code></Error></html>",
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"></html>",
        "{\"Error\":{\"Code\":\"NoSuchKey\"}}",
        "error code: 1010",
        "time,value\n0,1\n",
        "<ErrorResponse><Error><Code>x</Code></Error></ErrorResponse>",
        "<Errors/>",
        "a < b, <Error",
        "\u{fffd}\u{0}\u{1}",
        "<ListAllMyBucketsResult/>",
    ] {
        assert_eq!(read(body), Document::Foreign, "{body}");
    }
}

#[test]
fn a_document_that_breaks_off_is_damaged_wherever_it_does() {
    for whole in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchKey</Code><Message>go&amp;ne</Message></Error>",
        "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"u\"><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>",
    ] {
        for end in 5..whole.len() {
            assert!(
                matches!(read(&whole[..end]), Document::Malformed(_)),
                "{}: {:?}",
                &whole[..end],
                read(&whole[..end])
            );
        }
    }
}

#[test]
fn a_root_element_that_breaks_off_is_damaged() {
    for body in ["<Error", "<Error ", "<ListBucketResult xmlns=\"htt", "<ListBucketRes", "<s3:Error xm"] {
        assert!(matches!(read(body), Document::Malformed(_)), "{body}: {:?}", read(body));
    }
}

#[test]
fn closed_in_the_wrong_order_is_damaged() {
    for body in [
        "<Error><Code>a</Message></Error>",
        "<Error><Code>a</Error></Code>",
        "<ListBucketResult><Contents></ListBucketResult>",
    ] {
        assert!(matches!(read(body), Document::Malformed(_)), "{body}");
    }
}

/// Entities of the document's own are not read: neither a billion laughs nor somebody's file.
#[test]
fn no_entity_is_expanded() {
    let laughs =
        "<!DOCTYPE Error [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
    let file = "<!DOCTYPE Error [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Error><Code>&f;</Code></Error>";
    for body in [laughs, file, "<Error><Code>&nbsp;</Code></Error>", "<Error><Code>&#xD800;</Code></Error>"] {
        match read(body) {
            Document::Malformed(_) => {}
            other => panic!("{body}: {other:?}"),
        }
    }
}

/// As much as is ever read of an answer.
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
