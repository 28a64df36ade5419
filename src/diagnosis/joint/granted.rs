//! Which operations the server granted and which it refused: what distinguishes a missing permission from a wrong bucket,
//! and an incident from a wrong setting.

use super::ByCheck;
use crate::base::code::{Area, Code};
use crate::base::finding::{Finding, Severity};
use crate::checks::check::delete::is_no_such_key;
use crate::checks::runner::Run;
use crate::client::exchange::{Answer, Operation};
use crate::client::storage::Call;

/// The operations of a run, by their outcome.
pub struct Granted {
    granted: Vec<Operation>,
    refused: Vec<Operation>,
}

impl Granted {
    /// Sorts the operations of a run. One that was both granted and refused is in both.
    pub fn of(run: &Run) -> Self {
        let mut sorted = Self { granted: Vec::new(), refused: Vec::new() };
        for call in run.results.iter().flat_map(|result| &result.calls) {
            let (Some(exchange), Some(answer)) = (call.last(), call.answer()) else { continue };
            // Whether HeadBucket is granted says nothing about the permissions on objects.
            if exchange.operation == Operation::HeadBucket {
                continue;
            }
            let list = if is_granted(call, answer) { &mut sorted.granted } else { &mut sorted.refused };
            if !list.contains(&exchange.operation) {
                list.push(exchange.operation);
            }
        }
        sorted
    }

    /// Whether nothing at all was granted.
    pub fn is_empty(&self) -> bool {
        self.granted.is_empty()
    }

    /// Whether an operation was granted.
    pub fn has(&self, operation: Operation) -> bool {
        self.granted.contains(&operation)
    }

    /// Adds to the errors what the other operations say about them.
    pub fn add_to(&self, findings: &mut ByCheck) {
        let errors = findings.values_mut().flatten();
        for finding in errors.filter(|finding| finding.severity == Severity::Error) {
            if let Some(evidence) = self.evidence(finding) {
                finding.add(evidence);
            }
        }
    }

    fn evidence(&self, finding: &Finding) -> Option<String> {
        let (granted, refused) = (names(&self.granted), names(&self.refused));
        let code = finding.code;
        if matches!(code, Code::PermissionDenied | Code::PermissionReadOnly) {
            Some(match &granted {
                Some(granted) => format!("the same credentials were granted {granted}"),
                None => format!("refused: {}", refused.unwrap_or_default()),
            })
        } else if code.area() == Area::Auth && code != Code::AuthClockSkew {
            granted.map(|granted| {
                format!(
                    "the same credentials were granted {granted} in this run: they are new and not known \
                     everywhere yet, or they ended just now"
                )
            })
        } else if matches!(code, Code::ServiceError | Code::ServiceUnavailable | Code::ServiceRateLimited) {
            granted.map(|granted| {
                format!(
                    "{granted} worked with the same settings, so neither keys nor permissions are at fault"
                )
            })
        } else {
            None
        }
    }
}

/// Whether the server let the operation be, also where it found nothing to read.
fn is_granted(call: &Call, answer: &Answer) -> bool {
    let reads = call.last().is_some_and(|exchange| exchange.operation == Operation::GetObject);
    answer.is_success() || (reads && is_no_such_key(answer))
}

/// `ListObjectsV2, PutObject and GetObject`; none of nothing.
fn names(operations: &[Operation]) -> Option<String> {
    let names: Vec<&str> = operations.iter().map(|operation| operation.name()).collect();
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_listed_as_in_a_sentence() {
        use Operation::{GetObject, ListObjectsV2, PutObject};
        assert_eq!(names(&[]), None);
        assert_eq!(names(&[PutObject]).as_deref(), Some("PutObject"));
        let three = names(&[ListObjectsV2, PutObject, GetObject]);
        assert_eq!(three.as_deref(), Some("ListObjectsV2, PutObject and GetObject"));
    }
}
