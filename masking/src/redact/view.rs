//! A text with its escapes undone, and the position of each byte in the original.

use std::borrow::Cow;
use std::ops::Range;

/// Bytes, each with its position in the original text.
pub struct View<'a> {
    bytes: Cow<'a, [u8]>,
    /// None if the positions are unchanged.
    places: Option<Vec<Range<usize>>>,
}

impl<'a> View<'a> {
    /// A text as it is.
    pub fn of(text: &'a str) -> Self {
        Self { bytes: Cow::Borrowed(text.as_bytes()), places: None }
    }

    /// The bytes as they are.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes by value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_owned()
    }

    /// With its escapes undone once; nothing if there are none.
    pub fn unescaped(&self) -> Option<View<'static>> {
        let may_begin = |at: &usize| matches!(self.bytes[*at], b'%' | b'&' | b'\\' | b'\'');
        let mut at =
            (0..self.bytes.len()).filter(may_begin).find(|at| escape(&self.bytes[*at..]).is_some())?;
        let mut bytes = self.bytes[..at].to_vec();
        let mut places: Vec<_> = (0..at).map(|at| self.place(at, at)).collect();
        while at < self.bytes.len() {
            let (meant, length) = escape(&self.bytes[at..]).unwrap_or_else(|| (vec![self.bytes[at]], 1));
            places.extend(std::iter::repeat_n(self.place(at, at + length - 1), meant.len()));
            bytes.extend(meant);
            at += length;
        }
        Some(View { bytes: Cow::Owned(bytes), places: Some(places) })
    }

    /// Marks the bytes of the original that the bytes from `first` to `last` were made of.
    pub fn hide(&self, first: usize, last: usize, hidden: &mut [bool]) {
        hidden[self.place(first, last)].fill(true);
    }

    fn place(&self, first: usize, last: usize) -> Range<usize> {
        match &self.places {
            None => first..last + 1,
            Some(places) => places[first].start..places[last].end,
        }
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

/// A quote inside quotes, as shells write it.
fn shell_quote(bytes: &[u8]) -> Escape {
    let quotes: [&[u8]; 2] = [b"'\\''", b"'\"'\"'"];
    let found = quotes.into_iter().find(|quote| bytes.starts_with(quote))?;
    Some((vec![b'\''], found.len()))
}
