//! Servers that are right, whatever they look like. Each must pass, and only what is odd about it may be remarked upon.

use std::time::Duration;

use super::Expected::Passes;
use super::Row;
use crate::support::r2::{BUCKET, Builder, Fault, Jurisdiction, Op, R2, Reply, S3Error, Tls, Token, Xml};

/// What no key of an application has, and every key of an application may have one day.
const ODD_KEYS: [&str; 12] = [
    "r2-selftest/a file with spaces.csv",
    "r2-selftest/100% + more & <less> \"quoted\" 'single'.csv",
    "r2-selftest/%20%2F%25.csv",
    "r2-selftest/../up.csv",
    "r2-selftest//double.csv",
    "r2-selftest/Patientin Müller/Hören 日本語 🎧.csv",
    "r2-selftest/]]>.csv",
    "r2-selftest/tab\tand line\nend.csv",
    "r2-selftest/",
    "r2-selftest",
    " ",
    "/leading/slash.csv",
];

pub fn rows() -> Vec<Row> {
    [contents(), endpoints(), http(), documents(), omissions(), settings(), remarked()]
        .into_iter()
        .flatten()
        .collect()
}

fn row(name: impl Into<String>, server: Builder) -> Row {
    Row::new(name, server, Passes(Vec::new()))
}

fn with(fault: Fault) -> Builder {
    R2::builder().fault(fault)
}

/// What else is in the bucket.
fn contents() -> Vec<Row> {
    let odd = |keys: &[&str]| keys.iter().fold(R2::builder(), |server, key| server.object(key, b"odd"));
    let mut rows = vec![
        row("a bucket with nothing of its own", R2::builder()),
        row("100,000 objects", R2::builder().objects(100_000)),
        row("all odd keys at once", odd(&ODD_KEYS)),
        row("a key of 1,024 bytes", R2::builder().object(&format!("r2-selftest/{}", "x".repeat(1012)), b"")),
        row("other buckets", R2::builder().bucket(BUCKET).bucket("app-files-2").bucket("app")),
        row("a lock elsewhere", R2::builder().lock("patients/", 409)),
    ];
    rows.extend(ODD_KEYS.iter().map(|key| row(format!("the key {key:?}"), odd(&[key]))));
    rows
}

/// What the server is reached by.
fn endpoints() -> Vec<Row> {
    let mut rows = vec![
        row("TLS", R2::builder().tls(Tls::Good)),
        row("TLS 1.2 only", R2::builder().tls(Tls::Only12)),
        row("TLS 1.3 only", R2::builder().tls(Tls::Only13)),
        row("a path prefix", R2::builder().path_prefix("/storage/s3")),
        row("a path prefix with a slash at its end", R2::builder().path_prefix("/storage/s3"))
            .settings(|r2| vec![("R2_ENDPOINT", format!("{}/", r2.endpoint()))]),
        row("a slash at the end", R2::builder())
            .settings(|r2| vec![("R2_ENDPOINT", format!("{}/", r2.endpoint()))]),
        row("a name in the place of an address", R2::builder())
            .settings(|r2| vec![("R2_ENDPOINT", format!("http://localhost:{}", r2.address.port()))]),
    ];
    for jurisdiction in Jurisdiction::ALL {
        rows.push(row(format!("R2's own host, {jurisdiction:?}"), R2::builder().r2_host(jurisdiction)));
        let slash =
            row(format!("the same with a slash, {jurisdiction:?}"), R2::builder().r2_host(jurisdiction));
        rows.push(slash.settings(|r2| vec![("R2_ENDPOINT", format!("{}/", r2.endpoint()))]));
    }
    rows
}

/// How answers travel.
fn http() -> Vec<Row> {
    let any = || Fault::on(Op::Any);
    let mut rows = vec![
        row("HTTP/1.0, closing", with(any().http10())),
        row("HTTP/1.0 without lengths", with(any().http10().without_length())),
        row("chunked answers", with(any().chunked())),
        row("chunked answers without keep-alive", with(any().chunked().last_answer())),
        row("answers that end with the connection", with(any().without_length())),
        row("no keep-alive", with(any().last_answer())),
        row("header names in lower case", with(any().lower_case())),
        row("answers that take a while", with(any().delay(Duration::from_millis(200)))),
        row("bodies that take a while", with(any().pause(Duration::from_millis(200)))),
        row("uploads read late", with(any().slow_reader(Duration::from_millis(200)))),
        row("connections accepted late", with(Fault::on(Op::Connection).delay(Duration::from_millis(200)))),
        row("a body byte by byte", with(Fault::on(Op::Get).nth(2).dribble(Duration::from_micros(100)))),
        row("a head byte by byte", with(Fault::on(Op::Delete).dribble_head(Duration::from_micros(100)))),
        row(
            "many more headers",
            with(any().edit(|reply| {
                (0..60).for_each(|number| reply.set(&format!("X-More-{number}"), "y".repeat(60)));
            })),
        ),
    ];
    for status in [200, 202, 204] {
        let deletion = Fault::on(Op::Delete).status(status).although_performed();
        rows.push(row(format!("a deletion answered with {status}"), with(deletion)));
    }
    rows.extend(fields());
    rows.push(row("a document with each success", with(Fault::on(Op::Put).content(b"<Stored/>"))));
    rows
}

