//! `R2_ENABLED`: anything but `true` makes the application keep its files on the container's disk.

use super::Subject;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::Disclosure;

/// Words that users mean as yes and the application reads as no.
const YES: [&str; 20] = [
    "1", "yes", "y", "on", "t", "enabled", "enable", "active", "ok", "okay", "yeah", "yep", "si", "ja",
    "oui", "wahr", "vrai", "truthy", "allow", "-1",
];

/// A switch that is off, or only seems to be on.
pub fn enabled(subject: &Subject, disclosure: &Disclosure) -> Option<Finding> {
    let word = subject.core().to_lowercase();
    if word == "true" || word.is_empty() {
        return None;
    }
    let shown = shown(subject, disclosure);
    let (code, fault) = if looks_like_yes(&word) {
        (Code::ConfigEnabledNotTrue, format!("is {shown}, not `true`"))
    } else {
        (Code::ConfigDisabled, format!("is {shown}, which switches R2 off"))
    };
    let finding = subject.error(code).with_fault(fault).because(format!("{} is {shown}", subject.named()));
    Some(subject.suggest(finding, "true", disclosure))
}

/// The word if it is short; a longer one may be a secret that was meant for another variable.
fn shown(subject: &Subject, disclosure: &Disclosure) -> String {
    const LONGEST: usize = 12;
    let length = subject.core().chars().count();
    if length <= LONGEST {
        disclosure.quote(subject.core())
    } else {
        format!("a value of {length} characters")
    }
}

fn looks_like_yes(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ';', ',', '!']);
    YES.contains(&word) || strsim::osa_distance(word, "true") <= 1
}

#[cfg(test)]
mod tests {
    use super::looks_like_yes;

    #[test]
    fn words_that_mean_yes_are_distinguished_from_words_that_mean_no() {
        for word in ["1", "yes", "on", "y", "t", "enabled", "ture", "tru", "true;", "true."] {
            assert!(looks_like_yes(word), "{word}");
        }
        for word in ["false", "0", "no", "off", "f", "disabled", "null", "n"] {
            assert!(!looks_like_yes(word), "{word}");
        }
    }
}
