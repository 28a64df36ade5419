//! Python's view of texts.

/// A text without the white space around it (`str.strip`).
pub fn stripped(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether a character is white space (`str.isspace`): Unicode's, and the separators of files, groups, records and units.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}
