//! The classes in which R2 bills requests (<https://developers.cloudflare.com/r2/pricing/>): deletions, 401 and 403 are free.

use super::{Exchange, Operation};

/// Requests by class. One without an answer is not counted: it may not have arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Billed {
    /// Class A: writes and listings.
    pub class_a: u32,
    /// Class B: reads.
    pub class_b: u32,
    /// Free: deletions, and requests that were refused.
    pub free: u32,
}

impl Billed {
    /// Counts a request.
    pub fn count(&mut self, exchange: &Exchange) {
        let Ok(answer) = &exchange.outcome else { return };
        let counter = match exchange.operation {
            _ if matches!(answer.status, 401 | 403) => &mut self.free,
            Operation::ListObjectsV2 | Operation::PutObject => &mut self.class_a,
            Operation::GetObject | Operation::HeadBucket => &mut self.class_b,
            Operation::DeleteObject => &mut self.free,
        };
        *counter += 1;
    }
}
