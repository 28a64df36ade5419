//! The body of a request. With `Expect: 100-continue` it waits a second for the server's interim response (RFC 9110, section
//! 10.1.1), as botocore does (`botocore/awsrequest.py`).

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::EXPECT;
use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::Request;

/// How long the interim response is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// A body, sent at once or after the interim response.
pub struct Payload {
    bytes: Full<Bytes>,
    gate: Option<Gate>,
}

/// What the body waits for: the interim response, or the end of the time.
struct Gate {
    interim: oneshot::Receiver<()>,
    patience: Pin<Box<Sleep>>,
    opened: Opened,
}

/// Whether sending the body has begun. A server that answers before it has the whole request may take later bytes for
/// another one.
#[derive(Clone, Default)]
pub struct Opened(Arc<AtomicBool>);

impl Opened {
    /// Whether sending has begun.
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The interim response that came before an answer, if it was another one than `100 Continue`.
#[derive(Clone, Default)]
pub struct Interim(Arc<AtomicU16>);

impl Interim {
    /// Its status.
    pub fn status(&self) -> Option<u16> {
        Some(self.0.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }
}

/// A request for hyper, whether sending its body has begun, and which interim response came before the answer.
pub fn prepared(request: &Request) -> (http::Request<Payload>, Opened, Interim) {
    let (opened, interim) = (Opened::default(), Interim::default());
    let mut prepared = request.clone().map(|bytes| Payload { bytes, gate: None });
    let waits = request.headers().get(EXPECT).is_some_and(|expected| expected == "100-continue");
    let (sender, go_on) = oneshot::channel();
    let (sender, seen) = (Mutex::new(Some(sender)), interim.clone());
    hyper::ext::on_informational(&mut prepared, move |response| {
        if response.status() == http::StatusCode::CONTINUE {
            let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
            // The receiver is gone once the time is over.
            let _ = sender.map(|sender| sender.send(()));
        } else {
            seen.0.store(response.status().as_u16(), Ordering::Relaxed);
        }
    });
    if waits {
        let patience = Box::pin(tokio::time::sleep(PATIENCE));
        prepared.body_mut().gate = Some(Gate { interim: go_on, patience, opened: opened.clone() });
    } else {
        opened.set();
    }
    (prepared, opened, interim)
}

impl Gate {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // A dropped sender counts like the end of the time.
        let has_come = Pin::new(&mut self.interim).poll(context).is_ready();
        if has_come || self.patience.as_mut().poll(context).is_ready() {
            self.opened.set();
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(gate) = &mut self.gate {
            std::task::ready!(gate.poll(context));
            self.gate = None;
        }
        Pin::new(&mut self.bytes).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.bytes.size_hint()
    }
}
