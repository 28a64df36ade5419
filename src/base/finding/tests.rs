//! No text of any origin steers a terminal once it is in a finding.

use masking::printable::{printable_lines, steers};
use proptest::prelude::*;

use super::*;

#[test]
fn what_steers_a_terminal_is_replaced_wherever_it_enters_a_finding() {
    let hostile = "a\u{1b}[2J\r\n\u{9b}1m\u{202e}b\u{2028}\u{200b}";
    let finding = Finding::error(Code::TlsUntrusted).because(hostile).with("issuer", hostile);
    let safe = "a\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}1m\u{fffd}b\u{fffd}\u{fffd}";
    assert_eq!(finding.evidence, [safe]);
    assert_eq!(finding.values["issuer"], safe);
    assert_eq!(printable_lines("a\n\u{7}b"), "a\n\u{fffd}b");
}

proptest! {
    #[test]
    fn no_line_holds_a_character_that_steers(text in any::<String>()) {
        let line = Line::from(text);
        prop_assert!(!line.chars().any(|c| c.is_control() || steers(c)));
    }
}
