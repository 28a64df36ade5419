//! A value within other text: for shapes that no other text has by chance.

use super::{Layer, text};
use crate::base::text::counted;
use crate::settings::Variable;
use crate::settings::characters::is_whitespace;

/// Characters that end a word, beside white space.
const MARKS: &str = "\"'`<>()[]{},;|";
const NAME: &str = "other text";

/// The last word, with others before it.
pub fn after_words(_: Variable, value: &str) -> Option<(Layer, String)> {
    let (words, last) = value.trim_end().rsplit_once(is_whitespace)?;
    let length = counted(words.chars().count(), "character");
    Some((text(NAME, format!("begins with {length} of other text")), last.to_owned()))
}

/// The first word, with others behind it.
pub fn before_words(_: Variable, value: &str) -> Option<(Layer, String)> {
    let (first, words) = value.trim_start().split_once(is_whitespace)?;
    let length = counted(words.chars().count(), "character");
    Some((text(NAME, format!("ends with {length} of other text")), first.to_owned()))
}

/// The only word that may be a URL.
pub fn only_word(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let words = value.split(|c: char| is_whitespace(c) || MARKS.contains(c));
    let mut urls = words.filter(|word| word.starts_with("https://"));
    let only = urls.next().filter(|first| urls.all(|other| other == *first))?;
    (variable == Variable::Endpoint).then(|| around(value, only))
}

/// The only hexadecimal number with the length of a key of R2, unless there is a URL, which may hold an account id.
pub fn only_digits(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let length = match variable {
        Variable::AccessKeyId => 32,
        Variable::SecretAccessKey => 64,
        Variable::Enabled
        | Variable::Endpoint
        | Variable::SessionToken
        | Variable::BucketName
        | Variable::Region => return None,
    };
    let words = value.split(|c: char| !c.is_ascii_alphanumeric());
    let mut numbers =
        words.filter(|word| word.len() == length && word.bytes().all(|b| b.is_ascii_hexdigit()));
    let only = numbers.next().filter(|first| numbers.all(|other| other == *first))?;
    (!value.contains("://")).then(|| around(value, only))
}

fn around(value: &str, inner: &str) -> (Layer, String) {
    let (before, after) = value.split_once(inner).unwrap_or_default();
    let length = |text: &str| counted(text.chars().count(), "character");
    let seen = match (before.is_empty(), after.is_empty()) {
        (true, _) => format!("ends with {} of other text", length(after)),
        (false, true) => format!("begins with {} of other text", length(before)),
        (false, false) => {
            format!("has {} of other text before the value and {} behind it", length(before), length(after))
        }
    };
    (text(NAME, seen), inner.to_owned())
}
