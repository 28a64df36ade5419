//! Text around the whole value, or an encoding of it: brackets, a link, base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Layer, Sort, text};
use crate::settings::Variable;

/// Base64 with padding or without.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
/// Brackets around a value, each with its name.
const BRACKETS: [(&str, &str, &str); 7] = [
    ("<", ">", "angle brackets around the value"),
    ("(", ")", "parentheses around the value"),
    ("[", "]", "square brackets around the value"),
    ("{", "}", "braces around the value"),
    ("**", "**", "asterisks around the value"),
    ("*", "*", "asterisks around the value"),
    ("_", "_", "underscores around the value"),
];
/// Entities of HTML and XML, the ampersand last.
const ENTITIES: [(&str, &str); 8] = [
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#47;", "/"),
    ("&#x2F;", "/"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// `https://https://`, and the like.
pub fn doubled_scheme(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let schemes = ["https://", "http://", "https:", "http:"];
    let lower = value.to_ascii_lowercase();
    let first = schemes.into_iter().find(|scheme| lower.starts_with(scheme))?;
    let inner = &lower[first.len()..];
    let second = schemes[..2].iter().find(|scheme| inner.starts_with(**scheme))?;
    if variable != Variable::Endpoint {
        return None;
    }
    let seen = format!("has two schemes, `{first}{second}`");
    Some((Layer { sort: Sort::Scheme, name: "a second scheme", seen }, value[first.len()..].to_owned()))
}

/// `[text](address)`.
pub fn markdown_link(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let (label, address) = value.strip_prefix('[')?.strip_suffix(')')?.split_once("](")?;
    let seen = "is a link in Markdown, with an address in parentheses behind its text";
    // If a name was turned into a link, the value is the name, not the address.
    let is_name = variable != Variable::Endpoint && address.contains("://");
    let meant = if is_name { label } else { address };
    Some((text("a link around the value", seen), meant.to_owned()))
}

/// The sequences by which a terminal sets colours or marks what is pasted (ECMA-48, section 5.4).
pub fn colours(_: Variable, value: &str) -> Option<(Layer, String)> {
    let mut rest = String::with_capacity(value.len());
    let mut left = value;
    while let Some((before, after)) = left.split_once("\u{1b}[") {
        rest.push_str(before);
        let end = after.find(|c: char| ('@'..='~').contains(&c))?;
        left = &after[end + 1..];
    }
    rest.push_str(left);
    (rest != value)
        .then(|| (text("control sequences of a terminal", "contains control sequences of a terminal"), rest))
}

/// Base64 of printable text, which may end with a line.
pub fn base64(_: Variable, value: &str) -> Option<(Layer, String)> {
    let letters: String = value.split_whitespace().collect();
    let bytes = STANDARD.decode(&letters).or_else(|_| URL_SAFE.decode(&letters)).ok()?;
    let decoded = String::from_utf8(bytes).ok()?;
    let is_plain = decoded.chars().all(|c| c.is_ascii_graphic() || c.is_ascii_whitespace());
    let seen = "is base64, which decodes to a text";
    (is_plain && decoded.len() >= 3).then(|| (text("base64 encoding", seen), decoded))
}

/// A percent-encoded text. In a URL single characters may be encoded, so there all special ones must be.
pub fn percent(variable: Variable, value: &str) -> Option<(Layer, String)> {
    if variable == Variable::Endpoint && value.contains("://") {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok()?.into_owned();
    (decoded != value).then(|| (text("percent-encoding", "is percent-encoded"), decoded))
}

/// A text with entities of HTML.
pub fn entities(_: Variable, value: &str) -> Option<(Layer, String)> {
    let decoded = ENTITIES.iter().fold(value.to_owned(), |text, (entity, sign)| text.replace(entity, sign));
    (decoded != value)
        .then(|| (text("entities of HTML", "contains entities of HTML, such as `&quot;`"), decoded))
}

/// Brackets around the whole.
pub fn brackets(_: Variable, value: &str) -> Option<(Layer, String)> {
    let (name, inner) = BRACKETS
        .iter()
        .find_map(|(open, close, name)| Some((*name, value.strip_prefix(open)?.strip_suffix(close)?)))?;
    let seen = format!("has {name}");
    Some((text(name, seen), inner.trim().to_owned()))
}