/// Header fields that say nothing new, and those that matter behind many others.
fn fields() -> Vec<Row> {
    let download = || Fault::on(Op::Get).nth(1);
    let twice = Fault::on(Op::Any).edit(|reply| reply.headers.extend(reply.headers.clone()));
    vec![
        row("fields that matter behind 18 KiB of others", with(Fault::on(Op::Any).edit(bury))),
        row("each field twice", with(twice)),
        row("a body that is said not to be coded", with(download().header("Content-Encoding", "identity"))),
        row(
            "a range that is all of it",
            with(download().edit(|reply| {
                let length = reply.body.len();
                reply.set("Content-Range", format!("bytes 0-{}/{length}", length - 1));
            })),
        ),
        row(
            "a Via of several",
            with(Fault::on(Op::Any).edit(|reply| {
                reply.headers.extend(["1.1 a", "1.1 b"].map(|via| ("Via".to_owned(), via.to_owned())));
            })),
        ),
        row("a comment after each document", with(Fault::on(Op::List).lengthened(b"\n<!-- 17 ms -->\n"))),
        row(
            "white space in Name and Prefix",
            with(Fault::on(Op::List).replace("<Name>", "<Name>\n ").replace("<Prefix>", "<Prefix>\n ")),
        ),
        row("an empty Prefix", with(Fault::on(Op::List).element("Prefix", ""))),
    ]
}

/// Puts 18 KiB of fields that nobody reads before all others: large ones, and small ones that fill every gap.
pub fn bury(reply: &mut Reply) {
    let length = |number| if number < 27 { 650 } else { 1 };
    let fillers = (0..90).map(|number| (format!("X-Filler-{number}"), "x".repeat(length(number))));
    reply.headers.splice(0..0, fillers);
}

/// How listings and errors are written.
fn documents() -> Vec<Row> {
    let all = [
        Xml::WithoutNamespace,
        Xml::Prefixed,
        Xml::Spaced,
        Xml::Entities,
        Xml::Cdata,
        Xml::ByteOrderMark,
        Xml::Strangers,
        Xml::Reversed,
    ];
    let mut rows = Vec::new();
    for xml in all {
        let fault = |op| Fault::on(op).xml(xml);
        rows.push(row(format!("listings, {xml:?}"), with(fault(Op::List))));
        let beside = R2::builder().object("r2-selftest/a & b <c>.csv", b"odd");
        rows.push(row(format!("listings of odd keys, {xml:?}"), beside.fault(fault(Op::List))));
        rows.push(row(format!("the last error, {xml:?}"), with(Fault::on(Op::Get).nth(2).xml(xml))));
    }
    for (name, from, to) in [
        (
            "an instruction before the listing",
            "<ListBucketResult",
            "<?xml-stylesheet href=\"x\"?><ListBucketResult",
        ),
        ("a comment before the listing", "<ListBucketResult", "<!-- hello --><ListBucketResult"),
        ("ETags in apostrophes of XML", "&quot;", "&#34;"),
        ("ETags without quotes", "&quot;", ""),
        ("ETags with plain quotes", "&quot;", "\""),
        ("line ends of Windows", "><", ">\r\n<"),
        ("no declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", ""),
        (
            "a declaration in apostrophes",
            "version=\"1.0\" encoding=\"UTF-8\"",
            "version='1.0' encoding='utf-8'",
        ),
    ] {
        rows.push(row(name, with(Fault::on(Op::List).replace(from, to))));
    }
    let no_message = with(Fault::on(Op::Get).nth(2).without_element("Message"));
    rows.push(row("an error without a message", no_message));
    let more = "<RequestId>1</RequestId><HostId>2</HostId><Resource>k</Resource></Error>";
    rows.push(row("an error with more in it", with(Fault::on(Op::Get).nth(2).replace("</Error>", more))));
    let plain = with(Fault::on(Op::Any).edit(|reply| {
        if reply.get("Content-Type") == Some("application/xml") {
            reply.set("Content-Type", "text/plain");
        }
    }));
    rows.push(row("XML under another content type", plain));
    rows
}

