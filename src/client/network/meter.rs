//! A stream that limits the bytes it receives for one request. HTTP has no limit for interim responses, trailers and chunk
//! extensions, and each of them costs work before it is dropped.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Upper bound of all that is read for one request: twice the largest head and the largest body together.
const LIMIT: usize = 256 * 1024;

/// How many bytes may still be read, and how what was read begins.
#[derive(Clone)]
pub struct Allowance {
    left: Arc<AtomicUsize>,
    begins_empty: Arc<AtomicBool>,
}

impl Allowance {
    /// Resets the count for the next request.
    pub fn renew(&self) {
        self.left.store(LIMIT, Ordering::Relaxed);
        self.begins_empty.store(false, Ordering::Relaxed);
    }

    /// Whether the first byte since then ends a line: parsers pass over empty lines before an answer.
    pub fn begins_with_an_empty_line(&self) -> bool {
        self.begins_empty.load(Ordering::Relaxed)
    }

    /// Stops counting: the layer above has a meter of its own.
    pub fn lift(&self) {
        self.left.store(usize::MAX, Ordering::Relaxed);
    }
}

/// A stream with a limit.
pub struct Metered<S> {
    stream: S,
    allowance: Allowance,
}

impl<S> Metered<S> {
    /// Limits a stream.
    pub fn new(stream: S) -> (Self, Allowance) {
        let allowance = Allowance { left: Arc::new(AtomicUsize::new(LIMIT)), begins_empty: Arc::default() };
        (Self { stream, allowance: allowance.clone() }, allowance)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let count = buffer.filled().len() - before;
        let left = self.allowance.left.load(Ordering::Relaxed);
        if left == LIMIT && buffer.filled().get(before).is_some_and(|first| b"\r\n".contains(first)) {
            self.allowance.begins_empty.store(true, Ordering::Relaxed);
        }
        match left.checked_sub(count) {
            Some(left) => self.allowance.left.store(left, Ordering::Relaxed),
            None => {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "more than an answer")));
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
