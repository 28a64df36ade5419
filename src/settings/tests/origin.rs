//! Where values come from, and what is shown of them.

use super::{ACCOUNT, KEY, SECRET, environment, evidence, told, with, with_file};
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
    assert_eq!(told(&loaded), [""; 0]);
    let sources: Vec<_> = loaded.provenance.iter().map(|setting| setting.source).collect();
    let file = Source::EnvFile;
    assert_eq!(sources, [Source::Environment, file, file, file, Source::Missing, file, Source::Default]);
    assert_eq!(loaded.env_file.as_deref(), Some(".env"));
}

#[test]
fn the_first_of_two_lines_for_a_variable_counts() {
    let loaded = with_file(&[], &(file() + "R2_BUCKET_NAME=other\n"));
    assert_eq!(loaded.settings.expect("settings").bucket, "photos");
}

#[test]
fn an_environment_that_shadows_the_env_file_is_a_warning() {
    let loaded = with_file(&[("R2_BUCKET_NAME", "other"), ("R2_ACCESS_KEY_ID", ACCOUNT)], &file());
    assert!(told(&loaded).contains(&"shadowed? BUCKET_NAME".to_owned()));
    let evidence = evidence(&loaded);
    assert!(evidence.contains("R2_BUCKET_NAME in the environment is `other`, which is used"));
    assert!(evidence.contains("R2_ACCESS_KEY_ID on line 3 of .env is 32 characters long"));
    assert!(!evidence.contains(KEY) && !evidence.contains(ACCOUNT));
    assert_eq!(told(&with_file(&[("R2_BUCKET_NAME", "photos")], &file())), [""; 0]);
}

#[test]
fn an_empty_variable_in_the_environment_hides_the_env_files_value() {
    let loaded = with_file(&[("R2_BUCKET_NAME", "")], &file());
    assert_eq!(told(&loaded), ["missing BUCKET_NAME", "shadowed? BUCKET_NAME"]);
    assert!(
        evidence(&loaded).contains(".env sets it too, but the environment wins, even with an empty value")
    );
}

#[test]
fn a_broken_env_file_is_the_one_cause_of_what_is_missing() {
    let loaded = with_file(&[], "R2_ENABLED=true\nR2_ENDPOINT=a b\nR2_BUCKET_NAME=photos\n");
    assert_eq!(told(&loaded), ["env-file "]);
    let evidence = evidence(&loaded);
    assert!(evidence.contains(
        "line 2 of .env (R2_ENDPOINT) cannot be read: a value with a blank in it is not in quotes"
    ));
    assert!(evidence.contains(
        "perhaps because of it: R2_ENDPOINT, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, R2_BUCKET_NAME"
    ));
}

#[test]
fn a_folder_that_may_not_be_searched_matters_only_if_something_is_missing() {
    let judged = |changes: &[(&str, Option<&str>)]| {
        let trouble =
            Trouble { evidence: vec!["../.env may not be read".to_owned()], line: None, found: false };
        let file = FileRead { wanted: true, trouble: Some(trouble), ..FileRead::default() };
        told(&judge(&Raw { environment: environment(changes), file }))
    };
    assert_eq!(judged(&[]), ["env-file? "]);
    assert_eq!(judged(&[("R2_BUCKET_NAME", None)]), ["env-file "]);
}

#[test]
fn loading_reads_the_named_file() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("r2.env");
    std::fs::write(&path, "R2_BUCKET_NAME=photos\nR2_REGION\n").expect("file");
    let around = Surroundings::of_a_test(&[]);
    let found = crate::settings::read(&Worker::of_a_test(), &EnvFile::Named(path), &around);
    let loaded = load(found, &around);
    assert!(loaded.env_file.is_some_and(|shown| shown.ends_with("r2.env")));
    assert_eq!(loaded.findings[0].values["line"], "2");
    assert_eq!(loaded.provenance.len(), Variable::ALL.len());
}

#[test]
fn what_an_unclosed_quote_swallowed_is_not_shown() {
    let text =
        "R2_REGION='auto\nR2_SECRET_ACCESS_KEY=hunter2\nR2_BUCKET_NAME='\nR2_ENDPOINT=https://photos.R2\n";
    let loaded = with_file(&[("R2_REGION", "x")], text);
    assert!(!evidence(&loaded).contains("hunter2"), "{}", evidence(&loaded));
    let loaded = with_file(&[], &(file() + &text.replace("R2_REGION=", "R2_REGION=eu")));
    let shown = format!("{}{:?}", evidence(&loaded), loaded.provenance[6].shown());
    assert!(told(&loaded).contains(&"region REGION".to_owned()) && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_dollar_that_the_loader_replaced_is_a_warning_and_explains_what_follows() {
    let text = file().replace(&format!("={SECRET}"), "=00112233$absent445566");
    let loaded = with_file(&[], &text);
    assert_eq!(told(&loaded), ["secret-shape SECRET_ACCESS_KEY", "substitution? SECRET_ACCESS_KEY"]);
    let evidence = evidence(&loaded);
    assert!(evidence.contains("line 4 of .env holds a `$` and the name after it outside single quotes"));
    assert!(
        evidence.contains("writes it with a `$`, which the loader replaced") && !evidence.contains("absent")
    );
}

#[test]
fn a_dollar_in_single_quotes_is_no_finding() {
    let text = file().replace("R2_BUCKET_NAME=photos", "R2_BUCKET_NAME='photos' # $x");
    assert_eq!(told(&with_file(&[], &text)), [""; 0]);
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
