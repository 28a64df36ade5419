//! The result of a search as text: what may be deleted, what is left alone and why, and when to search again.

use masking::printable::printable;

use crate::base::text::counted;
use crate::checks::leftovers::{Found, LeftAlone, Leftover};
use crate::report::build::timestamp;

/// Lists what was found under a prefix; `again` is the command that searches there once more.
pub fn listing(found: &Found, prefix: &str, again: &str) -> String {
    let mut lines = vec![match found.left.len() {
        0 => format!("No run has left an object under `{prefix}`."),
        1 => format!("A run has left an object under `{prefix}`:\n"),
        count => format!("Runs have left {count} objects under `{prefix}`:\n"),
    }];
    for Leftover { key, over_by } in &found.left {
        lines.push(format!("  {}\n      of a run that was over by {}", printable(key), timestamp(*over_by)));
    }
    if !found.left.is_empty() {
        lines.push(String::new());
    }
    lines.extend(alone(&found.running, "of runs that may still be going"));
    if let Some(over) = found.running_until {
        // A run is over by this machine's clock and by the server's.
        let over = timestamp(over);
        lines.push(format!("Run `{again}` again when it is later than {over}, here and on the server."));
    }
    lines.extend(alone(&found.look_alikes, "with a name like ours but other content"));
    if found.cut_off {
        lines.push(format!("The listing goes on; run `{again}` again for the rest."));
    }
    lines.join("\n") + "\n"
}

/// The objects that are left alone for one reason: their number, and the keys of the first.
fn alone(objects: &LeftAlone, why: &str) -> Vec<String> {
    if objects.count == 0 {
        return Vec::new();
    }
    let heading = format!("Left alone: {} {why}:", counted(objects.count, "object"));
    let keys = objects.first.iter().map(|key| format!("  {}", printable(key)));
    let others = objects.count - objects.first.len();
    let others = (others > 0).then(|| format!("  and {others} more"));
    std::iter::once(heading).chain(keys).chain(others).collect()
}
