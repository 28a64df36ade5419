//! The hash of the body in the signature, where boto3 is configured to leave it out: some servers want it.

use super::super::{Case, Experiment, ProvenCause};
use super::listing;
use crate::base::circumstance::Circumstance;
use crate::base::code::{Area, Code};
use crate::settings::Settings;
use crate::settings::payload::Payload;

/// The areas of what a server answers that does not take a signature without the hash.
const REFUSED: [Area; 4] = [Area::Auth, Area::Permission, Area::Integrity, Area::Service];

/// The listing with the hash.
pub(super) fn hashed(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let unsigned = settings.payload == Payload::Unsigned && REFUSED.contains(&case.code.area());
    let Some(line) = case.loaded.payload_set.clone().filter(|_| unsigned) else { return Vec::new() };
    let change = "the hash of its body in the signature";
    let changed = Settings { payload: Payload::Hashed, ..settings.clone() };
    let proven_cause = ProvenCause {
        values: vec![("part", line)],
        known: Some(Circumstance::InClientFile),
        ..ProvenCause::of(Code::ServiceUnsignedPayload)
    };
    vec![Experiment { proven_cause: Some(proven_cause), ..listing(case, change, changed) }]
}
