//! Whatever bytes the variables and the env file hold: judging does not panic, is deterministic, and shows no secret.

use std::ffi::OsString;
use std::fmt::Write as _;

use proptest::prelude::*;

use crate::base::finding::Severity;
use crate::settings::env_file::FileRead;
use crate::settings::{Environment, Loaded, Raw, Variable, judge};

/// Pieces of which awkward values are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "https://",
            "http://",
            "s3://",
            "@",
            ":",
            "/",
            "?",
            "#",
            "\"",
            "'",
            "$",
            "${",
            "}",
            " ",
            "\n",
            "\r\n",
            "\\",
            "=",
            "\u{200b}",
            "é",
            "<",
            ">",
            "...",
            ".r2.cloudflarestorage.com",
            ".eu",
            "photos",
            "true",
            "AKIA",
            "cfut_",
            "%",
            "0123456789abcdef0123456789abcdef",
            ".",
            "localhost",
            "[::1]",
            "\u{0}",
            "R2_BUCKET_NAME",
            "export ",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
        "[0-9a-f]{1,64}",
    ]
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

/// A secret that stands out from any text the program itself writes.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{32}", "[0-9a-f]{64}", "cfut_[A-Za-z0-9]{48}", "[QZXJ][A-Za-z0-9+/]{19,39}"]
}

fn everything(loaded: &Loaded) -> String {
    let mut text = String::new();
    for finding in &loaded.findings {
        let _ = writeln!(
            text,
            "{} {:?} {:?} {:?}",
            finding.code, finding.severity, finding.evidence, finding.values
        );
    }
    text
}

fn raw(values: &[String], file: &[u8]) -> Raw {
    let pairs = Variable::ALL.into_iter().zip(values).filter(|(_, value)| !value.is_empty());
    let environment =
        Environment::from_pairs(pairs.map(|(variable, value)| (variable.name(), OsString::from(value))));
    Raw { environment, file: FileRead::parse(".env".to_owned(), file, &|_| None) }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_value_panics_or_is_judged_in_two_ways(values in prop::collection::vec(soup(), 7), file in soup()) {
        let raw = raw(&values, file.as_bytes());
        let loaded = judge(&raw);
        prop_assert_eq!(everything(&loaded), everything(&judge(&raw)));
        let broken = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(loaded.settings.is_none(), broken);
        for setting in &loaded.provenance {
            let _ = (setting.shown(), setting.length(), setting.fingerprint());
        }
    }

    #[test]
    fn no_bytes_of_an_env_file_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = FileRead::parse(".env".to_owned(), &bytes, &|_| None);
        let _ = judge(&Raw { environment: raw(&[], b"").environment, file });
    }

    #[test]
    fn no_evidence_shows_a_secret_wherever_it_stands(
        key in secret(), secret in secret(), before in soup(), after in soup(), place in 0..7_usize, in_file in any::<bool>()
    ) {
        let mut values = vec![String::new(); 7];
        values[place] = format!("{before}{secret}{after}");
        values[2] = format!("{before}{key}");
        values[3] = format!("{secret}{after}");
        let lines: Vec<String> = Variable::ALL.iter().zip(&values).map(|(v, value)| format!("{}={value}", v.name())).collect();
        let text = lines.join("\n");
        let loaded = judge(&if in_file { raw(&[], text.as_bytes()) } else { raw(&values, text.as_bytes()) });
        let shown = everything(&loaded).to_lowercase();
        // What a broken file keeps from the program, it cannot know to be a secret.
        let known = |hidden: &&&String| {
            let secrets = loaded.provenance[2..5].iter().filter_map(|setting| setting.value.as_ref());
            secrets.into_iter().any(|value| value.expose().contains(hidden.as_str()))
        };
        for hidden in [&key, &secret].iter().filter(known) {
            prop_assert!(!shown.contains(&hidden.to_lowercase()), "{} in {}", hidden, shown);
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_bytes_of_a_variable_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), place in 0..7_usize) {
        use std::os::unix::ffi::OsStringExt;
        let pairs = [(Variable::ALL[place].name(), OsString::from_vec(bytes))];
        let loaded = judge(&Raw { environment: Environment::from_pairs(pairs), file: FileRead::default() });
        prop_assert!(loaded.settings.is_none());
    }
}
