//! ARCHITECTURE.md against the sources and the manifest.

use super::*;

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest: toml::Table = toml::from_str(&document("Cargo.toml")).unwrap();
    let systems = manifest["target"].as_table().unwrap().values().map(|system| &system["dependencies"]);
    let tables =
        ["dependencies", "dev-dependencies"].map(|table| &manifest[table]).into_iter().chain(systems);
    let used: BTreeSet<&str> =
        tables.flat_map(|table| table.as_table().unwrap().keys()).map(String::as_str).collect();
    let architecture = document("ARCHITECTURE.md");
    let table = section(&architecture, "Dependencies");
    assert_eq!(first_cells(table), used);
    for row in rows(table) {
        assert!(!row[1].is_empty(), "{}", row[0]);
    }
}

/// `OffsetDateTime::now_utc` panics on a clock beyond the year 9999, and with it a deletion would. The demo's server is
/// not the program under test.
#[test]
fn the_time_of_day_is_asked_for_in_one_place() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for (module, source) in files {
        let asks = source.split("#[cfg(test)]").next().unwrap().contains("::now_utc()");
        assert!(!asks || module == "demo", "{module} asks for the time by itself, not by `clock::now`");
    }
}

/// The program's own modules that a file of `src` imports, comments left aside.
fn imports(source: &str) -> BTreeSet<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // A module's own tests may drive it from above.
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let inside = path.strip_prefix(root).unwrap().with_extension("");
            let module = inside.components().next().unwrap().as_os_str().to_str().unwrap().to_owned();
            found.push((module, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn imports_point_down_the_table_of_modules() {
    let architecture = document("ARCHITECTURE.md");
    let table = rows(section(&architecture, "Modules"));
    let order: Vec<&str> = table.iter().map(|row| row[0].trim_matches('`')).collect();
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let modules: BTreeSet<&str> = files.iter().map(|(module, _)| module.as_str()).collect();
    assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), modules);
    let height = |name: &str| order.iter().position(|module| *module == name).unwrap();
    for (module, source) in &files {
        for import in imports(source).iter().filter(|import| modules.contains(import.as_str())) {
            assert!(height(module) <= height(import), "{module} imports {import}, which stands above it");
        }
    }
}

/// A request of a bucket that is sent elsewhere would not be compared with what was meant.
#[test]
fn requests_are_sent_at_one_place() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let senders: Vec<_> = files
        .iter()
        .filter(|(module, source)| module != "network" && source.contains("client.send("))
        .collect();
    assert_eq!(senders.len(), 1, "{:?}", senders.iter().map(|(module, _)| module).collect::<Vec<_>>());
    let (_, sender) = senders[0];
    assert!(sender.contains("self.permit(ask, request)") && sender.matches("client.send(").count() == 1);
    let holders =
        files.iter().filter(|(module, source)| module != "network" && source.contains("Client::new("));
    let holders: Vec<&str> =
        holders.map(|(module, _)| module.as_str()).filter(|module| *module != "demo").collect();
    assert_eq!(holders.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from(["experiment", "storage"]));
}