/// What a server may leave out.
fn omissions() -> Vec<Row> {
    let mut rows = Vec::new();
    for header in ["Date", "Server", "CF-RAY", "ETag", "Last-Modified", "Accept-Ranges", "x-amz-version-id"] {
        rows.push(row(format!("no {header}"), with(Fault::on(Op::Any).without(header))));
    }
    rows.push(row("no ETag at the upload", with(Fault::on(Op::Put).without("ETag"))));
    rows.push(row("an ETag with no text", with(Fault::on(Op::Put).etag("\"\""))));
    rows.push(row("a Date that is none", with(Fault::on(Op::Any).header("Date", "yesterday"))));
    for element in
        ["KeyCount", "Name", "Prefix", "MaxKeys", "IsTruncated", "ETag", "LastModified", "StorageClass"]
    {
        rows.push(row(
            format!("no {element} in listings"),
            with(Fault::on(Op::List).without_element(element)),
        ));
    }
    for text in ["", "\"\""] {
        rows.push(row(format!("the listed ETag {text:?}"), with(Fault::on(Op::List).listed_etag(text))));
    }
    let charset = Fault::on(Op::Get).nth(1).content_type("text/csv; charset=utf-8");
    rows.push(row("a content type with a parameter", with(charset)));
    rows.push(row("a content type in capitals", with(Fault::on(Op::Get).nth(1).content_type("Text/CSV"))));
    let weak = Fault::on(Op::Any).edit(|reply| {
        let weak = reply.get("ETag").map(|etag| format!("W/{etag}"));
        if let Some(weak) = weak {
            reply.set("ETag", weak);
        }
    });
    rows.push(row("weak ETags", with(weak)));
    rows
}

/// Settings that are as good as any.
fn settings() -> Vec<Row> {
    let token = |token: Token| R2::builder().token(token);
    let mut rows = vec![
        row("temporary credentials", token(Token::read_write().temporary())),
        row("a token for this bucket only", token(Token::read_write().only(Jurisdiction::Default, BUCKET))),
        row("a token that will end", token(Token::read_write().valid_for(Duration::from_mins(5)))),
        row("a name of three characters", R2::builder().bucket("a1b")),
        row(
            "a name of 63 characters",
            R2::builder().bucket(&"b2-".repeat(21).replace("b2-b2-b2-", "b2-b2-b2c")),
        ),
        row("R2 on, in capitals", R2::builder()).settings(|_| vec![("R2_ENABLED", "TRUE".to_owned())]),
        row("a clock that is half a minute off", R2::builder().clock(-30)),
    ];
    for seconds in [-50, 50] {
        rows.push(row(format!("a clock {seconds} s off"), R2::builder().clock(seconds)));
    }
    rows
}

/// What passes with a remark, and with that one only.
fn remarked() -> Vec<Row> {
    let mut rows = vec![
        Row::new("a clock five minutes off", R2::builder().clock(300), Passes(vec!["auth.clock-skew"])),
        Row::new("a clock ten minutes behind", R2::builder().clock(-600), Passes(vec!["auth.clock-skew"])),
    ];
    // It proves nothing, so the read is repeated, and a listing has to confirm it.
    let two_ages = Fault::on(Op::Get).nth(2).header("Age", "0");
    let two_ages = two_ages.edit(|reply| reply.headers.push(("Age".to_owned(), "60".to_owned())));
    rows.push(Row::new(
        "the last answer once with two ages",
        with(two_ages),
        Passes(vec!["service.retried"]),
    ));
    for status in [201, 202, 204] {
        let upload = Fault::on(Op::Put).edit(move |reply| reply.status = status);
        rows.push(Row::new(
            format!("an upload answered with {status}"),
            with(upload),
            Passes(vec!["http.mismatch"]),
        ));
    }
    let requests = [(Op::List, 1), (Op::Put, 1), (Op::List, 2), (Op::Get, 1), (Op::Delete, 1), (Op::Get, 2)];
    for (op, number) in requests {
        let at = || Fault::on(op).nth(number);
        let slow = at().delay(Duration::from_millis(2100));
        rows.push(Row::new(format!("{op:?} {number} is slow"), with(slow), Passes(vec!["service.slow"])));
        for (name, fault) in [
            ("an internal error", at().error(S3Error::internal())),
            ("no service", at().error(S3Error::new(503, "ServiceUnavailable", ""))),
            ("a bad gateway", at().html(502, "<html>Bad gateway</html>")),
            ("too many requests", at().answer(Reply::from(S3Error::too_many()).header("Retry-After", "0"))),
            ("a reset", at().reset()),
            ("a reset before it was done", at().reset().unperformed()),
            ("a closed connection", at().close()),
        ] {
            let name = format!("{name} at {op:?} {number}, once");
            rows.push(Row::new(name, with(fault), Passes(vec!["service.retried"])));
        }
    }
    rows
}
