//! What differs from run to run, replaced by stand-ins of the same width, so that lines break where they did.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::support::r2::ACCOUNT;

/// Patterns, and what stands in for what they match.
const STAND_INS: [(&str, &str); 11] = [
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
        "00000000-0000-7000-8000-000000000000",
    ),
    (r"127\.0\.0\.1:[0-9]{4,5}", "127.0.0.1:55555"),
    (r"([Pp])ort [0-9]{4,5}", "${1}ort 55555"),
    (r"(sent|got)(?:\s+[0-9a-f]{2})+(?-u:\b)", "$1 BYTES"),
    (r"(?m) +(<?[0-9]+\.?[0-9]* m?s)$", "  TIME"),
    (r" in <?[0-9]+\.?[0-9]* m?s(?-u:\b)", " in TIME"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z", "MOMENT"),
    (r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", "MOMENT"),
    (r"clock shows\s+[0-9-]{10}\s+[0-9:]{5} UTC", "clock shows MOMENT"),
    (r"[0-9a-f]{16}-FRA", "0123456789abcdef-FRA"),
    (r"\.tmp[0-9A-Za-z]{6}", ".tmpXXXXXX"),
];

/// A text without what differs from run to run.
pub fn stable(text: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        STAND_INS.iter().map(|(pattern, stand_in)| (Regex::new(pattern).unwrap(), *stand_in)).collect()
    });
    static DIGITS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9a-f]{32}").unwrap());
    let replaced = RULES
        .iter()
        .fold(text.to_owned(), |text, (rule, stand_in)| rule.replace_all(&text, *stand_in).into_owned());
    // The account of the settings is always the same, and it is good to see that it is one.
    let digits = |found: &Captures<'_>| {
        if &found[0] == ACCOUNT { ACCOUNT.to_owned() } else { "0".repeat(32) }
    };
    DIGITS.replace_all(&replaced, digits).into_owned()
}
