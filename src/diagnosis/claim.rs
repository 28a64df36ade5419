//! What it means when every request was granted, and yet a claim does not hold.

mod form;

use masking::printable::printable;

use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::stop::StopReason;
use crate::checks::check::mismatch::Mismatch;
use crate::checks::check::{CheckId, CheckResult, Difference, EtagMatch, Fault, Owner, delete};
use crate::client::storage::sdk::COMPARED;
use crate::client::storage::{Call, is_gone};
use crate::diagnosis::{Context, answer};
use crate::settings::Variable;
pub use form::{sdk_form, unsigned_payload};

/// How much of what a server says is shown, in characters.
const LONGEST: usize = 120;

/// The finding for a claim that verification refuted.
pub fn broken(fault: &Fault) -> Finding {
    let mut finding = Finding::error(code(fault)).because(in_full(fault));
    finding.circumstances.extend(circumstance(fault));
    match more(fault) {
        Some(evidence) => finding.because(evidence),
        None => finding,
    }
}

/// By which the fix is chosen.
fn circumstance(fault: &Fault) -> Option<Circumstance> {
    if let Fault::Content(difference) = fault {
        matches!(difference.etag_match, EtagMatch::Sent).then_some(Circumstance::ChangedOnWayBack)
    } else {
        matches!(fault, Fault::Framed { .. }).then_some(Circumstance::FrameStored)
    }
}

/// What else the facts show.
fn more(fault: &Fault) -> Option<String> {
    if let Fault::Content(difference) = fault {
        etag_match(difference.etag_match).map(str::to_owned)
    } else if let Fault::Etag { got, .. } | Fault::ListedEtag { got, .. } = fault {
        let what = "an ETag of this form belongs to an upload in parts; this one was in one piece";
        is_of_parts(got).then(|| what.to_owned())
    } else if let Fault::Mismatch(Mismatch { subject, .. }) = fault {
        let what = "boto3 compares it and fails, unless AWS_RESPONSE_CHECKSUM_VALIDATION is `when_required`";
        COMPARED.iter().any(|(field, _)| *subject == field.name()).then(|| what.to_owned())
    } else if let Fault::NotListed { others } = fault {
        (*others > 0).then(|| format!("the listing has {others} other objects"))
    } else {
        None
    }
}

/// Adds whose object it is that has the key of the upload.
pub fn with_owner(finding: Finding, fault: &Fault) -> Finding {
    let Fault::KeyTaken(owner) = fault else { return finding };
    finding.because(match owner {
        Owner::ThisRun => "the object under this key has this run's bytes: the upload arrived twice",
        Owner::Other => "the object under this key has other bytes; it was left alone",
        Owner::Nobody => "a read finds no object under this key: the condition is refused for another reason",
        Owner::Unknown => "the object under this key could not be read; it was left alone",
    })
}

/// An `ETag` such as `9b2c…-3`, of an upload in three parts.
fn is_of_parts(etag: &str) -> bool {
    etag.rsplit_once('-').is_some_and(|(_, parts)| parts.parse::<u32>().is_ok())
}

fn etag_match(etag_match: EtagMatch) -> Option<&'static str> {
    match etag_match {
        EtagMatch::Sent => {
            Some("the download's ETag is that of the bytes sent: they were changed on their way back")
        }
        EtagMatch::Received => Some(
            "the download's ETag is that of the bytes that came back: the server has another object under this key",
        ),
        EtagMatch::Neither => {
            Some("the download's ETag belongs neither to the bytes sent nor to those that came back")
        }
        EtagMatch::Nothing => None,
    }
}

