//! ARCHITECTURE.md against the sources and the manifest.

use std::path::PathBuf;

use super::*;

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifests: [toml::Table; 2] =
        ["Cargo.toml", "simulator/Cargo.toml"].map(|name| toml::from_str(&document(name)).unwrap());
    let tables = |manifest| ["dependencies", "dev-dependencies"].map(|table| (manifest, table));
    let used: BTreeSet<&str> = manifests
        .iter()
        .flat_map(tables)
        .flat_map(|(manifest, table): (&toml::Table, &str)| manifest[table].as_table().unwrap().keys())
        .map(String::as_str)
        .collect();
    let architecture = document("ARCHITECTURE.md");
    let table = section(&architecture, "Dependencies");
    assert_eq!(first_cells(table), used);
    for row in rows(table) {
        assert!(!row[1].is_empty(), "{}", row[0]);
    }
}

/// The program's own modules that a file of `src` imports, comments left aside.
fn imports(source: &str) -> BTreeSet<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect())
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The files of `src`, each with its module. A module's own tests are left out: they may drive it from above.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let inside = |path: &PathBuf| path.strip_prefix(&root).unwrap().with_extension("");
    let of_a_module = |path: &PathBuf| inside(path).components().all(|part| part.as_os_str() != "tests");
    let module = |path: &PathBuf| inside(path).iter().next().unwrap().to_str().unwrap().to_owned();
    let read = |path: &PathBuf| (module(path), fs::read_to_string(path).unwrap());
    files.iter().filter(|path| of_a_module(path)).map(read).collect()
}

#[test]
fn imports_point_down_the_table_of_modules() {
    let architecture = document("ARCHITECTURE.md");
    let table = rows(section(&architecture, "Modules"));
    let order: Vec<&str> = table.iter().map(|row| row[0].trim_matches('`')).collect();
    let files = sources();
    let modules: BTreeSet<&str> = files.iter().map(|(module, _)| module.as_str()).collect();
    assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), modules);
    let height = |name: &str| order.iter().position(|module| *module == name).unwrap();
    for (module, source) in &files {
        for import in imports(source).iter().filter(|import| modules.contains(import.as_str())) {
            assert!(height(module) <= height(import), "{module} imports {import}, which stands above it");
        }
    }
}

/// Whatever the lock file says that a package needs, however far down.
fn needed<'a>(lock: &'a toml::Table, package: &'a str, found: &mut BTreeSet<&'a str>) {
    let of_name = |entry: &&toml::Value| entry["name"].as_str() == Some(package);
    for entry in lock["package"].as_array().unwrap().iter().filter(of_name) {
        for name in entry.get("dependencies").into_iter().flat_map(|list| list.as_array().unwrap()) {
            let name = name.as_str().unwrap().split(' ').next().unwrap();
            if found.insert(name) {
                needed(lock, name, found);
            }
        }
    }
}

#[test]
fn the_simulator_shares_nothing_with_its_client_that_knows_s3_or_xml() {
    let lock: toml::Table = toml::from_str(&document("Cargo.lock")).unwrap();
    let mut found = BTreeSet::new();
    needed(&lock, "simulator", &mut found);
    assert!(found.contains("httparse"), "the lock file was not understood");
    let of_the_client = |name: &&str| {
        let kinds = ["s3", "xml", "aws"];
        *name == "r2-selftest" || name.split('-').any(|part| kinds.contains(&part))
    };
    assert_eq!(found.into_iter().filter(of_the_client).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn the_simulator_takes_no_file_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulator");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    for path in files {
        let source = fs::read_to_string(&path).unwrap();
        for word in ["#[path", "include!", "include_str!", "include_bytes!"] {
            assert!(!source.contains(word), "{} has {word}", path.display());
        }
    }
}
