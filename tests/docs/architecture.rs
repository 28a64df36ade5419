//! ARCHITECTURE.md and the pages of its tables against the sources and the manifests.

use std::path::PathBuf;

use super::*;

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifests: [toml::Table; 3] = ["Cargo.toml", "masking/Cargo.toml", "simulator/Cargo.toml"]
        .map(|name| toml::from_str(&document(name)).unwrap());
    let of_all = |manifest: &toml::Table| {
        ["dependencies", "dev-dependencies"]
            .into_iter()
            .filter_map(|table| manifest.get(table).cloned())
            .collect::<Vec<_>>()
    };
    let of_systems = |manifest: &toml::Table| {
        let systems = manifest.get("target").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        systems.into_iter().map(|(_, system)| system["dependencies"].clone()).collect::<Vec<_>>()
    };
    let tables = manifests.iter().flat_map(|manifest| [of_all(manifest), of_systems(manifest)].concat());
    let used: Vec<String> =
        tables.flat_map(|table| table.as_table().unwrap().keys().cloned().collect::<Vec<_>>()).collect();
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    let page = document("docs/dependencies.md");
    assert_eq!(first_cells(&page), used);
    for row in rows(&page) {
        assert!(!row[1].is_empty(), "{}", row[0]);
    }
}

/// `OffsetDateTime::now_utc` panics on a clock beyond the year 9999, and with it a deletion would.
#[test]
fn the_time_of_day_is_asked_for_in_one_place() {
    for (module, source) in sources() {
        let asks = source.split("#[cfg(test)]").next().unwrap().contains("::now_utc()");
        assert!(!asks, "{module} asks for the time by itself, not by `clock::now`");
    }
}

/// The files that may ask the process for its surroundings, and for what. Clippy's `disallowed-methods` hold the same, by
/// whichever name they are imported.
const ASKING: [(&str, &str); 4] = [
    ("base/clock.rs", "the time of day"),
    ("base/surroundings.rs", "everything else, once"),
    ("main.rs", "the arguments"),
    (
        "settings/env_file/second_opinion.rs",
        "the length of what a `$` stands for, which the loader takes from the process",
    ),
];

/// What surrounds the program is read once and handed down, so that everything else is pure of the process.
#[test]
fn the_surroundings_are_read_in_one_place() {
    let asks = [
        "env::args",
        "env::var",
        "env::current_dir",
        "env::home_dir",
        "env::current_exe",
        "env::temp_dir",
        "SystemTime::now",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let tests = |inside: &Path| inside.with_extension("").iter().any(|part| part == "tests");
    let mut found = BTreeSet::new();
    for path in &files {
        let inside = path.strip_prefix(&root).unwrap();
        let source = fs::read_to_string(path).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        if !tests(inside) && asks.iter().any(|ask| code.contains(ask)) {
            found.insert(inside.to_str().unwrap().to_owned());
        }
    }
    assert_eq!(found, ASKING.iter().map(|(file, _)| (*file).to_owned()).collect());
}

/// Surroundings, settings, run, conclusion, report, masked, formats: one function, short enough to be read as that sentence.
#[test]
fn a_run_reads_as_one_sentence() {
    let source = document("src/commands/run.rs");
    let (_, rest) = source.split_once("async fn check(").unwrap();
    let (_, body) = rest.split_once("{\n").unwrap();
    let (body, _) = body.split_once("\n}\n").unwrap();
    assert!(body.lines().count() <= 25, "{body}");
    let steps = ["run.checks(", "run.conclusion(", "Report::of(", ".masked(", "outputs.finish("];
    let places = steps.map(|step| body.find(step).unwrap_or_else(|| panic!("{step} is not in: {body}")));
    assert!(places.is_sorted(), "{body}");
    let (_, after) = body.split_once("run.conclusion(").unwrap();
    assert!(!after.contains("loaded"), "the settings are used up by then: {after}");
}

/// The names by which a file of `src` imports the program's own modules, comments left aside: `base`, and `base::code`.
fn imports(source: &str) -> BTreeSet<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let name = |part: &str| -> String {
        part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
    };
    let mut found = BTreeSet::new();
    for path in code.flat_map(|line| line.split("crate::").skip(1)) {
        let mut parts = path.split("::").map(name);
        let wing = parts.next().unwrap_or_default();
        found.extend(parts.next().filter(|part| !part.is_empty()).map(|part| format!("{wing}::{part}")));
        found.insert(wing);
    }
    found
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

/// A file that has become longer holds a second matter, which belongs in a file of its own.
const MOST_LINES: usize = 300;

#[test]
fn no_rust_file_is_longer_than_three_hundred_lines() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "masking", "simulator"] {
        rust_files(&root().join(folder), &mut files);
    }
    assert!(files.len() > 250, "the sources were not found");
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = files.iter().filter(|path| lines(path) > MOST_LINES).collect();
    assert_eq!(long, Vec::<&PathBuf>::new());
}

