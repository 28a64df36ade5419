//! The last filter: every byte that leaves the program is searched for the real secrets, and a hit is masked.
//!
//! No other part of the program should put a secret into an output; the filter catches what does all the same, such as a
//! server that echoes the request. A text is searched as it is, and with its escapes undone up to [`DEPTH`] times. Case,
//! invisible characters and separators make no difference.
//!
//! Two kinds of values cannot be masked without making reports useless, and are no secrets in practice: those that are part
//! of the program's own texts, and those of fewer than [`SHORTEST`] characters.
//!
//! Time and memory grow with the secrets and with the texts, never with their product, and memory is bounded: secrets are
//! added in the given order, the most important first, in all forms until [`ROOM`] is used up. Of the rest, only the
//! characters themselves are searched for: the beginning, the end, and any `PART + STEP - 1` of them in a row.

mod forms;
mod index;
mod reading;
mod view;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use serde_json::Value;

use crate::printable::{is_plain, printable};
use crate::secret::Secret;
pub use index::PART;
use index::{Index, word_number};
use view::View;

/// The replacement of a secret.
const MASK: &str = "[redacted]";
/// A secret that is too short to have a part is searched for as a whole word, if it has at least this many characters.
const SHORTEST: usize = 4;
/// The longest credential that the head of a request can carry, in bytes; of a longer one, the beginning is searched for.
const LONGEST: usize = 16 * 1024;
/// How many parts there may be of all secrets in all their forms, eight bytes each. The longest credential fits, and so do
/// a hundred of the usual ones.
const ROOM: usize = 256 * 1024;
/// The same for the search in settings: for the secrets of this program, and for those of all others.
const OWN_ROOM: usize = 128 * 1024;
const OTHERS_ROOM: usize = 32 * 1024;
/// How many parts a byte of a secret makes at most in all its forms: 16 of letters and digits alone, which URLs and JSON
/// write as they are.
const PARTS_A_BYTE: [usize; 2] = [16, 32];
/// Without room, a part is kept for every this many bytes.
const STEP: usize = 8;
/// The same for other programs' secrets in settings, which hold them as a whole.
const OTHERS_STEP: usize = 32;
/// How often escapes are undone: `%252F` is `/` after the second time.
const DEPTH: usize = 3;
/// The text before a request's signature, which is confidential while the request is valid.
const SIGNATURE: &[u8] = b"signature=";

/// Searches texts for secrets and their encodings.
#[derive(Default)]
pub struct Redactor {
    index: Index,
    /// Texts in which nothing is a secret.
    public: Vec<Cow<'static, str>>,
    /// The parts of the index that these texts hold; computed at the first hit, so in most runs never.
    allowed: OnceLock<Allowed>,
    hits: usize,
}

/// Parts and words of the index that are no secrets, in order.
struct Allowed {
    parts: Vec<u64>,
    words: Vec<u64>,
}

