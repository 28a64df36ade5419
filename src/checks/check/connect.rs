//! `connect`: the endpoint is reached, speaks S3, accepts the credentials, and the bucket exists; and how the server
//! answers the `HeadBucket` that the application sends at its start.

use super::mismatch::{self, ListingRequest};
use super::{CheckId, CheckResult, Fault};
use crate::base::clock;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::probe::{LONGEST_RUN, Probe, began, run_of_key};
use crate::base::stop::Stop;
use crate::client::exchange::{Answer, ConnectionFacts, Field, Operation};
use crate::client::storage::answer::{Document, document};
use crate::client::storage::{Call, Storage};

/// Lists at most one object under the program's own prefix: an application that may read its files may do that, and no
/// foreign keys are seen. If that is granted, it sends a `HeadBucket`, as the application does at its start.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let call = storage.list(probe.shared_prefix(), 1, stop).await;
    let verified = match call.answer() {
        Some(answer) if answer.is_success() => {
            let requested = ListingRequest { bucket: storage.bucket(), prefix: probe.shared_prefix() };
            mismatch::listing(answer, requested).map(|_| detail(answer, storage.connections().last()))
        }
        Some(_) | None => Err(Fault::Refused),
    };
    let head = if verified.is_ok() { Some(storage.head_bucket(stop).await) } else { None };
    let verified = verified.and_then(|detail| match &head {
        Some(head) if !is_decided(head) => Err(Fault::HeadBucket),
        Some(_) | None => Ok(detail),
    });
    let findings = call.answer().and_then(|answer| earlier_run(answer, probe)).into_iter().collect();
    CheckResult {
        findings,
        ..CheckResult::of(CheckId::Connect, verified, [Some(call), head].into_iter().flatten().collect())
    }
}

/// Whether the server has granted the bucket, or refused it to these credentials. A broken connection, an error of the
/// service and the refusal of a firewall show neither.
fn is_decided(head: &Call) -> bool {
    head.answer().is_some_and(|answer| {
        let is_temporary = matches!(answer.status, 429 | 500 | 502..);
        !is_temporary && answer.header(Field::Mitigated).is_none()
    })
}

/// The answer that refuses the bucket itself, where its listing was granted.
pub fn refused_bucket(result: &CheckResult) -> Option<&Answer> {
    let head = |call: &&Call| call.last().is_some_and(|last| last.operation == Operation::HeadBucket);
    let call = result.calls.iter().find(head).filter(|_| result.passed())?;
    call.answer().filter(|answer| !answer.is_success())
}

/// The oldest object of all runs, if the run that wrote it must long be over.
fn earlier_run(answer: &Answer, probe: &Probe) -> Option<Finding> {
    let Document::Listing(listing) = document(answer) else { return None };
    let key = &listing.contents.first()?.key;
    let began = began(run_of_key(key, &probe.prefix)?)?;
    // The key comes from the server, and may hold a time so late that the addition overflows.
    let over_by = began.checked_add(LONGEST_RUN.try_into().ok()?)?;
    (over_by < clock::now()).then(|| {
        Finding::warning(Code::CleanupEarlierRun)
            .because(format!("`{key}` was written by a run that began on {}", began.date()))
            .with("key", key.clone())
    })
}

/// The protocol, and the data centre that answered.
fn detail(answer: &Answer, connection: Option<&ConnectionFacts>) -> String {
    let tls = connection.and_then(|facts| facts.tls.as_ref()).map(|tls| tls.version.clone());
    let place = data_centre(answer)
        .map(str::to_owned)
        .or_else(|| connection.and_then(|facts| facts.peer).map(|peer| peer.ip().to_string()));
    [tls, place].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The airport code of the Cloudflare data centre, the last part of `cf-ray`.
pub fn data_centre(answer: &Answer) -> Option<&str> {
    answer.header(Field::Ray)?.rsplit_once('-').map(|(_, place)| place).filter(|place| place.len() == 3)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;

    fn listed(key: &str) -> Answer {
        let xml = format!(
            "<ListBucketResult><Contents><Key>{key}</Key><Size>1</Size></Contents></ListBucketResult>"
        );
        Answer {
            status: 200,
            version: http::Version::HTTP_11,
            headers: crate::client::exchange::Headers::default(),
            body: xml.into_bytes(),
            cut_off: false,
            first_byte: Duration::ZERO,
            local_time: OffsetDateTime::UNIX_EPOCH,
        }
    }

    /// A key as a run at this time would write it, the time in milliseconds since 1970.
    fn key(milliseconds: u64) -> String {
        let run_id = Uuid::from_u128(u128::from(milliseconds) << 80 | 7 << 76 | 2 << 62);
        format!("p/{run_id}/csvs/probe.csv")
    }

    #[test]
    fn a_run_at_the_end_of_all_time_is_no_earlier_one_and_no_panic() {
        let probe = Probe::new("p/", LONGEST_RUN);
        let earlier = |milliseconds| earlier_run(&listed(&key(milliseconds)), &probe).is_some();
        assert!(earlier(0) && earlier(1_700_000_000_000));
        for end in [253_402_300_799_999, 253_402_300_800_000, (1 << 48) - 1] {
            assert!(!earlier(end), "{end}");
        }
    }
}
