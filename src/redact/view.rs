//! A text as somebody reads it who undoes its escapes, with the way back to where each byte stood.

use std::ops::Range;

/// Bytes, each with the place in the text that it was made from.
pub struct View {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl View {
    /// A text as it stands.
    pub fn of(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), places: (0..text.len()).map(|at| at..at + 1).collect() }
    }

    /// The bytes in lower case.
    pub fn folded(&self) -> Vec<u8> {
        self.bytes.to_ascii_lowercase()
    }

    /// The bytes as they are.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Without white space, as if no line had been wrapped.
    pub fn squeezed(&self) -> Self {
        let kept = self.bytes.iter().zip(&self.places).filter(|(byte, _)| !byte.is_ascii_whitespace());
        let (bytes, places) = kept.map(|(byte, place)| (*byte, place.clone())).unzip();
        Self { bytes, places }
    }

    /// With its escapes undone once; nothing if there are none.
    pub fn unescaped(&self) -> Option<Self> {
        if !self.bytes.iter().any(|byte| b"%&\\'".contains(byte)) {
            return None;
        }
        let mut view = Self { bytes: Vec::new(), places: Vec::new() };
        let (mut at, mut any) = (0, false);
        while at < self.bytes.len() {
            let found = escape(&self.bytes[at..]);
            any |= found.is_some();
            let (meant, length) = found.unwrap_or_else(|| (vec![self.bytes[at]], 1));
            let place = self.places[at].start..self.places[at + length - 1].end;
            view.places.extend(std::iter::repeat_n(place, meant.len()));
            view.bytes.extend(meant);
            at += length;
        }
        any.then_some(view)
    }

    /// Marks the bytes of the text from which these were made.
    pub fn hide(&self, start: usize, length: usize, hidden: &mut [bool]) {
        hidden[self.places[start].start..self.places[start + length - 1].end].fill(true);
    }
}

/// What an escape at the beginning of these bytes stands for, and how long it is.
type Escape = Option<(Vec<u8>, usize)>;

fn escape(bytes: &[u8]) -> Escape {
    match bytes.first()? {
        b'%' => hexadecimal(bytes.get(1..3)?).map(|byte| (vec![byte], 3)),
        b'&' => entity(bytes),
        b'\\' => backslash(bytes),
        b'\'' => shell_quote(bytes),
        _ => None,
    }
}

/// `2f` as a byte.
fn hexadecimal(digits: &[u8]) -> Option<u8> {
    u8::try_from(number(digits, 16)?).ok()
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

fn character(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code).map(|letter| letter.to_string().into_bytes())
}

/// `&#47;`, `&#x2f;` and the names that HTML and XML have for punctuation.
fn entity(bytes: &[u8]) -> Escape {
    const LONGEST: usize = 12;
    const NAMES: [(&[u8], &[u8]); 10] = [
        (b"amp", b"&"),
        (b"lt", b"<"),
        (b"gt", b">"),
        (b"quot", b"\""),
        (b"apos", b"'"),
        (b"nbsp", b" "),
        (b"sol", b"/"),
        (b"bsol", b"\\"),
        (b"plus", b"+"),
        (b"equals", b"="),
    ];
    let end = bytes.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = &bytes[1..end];
    let meant = match name {
        [b'#', b'x' | b'X', digits @ ..] => character(number(digits, 16)?)?,
        [b'#', digits @ ..] => character(number(digits, 10)?)?,
        _ => NAMES.iter().find(|(known, _)| *known == name)?.1.to_vec(),
    };
    Some((meant, end + 1))
}

/// What follows a backslash in JSON, in Rust, in C and in shells.
fn backslash(bytes: &[u8]) -> Escape {
    let next = *bytes.get(1)?;
    match next {
        b'u' | b'U' => unicode(bytes),
        b'x' => hexadecimal(bytes.get(2..4)?).map(|byte| (vec![byte], 4)),
        b'0'..=b'3' if bytes.get(1..4).is_some_and(|digits| number(digits, 8).is_some()) => {
            Some((vec![u8::try_from(number(&bytes[1..4], 8)?).ok()?], 4))
        }
        b'n' | b't' | b'r' | b'b' | b'f' | b'0' => {
            let index = b"ntrbf0".iter().position(|known| *known == next)?;
            Some((vec![b"\n\t\r\x08\x0c\0"[index]], 2))
        }
        _ if next.is_ascii_punctuation() || next == b' ' => Some((vec![next], 2)),
        _ => None,
    }
}

/// `\u002f`, `\ud83d\udd11`, `\u{1f511}`.
fn unicode(bytes: &[u8]) -> Escape {
    if bytes.get(2) == Some(&b'{') {
        let end = bytes.iter().take(12).position(|byte| *byte == b'}')?;
        return Some((character(number(&bytes[3..end], 16)?)?, end + 1));
    }
    let first = number(bytes.get(2..6)?, 16)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((character(first)?, 6));
    }
    let second = bytes.get(6..8).filter(|mark| mark.eq_ignore_ascii_case(b"\\u")).and(bytes.get(8..12))?;
    let second = number(second, 16)?.checked_sub(0xDC00)?;
    Some((character(0x10000 + ((first - 0xD800) << 10) + second)?, 12))
}

/// How a shell writes a quote inside quotes.
fn shell_quote(bytes: &[u8]) -> Escape {
    let quotes: [&[u8]; 2] = [b"'\\''", b"'\"'\"'"];
    let found = quotes.into_iter().find(|quote| bytes.starts_with(quote))?;
    Some((vec![b'\''], found.len()))
}
