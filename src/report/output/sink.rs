//! Standard output and standard error behind a thread: whoever writes puts a text into a queue and goes on. A reader
//! that does not read, a terminal that is held or a disk that hangs does not keep a run from checking, cleaning up and
//! ending.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::spinner::{Spinner, TICK};
use crate::base::worker;

/// The most that may wait to be written, in bytes. No report is as long.
const MOST: usize = 4 * 1024 * 1024;
/// How much is written at a time: what the system writes to a pipe in one piece.
const PIECE: usize = 4096;
/// The pause before a stream that takes nothing is written to again.
const PAUSE: Duration = Duration::from_millis(10);

/// How often an empty queue is checked.
const IDLE: Duration = Duration::from_mins(1);

/// Where texts go.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How long the end of the program waits for what has not been written yet.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// While the stream takes nothing.
    pub stall: Duration,
    /// In all.
    pub total: Duration,
}

impl Patience {
    /// At the end of a command.
    pub const ORDERLY: Self = Self { stall: Duration::from_secs(2), total: Duration::from_secs(10) };
    /// After a signal, and for messages of errors.
    pub const SHORT: Self = Self { stall: Duration::from_secs(1), total: Duration::from_secs(1) };
}

/// The queue before a stream. Clones share it.
#[derive(Clone)]
pub struct Sink(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    texts: VecDeque<Vec<u8>>,
    /// Bytes that are not written yet, those under way included.
    waiting: usize,
    /// Bytes that were written.
    taken: u64,
    /// The spinner that turns while nothing is written.
    spinner: Option<Spinner>,
    /// Whether the spinner, or the rest of it, is on the screen.
    drawn: bool,
    failure: Option<(ErrorKind, String)>,
    /// The reader went away, which is no failure.
    closed: bool,
}

impl State {
    fn drop_all(&mut self) {
        self.texts.clear();
        self.waiting = 0;
    }

    fn failed(&mut self, error: &io::Error) {
        if error.kind() == ErrorKind::BrokenPipe {
            self.closed = true;
        } else {
            self.failure.get_or_insert_with(|| (error.kind(), error.to_string()));
        }
        self.drop_all();
    }

    fn outcome(&self) -> io::Result<()> {
        self.failure.as_ref().map_or(Ok(()), |(kind, words)| Err(io::Error::new(*kind, words.clone())))
    }

    fn is_idle(&self) -> bool {
        self.waiting == 0 && !(self.drawn && self.spinner.is_none())
    }
}

impl Sink {
    /// Begins to write to a stream.
    ///
    /// # Errors
    /// When the system gives no thread.
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others must use")]
    pub fn start(stream: Stream) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let sink = Self(Arc::clone(&shared));
        // The lock is kept: at the end, the standard library flushes what nobody holds, and would wait for the reader.
        match stream {
            Stream::Stdout => {
                worker::spawn("standard output", move || shared.serve(&mut io::stdout().lock()))?;
            }
            Stream::Stderr => {
                worker::spawn("standard error", move || shared.serve(&mut io::stderr().lock()))?;
            }
        }
        Ok(sink)
    }

    /// Puts a text into the queue.
    ///
    /// # Errors
    /// With the failure of this text or an earlier one, as far as it is known by now.
    pub fn write(&self, text: Vec<u8>) -> io::Result<()> {
        let mut state = self.0.lock();
        if state.waiting + text.len() > MOST {
            let error = io::Error::new(ErrorKind::StorageFull, "nobody reads it, and too much is waiting");
            state.failed(&error);
        }
        if state.closed || state.failure.is_some() || text.is_empty() {
            return state.outcome();
        }
        state.waiting += text.len();
        state.texts.push_back(text);
        self.0.changed.notify_all();
        Ok(())
    }

    /// Shows a spinner while nothing is written, or takes it away.
    pub fn spin(&self, spinner: Option<Spinner>) {
        self.0.lock().spinner = spinner;
        self.0.changed.notify_all();
    }

    /// Waits until all is written, but only for this time.
    ///
    /// # Errors
    /// When something could not be written, or not in time.
    pub fn drain(&self, patience: Patience) -> io::Result<()> {
        self.spin(None);
        let mut state = self.0.lock();
        let end = Instant::now() + patience.total;
        let (mut taken, mut stalled) = (state.taken, Instant::now() + patience.stall);
        while !state.is_idle() {
            let left = end.min(stalled).saturating_duration_since(Instant::now());
            if left.is_zero() {
                let words = format!("nobody reads it; {} bytes are not written", state.waiting);
                // Given up for good: nobody waits for it a second time.
                state.failed(&io::Error::new(ErrorKind::TimedOut, words));
                break;
            }
            let waited = self.0.changed.wait_timeout(state, left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.taken != taken {
                (taken, stalled) = (state.taken, Instant::now() + patience.stall);
            }
        }
        state.outcome()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes each text of the queue, for as long as the program runs.
    fn serve(&self, stream: &mut impl Write) {
        loop {
            if let Some(text) = self.next() {
                self.write(stream, &text);
            }
        }
    }

    /// Waits for the next text, and turns the spinner until then.
    fn next(&self) -> Option<Vec<u8>> {
        let mut state = self.lock();
        while state.texts.is_empty() {
            if state.drawn && state.spinner.is_none() {
                break;
            }
            let pause = if state.spinner.is_some() { TICK } else { IDLE };
            let waited = self.changed.wait_timeout(state, pause);
            let timeout;
            (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out()
                && let Some(frame) = state.spinner.as_mut().map(Spinner::turn)
            {
                state.drawn = true;
                drop(state);
                paint(&frame);
                state = self.lock();
            }
        }
        let text = state.texts.pop_front();
        if state.drawn {
            drop(state);
            paint(Spinner::CLEAR);
            self.lock().drawn = false;
            self.changed.notify_all();
        }
        text
    }

    fn write(&self, stream: &mut impl Write, text: &[u8]) {
        for piece in text.chunks(PIECE) {
            let outcome = write_whole(stream, piece);
            let mut state = self.lock();
            match outcome {
                Ok(()) => {
                    state.taken += piece.len() as u64;
                    state.waiting = state.waiting.saturating_sub(piece.len());
                }
                Err(error) => state.failed(&error),
            }
            let over = state.closed || state.failure.is_some();
            drop(state);
            self.changed.notify_all();
            if over {
                return;
            }
        }
    }
}

/// Writes a piece and flushes it, also to a stream that another program has made non-blocking.
fn write_whole(stream: &mut impl Write, piece: &[u8]) -> io::Result<()> {
    let mut rest = piece;
    loop {
        let written =
            if rest.is_empty() { stream.flush().map(|()| None) } else { stream.write(rest).map(Some) };
        match written {
            Ok(None) => return Ok(()),
            Ok(Some(0)) => return Err(ErrorKind::WriteZero.into()),
            Ok(Some(count)) => rest = rest.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
}

/// The spinner stands on standard error, which is the same terminal: one thread for both keeps them in order.
#[expect(clippy::disallowed_methods, reason = "on the thread that may wait")]
fn paint(frame: &str) {
    // The run goes on without a spinner that cannot be shown.
    let _ = io::stderr().write_all(frame.as_bytes());
}
