//! The env file: what its loader makes of it, and what hides it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

#[test]
fn a_reference_that_stands_for_nothing_is_named_with_its_line() {
    let line = "R2_SECRET_ACCESS_KEY=9f8e${ABSENT}d6c5b4a3";
    let report = Case::file(&file_with("R2_SECRET_ACCESS_KEY", line)).fails();
    assert_eq!(report.root_cause(), Some("config.secret-shape"));
    let finding = report.finding("config.substitution");
    assert_eq!(finding["severity"], "warning");
    assert!(report.evidence("config.substitution").contains("line 5 of app.env refers to a variable"));
    assert!(finding["fix"].to_string().contains("above line 5 of app.env"));
}

#[test]
fn a_line_of_the_env_file_that_cannot_be_read_is_named_by_number_and_variable() {
    for (line, says) in [
        ("R2_BUCKET_NAME='app' 'files'", "text after the closing quote"),
        ("R2_BUCKET_NAME='app-files", "unclosed quote"),
        ("R2_BUCKET_NAME app-files", "no `=`"),
    ] {
        let report = Case::file(&file_with("R2_BUCKET_NAME", line)).fails();
        assert_eq!(report.codes(), ["config.env-file"], "what is missing because of it is not told apart");
        let evidence = report.evidence("config.env-file");
        assert!(
            evidence.contains("line 5 of app.env is not read: ") && evidence.contains("for R2_BUCKET_NAME"),
            "{evidence}"
        );
        assert!(evidence.contains(says), "{evidence}");
        assert!(
            report.finding("config.env-file")["fix"][0]["text"]
                .to_string()
                .contains("Write line 5 of app.env")
        );
    }
}

/// The reports of people whose loader read a file otherwise than the application's did.
#[test]
fn a_file_is_read_as_the_application_reads_it() {
    let account = &ENDPOINT["https://".len()..][..32];
    let sound = file_with("R2_REGION", "");
    let goes_on = |text: &str| Case::file(text).goes_on_to(&ENDPOINT["https://".len()..]);
    // A line of another program decides nothing, whether python-dotenv reads it or passes over it.
    for foreign in ["APP_TITLE=Pulse Oximetry Dashboard", "APP_TITLE='a' b", "hyphened-name=1", "NOTE=it's"] {
        goes_on(&format!("{foreign}\n{sound}"));
    }
    // The last of two lines counts.
    goes_on(&format!("R2_ENABLED=no\n{sound}"));
    let report = Case::file(&format!("{sound}\nR2_ENABLED=false\n")).fails();
    assert_eq!(report.root_cause(), Some("config.disabled"));
    assert!(report.evidence("config.duplicate").contains("which python-dotenv uses, as it comes last"));
    // References are replaced, with their defaults, and `$NAME` is not.
    for value in [&format!("${{CF:-{account}}}"), "${OTHER}"] {
        goes_on(&format!("OTHER={account}\n{}", sound.replace(account, value)));
    }
    let report = Case::file(&format!("OTHER={account}\n{}", sound.replace(account, "$OTHER"))).fails();
    assert!(report.evidence("config.loaders-differ").contains("R2_ENDPOINT"));
}

#[test]
fn a_file_that_is_not_utf_8_says_how_to_save_it() {
    let utf_16: Vec<u8> = file_with("R2_REGION", "").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&[0xFF, 0xFE], &utf_16[..]].concat(), utf_16] {
        let report = Case::bytes(&bytes).fails();
        assert_eq!(report.codes(), ["config.env-file"]);
        assert!(report.evidence("config.env-file").contains("UTF-16"));
        assert!(
            report.finding("config.env-file")["fix"][0]["text"].to_string().contains("Save app.env as UTF-8")
        );
    }
}

#[test]
fn a_hash_in_the_env_file_is_a_comment_only_after_a_blank() {
    let kept = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files#old")).fails();
    names(&kept, "config.bucket-name", "R2_BUCKET_NAME", "#");
    let dropped = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files #old"));
    assert_eq!(dropped.goes_on_to(&ENDPOINT[8..]).0["target"]["bucket"], BUCKET);
}

#[test]
fn a_value_of_the_env_file_that_the_environment_hides_is_a_warning() {
    let case = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files"));
    let report =
        Case { cli: case.cli.env("R2_BUCKET_NAME", "older-files"), ..case }.goes_on_to(&ENDPOINT[8..]);
    assert_eq!(
        (&report.0["target"]["bucket"], report.check("config")["status"].as_str()),
        (&"older-files".into(), Some("warn"))
    );
    assert!(
        report.evidence("config.shadowed").contains("R2_BUCKET_NAME in the environment is `older-files`")
    );
    let case = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files"));
    let report = Case { cli: case.cli.env("R2_BUCKET_NAME", ""), ..case }.fails();
    assert_eq!(report.root_cause(), Some("config.missing"));
    assert!(report.evidence("config.missing").contains("the environment wins, even with an empty value"));
}

#[test]
fn an_env_file_that_a_folder_above_brings_is_reported_with_its_path() {
    let case = Case::new("");
    let cli = case.cli.file(".env", file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=App_Files"));
    let below = cli.here().join("one/two");
    std::fs::create_dir_all(&below).unwrap();
    let mut case = Case { cli, ..case };
    case.cli.command().current_dir(below);
    let report = case.fails();
    names(&report, "config.bucket-name", "R2_BUCKET_NAME", "(from ../../.env)");
    assert_eq!(report.0["environment"]["env_file"], "../../.env");
}

#[test]
fn an_env_file_that_is_not_there_is_named() {
    let report = Case::new("--env-file absent.env").fails();
    assert_eq!(report.codes(), ["config.env-file"]);
    assert!(report.evidence("config.env-file").contains("absent.env does not exist"));
}

/// Two places with different secrets: the fingerprints tell, and nothing else does.
#[test]
fn a_secret_that_differs_between_two_places_differs_in_its_fingerprint() {
    let fingerprint = |secret: &str| {
        let report = Case::sound_but(&[("R2_SECRET_ACCESS_KEY", Some(secret))]).goes_on_to(&ENDPOINT[8..]);
        let settings = report.0["settings"].as_array().unwrap().clone();
        let setting = settings.into_iter().find(|setting| setting["name"] == "R2_SECRET_ACCESS_KEY").unwrap();
        setting["fingerprint"].as_str().unwrap().to_owned()
    };
    let other = SECRET.replacen('9', "8", 1);
    assert_eq!(fingerprint(SECRET), fingerprint(SECRET));
    assert_ne!(fingerprint(SECRET), fingerprint(&other));
}
