//! Where values come from, and what is shown of them.

use super::{ACCOUNT, KEY, SECRET, environment, evidence, found_codes, with, with_file};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::surroundings::Surroundings;
use crate::base::worker::Worker;
use crate::settings::env_file::{FileRead, Trouble};
use crate::settings::{EnvFile, Raw, Source, Variable, judge, load};

fn file() -> String {
    format!(
        "R2_ENABLED=true\nR2_ENDPOINT=https://{ACCOUNT}.r2.cloudflarestorage.com\nR2_ACCESS_KEY_ID={KEY}\n\
         R2_SECRET_ACCESS_KEY={SECRET}\nR2_BUCKET_NAME=photos\n"
    )
}

#[test]
fn the_env_file_is_used_where_the_environment_says_nothing() {
    let loaded = with_file(&[("R2_ENABLED", "true")], &file());
    assert_eq!(found_codes(&loaded), [""; 0]);
    let sources: Vec<_> = loaded.provenance.iter().map(|setting| setting.source).collect();
    let file = Source::EnvFile;
    assert_eq!(sources, [Source::Environment, file, file, file, Source::Missing, file, Source::Default]);
    assert_eq!(loaded.env_file.as_deref(), Some(".env"));
}

#[test]
fn an_environment_that_shadows_the_env_file_is_a_warning() {
    let loaded = with_file(&[("R2_BUCKET_NAME", "other"), ("R2_ACCESS_KEY_ID", ACCOUNT)], &file());
    assert!(found_codes(&loaded).contains(&"shadowed? BUCKET_NAME".to_owned()));
    let evidence = evidence(&loaded);
    assert!(evidence.contains("R2_BUCKET_NAME in the environment is `other`, which is used"));
    assert!(evidence.contains("R2_ACCESS_KEY_ID on line 3 of .env is 32 characters long"));
    assert!(!evidence.contains(KEY) && !evidence.contains(ACCOUNT));
    assert_eq!(found_codes(&with_file(&[("R2_BUCKET_NAME", "photos")], &file())), [""; 0]);
}

#[test]
fn an_empty_variable_in_the_environment_hides_the_env_files_value() {
    let loaded = with_file(&[("R2_BUCKET_NAME", "")], &file());
    assert_eq!(found_codes(&loaded), ["missing BUCKET_NAME"]);
    assert!(
        evidence(&loaded)
            .contains(".env has a value for it, but the environment wins, even with an empty value")
    );
}

#[test]
fn a_broken_env_file_is_the_one_cause_of_what_is_missing() {
    let keys = "R2_ACCESS_KEY_ID=0123456789abcdef0123456789abcdef\n";
    let loaded = with_file(
        &[],
        &format!("R2_ENABLED=true\nR2_ENDPOINT='a' b\n{keys}R2_SECRET_ACCESS_KEY='x\nR2_BUCKET_NAME='y'\n"),
    );
    assert_eq!(found_codes(&loaded), ["env-file "]);
    let evidence = evidence(&loaded);
    assert!(evidence.contains("line 2 of .env is not read: text after the closing quote for R2_ENDPOINT"));
    assert!(evidence.contains("line 4 of .env is not read: unclosed quote for R2_SECRET_ACCESS_KEY"));
    assert!(evidence.contains("everything up to line 5 is read as part of line"));
    assert!(evidence.contains("not set because of it: R2_ENDPOINT, R2_SECRET_ACCESS_KEY, R2_BUCKET_NAME"));
}

#[test]
fn a_line_that_is_not_ours_decides_nothing() {
    let loaded = with_file(&[], &(file() + "TITLE='a' b\nAPP_TITLE=Pulse Oximetry Dashboard\n"));
    assert_eq!(found_codes(&loaded), ["env-file? ", "loaders-differ? ENABLED"][..1]);
    assert!(loaded.settings.is_some());
    assert!(evidence(&loaded).contains("skips it, and so does this run"));
}

#[test]
fn the_last_of_two_lines_counts_and_both_are_named() {
    let loaded = with_file(&[], &(file() + "R2_ENABLED=false\n"));
    assert_eq!(found_codes(&loaded), ["disabled ENABLED", "duplicate? ENABLED"]);
    let loaded = with_file(&[], &format!("R2_ENABLED=no\n{}", file()));
    assert_eq!(found_codes(&loaded), ["duplicate? ENABLED"]);
    assert!(loaded.settings.is_some());
    assert_eq!(found_codes(&with_file(&[], &format!("R2_ENABLED=true\n{}", file()))), [""; 0]);
}

#[test]
fn a_reference_that_stands_for_something_is_silence_and_one_that_does_not_is_named() {
    let of = |account: &str| file().replace(ACCOUNT, account);
    for (before, account) in [
        (format!("CLOUDFLARE_ACCOUNT_ID={ACCOUNT}\n"), "${CLOUDFLARE_ACCOUNT_ID}".to_owned()),
        (String::new(), format!("${{CLOUDFLARE_ACCOUNT_ID:-{ACCOUNT}}}")),
    ] {
        let loaded = with_file(&[], &(before + &of(&account)));
        let found_codes = found_codes(&loaded);
        assert!(
            found_codes.iter().all(|found_codes| found_codes.starts_with("loaders-differ?")),
            "{found_codes:?}"
        );
        assert!(loaded.settings.is_some());
    }
    let loaded = with_file(&[], &of("${CLOUDFLARE_ACCOUNT_ID}"));
    assert!(found_codes(&loaded).contains(&"substitution? ENDPOINT".to_owned()));
    assert!(evidence(&loaded).contains("refers to `${CLOUDFLARE_ACCOUNT_ID}`") && loaded.settings.is_none());
}

