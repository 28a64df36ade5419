//! Each fault, as its bytes and its effects are seen by a client.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use crate::client::{Answer, Client, connect, exchange};
use simulator::{DeadEnd, Fault, Op, R2, Reply, S3Error, Token, Xml};

const KEY: &str = "/app-files/key";
const LIST: &str = "/app-files?list-type=2";

fn with(fault: Fault) -> R2 {
    R2::builder().object("key", b"hello world").fault(fault).start()
}

#[test]
fn a_fault_befalls_the_requests_that_it_selects() {
    let unavailable = |fault: Fault| fault.error(S3Error::unavailable()).header("Retry-After", "1");
    let statuses = |fault: Fault| {
        let r2 = with(fault);
        [1, 2, 3].map(|_| Client::of(&r2).get(KEY).status)
    };
    assert_eq!(statuses(unavailable(Fault::on(Op::Get))), [503; 3]);
    assert_eq!(statuses(unavailable(Fault::on(Op::Any).first(2))), [503, 503, 200]);
    assert_eq!(statuses(unavailable(Fault::on(Op::Get).after(1))), [200, 503, 503]);
    assert_eq!(statuses(unavailable(Fault::on(Op::Get).nth(2))), [200, 503, 200]);
    assert_eq!(statuses(unavailable(Fault::on(Op::Put))), [200; 3]);
    let field = |value| unavailable(Fault::on(Op::Get).with("x-amz-content-sha256", value));
    let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(statuses(field(of_nothing)), [503; 3]);
    assert_eq!(statuses(field("UNSIGNED-PAYLOAD")), [200; 3]);
    let answer = Client::of(&with(unavailable(Fault::on(Op::Get)))).get(KEY);
    assert_eq!(
        (answer.header("retry-after"), answer.element("Code").as_str()),
        (Some("1"), "ServiceUnavailable")
    );
}

#[test]
fn an_answer_in_the_services_place_performs_nothing_unless_told_so() {
    let r2 = with(Fault::on(Op::Delete).error(S3Error::internal()));
    assert_eq!(Client::of(&r2).delete(KEY).status, 500);
    assert_eq!(r2.left().len(), 1);
    let r2 = with(Fault::on(Op::Delete).error(S3Error::internal()).although_performed());
    assert_eq!(Client::of(&r2).delete(KEY).status, 500);
    assert!(r2.left().is_empty());
}

#[test]
fn a_lost_answer_leaves_the_object_stored() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).reset()).start();
    let error = Client::of(&r2).ask("PUT", KEY, &[], b"1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(r2.left(), ["app-files/key"]);
    let r2 = R2::builder().fault(Fault::on(Op::Put).close().unperformed()).start();
    assert_eq!(Client::of(&r2).ask("PUT", KEY, &[], b"1").unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert!(r2.left().is_empty());
}

#[test]
fn a_request_can_be_met_before_its_body() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).reset_at_head()).start();
    let error = Client::of(&r2).ask("PUT", KEY, &[], &vec![b'x'; 100_000]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
    assert_eq!(r2.requests()[0].body.len(), 0);
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::access_denied()).answer_early()).start();
    assert_eq!(Client::of(&r2).put(KEY, b"body").status, 403);
    assert!(r2.left().is_empty());
}

#[test]
fn a_connection_can_fail_before_any_request() {
    let r2 = with(Fault::on(Op::Connection).first(1).reset());
    let error = Client::of(&r2).ask("GET", KEY, &[], b"").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
    assert_eq!(Client::of(&r2).get(KEY).status, 200);
    assert_eq!((r2.connections(), r2.requests().len()), (2, 1));
    let r2 = with(Fault::on(Op::Connection).raw(b"SSH-2.0-x\r\n"));
    assert_eq!(exchange(r2.address, b"").unwrap(), b"SSH-2.0-x\r\n");
}

