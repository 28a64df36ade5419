//! The files of `src` and what they import from one another: no circle among them.
//!
//! A file may use what its ancestors declare, as `settings/judge.rs` uses the types of `settings.rs`, which lists it with
//! `mod`. Nothing else may lead back to where it came from.

use super::*;

/// The modules of `src` by their paths (`settings::rules::text`), each with its source; tests are left out.
fn files() -> BTreeMap<String, String> {
    fn visit(folder: &Path, module: &[String], found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let inner = [module, std::slice::from_ref(&name)].concat();
            if path.is_dir() {
                visit(&path, &inner, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") && name != "tests" {
                let own = if name == "main" { String::new() } else { inner.join("::") };
                found.insert(own, code(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(&root().join("src"), &[], &mut found);
    found.retain(|module, _| module.split("::").all(|part| part != "tests"));
    found
}

/// A source without its comments and its own tests.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths of a `use`, its braces multiplied out.
fn expanded(tree: &str) -> Vec<String> {
    let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, inside)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().to_owned()];
    };
    let inside = inside.strip_suffix('}').unwrap();
    let (mut depth, mut parts) = (0_usize, vec![String::new()]);
    for letter in inside.chars() {
        depth = if letter == '{' { depth + 1 } else { depth - usize::from(letter == '}') };
        if letter == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(letter);
        }
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(|part| expanded(&format!("{before}{part}"))).collect()
}

/// The paths that a source names: in `use`, and in the middle of its code.
fn paths(source: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let (mut found, mut rest) = (Vec::new(), String::new());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let visible = line.trim_start().trim_start_matches("pub(super) ").trim_start_matches("pub ");
        let Some(tree) = visible.strip_prefix("use ") else {
            rest.push_str(line);
            rest.push('\n');
            continue;
        };
        let mut tree = tree.to_owned();
        while !tree.ends_with(';') {
            tree.push_str(lines.next().unwrap());
        }
        found.extend(expanded(tree.trim_end_matches(';')));
    }
    let words = rest.split(|letter: char| !is_part(letter));
    found.extend(words.filter(|word| word.contains("::")).map(str::to_owned));
    found
}

/// The files that define what others pass on, by the module and the name under which it is passed on.
type PassedOn = BTreeMap<(String, String), String>;

/// What the sources pass on with `pub use` of a module of their own.
fn passed_on(files: &BTreeMap<String, String>) -> PassedOn {
    let mut found = PassedOn::new();
    for (own, source) in files {
        let reexports = source.split("\npub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
        for path in reexports.flat_map(expanded) {
            let name = path.rsplit("::").next().unwrap().to_owned();
            if let Some(other) = file_of(&path, own, files, &PassedOn::new()) {
                found.insert((own.clone(), name), other);
            }
        }
    }
    found
}

/// The file that a path leads to, seen from `own`; nothing if that is none of ours.
fn file_of(path: &str, own: &str, files: &BTreeMap<String, String>, passed_on: &PassedOn) -> Option<String> {
    let mut base: Vec<&str> = own.split("::").filter(|part| !part.is_empty()).collect();
    let mut parts: Vec<&str> = path.split("::").map(str::trim).collect();
    match *parts.first()? {
        "crate" => base.clear(),
        "self" | "super" => {}
        child if files.contains_key(&[&base[..], &[child]].concat().join("::")) => {}
        _ => return None,
    }
    let ups = parts.iter().take_while(|part| matches!(**part, "crate" | "self" | "super")).count();
    base.truncate(base.len().saturating_sub(parts[..ups].iter().filter(|part| **part == "super").count()));
    parts.drain(..ups);
    let inner = |count: usize| [&base[..], &parts[..count]].concat().join("::");
    let depth =
        (0..=parts.len()).take_while(|count| *count == 0 || files.contains_key(&inner(*count))).last()?;
    let found = inner(depth);
    let name = parts.get(depth).map(|name| (*name).to_owned());
    let definer = name.and_then(|name| passed_on.get(&(found.clone(), name)).cloned());
    Some(definer.unwrap_or(found))
}

/// Whether one module contains the other.
fn is_ancestor(outer: &str, inner: &str) -> bool {
    outer.is_empty() || inner.starts_with(&format!("{outer}::"))
}

/// What each file imports, its ancestors left out.
pub fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let files = files();
    let passed_on = passed_on(&files);
    let of = |own: &str, source: &str| {
        let found = paths(source).into_iter().filter_map(|path| file_of(&path, own, &files, &passed_on));
        found.filter(|other| other != own && !is_ancestor(other, own)).collect()
    };
    files.iter().map(|(own, source)| (own.clone(), of(own, source))).collect()
}

/// What is left once every file that imports none of the rest, or that none of the rest imports, is taken away, again and
/// again: circles, and what lies between them.
fn circles(mut imports: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let wanted: BTreeSet<String> = imports.values().flatten().cloned().collect();
        let is_free = |own: &String, of: &BTreeSet<String>| of.is_empty() || !wanted.contains(own);
        let free: BTreeSet<String> =
            imports.iter().filter(|(own, of)| is_free(own, of)).map(|(own, _)| own.clone()).collect();
        if free.is_empty() {
            return imports;
        }
        imports.retain(|own, _| !free.contains(own));
        for of in imports.values_mut() {
            of.retain(|other| !free.contains(other));
        }
    }
}

#[test]
fn files_import_one_another_in_no_circle() {
    let imports = imports();
    // Each way of naming a module is understood: absolute, relative, in braces, in the middle of a line, passed on.
    for (own, other) in [
        ("commands::run", "diagnosis"),
        ("settings::rules::text", "settings::characters"),
        ("settings::rules::endpoint", "settings::rules::endpoint_view"),
        ("settings::judge", "settings::rules::invisible"),
        ("", "base::surroundings"),
        ("", "report::output"),
        ("settings::secrets", "settings::raw"),
    ] {
        assert!(imports[own].contains(other), "{own} imports {other}: {:?}", imports[own]);
    }
    assert_eq!(circles(imports), BTreeMap::new());
}

#[test]
fn a_circle_is_seen() {
    let pairs = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "a"), ("e", "f"), ("f", "")];
    let of = |other: &str| [other].into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let imports = pairs.map(|(own, other)| (own.to_owned(), of(other))).into();
    assert_eq!(circles(imports).into_keys().collect::<Vec<_>>(), ["b", "c"]);
}
