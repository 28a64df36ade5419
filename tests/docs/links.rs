//! Links within the repository, and pages that can be found and overlooked.

use super::*;

/// The anchors of a page: its headings, and those that it sets itself.
fn anchors(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| anchor(line.trim_start_matches('#')));
    let set = document.lines().filter_map(|line| line.strip_prefix("<a id=\"")?.strip_suffix("\"></a>"));
    headings.chain(set.map(str::to_owned)).collect()
}

fn links(document: &str) -> Vec<&str> {
    document.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// Where a link of a page leads: a file from the root, and an anchor in it.
fn target<'a>(page: &str, link: &'a str) -> (PathBuf, Option<&'a str>) {
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (link, None),
    };
    if file.is_empty() {
        return (page.into(), anchor);
    }
    let mut path: PathBuf = Path::new(page).parent().unwrap().into();
    for part in Path::new(file) {
        if part == ".." {
            assert!(path.pop(), "{page}: {link} leads out of the repository");
        } else {
            path.push(part);
        }
    }
    (path, anchor)
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let mut count = 0;
    for page in PAGES.iter().chain(GENERATED) {
        let document_of_page = document(page);
        for link in links(&document_of_page).into_iter().filter(|link| !link.starts_with("https://")) {
            let (file, anchor) = target(page, link);
            assert!(root().join(&file).exists(), "{page}: {link}");
            if let Some(anchor) = anchor {
                let there = document(file.to_str().unwrap());
                assert!(anchors(&there).contains(anchor), "{page}: {link}");
            }
            count += 1;
        }
    }
    assert!(count > 500, "{count} links are fewer than the contents of docs/diagnoses.md have");
}

/// The pages below a folder, tools' own folders left aside.
fn pages_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            // Reports in Markdown are no pages.
            if !name.starts_with('.') && !["target", "dist", "node_modules", "golden"].contains(&name) {
                pages_in(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.insert(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
}

#[test]
fn every_page_of_the_repository_is_tested() {
    let mut found = BTreeSet::new();
    pages_in(&root(), &mut found);
    let known: BTreeSet<String> = PAGES.iter().chain(GENERATED).map(|page| (*page).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn the_readme_leads_to_every_page_for_users() {
    let readme = readme();
    let linked: BTreeSet<&str> =
        links(&readme).into_iter().filter_map(|link| link.split('#').next()).collect();
    let of_a_folder = |page: &&&str| ["tests/", "benches/"].iter().any(|folder| page.starts_with(folder));
    let for_users = PAGES.iter().chain(GENERATED).filter(|page| !of_a_folder(page));
    for page in for_users.filter(|page| **page != "README.md") {
        assert!(linked.contains(page), "{page}");
    }
}

#[test]
fn the_readme_is_a_guide_and_no_reference() {
    let lines = readme().lines().count();
    assert!(lines <= 180, "{lines} lines");
}

/// A page of the reference that does not fit two screens begins with a list of its sections.
#[test]
fn a_long_page_lists_its_contents() {
    for page in PAGES.iter().chain(GENERATED).filter(|page| page.starts_with("docs/")) {
        let text = document(page);
        if text.lines().count() <= 100 {
            continue;
        }
        assert!(text.contains("\n## Contents\n"), "{page} is long and has no contents");
        let contents = links(section(&text, "Contents"));
        let sections = text.lines().filter_map(|line| line.strip_prefix("## "));
        for heading in sections.filter(|heading| *heading != "Contents") {
            let area = heading.split(':').next().unwrap();
            let targets = [format!("#{}", anchor(heading)), format!("#{area}")];
            assert!(targets.iter().any(|target| contents.contains(&target.as_str())), "{page}: {heading}");
        }
    }
}
