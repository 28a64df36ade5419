use super::*;
use crate::base::circumstance::Circumstance;

#[test]
fn every_file_parses_and_matches_the_register_both_ways() {
    let mut named = Vec::new();
    for file in FILES {
        let entries: BTreeMap<String, Entry> = toml::from_str(file).expect("catalogue file");
        named.extend(entries.into_keys());
    }
    named.sort();
    let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    codes.sort();
    assert_eq!(named, codes);
}

#[test]
fn every_area_is_described_and_no_other() {
    let described: BTreeMap<String, Area> = toml::from_str(AREAS).expect("areas");
    let mut areas: Vec<_> = Code::areas().collect();
    areas.sort_unstable();
    assert!(described.keys().eq(&areas));
}

#[test]
fn every_entry_says_what_to_do() {
    for code in Code::ALL {
        let entry = entry(*code).expect("entry");
        assert!(!entry.fix.is_empty() && !entry.evidence.is_empty() && !entry.causes.is_empty(), "{code}");
        assert!(
            !entry.title.ends_with('.') && entry.cause.ends_with('.') && entry.meaning.ends_with('.'),
            "{code}"
        );
        assert!(entry.docs.starts_with("https://"), "{code}");
    }
}

/// All steps, those for other servers than R2 included.
fn steps(entry: &Entry) -> impl Iterator<Item = &Step> {
    entry.fix.iter().chain(entry.elsewhere.iter().flat_map(|advice| &advice.fix))
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| is_placeholder(name))
}

#[test]
fn findings_texts_use_known_placeholders_only() {
    for code in Code::ALL {
        let entry = entry(*code).expect("entry");
        let steps = steps(entry).flat_map(|step| [Some(&step.text), step.command.as_ref()]).flatten();
        let elsewhere = entry.elsewhere.iter().map(|advice| &advice.cause);
        let texts = [&entry.title, &entry.cause].into_iter().chain(elsewhere).chain(steps);
        for name in texts.flat_map(|text| placeholders(text)) {
            assert!(PLACEHOLDERS.contains(&name), "{code} uses {{{name}}}");
        }
    }
}

#[test]
fn explanations_and_addresses_hold_no_placeholder() {
    for code in Code::ALL {
        let entry = entry(*code).expect("entry");
        let urls = steps(entry).filter_map(|step| step.url.as_ref());
        let texts =
            [&entry.meaning, &entry.docs].into_iter().chain(&entry.evidence).chain(&entry.causes).chain(urls);
        for text in texts {
            assert_eq!(placeholders(text).next(), None, "{code}: {text}");
        }
    }
}

/// What a run can know of its place, in all combinations that there are.
fn places() -> Vec<Circumstances> {
    use Circumstance::{Container, EnvFile, Loopback, NoTls, OtherNames, Private, Railway};
    let wheres = [&[][..], &[Container], &[Railway], &[Railway, Container]];
    let hosts = [&[][..], &[Loopback], &[Private]];
    let more = [&[][..], &[NoTls], &[OtherNames], &[EnvFile], &[EnvFile, OtherNames]];
    let joined = |place: &[Circumstance], host: &[Circumstance], more: &[Circumstance]| {
        [place, host, more].concat().into_iter().collect()
    };
    let pairs = wheres.into_iter().flat_map(|place| hosts.map(|host| (place, host)));
    pairs.flat_map(|(place, host)| more.map(|more| joined(place, host, more))).collect()
}

#[test]
fn a_fix_is_one_to_four_steps_with_whole_sentences() {
    for code in Code::ALL {
        let entry = entry(*code).expect("entry");
        for known in places() {
            for fix in entry.elsewhere.iter().map(|advice| &advice.fix).chain([&entry.fix]) {
                let steps = fix.iter().filter(|step| step.fits(&known)).count();
                assert!((1..=4).contains(&steps), "{code}: {steps} under {known:?}");
            }
        }
        for step in steps(entry) {
            assert!(step.text.ends_with(['.', '?']), "{code}: {}", step.text);
            assert!(step.url.as_ref().is_none_or(|url| url.starts_with("https://")), "{code}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics_and_no_value_is_filled_again(text in "[a-z{}_ \\PC]{0,60}", value in "[{}a-z\\PC]{0,20}") {
        let value = Line::from(value);
        let values = BTreeMap::from([("host", value.clone())]);
        let filled = fill(&text, &values);
        let longest = text.len() + text.matches("{host}").count() * value.len();
        proptest::prop_assert!(filled.len() <= longest);
        proptest::prop_assert_eq!(fill("a {host} b", &values), format!("a {value} b"));
        if !text.contains('{') {
            proptest::prop_assert_eq!(filled, text);
        }
    }
}

#[test]
fn placeholders_are_filled_or_shown_as_such() {
    let values = [("bucket", "photos"), ("s3_code", "NoSuchBucket")];
    let values = values.map(|(name, value)| (name, Line::from(value))).into();
    let text = "{s3_code}: `{bucket}` at {host}, {Not} one {";
    assert_eq!(fill(text, &values), "NoSuchBucket: `photos` at <host>, {Not} one {");
}
