//! The title of an HTML page: what a person would be shown of an answer that is not S3's. Tolerant of whatever comes,
//! bounded by its input.

/// How much of a page is searched, in bytes; a head is far shorter.
const SEARCHED: usize = 32 * 1024;
/// Longest title that is taken for one, in bytes.
const LONGEST: usize = 1024;
/// The entities that titles have, besides numbers.
const ENTITIES: [(&str, char); 12] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("middot", '\u{b7}'),
    ("bull", '\u{2022}'),
    ("raquo", '\u{bb}'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("hellip", '\u{2026}'),
];

/// As much of a text as is searched.
pub fn beginning(text: &str) -> &str {
    let mut end = text.len().min(SEARCHED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The title of a page, on one line, its entities replaced; none if there is none, or nothing in it.
pub fn title(text: &str) -> Option<String> {
    let page = without_comments(beginning(text));
    let lower = page.to_ascii_lowercase();
    let opening = lower.match_indices("<title").map(|(at, tag)| at + tag.len());
    // Not `<titles>`.
    let start = opening
        .into_iter()
        .find(|at| lower[*at..].starts_with(|next: char| next == '>' || next.is_whitespace()))?;
    let start = start + lower[start..].find('>')? + 1;
    let length = lower[start..].find("</title")?;
    let title = decoded(page.get(start..start + length).filter(|title| title.len() <= LONGEST)?);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

/// The page without what it comments out; a comment that does not end hides the rest.
fn without_comments(page: &str) -> String {
    let mut kept = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The text with its entities replaced. What looks like one and is none is kept.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let found = after.split_once(';').and_then(|(name, tail)| Some((entity(name)?, tail)));
        let (character, tail) = found.unwrap_or(('&', after));
        decoded.push(character);
        rest = tail;
    }
    decoded + rest
}

fn entity(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character);
    };
    let value = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_title_is_found_wherever_it_stands() {
        for (page, found) in [
            ("<html><head><title>Sign in</title></head>", Some("Sign in")),
            ("<TITLE lang=en>\n  Sign\n  in </TITLE>", Some("Sign in")),
            ("<!-- <title>no</title> --><!--x--><title>yes</title>", Some("yes")),
            (
                "<title>A &amp; B &#8211; &#x43;&nbsp;&unknown; &</title>",
                Some("A & B \u{2013} C &unknown; &"),
            ),
            ("<titles>no</titles><title>yes</title>", Some("yes")),
            ("<title>never closed", None),
            ("<title", None),
            ("<title></title>", None),
            ("<title>&#xffffffff;&#0;</title>", Some("&#xffffffff;\0")),
            ("<!-- <title>no</title>", None),
            ("error code: 1016", None),
        ] {
            assert_eq!(title(page).as_deref(), found, "{page}");
        }
        assert_eq!(title(&format!("<title>{}</title>", "x".repeat(LONGEST + 1))), None);
        assert_eq!(title(&format!("{}<title>late</title>", "\u{20ac}".repeat(SEARCHED))), None);
    }

    proptest! {
        #[test]
        fn no_page_is_too_odd(page in "(<!--|-->|<title|</title|>|&|#x?|[0-9a-f;]|\\PC|\u{130}){0,40}") {
            let found = title(&page).unwrap_or_default();
            prop_assert!(found.len() <= page.len() && !found.contains('\n'));
        }
    }
}
