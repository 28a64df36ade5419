//! What to do about a setting: the value, where it is known, and the place, in the words of where the run is.

use super::{Case, KEY, SECRET, SOUND, file_with};
use crate::support::report::Report;

fn first_fix(report: &Report) -> String {
    let code = report.root_cause().unwrap().to_owned();
    report.finding(&code)["fix"][0]["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_first_fix_has_the_value_and_the_line_of_the_env_file() {
    for (name, line, says) in [
        (
            "R2_BUCKET_NAME",
            "R2_BUCKET_NAME=App-Files",
            "Set R2_BUCKET_NAME to `app-files` on line 5 of app.env.",
        ),
        ("R2_REGION", "R2_REGION=eu-west-1", "Set R2_REGION to `auto` on line 6 of app.env."),
        ("R2_ENABLED", "R2_ENABLED=yes", "Set R2_ENABLED to `true` on line 5 of app.env."),
        (
            "R2_BUCKET_NAME",
            "R2_BUCKET_NAME=s",
            "Set R2_BUCKET_NAME to the bucket's exact name on line 5 of app.env. The R2 overview page lists the buckets.",
        ),
        (
            "R2_SECRET_ACCESS_KEY",
            "R2_SECRET_ACCESS_KEY='9f8e '",
            "Remove the white space from R2_SECRET_ACCESS_KEY on line 5 of app.env.",
        ),
    ] {
        assert_eq!(first_fix(&Case::file(&file_with(name, line)).fails()), says);
    }
}

#[test]
fn a_first_fix_on_railway_leads_to_the_services_variables() {
    let case = Case::sound_but(&[("R2_ENABLED", Some("no"))]);
    let case = case.env("RAILWAY_ENVIRONMENT_NAME", "production").env("RAILWAY_SERVICE_NAME", "web");
    let report = case.fails();
    let place = "in the Variables of the Railway service `web`, then press Deploy.";
    assert_eq!(first_fix(&report), format!("Set R2_ENABLED to `true` {place}"));
    let steps = report.finding("config.disabled")["fix"].as_array().unwrap().len();
    assert_eq!(steps, 2, "a container there may have files to be saved");
}

#[test]
fn swapped_keys_are_exchanged_on_both_their_lines() {
    let content = format!("{}R2_ACCESS_KEY_ID={SECRET}\n", file_with("R2_ACCESS_KEY_ID", "A=b"));
    let content =
        content.replace(&format!("SECRET_ACCESS_KEY={SECRET}"), &format!("SECRET_ACCESS_KEY={KEY}"));
    let fix = first_fix(&Case::file(&content).fails());
    assert!(fix.ends_with("R2_SECRET_ACCESS_KEY on lines 3 and 6 of app.env."), "{fix}");
}

#[test]
fn one_fault_of_several_variables_is_one_finding() {
    let quoted: Vec<(&str, String)> =
        SOUND.iter().map(|(name, value)| (*name, format!("'{value}'"))).collect();
    let changes: Vec<(&str, Option<&str>)> =
        quoted.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
    let report = Case::sound_but(&changes).fails();
    assert_eq!(report.codes(), ["config.quotes"]);
    let finding = report.finding("config.quotes");
    let title = finding["title"].as_str().unwrap();
    assert!(title.ends_with("and R2_BUCKET_NAME begin or end with a quotation mark"), "{title}");
    assert_eq!(finding["evidence"].as_array().unwrap().len(), SOUND.len());
    assert!(first_fix(&report).starts_with("Remove the quotation marks from R2_ENABLED, R2_ENDPOINT,"));
}

#[test]
fn a_fix_asks_about_the_bucket_only_where_the_run_does_not_know_it() {
    let endpoint = SOUND[1].1;
    for (bucket, steps) in [(SOUND[4].1, 1), ("another", 2)] {
        let with_path = format!("{endpoint}/{bucket}");
        let report = Case::sound_but(&[("R2_ENDPOINT", Some(&with_path))]).fails();
        let fix = &report.finding("config.endpoint-path")["fix"];
        assert_eq!(fix.as_array().unwrap().len(), steps, "{fix:#}");
    }
}

#[test]
fn what_is_wrong_with_the_env_file_decides_how_to_mend_it() {
    for (case, says) in [
        (Case::new("--env-file absent.env"), "Name an env file that exists and can be read."),
        (Case::bytes(b"R2_ENABLED=\xff\n"), "Save app.env as UTF-8 without a byte order mark."),
        (
            Case::file("R2_ENABLED='true\n"),
            "Write line 1 of app.env as R2_ENABLED='value', in single quotes.",
        ),
        (
            Case::file("").env("PYTHON_DOTENV_DISABLED", "1"),
            "Remove PYTHON_DOTENV_DISABLED from the environment,",
        ),
    ] {
        let fix = first_fix(&case.fails());
        assert!(fix.starts_with(says), "{fix}");
    }
}
