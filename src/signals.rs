//! The signals of the operating system that end a run: the first one asks for an orderly end, the second one for an
//! immediate one.

use std::io;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::stop::{Signal, Signalled};

/// Both requests to end, as they come in.
#[derive(Clone)]
pub struct Signals {
    /// Stop and clean up.
    pub first: watch::Receiver<Option<Signalled>>,
    second: watch::Receiver<Option<Signal>>,
}

impl Signals {
    /// Begins to listen; must be called inside a runtime.
    ///
    /// # Errors
    /// When the operating system does not let the program listen.
    pub fn listen() -> io::Result<Self> {
        let (first, first_seen) = watch::channel(None);
        let (second, second_seen) = watch::channel(None);
        let mut source = Source::new()?;
        tokio::spawn(async move {
            // Sending fails only when the run is over and nobody listens any more.
            let signal = source.next().await;
            let _ = first.send(Some(Signalled { signal, at: Instant::now() }));
            let _ = second.send(Some(source.next().await));
            // Kept until the end, for a closed channel would look like no signal at all.
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
struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hangup.recv() => Signal::Hangup,
        }
    }
}

/// Windows has Ctrl-C, and closing the console.
#[cfg(windows)]
struct Source {
    ctrl_c: tokio::signal::windows::CtrlC,
    ctrl_close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Source {
    fn new() -> io::Result<Self> {
        Ok(Self {
            ctrl_c: tokio::signal::windows::ctrl_c()?,
            ctrl_close: tokio::signal::windows::ctrl_close()?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.ctrl_c.recv() => Signal::Interrupt,
            _ = self.ctrl_close.recv() => Signal::Terminate,
        }
    }
}
