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

#[test]
fn what_pythons_http_client_does_not_read_before_an_answer_fails() {
    for (check, fault) in requests() {
        let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
        fails(check, fault.clone().preceded_by(hints), "the interim response 103");
        fails(check, fault.clone().preceded_by(b"\r\n"), "begins with an empty line");
        let r2 = R2::builder().fault(fault.preceded_by(b"HTTP/1.1 100 Continue\r\n\r\n")).start();
        run(&r2).passes_with(&[]).leaves_nothing();
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

