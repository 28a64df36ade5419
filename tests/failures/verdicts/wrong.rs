//! Servers, settings and ways to them that are wrong. Each must end in a failure.

mod answers;
mod lies;
mod mismatches;
mod surroundings;
mod transit;

use super::Expected::FailsAt;
use super::Row;
use crate::support::r2::{Builder, Fault, Op, R2};

/// The requests of a run that grant something with more than a status: which of its operation, and the check that it belongs to.
const REQUESTS: [(&str, Op, usize, &str); 6] = [
    ("the first listing", Op::List, 1, "connect"),
    ("the upload", Op::Put, 1, "upload"),
    ("the second listing", Op::List, 2, "list"),
    ("the download", Op::Get, 1, "download"),
    ("the deletion", Op::Delete, 1, "delete"),
    ("the look afterwards", Op::Get, 2, "delete"),
];
/// All of them.
const ALL: [usize; 6] = [0, 1, 2, 3, 4, 5];
/// Those whose answer has a body.
const WITH_BODY: [usize; 4] = [0, 2, 3, 5];
/// Each stall is waited for so long.
const IMPATIENT: [&str; 2] = ["--timeout", "1s"];
const PAGE: &str = "<html><title>Welcome</title></html>";

pub fn rows() -> Vec<Row> {
    let answered =
        [answers::refusals(), answers::pages(), lies::alone(), lies::together(), mismatches::rows()];
    let around = [transit::broken(), transit::stalled(), surroundings::rights(), surroundings::ways()];
    answered.into_iter().chain(around).flatten().collect()
}

fn with(fault: Fault) -> Builder {
    R2::builder().fault(fault)
}

/// A fault at one request of the six.
fn at(request: usize) -> Fault {
    let (_, op, number, _) = REQUESTS[request];
    Fault::on(op).nth(number)
}

/// One row a request, of these, without repeats.
fn at_each(name: &str, requests: &[usize], fault: impl Fn(Fault) -> Fault) -> Vec<Row> {
    let row = |request: &usize| {
        let (when, .., check) = REQUESTS[*request];
        Row::new(format!("{name} at {when}"), with(fault(at(*request))), FailsAt(check))
            .options(&["--retries", "0"])
    };
    requests.iter().map(row).collect()
}
