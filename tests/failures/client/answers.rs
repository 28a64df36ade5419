//! Answers that other clients read, and boto3 does not.

use crate::support::r2::{Fault, Op, R2};
use crate::support::run::{run, run_with};

/// The requests of each check that reads an answer's body or head.
fn requests() -> [(&'static str, Fault); 4] {
    [
        ("connect", Fault::on(Op::List).nth(1)),
        ("upload", Fault::on(Op::Put)),
        ("list", Fault::on(Op::List).nth(2)),
        ("download", Fault::on(Op::Get).nth(1)),
    ]
}

fn fails(check: &str, fault: Fault, evidence: &str) {
    let r2 = R2::builder().fault(fault).start();
    run(&r2).fails_at(check, "http.malformed").says(evidence);
    assert!(r2.left().is_empty(), "{check}");
}

fn mismatches(check: &str, fault: Fault, evidence: &str) {
    let r2 = R2::builder().fault(fault).start();
    run(&r2).fails_at(check, "http.mismatch").says(evidence);
    assert!(r2.left().is_empty(), "{check}");
}

#[test]
fn what_pythons_http_client_does_not_read_before_an_answer_fails() {
    for (check, fault) in requests() {
        let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
        fails(check, fault.clone().preceded_by(hints), "the interim response 103");
        fails(check, fault.clone().preceded_by(b"\r\n"), "begins with an empty line");
        let r2 = R2::builder().fault(fault.clone().preceded_by(b"HTTP/1.1 100 Continue\r\n\r\n")).start();
        run(&r2).passes_with(&[]).leaves_nothing();
        // Clients of other languages read on.
        let r2 = R2::builder().fault(fault.preceded_by(hints)).start();
        run_with(&r2, &[], &["--client", "native"]).passes_with(&[]).leaves_nothing();
    }
}

#[test]
fn more_fields_than_pythons_http_client_reads_fail() {
    // Those that the server has of its own come on top.
    let many = |count: usize| {
        move |fault: Fault| (0..count).fold(fault, |fault, n| fault.header(&format!("X-Filler-{n}"), "y"))
    };
    for (check, fault) in requests() {
        fails(check, many(100)(fault.clone()), "Python's HTTP client reads 99");
        let r2 = R2::builder().fault(many(80)(fault)).start();
        run(&r2).passes_with(&[]).leaves_nothing();
    }
    let long = Fault::on(Op::Get).nth(1).header("X-Filler", &"y".repeat(65_536));
    fails("download", long, "Python's HTTP client reads 65536");
}
#[test]
fn a_length_that_is_given_twice_fails() {
    let fault = Fault::on(Op::Get).nth(1).edit(|reply| {
        let length = reply.body.len().to_string();
        reply.headers.extend([(); 2].map(|()| ("Content-Length".to_owned(), length.clone())));
    });
    fails("download", fault, "Content-Length is given more than once");
}

#[test]
fn a_field_that_boto3_reads_as_a_number_or_a_moment_is_one() {
    let download = || Fault::on(Op::Get).nth(1);
    for (name, value) in [
        ("Last-Modified", "yesterday"),
        ("Last-Modified", ""),
        ("x-amz-object-lock-retain-until-date", "never"),
        ("Expires", "never"),
        ("x-amz-missing-meta", "none"),
        ("x-amz-mp-parts-count", "1.5"),
        ("x-amz-tagging-count", ""),
        ("x-amz-object-lock-event-hold-duration-days", "x"),
    ] {
        mismatches("download", download().header(name, value), &format!("{} is", name.to_lowercase()));
    }
    mismatches("upload", Fault::on(Op::Put).header("x-amz-object-size", "x"), "x-amz-object-size is `x`");
    for (name, value) in
        [("Last-Modified", "2026-01-01T00:00:00Z"), ("x-amz-missing-meta", "3"), ("Expires", "0")]
    {
        let r2 = R2::builder().fault(download().header(name, value)).start();
        run(&r2).passes_with(&[]).leaves_nothing();
    }
}

/// The listing of the check `list`, with something put in the place of something else.
fn listing(from: &'static str, to: &'static [u8]) -> Fault {
    Fault::on(Op::List).nth(2).edit(move |reply| {
        let text = reply.text();
        let (before, after) = text.split_once(from).unwrap();
        reply.body = [before.as_bytes(), to, after.as_bytes()].concat();
    })
}

#[test]
fn a_listing_that_a_strict_parser_of_xml_refuses_fails() {
    for to in [
        &b"<Contents><Odd>\x01</Odd>"[..],
        b"<Contents><Odd>\xff</Odd>",
        b"<Contents><Odd>&#1;</Odd>",
        b"<Contents><Odd>&nbsp;</Odd>",
        b"<Contents><odd:Name/>",
        b"<Contents><!-- -- -->",
    ] {
        fails("list", listing("<Contents>", to), "");
    }
    fails("list", listing("<?xml", b"\n<?xml"), "white space stands before its declaration");
    mismatches("list", listing("<LastModified>", b"<LastModified>x"), "a LastModified of the listing is `x");
    mismatches("list", listing("<MaxKeys>", b"<MaxKeys>x"), "the listing's MaxKeys is `x");
}

#[test]
fn the_body_of_a_granted_upload_or_deletion_is_xml_or_none() {
    for (op, check) in [(Op::Put, "upload"), (Op::Delete, "delete")] {
        for (body, passes) in
            [(&b""[..], true), (b"<a/>", true), (b"stored", false), (b"\x1f\x8b\x08", false)]
        {
            let r2 = R2::builder().fault(Fault::on(op).edit(move |reply| {
                reply.status = 200;
                reply.body = body.to_vec();
            }));
            let r2 = r2.start();
            if passes {
                run(&r2).passes_with(&[]).leaves_nothing();
            } else {
                run(&r2).fails_at(check, "http.not-s3");
                assert!(r2.left().is_empty(), "{check}");
            }
        }
    }
}
