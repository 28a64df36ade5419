//! What is skipped between the characters of a secret: invisible characters and separators.

/// The bytes without invisible ones: white space of all kinds, control and zero-width characters and their replacements,
/// and the zeros between the letters of UTF-16.
pub fn seen(bytes: &[u8]) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let length @ 1.. = unseen(&bytes[at..]) {
            at += length;
        }
        let byte = *bytes.get(at)?;
        at += 1;
        Some((at - 1, byte))
    })
}

/// Whether [`seen`] may pass over something.
pub fn may_hold_unseen(bytes: &[u8]) -> bool {
    !bytes.iter().all(u8::is_ascii_graphic)
}

/// Whether [`joined`] may pass over something.
pub fn may_hold_separators(bytes: &[u8]) -> bool {
    !bytes.iter().all(u8::is_ascii_alphanumeric) || bytes.starts_with(b"0x")
}

/// The letters and digits alone, as if nothing separated them: `9F:8E:7D`, `9f8e-7d6c`, `0x9f, 0x8e`.
pub fn joined(bytes: &[u8]) -> impl Iterator<Item = (usize, u8)> + '_ {
    let is_plain = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let is_radix = move |at: usize| {
        let begins = at.checked_sub(1).is_none_or(|before| !is_plain(before));
        begins && matches!(bytes[at..], [b'0', b'x' | b'X', digit, ..] if digit.is_ascii_hexdigit())
    };
    let is_mark = move |at: usize| is_radix(at) || at.checked_sub(1).is_some_and(is_radix);
    seen(bytes).filter(move |(at, byte)| (!byte.is_ascii() || is_plain(*at)) && !is_mark(*at))
}

/// The length of the invisible character at the beginning, or 0 if there is none.
fn unseen(bytes: &[u8]) -> usize {
    match bytes {
        [0..=0x20 | 0x7F, ..] => 1,
        [first, ..] if first.is_ascii() => 0,
        // C1 controls, no-break space, soft hyphen; combining grapheme joiner; Arabic letter mark.
        [0xC2, 0x80..=0xA0 | 0xAD, ..] | [0xCD, 0x8F, ..] | [0xD8, 0x9C, ..] => 2,
        // Spaces, fillers and marks of direction of several scripts, zero widths, line separators, joiners.
        [0xE1, 0x85, 0x9F | 0xA0, ..]
        | [0xE1, 0x9A, 0x80, ..]
        | [0xE1, 0xA0, 0x8B..=0x8F, ..]
        | [0xE2, 0x80, 0x80..=0x8F | 0xA8..=0xAF, ..]
        | [0xE2, 0x81, 0x9F..=0xAF, ..]
        | [0xE3, 0x80, 0x80, ..]
        | [0xE3, 0x85, 0xA4, ..]
        | [0xEF, 0xB8, 0x80..=0x8F, ..]
        | [0xEF, 0xBB, 0xBF, ..]
        | [0xEF, 0xBE, 0xA0, ..]
        | [0xEF, 0xBF, 0xB9..=0xBD, ..] => 3,
        // Tags and further variation selectors.
        [0xF3, 0xA0, 0x80..=0x87, _, ..] => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(read: impl Iterator<Item = (usize, u8)>) -> String {
        String::from_utf8(read.map(|(_, byte)| byte).collect()).expect("UTF-8")
    }

    #[test]
    fn what_is_not_seen_is_passed_over() {
        let unseen = "a \t\r\n\0\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{1680}\u{180e}\u{200b}\u{200d}\u{2003}\u{2028}\
            \u{202e}\u{202f}\u{205f}\u{2060}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fffd}\u{e0041}\u{e0100}b";
        assert_eq!(text(seen(unseen.as_bytes())), "ab");
        assert_eq!(text(seen("aé中🔑–“b".as_bytes())), "aé中🔑–“b");
    }

    #[test]
    fn separators_and_marks_of_hexadecimal_are_passed_over() {
        for (separated, plain) in [
            ("9F:8E:7D", "9F8E7D"),
            ("9f8e-7d6c.5b_4a", "9f8e7d6c5b4a"),
            ("{0x9f, 0X8e,0x7d}", "9f8e7d"),
            ("10x20 0x 0xg", "10x200x0xg"),
            ("é-é", "éé"),
        ] {
            assert_eq!(text(joined(separated.as_bytes())), plain);
        }
    }
}
