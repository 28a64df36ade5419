//! What the machine may refuse, and whose runtime it is.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::client::Client;
use simulator::{R2, Tls, Token};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn outside_of_a_runtime_nothing_starts_and_nothing_panics() {
    assert!(R2::builder().try_start().is_err());
    assert!(simulator::Proxy::builder().try_start().is_err());
}

#[test]
fn a_name_that_no_certificate_can_have_is_an_error() {
    let runtime = runtime();
    let _inside = runtime.enter();
    assert!(R2::builder().tls(Tls::Good).named("café.example").try_start().is_err());
}

#[test]
fn it_is_served_by_the_callers_runtime_until_it_is_dropped() {
    let runtime = runtime();
    let (r2, open, asked) = runtime.block_on(async {
        let r2 = R2::builder().try_start().unwrap();
        let (address, open) = (r2.address, TcpStream::connect(r2.address).unwrap());
        let ask = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: r2\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        (r2, open, tokio::task::spawn_blocking(ask).await.unwrap())
    });
    assert!(asked.starts_with("HTTP/1.1 400 "), "{asked}");
    let address = r2.address;
    drop(r2);
    // The tasks end where the runtime next comes to them.
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
    assert!(TcpStream::connect(address).is_err(), "the port is closed");
    let ended = thread::spawn(move || (&open).read(&mut [0; 1]));
    assert!(ended.join().unwrap().map_or(true, |count| count == 0), "and so is what was open");
}

#[test]
fn a_clock_that_goes_beyond_all_calendars_stops_there() {
    for seconds in [i64::MIN, i64::MAX] {
        let r2 = R2::builder().token(Token::read_write().valid_for(Duration::MAX)).clock(seconds).start();
        let answer = Client::of(&r2).get("/app-files/?list-type=2");
        assert_eq!((answer.status, answer.element("Code").as_str()), (403, "RequestTimeTooSkewed"));
    }
}

#[test]
fn credentials_are_new_and_in_the_shape_of_r2s() {
    let (one, other) = (Token::read_write(), Token::read_write());
    assert!(one.id != other.id && one.value != other.value && one.secret != other.secret);
    assert_eq!((one.id.len(), one.value.len(), one.secret.len()), (32, 53, 64));
}