fn code(fault: &Fault) -> Code {
    match fault {
        Fault::Etag { .. } | Fault::ListedEtag { .. } | Fault::DownloadedEtag { .. } => Code::IntegrityEtag,
        Fault::Mismatch(_) => Code::HttpMismatch,
        Fault::NotListed { .. } => Code::IntegrityNotListed,
        Fault::KeyTaken(_) => Code::IntegrityKeyExists,
        Fault::ListedSize { .. } => Code::IntegritySize,
        Fault::Content(difference) if difference.is_of_length_only() => Code::IntegritySize,
        Fault::Content(_) | Fault::Framed { .. } => Code::IntegrityContent,
        Fault::SdkForm => Code::ServiceSdkChecksum,
        Fault::UnsignedPayload => Code::ServiceUnsignedPayload,
        Fault::ContentType { .. } => Code::IntegrityContentType,
        Fault::StillThere | Fault::StillListed => Code::CleanupStillThere,
        Fault::NotOurs => Code::CleanupNotOurs,
        Fault::DeletionUnverified => Code::CleanupUnknown,
        Fault::Stopped(StopReason::Deadline) => Code::RunDeadline,
        Fault::Stopped(StopReason::Signal(_)) => Code::RunInterrupted,
        Fault::Bug(_) => Code::RunInternal,
        Fault::Settings | Fault::Unusable(_) => Code::ConfigEndpointHost,
        Fault::Refused | Fault::HeadBucket | Fault::NotS3(_) => Code::ServiceUnexpected,
    }
}

/// The fault in a few words, for the line of its check.
pub fn in_short(fault: &Fault) -> String {
    match fault {
        Fault::Etag { .. } => "the ETag is not the upload's MD5".to_owned(),
        Fault::ListedEtag { .. } => "listed with another ETag".to_owned(),
        Fault::DownloadedEtag { .. } => "it came back with another ETag".to_owned(),
        Fault::Mismatch(mismatch) => format!("{} is {}", mismatch.subject, cut(&mismatch.got)),
        Fault::NotListed { .. } => "not in the listing".to_owned(),
        Fault::KeyTaken(_) => "the key is taken".to_owned(),
        Fault::ListedSize { expected, got } => format!("listed as {got} bytes, not {expected}"),
        Fault::Content(difference) if difference.got_len == 0 => "it came back empty".to_owned(),
        Fault::Content(difference) if difference.is_of_length_only() => {
            format!("{} bytes came back, not {}", difference.got_len, difference.expected_len)
        }
        Fault::Content(difference) => format!("different bytes from byte {} on", difference.offset),
        Fault::ContentType { expected, got } => {
            format!("content type {}, not {expected}", got.as_deref().unwrap_or("missing"))
        }
        Fault::StillThere => "still there after deletion".to_owned(),
        Fault::StillListed => "still listed after deletion".to_owned(),
        Fault::NotOurs => "another object has the key".to_owned(),
        Fault::DeletionUnverified => "deleted, but not verified".to_owned(),
        Fault::Stopped(reason) => reason.to_string(),
        Fault::Bug(place) => format!("a bug at {place}"),
        Fault::Unusable(reason) => reason.clone(),
        Fault::Settings => "settings".to_owned(),
        Fault::SdkForm => "refused in the SDK's form".to_owned(),
        Fault::UnsignedPayload => "refused without the hash of its body".to_owned(),
        Fault::Framed { .. } => "stored with the frame of its upload".to_owned(),
        Fault::Refused | Fault::HeadBucket => "refused".to_owned(),
        Fault::NotS3(_) => "not S3".to_owned(),
    }
}

