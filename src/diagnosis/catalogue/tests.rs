mod filling;

use std::collections::BTreeSet;

use super::*;
use crate::base::circumstance::Circumstance;
use crate::base::code::{self, Code};

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

/// What only R2 has, or Cloudflare's pages about it.
const OF_R2: [&str; 7] = [
    "Cloudflare",
    "dash.cloudflare.com",
    "cloudflarestatus",
    "R2 API token",
    "developers.cloudflare.com",
    "R2 overview",
    "(Settings)",
];
/// Conditions that only Cloudflare's edge, or an experiment at R2, shows.
const SHOWN_BY_CLOUDFLARE: [Code; 4] =
    [Code::HttpCustomDomain, Code::HttpEdgeRefused, Code::BucketJurisdiction, Code::PermissionJurisdiction];

/// Whether a server that is not R2 can bring a finding about: all but what is found without asking it.
fn is_of_servers(code: Code) -> bool {
    let asked = !matches!(code.area(), code::Area::Config | code::Area::Run) || code == Code::ConfigRegion;
    asked && code != Code::AuthOtherProvider && !SHOWN_BY_CLOUDFLARE.contains(&code)
}

#[test]
fn what_is_said_of_another_server_leads_nowhere_at_cloudflare() {
    for code in Code::ALL.iter().filter(|code| is_of_servers(**code)) {
        let entry = entry(*code).expect("entry");
        for behind_gateway in [false, true] {
            let (cause, fix, docs) = entry.advice(&Finding { behind_gateway, ..Finding::error(*code) });
            let steps =
                fix.iter().flat_map(|step| [Some(&step.text), step.command.as_ref(), step.url.as_ref()]);
            let texts = [cause, docs].into_iter().chain(steps.flatten().map(String::as_str));
            for text in texts {
                assert!(!OF_R2.iter().any(|word| text.contains(word)), "{code}: {text}");
            }
        }
    }
}

