//! Answers that grant a request and do not fit it: by operation, each field of an answer that can contradict a pass.

use super::super::healthy::bury;
use super::{FailsAt, Row, at, at_each, with};
use crate::support::r2::{Builder, Fault, Op, Reply, S3Error};

const LISTINGS: [usize; 2] = [0, 2];
const DOWNLOAD: [usize; 1] = [3];

pub fn rows() -> Vec<Row> {
    [heads(), statuses(), codings(), lengths(), listings(), downloads(), listed_again()]
        .into_iter()
        .flatten()
        .collect()
}

/// A second field of a name, behind what the answer has.
fn and(fault: Fault, name: &'static str, value: &'static str) -> Fault {
    fault.edit(move |reply| reply.headers.push((name.to_owned(), value.to_owned())))
}

/// Fields that are there, and may not be passed over.
fn heads() -> Vec<Row> {
    let wrong = "\"d41d8cd98f00b204e9800998ecf8427e\"";
    let row = |name: &str, fault: Fault, check| Row::new(name, with(fault), FailsAt(check));
    let long = format!("text/csv; note={}", "x".repeat(2000));
    vec![
        row("a wrong ETag behind 18 KiB of other fields", at(1).etag(wrong).edit(bury), "upload"),
        row(
            "a wrong type behind 18 KiB of other fields",
            at(3).content_type("text/html").edit(bury),
            "download",
        ),
        row("an upload with two ETags", and(at(1), "ETag", wrong), "upload"),
        row("an upload with an ETag that is no text", at(1).etag("\"\u{e9}\""), "upload"),
        row("a download with two ETags", and(at(3), "ETag", wrong), "download"),
        row("a download with two types", and(at(3), "Content-Type", "text/html"), "download"),
        row("a download with an endless type", at(3).content_type(&long), "download"),
    ]
}

/// Success by a status that says something else.
fn statuses() -> Vec<Row> {
    let status = |status: u16| move |fault: Fault| fault.edit(move |reply: &mut Reply| reply.status = status);
    [201, 202, 203, 206]
        .iter()
        .flat_map(|code| at_each(&format!("status {code}"), &[0, 2, 3], status(*code)))
        .collect()
}

/// A coding that the body does not have, or nobody asked for.
fn codings() -> Vec<Row> {
    let mut rows = Vec::new();
    for coding in ["gzip", "br", "aws-chunked", "identity, gzip"] {
        rows.extend(at_each(&format!("Content-Encoding {coding}"), &[0, 2, 3], |fault| {
            fault.header("Content-Encoding", coding)
        }));
    }
    rows.extend(at_each("Transfer-Encoding gzip", &[0, 2, 3, 5], |fault| {
        fault.without_length().header("Transfer-Encoding", "gzip")
    }));
    rows.extend(at_each("Transfer-Encoding gzip, chunked", &[0, 2, 3, 5], |fault| {
        fault.chunked().header("Transfer-Encoding", "gzip, chunked")
    }));
    rows
}

/// Lengths that are not those of the body.
fn lengths() -> Vec<Row> {
    let mut rows = at_each("chunks under another length", &[0, 2, 3, 5], |fault| {
        fault.chunked().header("Content-Length", "999")
    });
    rows.extend(at_each("more than was announced", &[0, 2, 3, 5], |fault| {
        fault.edit(|reply| {
            reply.set("Content-Length", reply.body.len().to_string());
            reply.body.extend_from_slice(b"and more");
        })
    }));
    for range in ["bytes 0-699/999999", "bytes 0-99/100", "bytes 0-699/*", "bytes 700-1399/1400"] {
        rows.extend(at_each(&format!("Content-Range {range}"), &DOWNLOAD, |fault| {
            fault.header("Content-Range", range)
        }));
        rows.extend(at_each(&format!("206, {range}"), &DOWNLOAD, |fault| {
            fault.header("Content-Range", range).edit(|reply| reply.status = 206)
        }));
    }
    rows
}

/// Listings of something else.
fn listings() -> Vec<Row> {
    let end = "</ListBucketResult>";
    let other = "<Contents><Key>patients/recording.csv</Key><Size>11</Size></Contents></ListBucketResult>";
    let second = "<ListBucketResult><Name>other</Name></ListBucketResult>";
    let mut rows =
        at_each("another bucket's listing", &LISTINGS, |fault| fault.element("Name", "other-files"));
    rows.extend(at_each("another prefix", &LISTINGS, |fault| fault.element("Prefix", "patients/")));
    rows.extend(at_each("another's key", &LISTINGS, |fault| fault.replace(end, other)));
    rows.extend(at_each("junk after the listing", &LISTINGS, |fault| fault.lengthened(b"junk")));
    rows.extend(at_each("a second listing", &LISTINGS, |fault| fault.lengthened(second.as_bytes())));
    rows.extend(at_each("a count of no objects", &[2], |fault| fault.element("KeyCount", "0")));
    rows.extend(at_each("more to come and no place to go on", &LISTINGS, |fault| {
        fault.element("IsTruncated", "true").without_element("NextContinuationToken")
    }));
    rows.extend(at_each("the object twice", &[2], |fault| {
        fault.edit(|reply| {
            let text = reply.text();
            let (from, to) = (text.find("<Contents>").unwrap(), text.find("</Contents>").unwrap() + 11);
            reply.body = format!("{}{}{}", &text[..to], &text[from..to], &text[to..]).into_bytes();
        })
    }));
    rows
}

/// The right bytes under the wrong name.
fn downloads() -> Vec<Row> {
    let marked = at(3).header("x-amz-delete-marker", "true");
    let mut rows = vec![Row::new("a download of a deleted object", with(marked), FailsAt("download"))];
    rows.extend(at_each("another ETag", &DOWNLOAD, |fault| {
        fault.etag("\"d41d8cd98f00b204e9800998ecf8427e\"")
    }));
    rows
}

/// An object that is proven gone by a read, and is still listed when something was odd about that.
fn listed_again() -> Vec<Row> {
    let listing = || {
        Fault::on(Op::List).nth(3).answer_with(|request| {
            let key = request.parameter("prefix").unwrap_or_default();
            let entry = format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>");
            Reply::xml(200, format!("<ListBucketResult>{entry}</ListBucketResult>"))
        })
    };
    let row = |name: &str, server: Builder| Row::new(name, server.fault(listing()), FailsAt("delete"));
    let late = std::time::Duration::from_millis(2100);
    vec![
        row("still listed after a deletion at the second try", with(at(4).error(S3Error::internal()))),
        row("still listed after a proof at the second try", with(at(5).reset())),
        row("still listed after a late deletion", with(at(4).delay(late))),
        row("still listed beside a cache", with(at(5).header("CF-Cache-Status", "EXPIRED"))),
    ]
}
