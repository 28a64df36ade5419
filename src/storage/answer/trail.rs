//! What stands behind the end of a document. A second document, or anything else, means that the first is not all that
//! was said, so that nothing may be proven by it.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Whether nothing but white space, comments and instructions follows after the root element.
pub fn ends_with_root(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut closed = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) if !closed => depth += 1,
            Ok(Event::Empty(_)) if !closed => closed = depth == 0,
            Ok(Event::End(_)) if !closed => {
                depth = depth.saturating_sub(1);
                closed = depth == 0;
            }
            Ok(Event::Text(words)) if closed && !words.iter().all(u8::is_ascii_whitespace) => return false,
            Ok(
                Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::CData(_) | Event::GeneralRef(_),
            ) if closed => {
                return false;
            }
            Ok(Event::Eof) => return true,
            // What stands inside the root, or breaks off there, the parser of the document judges.
            Ok(_) => {}
            Err(_) => return !closed,
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
                assert!(ends_with_root(&format!("{document}{end}")), "{document}{end}");
            }
        }
        for end in ["x", "<a/>", "<a></a>", "</a>", "&amp;", "<![CDATA[x]]>", "<!-- hello", "<"] {
            assert!(!ends_with_root(&format!("<a><b/></a>{end}")), "{end}");
            assert!(!ends_with_root(&format!("<a/>{end}")), "{end}");
        }
    }
}
