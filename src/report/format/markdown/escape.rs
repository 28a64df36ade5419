//! Foreign text in Markdown: whatever it holds, it is read as text, in its place. For `CommonMark` with GitHub's tables.

use masking::printable::printable;

use crate::report::format::facts::{Piece, pieces};

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a paragraph or an item of a list.
    Flow,
    /// In a cell of a table, where `|` ends the cell, also within code.
    Cell,
}

/// A text of one line. What stands between two backticks is code, as the program's own texts mean it.
pub fn text(text: &str, place: Place) -> String {
    let line = printable(text.trim());
    let starts = place == Place::Flow;
    let part = |(index, piece): (usize, Piece<'_>)| {
        if piece.code { code(piece.text, place) } else { plain(piece.text, starts && index == 0) }
    };
    pieces(&line).into_iter().enumerate().map(part).collect()
}

/// A value as code, which can be copied as it is. Where that cannot be, as text.
pub fn code(value: &str, place: Place) -> String {
    let value = printable(value.trim());
    let runs = value.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    if value.is_empty() || place == Place::Cell && value.contains(['|', '\\', '`']) {
        return plain(&value, place == Place::Flow);
    }
    let (fence, pad) = ("`".repeat(runs + 1), if runs > 0 { " " } else { "" });
    format!("{fence}{pad}{value}{pad}{fence}")
}

/// An address as a link that shows where it leads; anything else as code.
pub fn link(address: &str, place: Place) -> String {
    let leads = address.starts_with("https://")
        && address.bytes().all(|b| b.is_ascii_graphic() && !b"<>`|\\".contains(&b));
    if leads { format!("<{address}>") } else { code(address, place) }
}

/// Text without any markup; what stands first could begin a block.
fn plain(text: &str, first: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut escaped = String::with_capacity(text.len());
    for (index, letter) in letters.iter().copied().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index)).copied();
        let after = letters.get(index + 1).copied();
        if letter == '@' && !before.is_some_and(char::is_alphanumeric) {
            // A server's text must not mention a user.
            escaped.push_str("@\u{2060}");
            continue;
        }
        if marks(before, letter, after) || first && begins_a_block(&letters, index) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether a character could be markup within a line.
fn marks(before: Option<char>, letter: char, after: Option<char>) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    match letter {
        '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => true,
        // Within a word it is one of its letters.
        '_' => !(is_word(before) && is_word(after)),
        '<' => after.is_some_and(char::is_alphabetic) || matches!(after, Some('/' | '!' | '?')),
        '&' => is_word(after) || after == Some('#'),
        // No address becomes a link by itself.
        ':' => after == Some('/'),
        _ => false,
    }
}

/// Whether a character at the beginning of a line could begin a heading, a list, a quotation or a rule.
fn begins_a_block(letters: &[char], index: usize) -> bool {
    let is_number = || index > 0 && index < 10 && letters[..index].iter().all(char::is_ascii_digit);
    let ends = || letters.get(index + 1).is_none_or(|letter| letter.is_whitespace());
    match letters[index] {
        '#' | '>' | '-' | '+' | '=' => index == 0,
        '.' | ')' => is_number() && ends(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
