//! The words of a text as a shell reads them: Python's `shlex.split`.

/// The words, or nothing where a quotation or an escape has no end.
pub fn of(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(rest.next()?),
            '\'' | '"' => quoted(c, &mut rest, word.get_or_insert_default())?,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// Reads to the end of a quotation. Between double quotes, an escape concerns these and itself only.
fn quoted(quote: char, rest: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            c if c == quote => return Some(()),
            '\\' if quote == '"' => {
                let escaped = rest.next()?;
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_pythons_shlex() {
        for (text, words) in [
            ("profile a", Some(&["profile", "a"][..])),
            ("profilea", Some(&["profilea"])),
            ("profile 'a b'", Some(&["profile", "a b"])),
            ("profile \"a\\\"b\\c\"", Some(&["profile", "a\"b\\c"])),
            ("profile \\a", Some(&["profile", "a"])),
            ("profile a\\ ", Some(&["profile", "a "])),
            ("profile ''", Some(&["profile", ""])),
            ("profile x'y'\"z\"", Some(&["profile", "xyz"])),
            (" \tprofile  a ", Some(&["profile", "a"])),
            ("profile \"a", None),
            ("profile it's", None),
            ("profile a\\", None),
            ("", Some(&[])),
        ] {
            let expected = words.map(|words| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
