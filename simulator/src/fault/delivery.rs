//! Faults of delivery: what goes wrong between a true answer and its reader. The operation is performed, unless
//! `unperformed` says otherwise.

use std::time::Duration;

use super::super::wire::{Ending, Endless, Framing};
use super::Fault;

impl Fault {
    /// The answer comes so much later; a connection is served so much later.
    #[must_use]
    pub fn delay(self, time: Duration) -> Self {
        self.wire(move |wire| wire.before_head = time)
    }

    /// So much time passes between the headers and the body.
    #[must_use]
    pub fn pause(self, time: Duration) -> Self {
        self.wire(move |wire| wire.before_body = time)
    }

    /// The body comes one byte at a time, at this interval.
    #[must_use]
    pub fn dribble(self, interval: Duration) -> Self {
        self.wire(move |wire| wire.per_byte = Some(interval))
    }

    /// The status line and the headers come one byte at a time, at this interval.
    #[must_use]
    pub fn dribble_head(self, interval: Duration) -> Self {
        self.wire(move |wire| wire.per_byte_of_head = Some(interval))
    }

    /// The request's body is left unread for so long.
    #[must_use]
    pub fn slow_reader(self, time: Duration) -> Self {
        self.wire(move |wire| wire.before_reading = time)
    }

    /// No answer ever comes, and the connection stays.
    #[must_use]
    pub fn silence(self) -> Self {
        self.wire(|wire| wire.instead = Some(Ending::Silence))
    }

    /// The connection is closed in the place of an answer.
    #[must_use]
    pub fn close(self) -> Self {
        self.wire(|wire| wire.instead = Some(Ending::Close))
    }

    /// The connection is reset in the place of an answer.
    #[must_use]
    pub fn reset(self) -> Self {
        self.wire(|wire| wire.instead = Some(Ending::Reset))
    }

    /// The connection is reset once the request's head has been read. The operation is not performed.
    #[must_use]
    pub fn reset_at_head(self) -> Self {
        self.answer_early().reset()
    }

    /// The request's body is not read: whatever is answered comes before it, and the connection ends. The operation is
    /// not performed.
    #[must_use]
    pub fn answer_early(self) -> Self {
        self.last_answer().wire(|wire| wire.body_unread = true).unperformed()
    }

    /// So many bytes of the body are sent under its full length, and the connection is reset.
    #[must_use]
    pub fn reset_after(self, length: usize) -> Self {
        self.wire(move |wire| wire.cut = Some((length, Ending::Reset)))
    }

    /// So many bytes of the body are sent under its full length, and the connection is closed.
    #[must_use]
    pub fn truncate(self, length: usize) -> Self {
        self.wire(move |wire| wire.cut = Some((length, Ending::Close)))
    }

    /// As `truncate`, but TLS is not told.
    #[must_use]
    pub fn truncate_silently(self, length: usize) -> Self {
        self.wire(move |wire| wire.cut = Some((length, Ending::Cut)))
    }

    /// So many bytes of the body are sent under its full length, and then no more.
    #[must_use]
    pub fn stall_after(self, length: usize) -> Self {
        self.wire(move |wire| wire.cut = Some((length, Ending::Silence)))
    }

    /// These bytes are sent in the place of the answer, and the connection is closed.
    #[must_use]
    pub fn raw(self, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.wire(move |wire| wire.raw = Some(bytes.clone()))
    }

    /// These bytes are sent before the answer.
    #[must_use]
    pub fn preceded_by(self, bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        self.wire(move |wire| wire.preface.clone_from(&bytes))
    }

    /// `100 Continue` is said without end, and the answer never comes.
    #[must_use]
    pub fn endless_continue(self) -> Self {
        self.wire(|wire| wire.endless = Some(Endless::Continue))
    }

    /// `100 Continue` is not said to who waits for it.
    #[must_use]
    pub fn without_continue(self) -> Self {
        self.wire(|wire| wire.no_continue = true)
    }

    /// The headers go on without end.
    #[must_use]
    pub fn endless_headers(self) -> Self {
        self.wire(|wire| wire.endless = Some(Endless::Headers))
    }

    /// The body goes on without end, in chunks.
    #[must_use]
    pub fn endless_body(self) -> Self {
        self.chunked().wire(|wire| wire.endless = Some(Endless::Body))
    }

    /// The body is sent in chunks.
    #[must_use]
    pub fn chunked(self) -> Self {
        self.wire(|wire| wire.framing = Framing::Chunked)
    }

    /// The body's length is not told: it ends with the connection.
    #[must_use]
    pub fn without_length(self) -> Self {
        self.wire(|wire| wire.framing = Framing::UntilClose)
    }

    /// The answer is of HTTP/1.0.
    #[must_use]
    pub fn http10(self) -> Self {
        self.wire(|wire| wire.http10 = true)
    }

    /// The answer's header names are in lower case.
    #[must_use]
    pub fn lower_case(self) -> Self {
        self.wire(|wire| wire.lower_case = true)
    }

    /// The answer lacks this header.
    #[must_use]
    pub fn without(self, header: &str) -> Self {
        let header = header.to_owned();
        self.wire(move |wire| wire.omitted.push(header.clone()))
    }

    /// The connection ends with the answer, which says so.
    #[must_use]
    pub fn last_answer(self) -> Self {
        self.wire(|wire| wire.close = true)
    }
}
