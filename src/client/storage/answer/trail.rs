//! What follows the end of a document. With a second document or anything else behind it, the first one verifies nothing.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Whether a text is one element, with nothing before or after it but what XML allows there. The deserializer reads the
/// first element and ignores what follows.
pub fn is_one_document(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => {
                roots += usize::from(depth == 0);
                depth += 1;
            }
            Ok(Event::Empty(_)) => roots += usize::from(depth == 0),
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(text)) if depth == 0 && !text.trim_ascii().is_empty() => return false,
            Ok(Event::CData(_) | Event::GeneralRef(_)) if depth == 0 => return false,
            Ok(Event::Eof) => return roots == 1 && depth == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_says_something_may_follow_after_the_root() {
        for end in ["", "\n", " <!-- hello --> ", "<?hello?>\r\n\t"] {
            for document in ["<a><b/>text</a>", "<a/>", "<?xml version=\"1.0\"?><!-- x --><a>&amp;</a>"] {
                assert!(is_one_document(&format!("{document}{end}")), "{document}{end}");
            }
        }
        for end in ["x", "<a/>", "<a></a>", "</a>", "&amp;", "<![CDATA[x]]>", "<!-- hello", "<"] {
            assert!(!is_one_document(&format!("<a><b/></a>{end}")), "{end}");
            assert!(!is_one_document(&format!("<a/>{end}")), "{end}");
        }
    }
}