#[test]
fn a_dollar_without_braces_stays_and_other_loaders_read_another_value() {
    let loaded = with_file(&[], &(format!("ACCOUNT={ACCOUNT}\n") + &file().replace(ACCOUNT, "$ACCOUNT")));
    assert!(loaded.settings.is_none());
    assert!(
        found_codes(&loaded).contains(&"loaders-differ? ENDPOINT".to_owned()),
        "{:?}",
        found_codes(&loaded)
    );
}

#[test]
fn a_name_without_an_equals_sign_withdraws_the_value() {
    let loaded = with_file(&[], &(file() + "R2_ENABLED\n"));
    assert!(found_codes(&loaded)[0].ends_with("ENABLED"), "{:?}", found_codes(&loaded));
    assert!(evidence(&loaded).contains("without `=`"));
}

#[test]
fn a_folder_that_may_not_be_searched_matters_only_if_something_is_missing() {
    let judged = |changes: &[(&str, Option<&str>)]| {
        let trouble = Trouble {
            evidence: vec!["../.env may not be read".to_owned()],
            line: None,
            kind: Circumstance::NoFile,
            found: false,
            command: None,
        };
        let file = FileRead { wanted: true, trouble: Some(trouble), ..FileRead::default() };
        found_codes(&judge(&Raw { environment: environment(changes), file }))
    };
    assert_eq!(judged(&[]), ["env-file? "]);
    assert_eq!(judged(&[("R2_BUCKET_NAME", None)]), ["env-file "]);
}

#[test]
fn loading_reads_the_named_file() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("r2.env");
    std::fs::write(&path, "R2_BUCKET_NAME=photos\nR2_REGION='a' b\n").expect("file");
    let around = Surroundings::of_a_test(&[]);
    let found = crate::settings::read(&Worker::of_a_test(), &EnvFile::Named(path), &around);
    let loaded = load(found, &around);
    assert!(loaded.env_file.is_some_and(|shown| shown.ends_with("r2.env")));
    let unreadable = loaded.findings.iter().find(|finding| finding.code == Code::ConfigEnvFile);
    assert_eq!(unreadable.expect("the line").values["line"], "2");
    assert_eq!(loaded.provenance.len(), Variable::ALL.len());
}

#[test]
fn what_an_unclosed_quote_swallowed_is_not_shown() {
    let text = "R2_REGION='euauto\nR2_SECRET_ACCESS_KEY=hunter2\n'\n";
    let loaded = with_file(&[("R2_REGION", "x")], text);
    assert!(!evidence(&loaded).contains("hunter2"), "{}", evidence(&loaded));
    let loaded = with_file(&[], &(file() + text));
    assert!(loaded.settings.is_none());
    let shown = format!("{}{:?}", evidence(&loaded), loaded.provenance[6].shown());
    assert!(
        found_codes(&loaded).contains(&"region REGION".to_owned()) && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn a_value_that_only_refers_to_nothing_is_missing_and_has_no_second_finding() {
    for (variable, name, says) in [
        ("BUCKET_NAME", "photos", "line 5 of .env refers to absent, which is not set"),
        ("SECRET_ACCESS_KEY", SECRET, "line 4 of .env refers to a variable that is not set"),
    ] {
        let loaded = with_file(&[], &file().replace(&format!("={name}"), "=${absent}"));
        assert_eq!(found_codes(&loaded), [format!("missing {variable}")]);
        assert!(evidence(&loaded).contains(says), "{}", evidence(&loaded));
    }
}

#[test]
fn a_reference_in_a_secret_is_named_without_its_name() {
    let text = file().replace(&format!("={SECRET}"), "=00112233${absent}445566");
    let loaded = with_file(&[], &text);
    let found_codes = found_codes(&loaded);
    assert!(found_codes.contains(&"substitution? SECRET_ACCESS_KEY".to_owned()), "{found_codes:?}");
    let evidence = evidence(&loaded);
    assert!(evidence.contains("line 4 of .env refers to a variable"), "{evidence}");
    assert!(
        evidence.contains("writes it with `${…}`, which the loader replaced") && !evidence.contains("absent")
    );
}

#[test]
fn a_dollar_in_single_quotes_is_no_finding() {
    let text = file().replace("R2_BUCKET_NAME=photos", "R2_BUCKET_NAME='photos' # $x");
    assert_eq!(found_codes(&with_file(&[], &text)), [""; 0]);
}

#[test]
fn of_a_setting_only_what_is_no_secret_is_shown() {
    let loaded = with("R2_ENDPOINT", "https://ada:hunter2@host.example/store?sig=1");
    for (variable, shown) in [
        (Variable::Enabled, Some("true")),
        (Variable::Endpoint, Some("https://***@host.example/store?***")),
        (Variable::AccessKeyId, None),
        (Variable::SecretAccessKey, None),
        (Variable::SessionToken, None),
        (Variable::BucketName, Some("photos")),
        (Variable::Region, Some("auto")),
    ] {
        let setting = loaded.provenance.iter().find(|setting| setting.variable == variable).expect("setting");
        assert_eq!(setting.shown().as_deref(), shown, "{variable:?}");
        let set = variable != Variable::SessionToken;
        // What is not shown in full could be guessed by its fingerprint.
        let marked = set && variable != Variable::Endpoint;
        assert_eq!(
            (setting.length().is_some(), setting.fingerprint().is_some()),
            (set, marked),
            "{variable:?}"
        );
    }
    assert_eq!(with("R2_BUCKET_NAME", SECRET).provenance[5].shown(), None);
}
