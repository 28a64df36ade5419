//! What came along with a value: a comment, a label, an encoding, quotes. Found by taking things off until what remains is
//! well-formed; if nothing leads there, nothing came along. Knows no rule about any variable: whoever asks says what is
//! well-formed.

mod ends;
mod names;
mod pieces;
mod whole;

pub use ends::words;

use std::collections::HashSet;

use super::{Variable, characters};
use crate::base::secret::Secret;

/// A longer value is no value with something around it, in bytes.
const LONGEST: usize = 8 * 1024;
/// So many things are taken off one after another.
const DEPTH: usize = 4;
/// So many texts are looked at on the way.
const MOST: usize = 64;

/// What sort of thing came along, as far as it has a code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Quotes around the value.
    Quotes,
    /// White space at its ends.
    Whitespace,
    /// Characters that nobody sees, or that look like others.
    Invisible,
    /// A second scheme before a URL.
    Scheme,
    /// Anything else.
    Text,
}

/// One thing that came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What sort it is of.
    pub sort: Sort,
    /// What it is called: `a comment`. Of all variables that carry the same.
    pub name: &'static str,
    /// Where it stands, as a half-sentence, with nothing of the value in it: `ends with a comment of 12 characters`.
    pub seen: String,
}

/// A value without what came along.
#[derive(Clone)]
pub struct Peeled {
    /// What was taken off, from the outside to the inside.
    pub layers: Vec<Layer>,
    /// What remains.
    pub value: Secret,
    /// Whether that is well-formed.
    pub sound: bool,
}

impl Peeled {
    /// Whether more came along than the characters that have rules of their own: then one finding tells of all of it.
    pub fn has_own_finding(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer.sort, Sort::Text | Sort::Scheme))
    }

    /// Whether the value stands as it is in the text, or what was done to it leaves no doubt what it was.
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
    /// Whether it is looked for anywhere inside of the text, if nothing else leads to it.
    pub anywhere: bool,
    /// Whether a text has it.
    pub fits: &'a dyn Fn(&str) -> bool,
}

/// Takes one thing off a text, if it is there: what it was, and what remains.
type Strip = fn(Variable, &str) -> Option<(Layer, String)>;

/// What can be taken off, each with whether that needs a particular shape to be sure.
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
/// What is taken off besides when nothing else leads anywhere.
const WORDS: [Strip; 4] = [pieces::after_words, pieces::before_words, pieces::only_word, pieces::only_digits];
/// What is taken off although what remains is not well-formed either: nobody means such things to belong to a value.
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

/// Takes off what came along with a value. Nothing if the value is well-formed as it stands, or if nothing that remains is.
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

/// Takes off what nobody means to belong to a value, until what remains is plain, whether it is well-formed or not.
pub fn peel_plain(raw: &str, variable: Variable, is_plain: &dyn Fn(&str) -> bool) -> Option<Peeled> {
    if raw.is_empty() || raw.len() > LONGEST || is_plain(raw) {
        return None;
    }
    search(raw, variable, &PLAIN, is_plain).map(|peeled| Peeled { sound: false, ..peeled })
}

/// Looks for the fewest things to take off.
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

/// What makes another text of a value.
const DECODERS: [Strip; 4] = [whole::base64, names::json, whole::percent, whole::entities];
/// So many texts are made of a secret.
const MOST_DECODED: usize = 8;

/// What a secret turns into for somebody who decodes it: texts that do not stand in it, and that are as secret.
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

/// A thing without a code of its own.
fn text(name: &'static str, seen: impl Into<String>) -> Layer {
    Layer { sort: Sort::Text, name, seen: seen.into() }
}

#[cfg(test)]
mod tests;
