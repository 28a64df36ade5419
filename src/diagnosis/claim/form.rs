//! An upload that was refused in one form and granted in another.

use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::checks::check::CheckResult;
use crate::client::storage::Call;
use crate::diagnosis::answer;

/// The setting of boto3 to add, where no line of its file sets it.
const UNSET: &str = "`payload_signing_enabled` in the block `s3` of boto3's file";

/// The finding for an upload that only the form of the SDK keeps from being granted.
pub fn sdk_form(result: &CheckResult) -> Finding {
    let forms = ["in the form of the application's SDK", "in the plain form"];
    of_forms(Code::ServiceSdkChecksum, forms, result)
}

/// The finding for an upload that is granted only with the hash of its body in the signature. No line has boto3 leave it out:
/// its version does.
pub fn unsigned_payload(result: &CheckResult) -> Finding {
    let forms = ["with UNSIGNED-PAYLOAD for the hash of its body", "with that hash"];
    let finding = of_forms(Code::ServiceUnsignedPayload, forms, result);
    finding.under(Circumstance::NoFile).with("part", UNSET)
}

fn of_forms(code: Code, [refused, granted]: [&str; 2], result: &CheckResult) -> Finding {
    let outcome = |call: Option<&Call>| call.and_then(Call::last).map_or_else(String::new, answer::outcome);
    let status = outcome(result.calls.first());
    let finding = Finding::error(code)
        .because(format!("PutObject {refused} returned {status}"))
        .because(format!(
            "PutObject of the same bytes {granted} returned {}",
            outcome(result.second_calls.first())
        ))
        .with("operation", "PutObject")
        .with("status", status);
    let answer = result.calls.first().and_then(Call::answer);
    answer.map_or(finding.clone(), |answer| answer::with_sender(finding, answer))
}
