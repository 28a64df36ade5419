//! The difference between what was sent and what came back.

/// The first difference of two byte sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The first byte that differs, counted from 0.
    pub offset: usize,
    /// The bytes that were sent, from there on.
    pub expected: Vec<u8>,
    /// The bytes that came back, from there on.
    pub got: Vec<u8>,
    /// The length of what was sent.
    pub expected_len: usize,
    /// The length of what came back, as far as it was read.
    pub got_len: usize,
    /// Whether the answer was longer than the bound.
    pub cut_off: bool,
    /// Which bytes the answer's `ETag` belongs to.
    pub etag_match: EtagMatch,
}

impl Difference {
    /// Whether all bytes that both have are the same, so that only the length differs.
    pub fn is_of_length_only(&self) -> bool {
        self.offset == self.expected_len.min(self.got_len)
    }
}

/// Which bytes an `ETag` belongs to, if those that came back differ from those that were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtagMatch {
    /// To those that were sent: the server has them, and they were changed on their way back.
    Sent,
    /// To those that came back: the server has another object.
    Received,
    /// To neither.
    Neither,
    /// There is none.
    Nothing,
}
