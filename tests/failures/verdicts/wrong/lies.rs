//! Answers that are whole, granted, and untrue.

use super::{FailsAt, PAGE, Row, at, with};
use crate::support::r2::{Fault, Op, Reply, S3Error};

/// Answers that are whole, granted, and untrue.
pub fn alone() -> Vec<Row> {
    let (upload, listing, download, deletion, look) = (1, 2, 3, 4, 5);
    let forgets = "list";
    let row = |name: &str, fault: Fault, check| Row::new(name, with(fault), FailsAt(check));
    let mut rows = vec![
        row("an upload that is forgotten", at(upload).forgets(), forgets),
        row("an upload that is never listed", at(upload).unlisted(), forgets),
        row("an upload with another ETag", at(upload).etag("\"d41d8cd98f00b204e9800998ecf8427e\""), "upload"),
        row(
            "an upload with an ETag of parts",
            at(upload).etag("\"9b2cf535f27731c974343645a3985328-3\""),
            "upload",
        ),
        row("a listing with another size", at(listing).listed_size("7"), "list"),
        row("a listing with a word for a size", at(listing).listed_size("large"), "list"),
        row("a listing with a negative size", at(listing).listed_size("-1"), "list"),
        row("a listing with an endless size", at(listing).listed_size(&"9".repeat(40)), "list"),
        row("a listing without sizes", at(listing).without_element("Size"), "list"),
        row("a listing with another ETag", at(listing).listed_etag("\"0\""), "list"),
        row("a listing without keys", at(listing).without_element("Key"), "list"),
        row("a listing of another key", at(listing).element("Key", "r2-selftest/other"), "list"),
        row("a listing of a longer key", at(listing).replace("</Key>", "x</Key>"), "list"),
        row("a listing without objects", at(listing).without_element("Contents"), "list"),
        row("a flipped bit", at(download).corrupt(), "download"),
        row(
            "the first byte is missing",
            at(download).edit(|reply| reply.body = reply.body[1..].to_vec()),
            "download",
        ),
        row("another object", at(download).other_object(b"somebody's recording"), "download"),
        row("another content type", at(download).content_type("application/octet-stream"), "download"),
        row("no content type", at(download).without("Content-Type"), "download"),
        row(
            "a compressed body",
            at(download).content(b"\x1f\x8b\x08\0\0").header("Content-Encoding", "gzip"),
            "download",
        ),
        row("an added line end", at(download).lengthened(b"\r\n"), "download"),
        row("a deletion that is not done", at(deletion).keeps(), "delete"),
        row("a cache that remembers", at(look).stale(), "delete"),
        row("something else after the deletion", at(look).answer(Reply::new(200).body("other")), "delete"),
    ];
    for length in [0, 1, 100, 600] {
        rows.push(row(&format!("{length} bytes come back"), at(download).shortened(length), "download"));
    }
    for status in [200, 201, 202, 204] {
        rows.push(row(
            &format!("an upload answered with {status} and not stored"),
            at(upload).status(status),
            forgets,
        ));
    }
    rows
}

/// Two faults at once that could excuse each other.
pub fn together() -> Vec<Row> {
    let lost = || with(Fault::on(Op::Put).forgets());
    let kept = || with(Fault::on(Op::Delete).keeps());
    let denied = S3Error::access_denied;
    vec![
        Row::new(
            "lost, and listings denied",
            lost().fault(Fault::on(Op::List).nth(2).error(denied())),
            FailsAt("list"),
        ),
        Row::new("lost, and reads denied", lost().fault(Fault::on(Op::Get).error(denied())), FailsAt("list")),
        Row::new("kept, and the look denied", kept().fault(at(5).error(denied())), FailsAt("delete")),
        Row::new("kept, and the look breaks", kept().fault(at(5).reset()), FailsAt("delete"))
            .options(&["--retries", "0"]),
        Row::new("kept, and the look finds a page", kept().fault(at(5).html(404, PAGE)), FailsAt("delete")),
        Row::new("everything is answered with 200", with(Fault::on(Op::Any).status(200)), FailsAt("connect")),
        Row::new(
            "everything after the first",
            with(Fault::on(Op::Any).after(1).status(200)),
            FailsAt("list"),
        ),
        Row::new(
            "uploads fail and fail",
            with(Fault::on(Op::Put).error(S3Error::internal())),
            FailsAt("upload"),
        )
        .options(&["--retries", "1"]),
    ]
}