#[test]
fn a_body_can_end_early_in_three_ways() {
    let r2 = with(Fault::on(Op::Get).truncate(5));
    let answer = Client::of(&r2).get(KEY);
    assert_eq!((answer.header("content-length"), answer.text().as_str()), (Some("11"), "hello"));
    let r2 = with(Fault::on(Op::Get).reset_after(5));
    assert_eq!(Client::of(&r2).ask("GET", KEY, &[], b"").unwrap_err().kind(), ErrorKind::ConnectionReset);
    let r2 = with(Fault::on(Op::Get).stall_after(5));
    let mut stream = connect(r2.address);
    stream.write_all(&Client::of(&r2).request("GET", KEY, &[], b"")).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut received = Vec::new();
    assert_eq!(stream.read_to_end(&mut received).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(Answer::parse(&received).text(), "hello");
}

#[test]
fn time_passes_where_a_fault_says() {
    let pause = Duration::from_millis(120);
    for fault in [
        Fault::on(Op::Get).delay(pause),
        Fault::on(Op::Get).pause(pause),
        Fault::on(Op::Get).dribble(pause / 10),
        Fault::on(Op::Get).dribble_head(pause / 100),
        Fault::on(Op::Get).slow_reader(pause),
        Fault::on(Op::Connection).delay(pause),
    ] {
        let (r2, start) = (with(fault), Instant::now());
        assert_eq!(Client::of(&r2).get(KEY).text(), "hello world");
        assert!(start.elapsed() >= pause, "{:?}", start.elapsed());
    }
}

#[test]
fn a_silent_server_ends_with_its_test() {
    let r2 = with(Fault::on(Op::Get).silence());
    let mut stream = connect(r2.address);
    stream.write_all(&Client::of(&r2).request("GET", KEY, &[], b"")).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(r2);
    let ended = stream.read(&mut [0; 10]);
    assert!(
        ended.as_ref().is_ok_and(|count| *count == 0)
            || ended.is_err_and(|e| e.kind() != ErrorKind::WouldBlock)
    );
}

#[test]
fn lengths_are_told_in_each_way() {
    let raw = |fault: Fault| {
        let r2 = with(fault);
        let bytes = exchange(r2.address, &Client::of(&r2).request("GET", KEY, &[], b"")).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let chunked = raw(Fault::on(Op::Get).chunked());
    assert!(chunked.contains("Transfer-Encoding: chunked\r\n") && !chunked.contains("Content-Length"));
    assert!(chunked.ends_with("\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"), "{chunked}");
    let unframed = raw(Fault::on(Op::Get).without_length());
    assert!(!unframed.contains("Content-Length") && unframed.ends_with("\r\n\r\nhello world"));
    let old = raw(Fault::on(Op::Get).http10());
    assert!(old.starts_with("HTTP/1.0 200 OK\r\n") && old.contains("Connection: close\r\n"));
    let bare = raw(Fault::on(Op::Get).without("date").without("etag").without("server"));
    assert!(!bare.contains("Date:") && !bare.contains("ETag:") && !bare.contains("Server:"));
    assert_eq!(raw(Fault::on(Op::Get).raw(b"\0\x01garbage")), "\0\u{1}garbage");
}

#[test]
fn endless_answers_go_on() {
    for fault in [Fault::on(Op::Get).endless_body(), Fault::on(Op::Get).endless_headers()] {
        let r2 = with(fault);
        let mut stream = connect(r2.address);
        stream.write_all(&Client::of(&r2).request("GET", KEY, &[], b"")).unwrap();
        let mut much = vec![0; 4 * 1024 * 1024];
        stream.read_exact(&mut much).unwrap();
    }
}

#[test]
fn connections_are_kept_unless_an_answer_is_the_last() {
    let twice = |fault: Fault| {
        let r2 = with(fault);
        let request = String::from_utf8(Client::of(&r2).request("GET", KEY, &[], b"")).unwrap();
        let kept = request.replace("Connection: close\r\n", "");
        exchange(r2.address, format!("{kept}{request}").as_bytes()).map_or(0, |_| r2.requests().len())
    };
    assert_eq!(twice(Fault::on(Op::Put)), 2);
    assert_eq!(twice(Fault::on(Op::Get).last_answer()), 1);
}

#[test]
fn a_store_can_be_untrue_to_its_answers() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).forgets()).start();
    assert_eq!(Client::of(&r2).put(KEY, b"1").status, 200);
    assert!(r2.left().is_empty());
    let r2 = R2::builder().fault(Fault::on(Op::Put).unlisted()).start();
    Client::of(&r2).put(KEY, b"1");
    assert_eq!(Client::of(&r2).get(LIST).element("KeyCount"), "0");
    assert_eq!(Client::of(&r2).get(KEY).status, 200);
    let r2 = with(Fault::on(Op::Delete).keeps());
    assert_eq!(Client::of(&r2).delete(KEY).status, 204);
    assert_eq!(r2.left().len(), 1);
    let r2 = with(Fault::on(Op::Get).stale());
    Client::of(&r2).delete(KEY);
    assert_eq!((Client::of(&r2).get(KEY).status, r2.left().len()), (200, 0));
}

