//! Invisible and look-alike characters, which are copied with a value from a chat, a web page or a PDF. They are reported by
//! code point and position, which shows nothing else of the value.

use super::text::in_one_place;
use super::{Subject, listed};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::characters::suspects;
use crate::settings::disclosure::Disclosure;

/// A value with invisible or look-alike characters in it.
pub fn invisible(subject: &Subject, disclosure: &Disclosure) -> Option<Finding> {
    let total = subject.raw().chars().count();
    let places: Vec<String> = suspects(subject.variable, subject.raw())
        .into_iter()
        .map(|(position, character, what)| {
            let name = what.name;
            format!(
                "contains U+{:04X} ({name}) at character {} of {total}",
                u32::from(character),
                position + 1
            )
        })
        .collect();
    if places.is_empty() {
        return None;
    }
    let evidence = format!("{} {}", subject.named(), listed(&places));
    let finding = subject.error(Code::ConfigInvisibleCharacter).because(evidence);
    let finding = in_one_place(finding, &places);
    Some(subject.suggest_meant(finding, disclosure))
}
