//! Extra text before or after a value: white space, quotes, a comment, an option of the shell, a comma.

use super::{Layer, Sort, text};
use crate::base::text::counted;
use crate::settings::Variable;
use crate::settings::characters::{QUOTES, is_whitespace, replaced};

/// The beginnings of a comment, after a blank.
const COMMENTS: [&str; 5] = ["#", "//", ";", "--", "<!--"];
/// Escapes of characters that end a line or a field.
const ESCAPES: [&str; 8] = ["\\r\\n", "\\n", "\\r", "\\t", "\\0", "\\x0a", "\\u000a", "^M"];
/// Text before a value that was copied with a command, a list or a header; the longer ones first.
const OPENINGS: [(&str, &str); 22] = [
    ("echo -n ", "a command of the shell"),
    ("echo -e ", "a command of the shell"),
    ("echo ", "a command of the shell"),
    ("printf %s ", "a command of the shell"),
    ("printf '%s' ", "a command of the shell"),
    ("printf \"%s\" ", "a command of the shell"),
    ("-ne ", "an option of `echo`"),
    ("-en ", "an option of `echo`"),
    ("-n ", "an option of `echo`"),
    ("-e ", "an option of `echo`"),
    ("-E ", "an option of `echo`"),
    ("Bearer ", "the scheme of an HTTP header"),
    ("bearer ", "the scheme of an HTTP header"),
    ("Token ", "the scheme of an HTTP header"),
    ("Basic ", "the scheme of an HTTP header"),
    ("$ ", "the prompt of a shell"),
    ("> ", "the mark of a quotation"),
    ("- ", "the mark of a list"),
    ("* ", "the mark of a list"),
    ("==", "an equals sign"),
    ("=", "an equals sign"),
    (":", "a colon"),
];
/// Text after a value that was copied from a list, a sentence or a terminal.
const ENDINGS: [(&str, &str); 10] = [
    (",", "a comma"),
    (";", "a semicolon"),
    (".", "a full stop"),
    (":", "a colon"),
    ("!", "an exclamation mark"),
    ("%", "a percent sign"),
    ("\\", "a backslash"),
    ("|", "the edge of a table"),
    ("=", "an equals sign"),
    ("&", "an ampersand"),
];

/// The words of these tables, which are the same for everyone.
pub fn words() -> impl Iterator<Item = &'static str> {
    OPENINGS.iter().map(|(mark, _)| *mark).chain(ESCAPES)
}

/// White space at the ends.
pub fn whitespace(_: Variable, value: &str) -> Option<(Layer, String)> {
    let rest = value.trim_matches(is_whitespace);
    let seen = "has white space around it".to_owned();
    (rest != value).then(|| (Layer { sort: Sort::Whitespace, name: "white space", seen }, rest.to_owned()))
}

/// Quotes at the ends.
pub fn quotes(_: Variable, value: &str) -> Option<(Layer, String)> {
    let rest = value.trim_matches(QUOTES);
    let seen = "is in quotation marks".to_owned();
    (rest != value).then(|| (Layer { sort: Sort::Quotes, name: "quotation marks", seen }, rest.to_owned()))
}

/// Invisible characters, and those that look like others.
pub fn invisible(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let rest: String = replaced(variable, value).collect();
    let (name, seen) = ("invisible characters", "contains invisible or look-alike characters".to_owned());
    (rest != value).then_some((Layer { sort: Sort::Invisible, name, seen }, rest))
}

/// Escapes of line ends that were not decoded.
pub fn escapes(_: Variable, value: &str) -> Option<(Layer, String)> {
    let name = "a written-out line end";
    if let Some((found, rest)) = ESCAPES.iter().find_map(|mark| Some((mark, value.strip_suffix(mark)?))) {
        let seen = format!("ends with `{found}`, which nothing turned into the end of a line");
        return Some((text(name, seen), rest.to_owned()));
    }
    let (found, rest) = ESCAPES.iter().find_map(|mark| Some((mark, value.strip_prefix(mark)?)))?;
    Some((text(name, format!("begins with `{found}`, which nothing replaced")), rest.to_owned()))
}

/// A comment after a blank; in a key, which never holds a `#`, also without a blank.
pub fn comment(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let behind_blank = value.char_indices().find(|(at, letter)| {
        let after = &value[at + letter.len_utf8()..];
        is_whitespace(*letter) && COMMENTS.iter().any(|mark| after.trim_start().starts_with(mark))
    });
    let is_key = matches!(variable, Variable::AccessKeyId | Variable::SecretAccessKey);
    let glued = || value.find('#').filter(|_| is_key);
    let at = behind_blank.map(|(at, _)| at).filter(|at| *at > 0).or_else(glued)?;
    let rest = value[..at].trim_end_matches(is_whitespace);
    let length = counted(value[at..].chars().count(), "character");
    Some((text("a comment", format!("ends with a comment of {length}")), rest.to_owned()))
}

/// Text of a command, a header, a list or a prompt before a value.
pub fn opening(_: Variable, value: &str) -> Option<(Layer, String)> {
    let (mark, name, rest) =
        OPENINGS.iter().find_map(|(mark, name)| Some((mark, *name, value.strip_prefix(mark)?)))?;
    let seen = format!("begins with `{}`, {name}", mark.trim_end());
    Some((text(name, seen), rest.trim_start_matches(' ').to_owned()))
}

/// Punctuation after a value in a list, a sentence or a terminal. For URLs, other rules hold.
pub fn ending(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let found = |mark: &str| variable != Variable::Endpoint || ![".", "\\"].contains(&mark);
    let (name, rest) = ENDINGS
        .iter()
        .filter(|(mark, _)| found(mark))
        .find_map(|(mark, name)| Some((*name, value.strip_suffix(mark)?)))?;
    Some((text(name, format!("ends with {name}")), rest.to_owned()))
}