fn in_full(fault: &Fault) -> String {
    match fault {
        Fault::Etag { expected, got } => {
            format!("the upload's ETag is `{got}`, the MD5 of the bytes sent is `{expected}`")
        }
        Fault::ListedEtag { expected, got } => {
            format!("the listing has ETag `{got}`, the MD5 of the bytes sent is `{expected}`")
        }
        Fault::DownloadedEtag { expected, got } => {
            format!("the download has ETag `{got}`, the MD5 of the bytes sent, and of those that came back, is `{expected}`")
        }
        Fault::Mismatch(Mismatch { subject, expected, got }) => {
            format!("{subject} is `{}`; expected: {expected}", cut(got))
        }
        Fault::StillListed => {
            "the deletion was accepted and the key is not found, but a listing afterwards still has the object".to_owned()
        }
        Fault::NotListed { .. } => {
            "the upload was accepted, but the listing of its prefix does not have it".to_owned()
        }
        Fault::ListedSize { expected, got } => format!("{expected} bytes were sent, the listing says {got}"),
        Fault::Content(difference) => content(difference),
        Fault::Framed { sent, stored } => format!(
            "{sent} bytes were sent and {stored} stored: the server took the frame of the SDK's upload (aws-chunked, with a \
             checksum at its end) for content, so the application's files come back damaged"
        ),
        Fault::ContentType { expected, got } => {
            format!("`{expected}` was sent, `{}` came back", got.as_deref().unwrap_or("no content type"))
        }
        Fault::StillThere => {
            "the deletion was accepted, but a read afterwards still returns the object".to_owned()
        }
        Fault::Stopped(_)
        | Fault::Bug(_)
        | Fault::DeletionUnverified
        | Fault::NotOurs
        | Fault::KeyTaken(_)
        | Fault::Settings
        | Fault::Unusable(_)
        | Fault::Refused
        | Fault::HeadBucket
        | Fault::SdkForm
        | Fault::UnsignedPayload
        | Fault::NotS3(_) => in_short(fault),
    }
}

/// As much of a server's word as fits into a line, without what would steer a terminal.
pub fn cut(text: &str) -> String {
    let text = printable(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn content(difference: &Difference) -> String {
    let Difference { offset, expected, got, expected_len, got_len, cut_off, etag_match: _ } = difference;
    let more = if *cut_off { " or more" } else { "" };
    let hex = |bytes: &[u8]| {
        if bytes.is_empty() {
            return "the end".to_owned();
        }
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
    };
    if *got_len == 0 {
        return format!("{expected_len} bytes were sent, and none came back");
    }
    format!(
        "{expected_len} bytes were sent, {got_len}{more} came back; they differ from byte {offset} on: sent {}, got {}",
        hex(expected),
        hex(got)
    )
}

/// The finding for settings that every rule let through, and rust-s3 did not.
pub fn unusable(reason: &str) -> Finding {
    Finding::error(Code::ConfigEndpointHost)
        .because(format!("no request can be built: {reason}"))
        .about(Variable::Endpoint)
}

/// The finding for a deletion that was granted and could not be verified.
pub fn deletion_unverified(result: &CheckResult) -> Finding {
    let look = delete::proof(result).and_then(Call::last);
    let seen = look.map_or_else(String::new, answer::outcome);
    Finding::error(Code::CleanupUnknown)
        .because("the deletion was accepted")
        .because(format!("the read after the deletion returned {seen}, not NoSuchKey"))
}

/// The finding for an object under the run's key that is not what the run wrote.
pub fn not_ours(look: Option<&Call>, context: &Context<'_>) -> Finding {
    let finding = Finding::error(Code::CleanupNotOurs)
        .because(format!("a read of `{}` returned an object that this run did not write", context.key))
        .because("no deletion was sent, because the object is not this run's");
    look.and_then(Call::answer).map_or(finding.clone(), |answer| answer::with_sender(finding, answer))
}

/// Adds that clean-up continued after the check had failed, and its outcome.
pub fn with_clean_up(finding: Finding, result: &CheckResult) -> Finding {
    let last = delete::deletions(result).skip(1).last().and_then(Call::last);
    let Some(last) = last.filter(|_| result.id == CheckId::Delete) else { return finding };
    let gone = delete::proof(result).and_then(Call::last).is_some_and(is_gone);
    let end = if gone { "and the object is gone" } else { "and its deletion is still not verified" };
    finding.because(format!("cleaning up went on: {} deletions were sent in all, {end}", last.attempt))
}
