//! A URL as written: split at its delimiters (RFC 3986, section 3), with nothing decoded, mapped, trimmed or added.
//!
//! A URL parser corrects what it reads; the application's client does not. The result of a parser is compared with these
//! parts.

/// The parts of a URL's text. Put together again they are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlText<'a> {
    /// The text before `://`, if it has the form of a scheme.
    pub scheme: Option<&'a str>,
    /// The text before the `@` of the authority.
    pub login: Option<&'a str>,
    /// The host, an IPv6 address in its brackets.
    pub host: &'a str,
    /// The text after the host's colon.
    pub port: Option<&'a str>,
    /// The path from its first slash on.
    pub path: &'a str,
    /// The text after `?`.
    pub query: Option<&'a str>,
    /// The text after `#`.
    pub fragment: Option<&'a str>,
    /// Whether the end of the login, and so the host, is ambiguous.
    unclear: bool,
}

impl<'a> UrlText<'a> {
    /// Splits a text, whether it is a URL or not.
    pub fn split(text: &'a str) -> Self {
        let (scheme, rest) = match text.split_once("://") {
            Some((name, rest)) if is_scheme(name) => (Some(name), rest),
            Some(_) | None => (None, text),
        };
        let (authority, after) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (after, fragment) = cut(after, '#');
        let (path, query) = cut(after, '?');
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, authority),
        };
        let (host, port) = place.split_at(end_of_host(place));
        let unclear = is_unclear(rest);
        Self { scheme, login, host, port: port.strip_prefix(':'), path, query, fragment, unclear }
    }

    /// Whether a login is ambiguous: the authority of a URL ends at the first `/`, `?` or `#`, but a password with such a
    /// character, or with an `@`, that was pasted unencoded means another host.
    pub fn has_unclear_login(&self) -> bool {
        self.unclear
    }

    /// Whether the scheme is this one, in any case.
    pub fn has_scheme(&self, name: &str) -> bool {
        self.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(name))
    }
}

fn is_scheme(name: &str) -> bool {
    let mut letters = name.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter))
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A colon inside of brackets belongs to an address.
fn end_of_host(place: &str) -> usize {
    let inside = if place.starts_with('[') { place.find(']').map_or(place.len(), |end| end + 1) } else { 0 };
    place[inside..].find(':').map_or(place.len(), |position| inside + position)
}

fn is_unclear(rest: &str) -> bool {
    let Some((before, _)) = rest.rsplit_once('@') else { return false };
    before.contains(['@', '/', '?', '#', '\\'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(parts: &UrlText<'_>) -> String {
        let scheme = parts.scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
        let login = parts.login.map(|login| format!("{login}@")).unwrap_or_default();
        let port = parts.port.map(|port| format!(":{port}")).unwrap_or_default();
        let query = parts.query.map(|query| format!("?{query}")).unwrap_or_default();
        let fragment = parts.fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        format!("{scheme}{login}{}{port}{}{query}{fragment}", parts.host, parts.path)
    }

    proptest! {
        #[test]
        fn the_parts_of_any_text_are_the_text(text in prop_oneof![any::<String>(), "[a-z:/@?#\\[\\]\\\\.]{0,30}"]) {
            let parts = UrlText::split(&text);
            let after_bracket = parts.host.starts_with('[') && parts.port.is_none();
            prop_assert!(joined(&parts) == text || after_bracket, "{:?}", parts);
            prop_assert!(!parts.host.contains(['/', '?', '#', '@']));
        }
    }

    #[test]
    fn a_text_is_taken_apart_at_its_marks_and_nowhere_else() {
        let parts = UrlText::split("HTTPS://ana:p%40s@[::1]:9000/a/b?x=1#y");
        assert_eq!((parts.scheme, parts.login, parts.host), (Some("HTTPS"), Some("ana:p%40s"), "[::1]"));
        assert_eq!((parts.port, parts.path), (Some("9000"), "/a/b"));
        assert_eq!((parts.query, parts.fragment), (Some("x=1"), Some("y")));
        for (text, host, port) in [
            ("https://host\\", "host\\", None),
            ("https://host:", "host", Some("")),
            ("https://h:1:2", "h", Some("1:2")),
            ("host:9", "host", Some("9")),
            ("https:///x", "", None),
            ("", "", None),
        ] {
            let parts = UrlText::split(text);
            assert_eq!((parts.host, parts.port), (host, port), "{text}");
        }
    }

    #[test]
    fn a_login_that_can_be_read_in_two_ways_is_unclear() {
        for text in [
            "https://ana:p@tr0ub4dor#9@host.example",
            "https://ana:p#9@host.example",
            "https://ana:p/9@host.example",
            "https://ana:p?9@host.example",
            "https://ana:p\\9@host.example",
            "ana:p@ss@host",
        ] {
            assert!(UrlText::split(text).has_unclear_login(), "{text}");
        }
        for text in ["https://ana:p@host.example/x", "https://host.example/x", "ana@host"] {
            assert!(!UrlText::split(text).has_unclear_login(), "{text}");
        }
    }
}
