//! What the pages say of settings, checks, fields and codes, against the program.

use super::*;

#[test]
fn the_settings_are_those_that_are_read() {
    let report = json(&["--no-env-file", "--json"]);
    let findings = &report["checks"][0]["findings"];
    let missing = findings.to_string();
    let readme = readme();
    let table = rows(section(&readme, "Settings"));
    let listed: BTreeSet<&str> = table.iter().flat_map(|row| code_spans(row[0])).collect();
    assert_eq!(listed, strings(&report["settings"], "name"));
    for row in &table {
        let name = code_spans(row[0])[0];
        let needed = missing.contains(&format!("{name} is not set"));
        assert_eq!(row[1], if needed { "yes" } else { "no" }, "{name}");
    }
}

#[test]
fn the_example_of_an_env_file_has_the_settings_of_the_readme() {
    let (readme, example) = (readme(), document(".env.example"));
    let named: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.trim_start_matches("# ").split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("R2_"))
        .collect();
    assert_eq!(named, first_cells(section(&readme, "Settings")));
}

#[test]
fn the_checks_are_those_of_a_run() {
    let report = json(&["demo", "--json"]);
    let readme = readme();
    let listed: Vec<&str> =
        rows(section(&readme, "The six checks")).iter().flat_map(|row| code_spans(row[0])).collect();
    let names: Vec<&str> =
        report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
}

#[test]
fn the_fields_are_those_of_a_report() {
    let report = json(&["demo", "--json"]);
    let fields: BTreeSet<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let readme = readme();
    assert_eq!(first_cells(section(&readme, "The JSON report")), fields);
}

#[test]
fn the_areas_and_codes_are_those_that_can_be_explained() {
    let explained = text(&["explain"]);
    let codes: BTreeSet<&str> = explained
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| word.contains('.'))
        .collect();
    let areas: BTreeSet<&str> = codes.iter().map(|code| code.split_once('.').unwrap().0).collect();
    let readme = readme();
    let table = section(&readme, "Diagnosis codes");
    assert_eq!(first_cells(table), areas);
    for example in rows(table).iter().flat_map(|row| code_spans(row[2])) {
        assert!(codes.contains(example), "{example}");
    }
    for document in [&readme, &document("ARCHITECTURE.md")] {
        for span in code_spans(document) {
            let looks_like_one = span.split_once('.').is_some_and(|(area, condition)| {
                areas.contains(area)
                    && condition.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            });
            let is_file = span.split_once('.').is_some_and(|(_, ending)| ending == "rs");
            assert!(!looks_like_one || is_file || codes.contains(span), "{span}");
        }
    }
}

#[test]
fn the_railway_configuration_runs_the_program() {
    let readme = readme();
    let (language, block) =
        blocks(&readme).into_iter().find(|(_, block)| block.contains("preDeployCommand")).unwrap();
    assert_eq!(language, "json");
    let configuration: Value = serde_json::from_str(&block).unwrap();
    assert_eq!(configuration["$schema"], "https://railway.com/railway.schema.json");
    let commands = configuration["deploy"]["preDeployCommand"].as_array().unwrap();
    let [command] = commands.as_slice() else { panic!("Railway takes one command: {commands:?}") };
    assert_eq!(command.as_str().unwrap().split(' ').next(), Some("r2-selftest"));
}

#[test]
fn the_changelog_has_this_version() {
    let heading = format!("\n## [{}]", env!("CARGO_PKG_VERSION"));
    assert!(document("CHANGELOG.md").contains(&heading));
}
