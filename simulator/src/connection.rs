//! One connection: its faults, its TLS, and its requests one after the other.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::time::sleep;

use super::fault::{Faults, Plan};
use super::http::{Incoming, Request, Stream, Unreadable};
use super::journal::Journal;
use super::op::Op;
use super::service::Service;
use super::tls::Handshakes;
use super::wire::{Ending, end, put, send};

/// What all connections of a server share.
pub struct Shared {
    pub service: Service,
    pub faults: Faults,
    pub journal: Journal,
    pub handshakes: Handshakes,
}

/// Serves one connection to its end.
pub async fn serve(shared: Arc<Shared>, tcp: TcpStream) {
    let number = shared.journal.connection();
    let plan = shared.faults.plan(Op::Connection, None);
    sleep(plan.wire.before_head).await;
    if plan.wire.raw.is_some() || plan.wire.instead.is_some() {
        let mut stream: Stream = Box::new(tcp);
        let _ = put(&mut stream, plan.wire.raw.as_deref().unwrap_or_default()).await;
        return end(stream, plan.wire.instead.unwrap_or(Ending::Close)).await;
    }
    let settings = &shared.service.settings;
    let stream = if settings.speaks_tls() {
        shared.handshakes.accept(tcp, settings, &shared.journal).await
    } else {
        Some(Box::new(tcp) as Stream)
    };
    if let Some(stream) = stream {
        requests(&shared, stream, number).await;
    }
}

async fn requests(shared: &Shared, mut stream: Stream, connection: usize) {
    let mut incoming = Incoming::default();
    loop {
        let ending = match exchange(shared, &mut stream, &mut incoming, connection).await {
            Ok(ending) => ending,
            Err(Unreadable::Gone) => Ending::Close,
            Err(Unreadable::Refused(status)) => {
                let refusal = format!("HTTP/1.1 {status}\r\nServer: cloudflare\r\nConnection: close\r\n\r\n");
                let _ = put(&mut stream, refusal.as_bytes()).await;
                Ending::Close
            }
        };
        if ending != Ending::Open {
            return end(stream, ending).await;
        }
    }
}

/// One request and its answer.
async fn exchange(
    shared: &Shared,
    stream: &mut Stream,
    incoming: &mut Incoming,
    connection: usize,
) -> Result<Ending, Unreadable> {
    let mut request = incoming.head(stream).await?;
    let address = shared.service.settings.address(&request);
    let mut plan = shared.faults.plan(Op::of(&request, &address), Some(&request));
    plan.wire.close |= wants_the_end(&request);
    let number = shared.journal.request(&request, &address, connection);
    sleep(plan.wire.before_reading).await;
    if !plan.wire.body_unread {
        if !plan.wire.no_continue
            && request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            let _ = put(stream, b"HTTP/1.1 100 Continue\r\n\r\n").await;
        }
        incoming.body(stream, &mut request).await?;
        shared.journal.body(number, &request.body);
    }
    let reply = plan.answer(&request, || shared.service.answer(&request, &address, &plan.twists));
    shared.journal.answered(number, reply.status);
    let reply = reply.dressed(&shared.service.settings.clock);
    let ending = send(stream, reply, &plan.wire, request.method == "HEAD").await;
    Ok(after(&request, &plan, ending))
}

/// Whether a client asked for the connection's end. It gets it, and is told so.
fn wants_the_end(request: &Request) -> bool {
    request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
}

/// A client whose body was left on the wire gets the connection's end.
fn after(request: &Request, plan: &Plan, ending: Ending) -> Ending {
    let is_read = request.header("x-amz-decoded-content-length").is_some();
    let unread = plan.wire.body_unread || (request.header("transfer-encoding").is_some() && !is_read);
    if ending == Ending::Open && unread { Ending::Close } else { ending }
}
