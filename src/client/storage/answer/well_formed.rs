//! What a strict parser of XML, such as boto3's (expat), refuses, and that of this program passes over.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// The elements whose texts boto3 has percent-encoded (`encoding-type`), so that it meets none of the characters in them.
const ENCODED: [&[u8]; 2] = [b"Key", b"Prefix"];
/// The entities that every document has.
const ENTITIES: [&[u8]; 5] = [b"lt", b"gt", b"amp", b"apos", b"quot"];

/// Why a document is not well-formed, if it is not.
pub fn fault(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim_start().starts_with("<?xml") && !text.starts_with("<?xml") {
        return Some("white space stands before its declaration".to_owned());
    }
    // Of another encoding, the bytes are others.
    let is_utf8 =
        !text.starts_with("<?xml") || declared(text).is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
    if is_utf8 && std::str::from_utf8(body).is_err() {
        return Some("it is not UTF-8".to_owned());
    }
    in_markup(text)
}

/// The encoding that the declaration names.
fn declared(text: &str) -> Option<&str> {
    let (declaration, _) = text.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next()?;
    rest[quote.len_utf8()..].split(quote).next()
}

fn in_markup(text: &str) -> Option<String> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    // With definitions of its own, a document may have more entities.
    let mut defines = false;
    let mut encoded = false;
    loop {
        let unfit = match reader.read_resolved_event() {
            Err(error) => return Some(error.to_string()),
            Ok((_, Event::Eof)) => return None,
            Ok((ResolveResult::Unknown(prefix), _)) => {
                Some(format!("its prefix `{}` is not declared", String::from_utf8_lossy(&prefix)))
            }
            Ok((_, Event::DocType(_))) => {
                defines = true;
                None
            }
            Ok((_, Event::Start(start))) => {
                encoded = ENCODED.contains(&start.local_name().as_ref());
                of_attributes(&start)
            }
            Ok((_, Event::Empty(start))) => of_attributes(&start),
            Ok((_, Event::End(_))) => {
                encoded = false;
                None
            }
            Ok((_, Event::GeneralRef(reference))) => {
                of_reference(&reference, defines).filter(|_| !(encoded && reference.is_char_ref()))
            }
            Ok((_, Event::Text(text))) if !encoded => of_text(&text),
            Ok((_, Event::CData(text))) if !encoded => of_characters(&text),
            Ok(_) => None,
        };
        if unfit.is_some() {
            return unfit;
        }
    }
}

fn of_text(text: &[u8]) -> Option<String> {
    let ends = text.windows(3).any(|part| part == b"]]>");
    ends.then(|| "it has `]]>` in a text".to_owned()).or_else(|| of_characters(text))
}

fn of_characters(text: &[u8]) -> Option<String> {
    let odd = String::from_utf8_lossy(text).chars().find(|c| !is_character(*c))?;
    Some(format!("it has the character U+{:04X}, which XML does not allow", u32::from(odd)))
}

fn of_attributes(start: &BytesStart<'_>) -> Option<String> {
    start.attributes().find_map(|attribute| match attribute {
        Err(error) => Some(error.to_string()),
        Ok(attribute) if attribute.value.contains(&b'<') => Some("an attribute has `<` in it".to_owned()),
        Ok(_) => None,
    })
}

fn of_reference(reference: &BytesRef<'_>, defines: bool) -> Option<String> {
    let is_known = match reference.resolve_char_ref() {
        Ok(Some(character)) => is_character(character),
        Ok(None) => defines || ENTITIES.contains(&reference.as_ref()),
        Err(_) => false,
    };
    (!is_known).then(|| format!("it has no character for `&{};`", String::from_utf8_lossy(reference)))
}

/// XML 1.0, section 2.2.
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_strict_parser_refuses_is_not_well_formed() {
        for good in [
            "<a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"c\">&amp;&#65;&#x41;</a>",
            "\u{feff}<?xml version=\"1.0\"?><a/>",
            "<a xmlns:q=\"r\"><q:b/></a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<a><!-- - --><![CDATA[]] & <]]></a>",
            "\n<a/>",
            "<a><Key>\u{1}&#2;</Key><n:Prefix xmlns:n=\"u\">\u{3}</n:Prefix></a>",
        ] {
            assert_eq!(fault(good.as_bytes()), None, "{good}");
        }
        let latin: &[u8] = b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a>\xe9</a>";
        assert_eq!(fault(latin), None);
        for bad in [
            &b"\n<?xml version=\"1.0\"?><a/>"[..],
            b"<a>\xff</a>",
            b"<a>\x01</a>",
            b"<a>&#0;</a>",
            b"<a>&#1;</a>",
            b"<a><Key>&nbsp;</Key></a>",
            b"<a><Key>b</Key>\x01</a>",
            b"<a>&nbsp;</a>",
            b"<a>b & c</a>",
            b"<a><q:b/></a>",
            b"<a><!-- -- --></a>",
            b"<a b=\"<\"/>",
            b"<a b=\"c\" b=\"d\"/>",
            b"<a>]]></a>",
            b"\x1f\x8b\x08\x00",
        ] {
            assert!(fault(bad).is_some(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
