//! Answers that break off, never come or never end.

use std::time::Duration;

use super::{ALL, FailsAt, IMPATIENT, Row, WITH_BODY, at_each, with};
use crate::support::r2::{Fault, Op, R2, Tls};

/// Connections that end where an answer should begin or go on, and answers that are not HTTP.
pub fn broken() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, fault) in [
        ("a closed connection", Fault::close as fn(Fault) -> Fault),
        ("a reset", Fault::reset),
        ("a reset before the operation", |fault| fault.reset().unperformed()),
        ("a reset at the request's head", Fault::reset_at_head),
        ("a banner", |fault| fault.raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
        ("noise", |fault| fault.raw(&[0, 255, 7, 13, 10, 13, 10])),
        ("half a head", |fault| fault.raw(b"HTTP/1.1 200 OK\r\nContent-Le")),
        ("endless headers", Fault::endless_headers),
    ] {
        rows.extend(at_each(name, &ALL, fault));
    }
    for (name, fault) in [
        ("a body cut short", (|fault| fault.truncate(40)) as fn(Fault) -> Fault),
        ("a chunked body cut short", |fault| fault.chunked().truncate(40)),
        ("a body of unknown length cut short", |fault| fault.without_length().truncate(40)),
        ("a body reset", |fault| fault.reset_after(40)),
        ("a body without its first byte", |fault| fault.truncate(0)),
        ("an endless body", Fault::endless_body),
    ] {
        rows.extend(at_each(name, &WITH_BODY, fault));
    }
    rows.push(Row::new(
        "a reset of every connection",
        with(Fault::on(Op::Connection).reset()),
        FailsAt("connect"),
    ));
    let banner = with(Fault::on(Op::Connection).raw(b"220 mail.example ESMTP\r\n"));
    rows.push(Row::new("a mail server", banner, FailsAt("connect")));
    rows
}

/// Answers that do not come, or do not end, within the time for one request.
pub fn stalled() -> Vec<Row> {
    let long = Duration::from_secs(5);
    let mut rows = at_each("silence", &ALL, Fault::silence);
    rows.extend(at_each("silence, unperformed", &[1, 4], |fault| fault.silence().unperformed()));
    rows.extend(at_each("a late answer", &ALL, |fault| fault.delay(long)));
    rows.extend(at_each("a head byte by byte", &ALL, |fault| fault.dribble_head(Duration::from_millis(50))));
    rows.extend(at_each("a late body", &WITH_BODY, |fault| fault.pause(long)));
    rows.extend(at_each("a body that stops", &WITH_BODY, |fault| fault.stall_after(40)));
    rows.extend(at_each("a body byte by byte", &WITH_BODY, |fault| fault.dribble(Duration::from_millis(50))));
    rows.push(Row::new("a silent port", with(Fault::on(Op::Connection).silence()), FailsAt("connect")));
    let deaf = R2::builder().tls(Tls::Silence);
    rows.push(Row::new("a silent TLS port", deaf, FailsAt("connect")));
    rows.into_iter().map(|row| row.options(&IMPATIENT)).collect()
}
