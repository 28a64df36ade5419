//! The documents are parsed from bytes of the server: whatever they are, parsing ends soon and without a panic.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;
use crate::client::exchange::Headers;

mod hostile;

fn answer(body: &[u8]) -> Answer {
    Answer {
        status: 200,
        version: http::Version::HTTP_11,
        headers: Headers::default(),
        body: body.to_vec(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    }
}

/// What a body is; whether it holds nothing else has tests of its own.
fn read(body: impl AsRef<[u8]>) -> Document {
    let mut found = document(&answer(body.as_ref()));
    if let Document::Error(error) = &mut found {
        error.is_all = false;
    }
    found
}

fn error(code: &str, message: &str) -> Document {
    let error = S3Error { code: code.to_owned(), message: message.to_owned(), ..S3Error::default() };
    Document::Error(Box::new(error))
}

fn keys(body: &str) -> Vec<String> {
    let found = read(body);
    let Document::Listing(listing) = found else { panic!("no listing: {found:?}") };
    listing.contents.into_iter().map(|object| object.key).collect()
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
fn a_document_with_anything_before_or_behind_it_is_not_all() {
    let is_all = |body: &str| match document(&answer(body.as_bytes())) {
        Document::Error(error) => error.is_all,
        Document::Listing(_) => true,
        Document::Malformed(_) | Document::Empty | Document::Foreign => false,
    };
    let one = "<Error><Code>NoSuchKey</Code><Message>a &amp; b</Message></Error>";
    let list = "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>";
    for document in [one, list] {
        for body in ["#", "\u{feff}<?xml version=\"1.0\"?>\n#\n", "<!-- hello -->#<!-- bye -->", " \r\n# \t"]
        {
            assert!(is_all(&body.replace('#', document)), "{body}");
        }
        for body in
            ["#trailing", "#<Error/>", "##", "#<html>", "#&amp;", "#<![CDATA[x]]>", "#</Error>", "x #", "#\0"]
        {
            assert!(!is_all(&body.replace('#', document)), "{body}");
        }
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
        last_modified: None,
        storage_class: None,
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

/// Entities that the document declares are not expanded: no billion laughs, no contents of local files.
#[test]
fn no_entity_is_expanded() {
    let laughs =
        "<!DOCTYPE Error [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
    let file = "<!DOCTYPE Error [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Error><Code>&f;</Code></Error>";
    for body in [laughs, file, "<Error><Code>&nbsp;</Code></Error>", "<Error><Code>&#xD800;</Code></Error>"] {
        let found = read(body);
        assert!(matches!(found, Document::Malformed(_)), "{body}: {found:?}");
    }
}
