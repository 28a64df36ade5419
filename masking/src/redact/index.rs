//! The parts of secrets to search for, as numbers, so that one pass over a text finds any of them.

/// This many characters of a secret in a row are a recognisable part of it.
pub const PART: usize = 8;
/// Bits of the sieve for each part: one in eight places without a part passes it.
const BITS_A_PART: usize = 8;

/// Parts of [`PART`] bytes and words of fewer, all in lower case.
#[derive(Default)]
pub struct Index {
    /// Eight bytes each, sorted by [`Self::seal`].
    parts: Vec<u64>,
    /// A word of up to seven bytes, and its length in the eighth.
    words: Vec<u64>,
    sieve: Sieve,
}

impl Index {
    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.words.is_empty()
    }

    /// Makes room for the parts of forms with so many bytes, at once: growing would copy them again and again.
    pub fn reserve(&mut self, bytes: usize) {
        self.parts.reserve(bytes);
    }

    /// Adds the parts of a form that begin at every `step` bytes, and its last one. Parts that are mostly white space are left
    /// out, because any text may hold them.
    pub fn add_parts(&mut self, form: &[u8], step: usize) {
        let last = form.len().saturating_sub(PART);
        let starts = (0..=last).step_by(step).chain((!last.is_multiple_of(step)).then_some(last));
        let may_be_blank = form.iter().any(u8::is_ascii_whitespace);
        let parts = starts.filter_map(|start| form.get(start..)?.first_chunk::<PART>());
        let parts = parts.filter(|part| !(may_be_blank && is_blank(part.as_slice())));
        self.parts.extend(parts.map(|part| u64::from_be_bytes(*part)));
    }

    /// Adds a word of fewer bytes than a part has.
    pub fn add_word(&mut self, word: &[u8]) {
        if (1..PART).contains(&word.len()) {
            self.words.push(word_number(word));
        }
    }

    /// Makes the index ready for searching, once everything is added.
    pub fn seal(&mut self) {
        for numbers in [&mut self.parts, &mut self.words] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        self.sieve = Sieve::of(&self.parts);
    }

    /// Whether these eight bytes are a part.
    pub fn has_part(&self, part: u64) -> bool {
        self.sieve.may_hold(part) && self.parts.binary_search(&part).is_ok()
    }

    /// The words that are not part of longer ones: start and length.
    pub fn words_in<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let goes_on = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let starts = if self.words.is_empty() { 0..0 } else { 0..bytes.len() };
        starts.filter(move |start| *start == 0 || !goes_on(start - 1)).flat_map(move |start| {
            let lengths = (1..PART).filter(move |length| !goes_on(start + length));
            let words = lengths.filter_map(move |length| Some((length, bytes.get(start..start + length)?)));
            let known = words.filter(|(_, word)| self.words.binary_search(&word_number(word)).is_ok());
            known.map(move |(length, _)| (start, length))
        })
    }
}

/// A bitmap that rules out nearly every number that is not in a list with one access.
#[derive(Default)]
struct Sieve(Vec<u64>);

impl Sieve {
    fn of(numbers: &[u64]) -> Self {
        if numbers.is_empty() {
            return Self::default();
        }
        let mut sieve = Self(vec![0; (numbers.len() * BITS_A_PART / 64 + 1).next_power_of_two()]);
        for number in numbers {
            let (place, bit) = sieve.place(*number);
            sieve.0[place] |= bit;
        }
        sieve
    }

    fn may_hold(&self, number: u64) -> bool {
        let (place, bit) = self.place(number);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }

    fn place(&self, number: u64) -> (usize, u64) {
        // The golden ratio spreads numbers that differ little (Knuth, The Art of Computer Programming, 6.4).
        let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mask = self.0.len().wrapping_sub(1) as u64;
        let place = usize::try_from((spread >> 38) & mask).unwrap_or_default();
        (place, 1 << (spread >> 32 & 63))
    }
}

/// The parts of a text without skipped bytes, each with the positions of its first and its last byte.
pub fn parts(read: impl Iterator<Item = (usize, u8)>) -> impl Iterator<Item = (u64, usize, usize)> {
    let (mut part, mut places) = (0_u64, [usize::MAX; PART]);
    read.enumerate().filter_map(move |(count, (at, byte))| {
        part = part << 8 | u64::from(byte.to_ascii_lowercase());
        places[count % PART] = at;
        (count + 1 >= PART).then(|| (part, places[(count + 1) % PART], at))
    })
}

/// The number of a word.
pub fn word_number(word: &[u8]) -> u64 {
    let length = u64::try_from(word.len()).unwrap_or_default();
    word.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) | length << 56
}

fn is_blank(part: &[u8]) -> bool {
    part.iter().filter(|byte| !byte.is_ascii_whitespace()).count() < PART / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_and_at_steps_the_first_and_the_last_too() {
        let form: Vec<u8> = (b'a'..=b'z').collect();
        for (step, expected) in [(1, 19), (8, 4), (5, 5)] {
            let mut index = Index::default();
            index.add_parts(&form, step);
            index.seal();
            let found: Vec<_> =
                parts(form.iter().copied().enumerate()).filter(|(part, ..)| index.has_part(*part)).collect();
            assert_eq!(found.len(), expected, "{step}");
            assert_eq!((found[0].1, found[expected - 1].2), (0, 25));
        }
        let mut index = Index::default();
        for short in [&b""[..], b"a", b"1234567", b"        "] {
            index.add_parts(short, 1);
        }
        assert_eq!(index.len(), 0);
    }

    #[test]
    fn a_word_is_found_where_it_stands_alone() {
        let mut index = Index::default();
        for word in [&b"abc4"[..], b"p=s/w?", b"toolong8", b""] {
            index.add_word(word);
        }
        index.seal();
        let found: Vec<_> = index.words_in(b"abc4 xabc4 <p=s/w?> abc4").collect();
        assert_eq!(found, [(0, 4), (12, 6), (20, 4)]);
    }
}
