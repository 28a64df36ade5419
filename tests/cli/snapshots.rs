//! What a terminal of 80 columns without colour shows of each fault of the demo, word for word.
//!
//! A change of wording or layout is a difference in `tests/cli/snapshots/`. To accept what the program shows now, run
//! `INSTA_UPDATE=always cargo test --test cli snapshots::` and read `git diff`.

use insta::{Settings, assert_snapshot};

use crate::demo_faults::{demo, each_fault};

/// What differs from run to run, in as many characters, so that lines break where they did.
const MOMENTS: [(&str, &str); 9] = [
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
        "00000000-0000-7000-8000-000000000000",
    ),
    (r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:55555"),
    (r"port \d{4,5}", "port 55555"),
    (r"(sent|got)(?:\s+[0-9a-f]{2})+\b", "$1 BYTES"),
    (r"\+3[56]\d\d s", "+3600 s"),
    (r"\b[0-9a-f]{32}\b", "00000000000000000000000000000000"),
    (r"(?m) +(<?\d+\.?\d* m?s)$", "  TIME"),
    (r" in <?\d+\.?\d* m?s\b", " in TIME"),
    (r"\d{4}-\d\d-\d\dT[\d:.]{8,12}Z|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "MOMENT"),
];

fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    for (pattern, meaning) in MOMENTS {
        settings.add_filter(pattern, meaning);
    }
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn every_fault_looks_as_it_did() {
    each_fault(|promise| {
        let ran = demo(&format!("--color never --fault {}", promise.fault));
        settings().bind(|| assert_snapshot!(promise.fault.as_str(), ran.stdout));
        Vec::new()
    });
}

#[test]
fn the_healthy_demo_looks_as_it_did() {
    settings().bind(|| assert_snapshot!("healthy", demo("--color never").stdout));
}