impl Redactor {
    /// A filter for these secrets, except what the public texts hold.
    pub fn new<'a>(
        secrets: impl IntoIterator<Item = &'a Secret>,
        public: impl IntoIterator<Item = Cow<'static, str>>,
    ) -> Self {
        Self { public: public.into_iter().collect(), ..Self::with_room(secrets, ROOM, STEP) }
    }

    /// A search for the few secrets of this program.
    pub fn of_own<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self::with_room(secrets, OWN_ROOM, STEP)
    }

    /// A search for other programs' secrets, however many there are.
    pub fn of_others<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self::with_room(secrets, OTHERS_ROOM, OTHERS_STEP)
    }

    fn with_room<'a>(secrets: impl IntoIterator<Item = &'a Secret>, room: usize, step: usize) -> Self {
        let mut redactor = Self::default();
        let mut known = HashSet::new();
        for secret in secrets.into_iter().map(Secret::expose) {
            // Of those for which there is no room nothing is kept but their numbers, each once in any case.
            let fits = redactor.has_room_for(secret, room);
            if !fits || known.insert(secret) {
                redactor.learn(secret, if fits { None } else { Some(step) });
            }
        }
        redactor.index.seal();
        redactor
    }

    /// Whether there is room for a secret in all its forms.
    fn has_room_for(&self, secret: &str, room: usize) -> bool {
        let is_plain = secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        let length = secret.len().min(LONGEST);
        self.index.len() + length * PARTS_A_BYTE[usize::from(!is_plain)] <= room
    }

    /// Adds a secret in all its forms, or only parts of its characters at every `step` bytes.
    fn learn(&mut self, secret: &str, step: Option<usize>) {
        let secret = &secret[..secret.floor_char_boundary(LONGEST)];
        match step {
            None => {
                let forms = forms::of(secret);
                self.index.reserve(forms.iter().map(Vec::len).sum());
                for form in &forms {
                    self.index.add_parts(form, 1);
                }
            }
            Some(step) => self.index.add_parts(&secret.to_ascii_lowercase().into_bytes(), step),
        }
        if secret.len() < PART && secret.chars().count() >= SHORTEST {
            self.index.add_word(&secret.to_ascii_lowercase().into_bytes());
        }
    }

    /// The parts that are not masked because the public texts hold them.
    fn allowed(&self) -> &Allowed {
        self.allowed.get_or_init(|| {
            let (mut parts, mut words) = (Vec::new(), Vec::new());
            for text in &self.public {
                let bytes = text.to_ascii_lowercase().into_bytes();
                parts.extend(self.found(&bytes).map(|(part, ..)| part));
                let found = self.index.words_in(&bytes);
                words.extend(found.map(|(start, length)| word_number(&bytes[start..start + length])));
            }
            for numbers in [&mut parts, &mut words] {
                numbers.sort_unstable();
                numbers.dedup();
            }
            Allowed { parts, words }
        })
    }

    /// The parts in a text as it is, without invisible characters, and without separators: each part with its first and its last
    /// position.
    fn found<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (u64, usize, usize)> + 'a {
        let plain = index::parts(bytes.iter().copied().enumerate());
        // Where nothing would be passed over, the same again is found.
        let seen = reading::may_hold_unseen(bytes).then(|| index::parts(reading::seen(bytes)));
        let joined = reading::may_hold_separators(bytes).then(|| index::parts(reading::joined(bytes)));
        let others = seen.into_iter().flatten().chain(joined.into_iter().flatten());
        plain.chain(others).filter(|(part, ..)| self.index.has_part(*part))
    }

    /// The text with every recognisable part of a secret masked.
    pub fn filter(&mut self, text: &str) -> String {
        self.masked(text).unwrap_or_else(|| text.to_owned())
    }

    /// The same, if there is something to mask.
    fn masked(&mut self, text: &str) -> Option<String> {
        let hidden = self.hidden(text);
        hidden.contains(&true).then(|| {
            self.hits += 1;
            mask(text, &hidden)
        })
    }

    /// The longest run of bytes in a text that belongs to a secret.
    pub fn longest_hit(&self, text: &str) -> usize {
        let hidden = self.hidden(text);
        hidden.split(|hidden| !hidden).map(<[bool]>::len).max().unwrap_or_default()
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
        let bytes = view.bytes().to_ascii_lowercase();
        if !self.index.is_empty() {
            for (part, first, last) in self.found(&bytes) {
                if self.allowed().parts.binary_search(&part).is_err() {
                    view.hide(first, last, hidden);
                }
            }
            for (start, length) in self.index.words_in(&bytes) {
                let word = word_number(&bytes[start..start + length]);
                if self.allowed().words.binary_search(&word).is_err() {
                    view.hide(start, start + length - 1, hidden);
                }
            }
        }
        for start in positions(&bytes, SIGNATURE).map(|start| start + SIGNATURE.len()) {
            let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            if length >= PART {
                view.hide(start, start + length - 1, hidden);
            }
        }
    }

    /// How many texts have been masked so far.
    pub fn hits(&self) -> usize {
        self.hits
    }

    /// Masks every text inside a value and makes it one line without control characters; the structure and the names of its
    /// fields stay. Every text of a report passes here. Filtering before serialisation keeps the document valid: a filter over
    /// the written document could hit its quotes.
    pub fn filter_json(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(masked) = self.masked(text) {
                    *text = masked;
                }
                if !is_plain(text) {
                    *text = printable(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.filter_json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.filter_json(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn positions<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, part)| *part == wanted).map(|(start, _)| start)
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
