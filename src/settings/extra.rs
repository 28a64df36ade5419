//! Extra text around a value: a comment, a label, an encoding, quotes. It is found by removing layers until the rest is
//! well-formed; if that never happens, there is none. The caller defines what is well-formed.

mod ends;
mod names;
mod pieces;
mod whole;

pub use ends::words;

use std::collections::HashSet;

use masking::Secret;

use super::{Variable, characters};

/// Upper bound of a value that is searched for extra text, in bytes.
const LONGEST: usize = 8 * 1024;
/// Maximum number of layers.
const DEPTH: usize = 4;
/// Maximum number of texts that are examined.
const MOST: usize = 64;

/// The kind of extra text, as far as it has a code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Quotes around the value.
    Quotes,
    /// White space at its ends.
    Whitespace,
    /// Invisible characters, and those that look like others.
    Invisible,
    /// A second scheme before a URL.
    Scheme,
    /// Anything else.
    Text,
}

/// One layer of extra text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its kind.
    pub sort: Sort,
    /// Its name: `a comment`.
    pub name: &'static str,
    /// Where it is, as a half-sentence without any text of the value: `ends with a comment of 12 characters`.
    pub seen: String,
}

/// A value without its extra text.
#[derive(Clone)]
pub struct Peeled {
    /// The removed layers, from the outside to the inside.
    pub layers: Vec<Layer>,
    /// What remains.
    pub value: Secret,
    /// Whether that is well-formed.
    pub sound: bool,
}

impl Peeled {
    /// Whether there is more than the characters that have rules of their own: then one finding reports all of it.
    pub fn has_own_finding(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer.sort, Sort::Text | Sort::Scheme))
    }

    /// Whether the value is part of the text as it is, or its encoding leaves no doubt.
    pub fn is_certain(&self, raw: &str) -> bool {
        raw.contains(self.value.expose()) || self.layers.iter().all(|layer| layer.sort != Sort::Invisible)
    }
}

/// What is well-formed for a variable.
pub struct Shape<'a> {
    /// The variable.
    pub variable: Variable,
    /// Whether the shape is so particular that no other text has it by chance.
    pub particular: bool,
    /// Whether the value is searched anywhere in the text, if nothing else is found.
    pub anywhere: bool,
    /// Whether a text has it.
    pub fits: &'a dyn Fn(&str) -> bool,
}

/// Removes one layer, if there is one: the layer, and the rest.
type Strip = fn(Variable, &str) -> Option<(Layer, String)>;

/// The functions that remove a layer, each with whether only a particular shape makes that certain.
const STRIPS: [(Strip, bool); 19] = [
    (ends::whitespace, false),
    (ends::quotes, false),
    (ends::invisible, false),
    (ends::escapes, false),
    (ends::comment, false),
    (names::own_assignment, false),
    (ends::opening, false),
    (names::own_label, false),
    (ends::ending, false),
    (whole::doubled_scheme, false),
    (whole::markdown_link, false),
    (whole::colours, false),
    (names::json, false),
    (whole::base64, false),
    (whole::percent, true),
    (whole::entities, false),
    (names::assignment, true),
    (names::label, true),
    (whole::brackets, true),
];
/// Functions that are used if the others find nothing.
const WORDS: [Strip; 4] = [pieces::after_words, pieces::before_words, pieces::only_word, pieces::only_digits];
/// Layers that are removed even if the rest is not well-formed: they are never meant to be part of a value.
const PLAIN: [Strip; 8] = [
    ends::whitespace,
    ends::quotes,
    ends::invisible,
    ends::escapes,
    ends::comment,
    names::own_assignment,
    ends::opening,
    names::own_label,
];

/// Removes the extra text of a value. None if the value is well-formed as it is, or if no rest is.
pub fn peel(raw: &str, shape: &Shape<'_>) -> Option<Peeled> {
    if raw.is_empty() || raw.len() > LONGEST || (shape.fits)(raw) {
        return None;
    }
    let allowed = STRIPS.iter().filter(|(_, needs_shape)| shape.particular || !needs_shape);
    let mut allowed: Vec<Strip> = allowed.map(|(strip, _)| *strip).collect();
    search(raw, shape.variable, &allowed, shape.fits).or_else(|| {
        allowed.extend(WORDS.iter().filter(|_| shape.anywhere));
        search(raw, shape.variable, &allowed, shape.fits)
    })
}

/// Removes the layers of [`PLAIN`] until the rest is plain, whether it is well-formed or not.
pub fn peel_plain(raw: &str, variable: Variable, is_plain: &dyn Fn(&str) -> bool) -> Option<Peeled> {
    if raw.is_empty() || raw.len() > LONGEST || is_plain(raw) {
        return None;
    }
    search(raw, variable, &PLAIN, is_plain).map(|peeled| Peeled { sound: false, ..peeled })
}

/// Searches for the smallest number of layers to remove.
fn search(raw: &str, variable: Variable, strips: &[Strip], fits: &dyn Fn(&str) -> bool) -> Option<Peeled> {
    let mut seen = HashSet::from([raw.to_owned()]);
    let mut texts = vec![(raw.to_owned(), Vec::new())];
    let mut next = 0;
    while let Some((text, layers)) = texts.get(next).cloned() {
        for (layer, rest) in strips.iter().filter_map(|strip| strip(variable, &text)) {
            if rest.is_empty() || seen.len() > MOST || !seen.insert(rest.clone()) {
                continue;
            }
            let layers: Vec<Layer> = layers.iter().cloned().chain([layer]).collect();
            if fits(&rest) {
                return Some(Peeled { layers, value: Secret::new(rest), sound: true });
            }
            if layers.len() < DEPTH {
                texts.push((rest, layers));
            }
        }
        next += 1;
    }
    None
}

/// The functions that decode a value.
const DECODERS: [Strip; 4] = [whole::base64, names::json, whole::percent, whole::entities];
/// Maximum number of texts decoded from a secret.
const MOST_DECODED: usize = 8;

/// The decoded forms of a secret, which are not part of its text and are as secret.
pub fn decoded(variable: Variable, secret: &str) -> Vec<Secret> {
    if secret.len() > LONGEST {
        return Vec::new();
    }
    let mut texts = vec![secret.to_owned(), characters::core(variable, secret)];
    let mut next = 0;
    while let Some(text) = texts.get(next).cloned() {
        for (_, rest) in DECODERS.iter().filter_map(|decode| decode(variable, &text)) {
            if texts.len() < MOST_DECODED && !texts.contains(&rest) {
                texts.push(rest);
            }
        }
        next += 1;
    }
    let made = texts.into_iter().skip(2).filter(|text| !text.is_empty() && !secret.contains(text.as_str()));
    made.map(Secret::new).collect()
}

/// A layer without a code of its own.
fn text(name: &'static str, seen: impl Into<String>) -> Layer {
    Layer { sort: Sort::Text, name, seen: seen.into() }
}

#[cfg(test)]
mod tests;
