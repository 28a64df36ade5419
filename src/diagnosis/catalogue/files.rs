//! The catalogue's data files: one JSON file an area (five for `config`). Of each, only what is asked for is read.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::entry::{Area, Entry, Step};
use crate::base::code::{self, Code};

/// The data files, each with the area of its codes, in the order of the register.
const FILES: &[(code::Area, &str)] = &[
    (code::Area::Config, include_str!("config.json")),
    (code::Area::Config, include_str!("config-origin.json")),
    (code::Area::Config, include_str!("config-endpoint.json")),
    (code::Area::Config, include_str!("config-values.json")),
    (code::Area::Config, include_str!("config-extra.json")),
    (code::Area::Network, include_str!("network.json")),
    (code::Area::Proxy, include_str!("proxy.json")),
    (code::Area::Tls, include_str!("tls.json")),
    (code::Area::Http, include_str!("http.json")),
    (code::Area::Auth, include_str!("auth.json")),
    (code::Area::Permission, include_str!("permission.json")),
    (code::Area::Account, include_str!("account.json")),
    (code::Area::Bucket, include_str!("bucket.json")),
    (code::Area::Integrity, include_str!("integrity.json")),
    (code::Area::Service, include_str!("service.json")),
    (code::Area::Cleanup, include_str!("cleanup.json")),
    (code::Area::Run, include_str!("run.json")),
];
const STEPS: &str = include_str!("steps.json");
const AREAS: &str = include_str!("areas.json");

/// The files' whole texts, which are the same for everyone.
pub fn texts() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(_, text)| *text).chain([STEPS, AREAS])
}

static FIRST: LazyLock<Vec<Step>> = LazyLock::new(|| serde_json::from_str(STEPS).unwrap_or_default());

/// The steps that come before those of any code, where they hold.
pub fn first_steps() -> &'static [Step] {
    &FIRST
}

static BY_AREA: LazyLock<HashMap<String, Area>> =
    LazyLock::new(|| serde_json::from_str(AREAS).unwrap_or_default());

/// What is said of an area; every one is described, which a test proves.
pub fn area(area: code::Area) -> Option<&'static Area> {
    BY_AREA.get(area.name())
}

/// The entry of a code, read when it is first asked for: most runs say one thing or nothing, and all files would take longer
/// to read than the six checks. Every code has an entry, which a test proves.
pub fn entry(code: Code) -> Option<&'static Entry> {
    static ENTRIES: [OnceLock<Option<Entry>>; Code::ALL.len()] = [const { OnceLock::new() }; Code::ALL.len()];
    let place = Code::ALL.iter().position(|known| *known == code)?;
    ENTRIES[place].get_or_init(|| read(code)).as_ref()
}

fn read(code: Code) -> Option<Entry> {
    let of_area = FILES.iter().filter(|(area, _)| *area == code.area());
    // What follows the name is read, and no more.
    let head = format!("\n  \"{}\": ", code.as_str());
    let (_, text) = of_area.into_iter().find_map(|(_, text)| text.split_once(&head))?;
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_file_parses_and_matches_the_register_both_ways() {
        let mut named = Vec::new();
        for (area, file) in FILES {
            let entries: BTreeMap<String, Entry> = serde_json::from_str(file).expect("catalogue file");
            for (name, whole) in entries {
                let code =
                    Code::parse(&name).filter(|code| code.area() == *area).expect("a code of the area");
                let alone = entry(code).expect("entry");
                assert_eq!(format!("{alone:?}"), format!("{whole:?}"), "read alone: {name}");
                named.push(name);
            }
        }
        named.sort();
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
        codes.sort();
        assert_eq!(named, codes);
    }

    #[test]
    fn every_area_is_described_and_no_other() {
        let described: BTreeMap<String, Area> = serde_json::from_str(AREAS).expect("areas");
        let mut areas = code::Area::ALL.map(code::Area::name);
        areas.sort_unstable();
        assert!(described.keys().eq(&areas));
    }
}
