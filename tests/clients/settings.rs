//! Whether every setting that botocore reads is decided: the list in `decided.toml`, compared with botocore itself.

use std::io::Write as _;

use super::{python, rows};

/// What the program does about a setting, with its variables and its keys of a profile.
type Decided = (String, Vec<String>, Vec<String>);

/// All variables and keys whose decision needs rows.
fn with_rows() -> Vec<String> {
    let list: toml::Table = toml::from_str(include_str!("decided.toml")).unwrap();
    let wants = |decision: &str| ["judged", "followed"].contains(&decision);
    let mut names = Vec::new();
    for (table, entries) in list {
        for (name, entry) in entries.as_table().unwrap() {
            match entry.clone().try_into::<Decided>() {
                Ok((decision, variables, keys)) if wants(&decision) => {
                    names.extend(variables.iter().map(|variable| format!(" {variable}=")));
                    // As rows write them: at the beginning of a line, in a block after a blank.
                    names.extend(keys.iter().map(|key| match key.split_once('.') {
                        Some((_, key)) => format!("%20{key}="),
                        None => format!("{key}="),
                    }));
                }
                Ok(_) => {}
                Err(_) if !wants(entry.as_str().unwrap()) => {}
                Err(_) if table == "variables" => names.push(format!(" {name}=")),
                Err(_) => names.push(format!("{name}=")),
            }
        }
    }
    names
}

#[test]
fn what_is_judged_or_followed_has_a_row() {
    let rows: Vec<_> = rows::all().map(|(_, row)| format!(" {row}")).collect();
    let named = |name: &String| rows.iter().any(|row| row.contains(name.as_str()));
    let missing: Vec<_> = with_rows().into_iter().filter(|name| !named(name)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
#[ignore = "wants boto3"]
fn every_setting_that_botocore_reads_is_decided() {
    let list: toml::Table = toml::from_str(include_str!("decided.toml")).unwrap();
    let mut child = python("boto3_settings.py").spawn().unwrap();
    child.stdin.take().unwrap().write_all(serde_json::to_string(&list).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let complaints: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
