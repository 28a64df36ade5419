//! Links within the repository.

use super::*;

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let document = document(name);
        let anchors: BTreeSet<String> = document
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| anchor(line.trim_start_matches('#')))
            .collect();
        let links = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("https://")) {
            match link.strip_prefix('#') {
                Some(target) => assert!(anchors.contains(target), "{name}: {link}"),
                None => assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).is_file(), "{name}: {link}"),
            }
        }
    }
}
