//! The parts of a text that are code: what the program's own sentences put between backticks.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Whether it stood between backticks.
    pub code: bool,
    /// Without them.
    pub text: &'a str,
}

/// The parts of a text. Backticks that do not stand around something, as words in quotes do, are a server's own: then they
/// stay, and the whole text is one part.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let parts: Vec<&str> = text.split('`').collect();
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let fits = |(index, part): (usize, &&str)| {
        let (is_code, is_last) = (index % 2 == 1, index + 1 == parts.len());
        let glued = index > 0 && is_word(part.chars().next()) || !is_last && is_word(part.chars().last());
        if is_code { !part.trim().is_empty() } else { !glued }
    };
    if parts.len().is_multiple_of(2) || !parts.iter().enumerate().all(fits) {
        return vec![Piece { code: false, text }];
    }
    parts.into_iter().enumerate().map(|(index, text)| Piece { code: index % 2 == 1, text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_backticks_as_words_do_in_quotes_is_code() {
        let code =
            |text| pieces(text).into_iter().filter(|piece| piece.code).map(|piece| piece.text).collect();
        let none: Vec<&str> = Vec::new();
        for (text, expected) in [
            ("bucket `files`, not `file`.", vec!["files", "file"]),
            ("`files`", vec!["files"]),
            ("(`a b`)", vec!["a b"]),
            ("403 Acc`ess: a `b` here", none.clone()),
            ("a`b`c", none.clone()),
            ("``` ` ```", none.clone()),
            ("one ` alone", none),
        ] {
            let found: Vec<&str> = code(text);
            assert_eq!(found, expected, "{text}");
            let all: String = pieces(text).iter().map(|piece| piece.text).collect();
            assert_eq!(all.contains('`'), text.contains('`') && found.is_empty(), "{text}: nothing is lost");
        }
    }
}
