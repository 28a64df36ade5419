//! The catalogue's files as data, read without the program's own types: what the documents say of a code comes from
//! here, and what exists, and in which order, from `r2-selftest explain`.

use serde::Deserialize;

use super::*;

/// What the codes of one area have in common.
#[derive(Deserialize)]
pub struct Area {
    pub title: String,
    pub about: String,
}

/// What one code says.
#[derive(Deserialize)]
pub struct Entry {
    pub title: String,
    pub meaning: String,
    pub evidence: Vec<String>,
    pub causes: Vec<String>,
    pub fix: Vec<Step>,
    pub elsewhere: Option<Advice>,
    pub gateway: Option<Advice>,
    pub docs: String,
}

/// What is said in a certain place in the entry's stead.
#[derive(Deserialize)]
pub struct Advice {
    #[serde(default)]
    pub fix: Vec<Step>,
}

/// One step of a fix.
#[derive(Deserialize)]
pub struct Step {
    #[serde(default)]
    pub when: Vec<String>,
    pub text: String,
    pub command: Option<String>,
    pub url: Option<String>,
}

impl Step {
    /// The step as somebody reads it who makes no run: with the circumstance under which it holds.
    pub fn said(&self) -> String {
        let text = without_a_run(&self.text);
        let words = self.when.iter().enumerate().map(|(place, name)| match place {
            0 => condition(name),
            _ => within_sentence(&condition(name)),
        });
        match words.reduce(|words, word| format!("{words}, {word}")) {
            Some(words) => format!("{words}: {}", within_sentence(&text)),
            None => text,
        }
    }
}

/// A sentence as it goes on after a colon: in lower case, unless it begins with a name.
fn within_sentence(sentence: &str) -> String {
    let word = sentence.split(' ').next().unwrap_or_default();
    let is_plain = word.chars().skip(1).all(|letter| letter.is_ascii_lowercase() || letter == '-');
    let (first, rest) = sentence.split_at(1);
    if is_plain { first.to_lowercase() + rest } else { sentence.to_owned() }
}

/// The words of a circumstance, as the program has them.
fn condition(name: &str) -> String {
    let source = document("src/base/circumstance.rs");
    let words = source.lines().find_map(|line| {
        let (variant, words) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
        (kebab(variant) == name).then(|| words.trim_end_matches("\",").to_owned())
    });
    words.unwrap_or_else(|| panic!("no circumstance `{name}`"))
}

fn kebab(variant: &str) -> String {
    let mut name = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

const FOLDER: &str = "src/diagnosis/catalogue";
/// The files in it that hold no codes.
const OTHERS: [&str; 2] = ["areas.json", "steps.json"];

fn table<T: serde::de::DeserializeOwned>(file: &str) -> BTreeMap<String, T> {
    serde_json::from_str(&document(&format!("{FOLDER}/{file}")))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub fn areas() -> BTreeMap<String, Area> {
    table("areas.json")
}

/// Every code's entry, whichever file it stands in.
pub fn entries() -> BTreeMap<String, Entry> {
    fs::read_dir(root().join(FOLDER))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|file| {
            Path::new(file).extension().is_some_and(|end| end == "json") && !OTHERS.contains(&file.as_str())
        })
        .flat_map(|file| table::<Entry>(&file))
        .collect()
}

/// The codes that the program explains, in its own order.
pub fn codes() -> Vec<String> {
    let register = text(&["explain"]);
    let words = register.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    words.filter(|word| word.contains('.')).map(str::to_owned).collect()
}

pub fn area_of(code: &str) -> &str {
    code.split_once('.').unwrap().0
}

/// The areas of some codes, in the codes' order.
pub fn areas_of(codes: &[String]) -> Vec<&str> {
    let mut areas: Vec<&str> = codes.iter().map(|code| area_of(code)).collect();
    areas.dedup();
    areas
}

/// The commands with which the program shows a code on this machine.
pub fn demos(code: &str) -> Vec<String> {
    let explained = text(&["explain", code]);
    let shown = explained.split_once("\n  see it ").map_or("", |(_, rest)| rest);
    shown.lines().map(|line| line.trim().to_owned()).collect()
}

/// Where variables are set, as far as can be said without a run.
const WHERE: &str = "in the env file, or in the service's Variables on Railway";

/// What `explain` fills in too, as it holds for most.
const FILLED: [(&str, &str); 21] = [
    ("env_file", ".env"),
    ("name", "NAME"),
    ("reference", "NAME"),
    ("where", WHERE),
    ("where_endpoint", WHERE),
    ("where_bucket", WHERE),
    ("where_keys", WHERE),
    ("where_variable", WHERE),
    ("where_proxy", WHERE),
    ("where_no_proxy", WHERE),
    ("where_roots", WHERE),
    ("no_proxy", "NO_PROXY"),
    ("set_proxy", "HTTPS_PROXY"),
    ("is", "is"),
    ("s", "s"),
    ("them", "the variable"),
    ("roots_variable", "AWS_CA_BUNDLE"),
    ("server", "the server"),
    ("expected", "what the server names"),
    ("other", "R2_BUCKET"),
    ("assignments", "R2_BUCKET_NAME=\"$R2_BUCKET\""),
];

/// A text of the catalogue outside a run: what only a run can know is shown as `<bucket>`.
pub fn without_a_run(text: &str) -> String {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) if is_name(name) => match FILLED.iter().find(|(known, _)| *known == name) {
                Some((_, words)) => filled.extend([*words, rest]),
                None => filled.extend(["<", name, ">", rest]),
            },
            Some(_) | None => filled.extend(["{", part]),
        }
    }
    filled
}

#[test]
fn only_placeholders_are_replaced() {
    assert_eq!(
        without_a_run("on {bucket}: {Not} ${{shared.NAME}} {"),
        "on <bucket>: {Not} ${{shared.NAME}} {"
    );
}

/// On Railway a place is a sentence's end of its own: "in the Variables of the service, then press Deploy".
#[test]
fn where_to_set_a_variable_ends_its_sentence() {
    let steps = entries().into_values().flat_map(|entry| {
        let places = entry.elsewhere.into_iter().chain(entry.gateway);
        entry.fix.into_iter().chain(places.flat_map(|place| place.fix))
    });
    let texts: Vec<String> = steps.map(|step| step.text).collect();
    let after = texts.iter().flat_map(|text| text.split("{where").skip(1).map(move |rest| (text, rest)));
    let (mut ends, mut others) = (0, Vec::new());
    for (text, rest) in after {
        match rest.split_once('}') {
            Some((_, rest)) if rest.starts_with('.') => ends += 1,
            _ => others.push(text),
        }
    }
    assert!(ends > 20 && others.is_empty(), "{ends}: {others:#?}");
}

/// The page is made from the files and `explain` from the program, so they must be the same.
#[test]
fn the_program_explains_what_the_catalogue_says() {
    let entries = entries();
    let mut known = codes();
    known.sort();
    assert!(entries.keys().eq(&known));
    for (code, entry) in &entries {
        let explained = words(&text(&["explain", code]));
        for said in [&entry.title, &entry.meaning, &entry.docs].into_iter().chain(&entry.evidence) {
            assert!(explained.contains(&words(said)), "{code}: {said}\n{explained}");
        }
        for said in entry.fix.iter().map(Step::said) {
            // What resolves a reference is an example that only the program has.
            for said in said.split("<resolve>") {
                assert!(
                    explained.contains(words(said).trim_start_matches(". ")),
                    "{code}: {said}\n{explained}"
                );
            }
        }
    }
}
