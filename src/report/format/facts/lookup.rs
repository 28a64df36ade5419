//! What whoever runs the server needs to find the requests in question in their own log: which requests, when, and where.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::requests;
use crate::checks::check::CheckId;
use crate::client::exchange::Operation;
use crate::report::build::timestamp;
use crate::report::{Check, Report, Request, Status, TargetKind, Verdict};

/// The last part of a ray: the airport's code of the data centre.
pub fn data_centre(request: &Request) -> Option<&str> {
    let (_, place) = request.cf_ray.as_deref()?.rsplit_once('-')?;
    Some(place).filter(|place| place.len() == 3 && place.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// When a request was answered, by the server's clock; without a response, when it began, by the machine's.
pub fn moment(report: &Report, request: &Request) -> String {
    request.server_date.clone().or_else(|| began(report, request)).unwrap_or_default()
}

/// When a request began, by the machine's clock.
pub fn began(report: &Report, request: &Request) -> Option<String> {
    let started = OffsetDateTime::parse(&report.started_at, &Rfc3339).ok()?;
    let later = time::Duration::saturating_seconds_f64(request.started_ms.unwrap_or_default() / 1e3);
    Some(timestamp(started.checked_add(later)?))
}

/// The requests that whoever runs the server should look up, of the first kind of which there are any: those of a failed
/// check that were refused or not answered; all of a failed check, whose answers were not what they should be; those that
/// were refused or not answered at first; all of a check with a warning; the first of the run. None where all is well, or
/// where no request came further than a proxy.
pub fn to_look_up(report: &Report) -> Vec<&Request> {
    let by_proxy = report.root_cause.as_deref().is_some_and(|code| code.starts_with("proxy."));
    let answered = requests(report).any(|(_, request)| request.status.is_some());
    if report.verdict == Verdict::Pass || by_proxy && !answered {
        return Vec::new();
    }
    let of = |status: Option<Status>, wanted: fn(&Check, &Request) -> bool| -> Vec<&Request> {
        let checks = report.checks.iter().filter(|check| status.is_none_or(|status| status == check.status));
        let requests = checks.flat_map(|check| check.requests.iter().map(move |request| (check, request)));
        requests.filter(|(check, request)| wanted(check, request)).map(|(_, request)| request).collect()
    };
    let kinds = [
        of(Some(Status::Fail), is_error),
        of(Some(Status::Fail), |_, _| true),
        of(None, is_error),
        of(Some(Status::Warn), |_, _| true),
        requests(report).map(|(_, request)| request).take(1).collect(),
    ];
    kinds.into_iter().find(|requests| !requests.is_empty()).unwrap_or_default()
}

/// Whether a request was refused or not answered. That a read finds no object is what `delete` wants.
fn is_error(check: &Check, request: &Request) -> bool {
    let is_read = check.name == CheckId::Delete.name() && request.operation == Operation::GetObject.name();
    request.status.is_none_or(|status| status >= 400 && !(is_read && status == 404))
}

/// Who runs the server, as a heading names them.
pub fn operator(report: &Report) -> &'static str {
    let answered = requests(report).any(|(_, request)| request.cf_ray.is_some());
    if report.target.kind == Some(TargetKind::R2) || answered {
        "Cloudflare"
    } else {
        "whoever runs the server"
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn saved(name: &str) -> Report {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
        serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("a report")
    }

    /// The operations to look up, with their statuses.
    fn looked_up(report: &Report) -> Vec<String> {
        let named = |request: &&Request| match request.status {
            Some(status) => format!("{} {status}", request.operation),
            None => request.operation.clone(),
        };
        to_look_up(report).iter().map(named).collect()
    }

    #[test]
    fn the_requests_to_look_up_are_those_in_which_something_was_wrong() {
        for (name, requests) in [
            ("pass", &[][..]),
            ("r2-on-railway", &["PutObject 403", "DeleteObject 403"]),
            ("network", &["ListObjectsV2"]),
            ("integrity", &["GetObject 404"]),
            ("retried", &["PutObject 503"]),
            ("slow", &["GetObject 200"]),
            ("config", &[]),
            ("proxy", &[]),
        ] {
            assert_eq!(looked_up(&saved(name)), requests, "{name}");
        }
        let mut report = saved("integrity");
        for request in report.checks.iter_mut().flat_map(|check| &mut check.requests) {
            request.status = Some(200);
        }
        assert_eq!(
            looked_up(&report),
            ["ListObjectsV2 200", "GetObject 200"],
            "granted, and the answers were wrong"
        );
    }
}