#[test]
fn contents_can_be_wrong() {
    let got = |fault: Fault| Client::of(&with(fault)).get(KEY);
    let get = || Fault::on(Op::Get);
    assert_eq!(got(get().corrupt()).text(), "hello!world");
    assert_eq!(got(get().shortened(4)).text(), "hell");
    assert_eq!(got(get().content(b"")).header("content-length"), Some("0"));
    assert_eq!(got(get().lengthened(b"!")).text(), "hello world!");
    assert_eq!(got(get().content_type("text/html")).header("content-type"), Some("text/html"));
    assert_eq!(got(get().etag("\"0\"")).header("etag"), Some("\"0\""));
    let other = got(get().other_object(b"hello"));
    assert_eq!(other.header("etag"), Some("\"5d41402abc4b2a76b9719d911017c592\""));
}

#[test]
fn listings_can_be_wrong_and_odd() {
    let listed = |fault: Fault| Client::of(&with(fault)).get(LIST);
    let list = || Fault::on(Op::List);
    assert_eq!(listed(list().listed_size("7")).element("Size"), "7");
    assert_eq!(listed(list().listed_etag("\"0\"")).element("ETag"), "&quot;0&quot;");
    assert!(!listed(list().without_element("ETag")).text().contains("ETag"));
    assert!(!listed(list().xml(Xml::WithoutNamespace)).text().contains("xmlns"));
    let prefixed = listed(list().xml(Xml::Prefixed)).text();
    assert!(prefixed.contains("<s3:ListBucketResult xmlns:s3=") && prefixed.contains("</s3:Key>"));
    assert_eq!(listed(list().xml(Xml::Entities)).element("Key"), "&#107;&#101;&#121;");
    assert_eq!(listed(list().xml(Xml::Cdata)).element("Key"), "<![CDATA[key]]>");
    assert!(listed(list().xml(Xml::Spaced)).text().contains(">\n  <Key>key</Key>\n"));
    assert_eq!(listed(list().xml(Xml::Truncated(50))).text().len(), 50);
    assert!(listed(list().xml(Xml::Malformed)).text().contains("</NotName>"));
    assert!(listed(list().xml(Xml::Bomb)).text().contains("<!ENTITY e11"));
    assert!(listed(list().xml(Xml::Empty)).body.is_empty());
}

#[test]
fn what_answers_need_not_be_s3() {
    let got = |fault: Fault| Client::of(&with(fault)).get(LIST);
    let portal = got(Fault::on(Op::Any).captive_portal());
    assert_eq!((portal.status, portal.header("cf-ray"), portal.header("server")), (200, None, None));
    assert!(portal.text().contains("<form"));
    let moved = got(Fault::on(Op::Any).redirect(308, "https://elsewhere.example/"));
    assert_eq!((moved.status, moved.header("location")), (308, Some("https://elsewhere.example/")));
    assert_eq!(got(Fault::on(Op::Any).json(403, "{}")).header("content-type"), Some("application/json"));
    assert_eq!(
        got(Fault::on(Op::Any).answer(Reply::html(530, "error code: 1016"))).text(),
        "error code: 1016"
    );
    assert_eq!(got(Fault::on(Op::Any).status(407)).status, 407);
}

#[test]
fn an_echo_repeats_what_a_report_must_not() {
    let fault = Fault::on(Op::List).echo(403, "SignatureDoesNotMatch");
    let r2 = R2::builder().token(Token::read_write().temporary()).fault(fault).start();
    let answer = Client::of(&r2).get(LIST);
    assert!(answer.element("Message").contains(r2.token().session.as_deref().unwrap()));
    assert!(answer.element("Message").contains("Authorization: AWS4-HMAC-SHA256 Credential="));
}

#[test]
fn dead_ends_refuse_or_do_not_answer() {
    let attempt =
        |end: &DeadEnd| std::net::TcpStream::connect_timeout(&end.address, Duration::from_millis(300));
    assert_eq!(attempt(&DeadEnd::refusing()).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(attempt(&DeadEnd::unanswering()).unwrap_err().kind(), ErrorKind::TimedOut);
}
