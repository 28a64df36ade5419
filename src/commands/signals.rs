//! The signals that end a run: the first one after clean-up, the second one at once. A signal that was ignored at the start
//! (`nohup`) stays ignored.

#[cfg(unix)]
mod known;

#[cfg(unix)]
use std::future::poll_fn;
use std::io;
#[cfg(unix)]
use std::task::Poll;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::base::stop::{Signal, Signalled};

/// The first and the second signal, once they arrive.
#[derive(Clone)]
pub struct Signals {
    /// Ends the run after clean-up.
    pub first: watch::Receiver<Option<Signalled>>,
    second: watch::Receiver<Option<Signal>>,
}

impl Signals {
    /// Begins to listen; must be called inside a runtime.
    ///
    /// # Errors
    /// When the operating system refuses to install a handler.
    pub fn listen() -> io::Result<Self> {
        let (first, first_seen) = watch::channel(None);
        let (second, second_seen) = watch::channel(None);
        let mut source = Source::new()?;
        tokio::spawn(async move {
            // Sending fails only when the run is over and the receivers are gone.
            let (signal, _) = source.next().await;
            let _ = first.send(Some(Signalled { signal, at: Instant::now() }));
            loop {
                if let (signal, true) = source.next().await {
                    let _ = second.send(Some(signal));
                    break;
                }
            }
            // Kept open until the end: a closed channel would look like no signal.
            first.closed().await;
        });
        Ok(Self { first: first_seen, second: second_seen })
    }

    /// Waits for the second signal.
    pub async fn second(&self) -> Signal {
        let mut second = self.second.clone();
        match second.wait_for(Option::is_some).await.map(|signal| *signal) {
            Ok(Some(signal)) => signal,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
struct Source(Vec<(known::Known, tokio::signal::unix::Signal)>);

#[cfg(unix)]
impl Source {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let inherited = known::inherited();
        let mut sources = Vec::new();
        for known in known::all().filter(|known| !known.is_in(inherited)) {
            match signal(SignalKind::from_raw(known.number)) {
                Ok(source) => sources.push((known, source)),
                // A C library may reserve a real-time signal.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(sources))
    }

    /// The next signal, and whether it counts as a second one.
    async fn next(&mut self) -> (Signal, bool) {
        poll_fn(|context| {
            for (known, source) in &mut self.0 {
                if source.poll_recv(context).is_ready() {
                    return Poll::Ready((known.signal, known.insists));
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Windows has Ctrl-C, Ctrl-Break, the only one that a program can send to another's group, and closing the console.
#[cfg(windows)]
struct Source {
    ctrl_c: tokio::signal::windows::CtrlC,
    ctrl_break: tokio::signal::windows::CtrlBreak,
    ctrl_close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Source {
    fn new() -> io::Result<Self> {
        Ok(Self {
            ctrl_c: tokio::signal::windows::ctrl_c()?,
            ctrl_break: tokio::signal::windows::ctrl_break()?,
            ctrl_close: tokio::signal::windows::ctrl_close()?,
        })
    }

    async fn next(&mut self) -> (Signal, bool) {
        tokio::select! {
            _ = self.ctrl_c.recv() => (Signal::known(2, "SIGINT"), true),
            _ = self.ctrl_break.recv() => (Signal::known(15, "SIGTERM"), true),
            _ = self.ctrl_close.recv() => (Signal::known(15, "SIGTERM"), true),
        }
    }
}
