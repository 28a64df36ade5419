//! A proxy's login that nobody can tell from its host.

use super::{misbehaving, r2, through};
use crate::support::r2::Does;

/// What one program takes for the host may be a piece of the password to another: nobody is asked for it.
#[test]
fn a_login_that_cannot_be_distinguished_from_the_host_is_neither_shown_nor_looked_up() {
    let proxy = misbehaving(Does::Refuse(403));
    for (login, pieces) in [
        ("ana:P@Secret7#9", &["Secret7", "P@Se", "#9"][..]),
        ("ana:correct#horse", &["correct", "horse"]),
        ("ana:correct/horse", &["correct", "horse"]),
        ("ana:correct?horse", &["correct", "horse"]),
        ("ana:correct\\horse", &["correct", "horse"]),
    ] {
        for value in
            [format!("http://{login}@{}", proxy.address), format!("{login}@proxy.clinic.example:3128")]
        {
            let r2 = r2();
            let run = through(&r2, &value, &[]);
            run.fails_at("connect", "proxy.unreadable").statuses("pfssss").sends(&[]);
            let finding = run.finding("proxy.unreadable").to_string();
            assert!(finding.contains("HTTPS_PROXY contains") && finding.contains("%40"), "{finding}");
            let shown = run.report.to_string();
            for piece in pieces.iter().chain(&["ana:", "clinic", "the name looked up"]) {
                assert!(!shown.contains(piece), "{piece} in {shown}");
            }
            assert_eq!(run.report["environment"]["proxy"], serde_json::Value::Null);
        }
    }
    assert!(proxy.asked().is_empty());
}