/// All steps, those for other servers than R2 included.
fn steps(entry: &Entry) -> impl Iterator<Item = &Step> {
    entry.fix.iter().chain(entry.places().flat_map(|(_, advice)| &advice.fix))
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
        let headlines =
            entry.headline.iter().chain(entry.places().filter_map(|(_, advice)| advice.headline.as_ref()));
        let causes = entry.places().filter_map(|(_, advice)| advice.cause.as_ref());
        let texts = [&entry.title, &entry.cause].into_iter().chain(headlines).chain(causes).chain(steps);
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

#[test]
fn a_fix_is_one_to_four_steps_with_whole_sentences() {
    for code in Code::ALL {
        let entry = entry(*code).expect("entry");
        for shown in fixes(entry).flat_map(in_every_run) {
            assert!((1..=4).contains(&shown.len()), "{code}");
        }
        for step in steps(entry) {
            assert!(step.text.ends_with(['.', '?']), "{code}: {}", step.text);
            assert!(step.url.as_ref().is_none_or(|url| url.starts_with("https://")), "{code}");
        }
    }
}

fn entries() -> impl Iterator<Item = (Code, &'static Entry)> {
    Code::ALL.iter().map(|code| (*code, entry(*code).expect("entry")))
}

/// Circumstances of which exactly one holds in each run that they concern.
const CHOICES: &[&[Circumstance]] = &[
    &[Circumstance::Railway, Circumstance::OffRailway],
    &[Circumstance::Container, Circumstance::OutsideContainer],
    &[Circumstance::NoTls, Circumstance::MaybeTls],
    &[Circumstance::Proxy, Circumstance::NoProxy],
    &[Circumstance::DirectWorks, Circumstance::DirectUnknown],
    &[Circumstance::InClientVariable, Circumstance::InClientFile],
    &[Circumstance::ClientInShell, Circumstance::ClientInPlace],
    &[Circumstance::ProxyInShell, Circumstance::ProxyInPlace],
    &[Circumstance::ExemptInShell, Circumstance::ExemptInPlace],
    &[Circumstance::RootsInShell, Circumstance::RootsInPlace],
    &[Circumstance::KnownValue, Circumstance::UnknownValue],
    &[Circumstance::Error, Circumstance::Warning],
    &[Circumstance::BucketSeen, Circumstance::BucketUnseen],
    &[
        Circumstance::BadLine,
        Circumstance::BadEncoding,
        Circumstance::NoFile,
        Circumstance::LoaderOff,
        Circumstance::FileEncrypted,
    ],
    &[Circumstance::Example, Circumstance::Resolver, Circumstance::Lookup, Circumstance::Reference],
    &[Circumstance::OverriddenName, Circumstance::PlainName],
    &[Circumstance::Connected, Circumstance::NotConnected],
    &[Circumstance::ProxyLogin, Circumstance::NoProxyLogin],
    &[Circumstance::RootsNamed, Circumstance::RootsUnnamed],
    &[Circumstance::EndpointIsAddress, Circumstance::EndpointIsName],
    &[Circumstance::ConfirmedByCloudflare, Circumstance::ConfirmedByOthers],
    &[Circumstance::ReadBack, Circumstance::NotReadBack],
    &[Circumstance::SessionToken, Circumstance::NoSessionToken],
];

/// The steps that each run would show. A circumstance that is in no choice may hold or not.
fn in_every_run(fix: &[Step]) -> Vec<Vec<&Step>> {
    let mut runs: Vec<Vec<Circumstance>> = vec![Vec::new()];
    let mut chosen: BTreeSet<Circumstance> = BTreeSet::new();
    for condition in fix.iter().flat_map(|step| &step.when) {
        if chosen.contains(condition) {
            continue;
        }
        let choice = CHOICES.iter().find(|choice| choice.contains(condition));
        let options: Vec<Option<Circumstance>> = match choice {
            Some(choice) => choice.iter().copied().map(Some).collect(),
            None => vec![None, Some(*condition)],
        };
        chosen.extend(options.iter().flatten());
        let with = |option: &Option<Circumstance>| {
            let option = *option;
            runs.iter().map(move |run| run.iter().copied().chain(option).collect()).collect::<Vec<_>>()
        };
        runs = options.iter().flat_map(with).collect();
    }
    let shown = |run: &Vec<Circumstance>| {
        fix.iter().filter(|step| step.when.iter().all(|when| run.contains(when))).collect()
    };
    runs.iter().map(shown).collect()
}

/// An entry's fix at R2, and elsewhere if that differs.
fn fixes(entry: &Entry) -> impl Iterator<Item = &[Step]> {
    let places = entry.places().map(|(_, advice)| advice.fix.as_slice()).filter(|fix| !fix.is_empty());
    [entry.fix.as_slice()].into_iter().chain(places)
}

/// Words with which a sentence begins that says when, where or why before it says what to do, or nothing to do at all.
const NO_VERBS: &[&str] = &[
    "A",
    "After",
    "An",
    "As",
    "At",
    "Before",
    "Both",
    "By",
    "For",
    "From",
    "If",
    "In",
    "It",
    "Nothing",
    "On",
    "Once",
    "Only",
    "Or",
    "Otherwise",
    "Since",
    "That",
    "The",
    "Then",
    "There",
    "These",
    "This",
    "Through",
    "To",
    "Unless",
    "Until",
    "When",
    "Where",
    "With",
    "Without",
];

fn is_imperative(sentence: &str) -> bool {
    let word = sentence.split([' ', ',']).next().unwrap_or_default();
    word.starts_with(|letter: char| letter.is_ascii_uppercase())
        && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && !NO_VERBS.contains(&word)
}

#[test]
fn the_first_fix_of_every_run_is_a_short_imperative() {
    for (code, entry) in entries() {
        for shown in fixes(entry).flat_map(in_every_run) {
            let first = shown.first().map(|step| step.text.as_str()).unwrap_or_default();
            // What resolves a reference begins with a verb, too; its own test holds that.
            let first = first.replace("{resolve}", "Start it");
            let sentence = first.split(". ").next().unwrap_or_default();
            assert!(is_imperative(sentence), "{code} does not begin with what to do: {sentence}");
            assert!(sentence.chars().count() <= 100, "{code} goes on for long: {sentence}");
        }
    }
}

#[test]
fn a_headline_is_short_and_no_sentence() {
    for (code, entry) in entries() {
        let places = entry.places().filter_map(|(_, advice)| advice.headline.as_ref());
        for headline in entry.headline.iter().chain([&entry.title]).chain(places) {
            assert!(headline.chars().count() <= 90 && !headline.ends_with('.'), "{code}: {headline}");
        }
    }
}

#[test]
fn no_step_asks_where_the_run_is() {
    for (code, entry) in entries() {
        for step in steps(entry) {
            let text = step.text.to_lowercase();
            for place in ["on railway", "on your own machine", "on your machine", "elsewhere than on"] {
                assert!(!text.contains(place), "{code} says `{place}`, not `when` or {{where}}: {text}");
            }
        }
    }
}