/// The modules of the table, each with its place in it.
fn modules() -> Vec<String> {
    let page = document("docs/modules.md");
    rows(&page).iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}

/// The files of `src` and of `masking`, each with its path. A module's own tests are left out.
pub fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["src", "masking/src"] {
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    let of_a_module =
        |path: &&PathBuf| path.with_extension("").components().all(|part| part.as_os_str() != "tests");
    let read = |path: &PathBuf| (path.display().to_string(), fs::read_to_string(path).unwrap());
    files.iter().filter(of_a_module).map(read).collect()
}

/// The files of `src`, each with the module of the table that it belongs to. A module's own tests are left out: they may
/// drive it from above.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let inside = |path: &PathBuf| path.strip_prefix(&root).unwrap().with_extension("");
    let of_a_module = |path: &PathBuf| inside(path).components().all(|part| part.as_os_str() != "tests");
    let known = modules();
    let module = |path: &PathBuf| {
        let inside = inside(path);
        let parts: Vec<&str> = inside.iter().take(2).map(|part| part.to_str().unwrap()).collect();
        let both = parts.join("::");
        if known.contains(&both) { both } else { parts[0].to_owned() }
    };
    let read = |path: &PathBuf| (module(path), fs::read_to_string(path).unwrap());
    files.iter().filter(|path| of_a_module(path)).map(read).collect()
}

/// The folders of `src`, and `main`; what one of them declares is no import of it.
const WINGS: [&str; 7] = ["commands", "report", "diagnosis", "checks", "client", "settings", "base"];

#[test]
fn imports_point_down_the_table_of_modules() {
    let order = modules();
    let files = sources();
    let found: BTreeSet<&str> = files.iter().map(|(module, _)| module.as_str()).collect();
    // A wing that is nothing but its modules has a file that declares them, and no row.
    let listed: BTreeSet<&str> = order.iter().map(String::as_str).collect();
    assert_eq!(&found - &BTreeSet::from(["checks", "client", "base"]), listed);
    let height = |name: &str| order.iter().position(|module| module == name);
    for (module, source) in &files {
        for import in imports(source) {
            if let (Some(own), Some(other)) = (height(module), height(&import)) {
                // What lies within a module is the module's own.
                assert!(
                    own <= other || import.starts_with(module.as_str()) || module.starts_with(&import),
                    "{module} imports {import}, which stands above it"
                );
            }
        }
    }
}

#[test]
fn no_wing_imports_one_that_stands_above_it() {
    let architecture = document("ARCHITECTURE.md");
    let listed: Vec<_> =
        rows(section(&architecture, "Wings")).iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(listed, WINGS);
    let height = |name: &str| WINGS.iter().position(|wing| *wing == name);
    let of = |module: &str| height(module.split("::").next().unwrap());
    // However an import is written: `crate::`, `super::`, in braces, in the middle of a line.
    for (module, imports) in super::circles::imports() {
        let Some(own) = of(&module) else { continue };
        for other in imports.iter().filter_map(|import| of(import)) {
            assert!(own <= other, "{module} imports {}, which stands above it", WINGS[other]);
        }
    }
}

/// A request of a bucket that is sent elsewhere would not be compared with what was meant.
#[test]
fn requests_are_sent_at_one_place() {
    let files = sources();
    let senders: Vec<_> = files
        .iter()
        .filter(|(module, source)| module != "client::network" && source.contains("client.send("))
        .collect();
    assert_eq!(senders.len(), 1, "{:?}", senders.iter().map(|(module, _)| module).collect::<Vec<_>>());
    let (_, sender) = senders[0];
    assert!(sender.contains("self.permit(intended, request)") && sender.matches("client.send(").count() == 1);
    let holders = files
        .iter()
        .filter(|(module, source)| module != "client::network" && source.contains("Client::new("));
    let holders: Vec<&str> =
        holders.map(|(module, _)| module.as_str()).filter(|module| *module != "commands::demo").collect();
    assert_eq!(
        holders.iter().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from(["client::storage", "diagnosis::experiment"])
    );
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
    needed(&lock, "r2-selftest-simulator", &mut found);
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
