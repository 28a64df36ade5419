//! The lists of what R2 and its neighbours have: each stands in one file, with its date and its source.

use super::{PAGES, document};

const FILE: &str = "src/settings/lists.rs";

/// What only that file may name: a label or a name of each list that cannot mean anything else.
const ITS_OWN: [&str; 11] = [
    "\"eu\"",
    "\"fedramp\"",
    "\"us-east-1\"",
    "\"weur\"",
    "\"auto\"",
    "\"r2.cloudflarestorage.com\"",
    "\"r2.dev\"",
    "\"dash.cloudflare.com\"",
    "\"cfut_\"",
    "\"S3_BUCKET\"",
    "\"CLOUDFLARE_\"",
];

#[test]
fn every_list_has_its_date_and_its_source() {
    let file = document(FILE);
    let items: Vec<&str> = file.split("\n\n").filter(|item| item.contains("pub const")).collect();
    assert!(items.len() > 10, "{}", items.len());
    for item in items {
        let doc: String = item.lines().filter_map(|line| line.strip_prefix("///")).collect();
        let date = doc.split_whitespace().any(|word| {
            let word = word.trim_end_matches([',', '.']);
            word.len() == 10 && word.starts_with("202") && word.matches('-').count() == 2
        });
        assert!(date && doc.contains("<https://"), "{item}");
    }
}

#[test]
fn no_other_file_repeats_a_list() {
    for (path, source) in super::architecture::files() {
        let own = source.split("#[cfg(test)]").next().unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let own = own.lines().filter(is_code).collect::<Vec<_>>().join("\n");
        // Modes and styles of boto3 have an `auto` of their own, which no list of R2's is about.
        let is_of_boto3 = path.ends_with("way/aws/rules.rs") || path.ends_with("way/aws/several.rs");
        let rules = if is_of_boto3 { own.replace("\"auto\"", "") } else { own };
        for word in ITS_OWN {
            assert!(path.ends_with(FILE) || !rules.contains(word), "{path}: {word}");
        }
    }
}

/// A text that names one of the rarer jurisdictions lists them, and then all of them.
#[test]
fn no_text_knows_fewer_jurisdictions_than_the_list() {
    let file = document(FILE);
    let list = file.split("pub const JURISDICTIONS").nth(1).unwrap().split(';').nth(1).unwrap();
    let labels: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(labels.len() >= 3 && labels.contains(&"fedramp"), "{labels:?}");
    let catalogue = ["bucket", "config-endpoint", "permission", "tls", "network"];
    let catalogue = catalogue.map(|area| format!("src/diagnosis/catalogue/{area}.json"));
    let pages = PAGES.iter().copied().filter(|page| *page != "CHANGELOG.md").chain([".env.example"]);
    for page in pages.chain(catalogue.iter().map(String::as_str)) {
        let text = document(page);
        for paragraph in text.split("\n\n").filter(|paragraph| paragraph.contains("fedramp")) {
            for label in &labels {
                assert!(
                    paragraph.contains(&format!(".{label}")) || paragraph.contains(&format!("`{label}`")),
                    "{page}: {label}: {paragraph}"
                );
            }
        }
    }
}
