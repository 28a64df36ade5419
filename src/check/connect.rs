//! `connect`: the endpoint is reached, speaks S3, accepts the credentials, and the bucket exists.

use time::OffsetDateTime;

use super::{CheckId, CheckResult, Fault};
use crate::code::Code;
use crate::exchange::{Answer, ConnectionFacts};
use crate::finding::Finding;
use crate::probe::{LONGEST_RUN, Probe, began, run_of_key};
use crate::stop::Stop;
use crate::storage::Storage;
use crate::storage::answer::{Document, document};

/// Lists at most one object under the program's own prefix: an application that may read its files may do that, and
/// nobody else's keys are seen.
pub async fn check(storage: &mut Storage, probe: &Probe, stop: &Stop) -> CheckResult {
    let call = storage.list(probe.shared_prefix(), 1, stop).await;
    let verified = match call.answer() {
        Some(answer) if answer.is_success() => match document(answer) {
            Document::Listing(_) => Ok(detail(answer, storage.connections().last())),
            other => Err(Fault::NotS3(other)),
        },
        Some(_) | None => Err(Fault::Refused),
    };
    let findings = call.answer().and_then(|answer| earlier_run(answer, probe)).into_iter().collect();
    CheckResult { findings, ..CheckResult::of(CheckId::Connect, verified, vec![call]) }
}

/// The oldest object of all runs, if the run that wrote it must long be over.
fn earlier_run(answer: &Answer, probe: &Probe) -> Option<Finding> {
    let Document::Listing(listing) = document(answer) else { return None };
    let key = &listing.contents.first()?.key;
    let began = began(run_of_key(key, &probe.prefix)?)?;
    (began + LONGEST_RUN < OffsetDateTime::now_utc()).then(|| {
        Finding::warning(Code::CleanupEarlierRun)
            .because(format!("`{key}` was written by a run that began on {}", began.date()))
            .with("key", key.clone())
    })
}

/// The protocol, and where the answer came from.
fn detail(answer: &Answer, connection: Option<&ConnectionFacts>) -> String {
    let tls = connection.and_then(|facts| facts.tls.as_ref()).map(|tls| tls.version.clone());
    let place = data_centre(answer)
        .map(str::to_owned)
        .or_else(|| connection.and_then(|facts| facts.peer).map(|peer| peer.ip().to_string()));
    [tls, place].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The airport code of the Cloudflare data centre, the last part of `cf-ray`.
pub fn data_centre(answer: &Answer) -> Option<&str> {
    answer.header("cf-ray")?.rsplit_once('-').map(|(_, place)| place).filter(|place| place.len() == 3)
}
