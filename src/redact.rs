//! The last filter: every byte that leaves the program is searched for the real secrets, and a hit is masked.
//!
//! Nothing else in the program is meant to put a secret into an output; this is for the day on which something does, a
//! server that echoes the request for one. A text is read as it stands, and as those read it who undo its escapes, up to
//! [`DEPTH`] times over; upper and lower case are one, and white space between two characters hides nothing.
//!
//! Two kinds of values cannot be hidden without making reports useless, and are no secrets in practice: what also stands
//! in the program's own words, which are the same for everyone, and values of fewer than [`SHORTEST`] characters.

mod forms;
mod view;

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use crate::finding::printable;
use crate::secret::Secret;
use view::View;

/// What stands in the place of a secret.
const MASK: &str = "[redacted]";
/// So many characters of a secret in a row are a recognisable part of it.
const PART: usize = 8;
/// A secret that is too short to have such a part is searched for as a whole word, if it has so many characters.
const SHORTEST: usize = 4;
/// No request's head could carry a longer credential, in bytes; of one that is longer, the beginning is searched for.
const LONGEST: usize = 16 * 1024;
/// How often escapes are undone: `%252F` is `/` after the second time.
const DEPTH: usize = 3;
/// What stands before a request's signature, which is nobody else's business while the request is valid.
const SIGNATURE: &[u8] = b"signature=";

/// Searches texts for secrets and their encodings.
#[derive(Default)]
pub struct Redactor {
    /// In lower case.
    parts: HashSet<[u8; PART]>,
    /// By the first two bytes of a part, whether there is any: nearly all of a text is passed over by this alone.
    beginnings: Vec<bool>,
    /// The secrets that are too short for parts, in lower case.
    words: BTreeSet<Vec<u8>>,
    hits: usize,
}

impl Redactor {
    /// A filter for these secrets, which leaves alone what stands in the public texts.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>, public: &[&str]) -> Self {
        let mut redactor = Self::default();
        let secrets: BTreeSet<&str> = secrets.into_iter().map(Secret::expose).collect();
        for secret in secrets {
            redactor.learn(secret);
        }
        for text in public {
            redactor.allow(text);
        }
        redactor
    }

    /// Adds a secret in all the forms in which it might appear.
    fn learn(&mut self, secret: &str) {
        let secret = &secret[..secret.floor_char_boundary(LONGEST)];
        self.beginnings.resize(1 << 16, false);
        for form in forms::of(secret) {
            for part in form.windows(PART).filter(|part| !is_blank(part)) {
                if let Ok(part) = <[u8; PART]>::try_from(part) {
                    self.beginnings[beginning(&part)] = true;
                    self.parts.insert(part);
                }
            }
        }
        if secret.len() < PART && secret.chars().count() >= SHORTEST {
            self.words.insert(secret.to_ascii_lowercase().into_bytes());
        }
    }

    /// What stands in this text is no part of a secret.
    fn allow(&mut self, text: &str) {
        let plain = text.to_ascii_lowercase().into_bytes();
        let squeezed = plain.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        for bytes in [squeezed, plain] {
            for part in bytes.windows(PART).filter(|part| self.beginnings.get(beginning(part)) == Some(&true))
            {
                self.parts.remove(part);
            }
            self.words.retain(|word| word_positions(&bytes, word).next().is_none());
        }
    }

    /// The text with every recognisable part of a secret masked.
    pub fn filter(&mut self, text: &str) -> String {
        let hidden = self.hidden(text);
        if !hidden.contains(&true) {
            return text.to_owned();
        }
        self.hits += 1;
        mask(text, &hidden)
    }

    /// Which bytes of a text belong to a part of a secret.
    fn hidden(&self, text: &str) -> Vec<bool> {
        let mut hidden = vec![false; text.len()];
        let mut view = View::of(text);
        for _ in 0..DEPTH {
            self.search(&view, &mut hidden);
            match view.unescaped() {
                Some(deeper) => view = deeper,
                None => return hidden,
            }
        }
        self.search(&view, &mut hidden);
        hidden
    }

    fn search(&self, view: &View, hidden: &mut [bool]) {
        let bytes = view.folded();
        self.search_parts(view, &bytes, hidden);
        let squeezed = view.squeezed();
        self.search_parts(&squeezed, &squeezed.folded(), hidden);
        for word in &self.words {
            for start in word_positions(&bytes, word) {
                view.hide(start, word.len(), hidden);
            }
        }
        for start in positions(&bytes, SIGNATURE).map(|start| start + SIGNATURE.len()) {
            let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            if length >= PART {
                view.hide(start, length, hidden);
            }
        }
    }

    fn search_parts(&self, view: &View, bytes: &[u8], hidden: &mut [bool]) {
        for (start, part) in bytes.windows(PART).enumerate() {
            if self.beginnings.get(beginning(part)) == Some(&true) && self.parts.contains(part) {
                view.hide(start, PART, hidden);
            }
        }
    }

    /// How many texts had something to mask so far.
    pub fn hits(&self) -> usize {
        self.hits
    }

    /// Masks every text inside a value, its structure and the names of its fields left as they are, and makes it one
    /// line that steers no terminal: whatever a report holds passes here, whoever said it. What is filtered like this and then written stays valid; a filter over the written document could hit its quotes.
    pub fn filter_json(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = printable(&self.filter(text)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.filter_json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.filter_json(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The first two bytes of a part, as an index.
fn beginning(part: &[u8]) -> usize {
    usize::from(part[0]) << 8 | usize::from(part[1])
}

/// Whether a part is mostly white space, which texts are laid out with.
fn is_blank(part: &[u8]) -> bool {
    part.iter().filter(|byte| !byte.is_ascii_whitespace()).count() < PART / 2
}

fn positions<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, part)| *part == wanted).map(|(start, _)| start)
}

/// Where a word stands by itself, and not within a longer one.
fn word_positions<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let goes_on = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    positions(bytes, word).filter(move |start| {
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        !goes_on(before) && !goes_on(bytes.get(start + word.len()))
    })
}

fn mask(text: &str, hidden: &[bool]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut inside = false;
    for (index, letter) in text.char_indices() {
        let secret = (index..index + letter.len_utf8()).any(|byte| hidden[byte]);
        if secret && !inside {
            masked.push_str(MASK);
        } else if !secret {
            masked.push(letter);
        }
        inside = secret;
    }
    masked
}

#[cfg(test)]
mod tests;
