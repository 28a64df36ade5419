//! A reader that passes an env file to `dotenvy` line by line and counts the lines.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Returns one line for each read, so that the buffer of `dotenvy` never reads ahead of the count.
pub struct Feeder<'a> {
    rest: &'a [u8],
    fed: Rc<Cell<Fed>>,
}

/// How much was read.
#[derive(Clone, Copy, Default)]
pub struct Fed {
    /// Whole lines.
    pub lines: usize,
    /// Bytes.
    pub bytes: usize,
}

impl<'a> Feeder<'a> {
    /// A reader of these bytes that adds to an existing count.
    pub fn new(bytes: &'a [u8], fed: &Rc<Cell<Fed>>) -> Self {
        Self { rest: bytes, fed: Rc::clone(fed) }
    }
}

impl Read for Feeder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
        let length = line.min(buffer.len());
        let (now, later) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.rest = later;
        let Fed { lines, bytes } = self.fed.get();
        let ended = length > 0 && (now.ends_with(b"\n") || later.is_empty());
        self.fed.set(Fed { lines: lines + usize::from(ended), bytes: bytes + length });
        Ok(length)
    }
}
