//! The body of a request. Where the request says `Expect: 100-continue`, it waits for the server's word, but not for long
//! (RFC 9110, section 10.1.1), as botocore does (`botocore/awsrequest.py`).

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::EXPECT;
use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::Request;

/// So long a server has for its word.
const PATIENCE: Duration = Duration::from_secs(1);

/// A body, sent at once or when the server wants it.
pub struct Payload {
    bytes: Full<Bytes>,
    gate: Option<Gate>,
}

/// What is waited for.
struct Gate {
    word: oneshot::Receiver<()>,
    patience: Pin<Box<Sleep>>,
    opened: Opened,
}

/// Whether a body is on its way. A server that answers before it has all of the request may take what comes later for another
/// one.
#[derive(Clone, Default)]
pub struct Opened(Arc<AtomicBool>);

impl Opened {
    /// Whether it is.
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A request as it is handed to hyper, and whether its body has been let go.
pub fn prepared(request: &Request) -> (http::Request<Payload>, Opened) {
    let opened = Opened::default();
    let mut prepared = request.clone().map(|bytes| Payload { bytes, gate: None });
    if request.headers().get(EXPECT).is_none_or(|expected| expected != "100-continue") {
        opened.set();
        return (prepared, opened);
    }
    let (say, word) = oneshot::channel();
    let say = Mutex::new(Some(say));
    hyper::ext::on_informational(&mut prepared, move |response| {
        if response.status() == http::StatusCode::CONTINUE {
            let say = say.lock().unwrap_or_else(PoisonError::into_inner).take();
            // Nobody listens any more once the time is over.
            let _ = say.map(|say| say.send(()));
        }
    });
    let patience = Box::pin(tokio::time::sleep(PATIENCE));
    prepared.body_mut().gate = Some(Gate { word, patience, opened: opened.clone() });
    (prepared, opened)
}

impl Gate {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // That nobody can say it any more is as good as the end of the time.
        let is_said = Pin::new(&mut self.word).poll(context).is_ready();
        if is_said || self.patience.as_mut().poll(context).is_ready() {
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
