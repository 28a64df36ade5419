//! Characters that do not belong to a value: quotes, white space, invisible ones, look-alikes. Their names, and the rest of a
//! value without them. Findings are made elsewhere.

use super::Variable;

/// The quotes that env files and shells remove, and other programs keep (`docker run --env-file`).
pub const QUOTES: [char; 3] = ['"', '\'', '`'];
/// Maximum number of characters that are examined: far more than any sound value has.
const LONGEST: usize = 4 * 1024;

/// A value without quotes, whitespace and invisible characters.
pub fn core(variable: Variable, raw: &str) -> String {
    if raw.bytes().all(|byte| byte.is_ascii_graphic()) {
        return raw.trim_matches(QUOTES).to_owned();
    }
    let kept: String = replaced(variable, raw).filter(|c| !is_whitespace(*c)).collect();
    kept.trim_matches(QUOTES).to_owned()
}

/// The core of a value if it was certainly meant: only invisible characters were removed from its middle. A blank inside
/// may stand for a hyphen, a dot or nothing.
pub fn meant(variable: Variable, raw: &str) -> Option<String> {
    let core = core(variable, raw);
    let seen: String = replaced(variable, raw).collect();
    seen.contains(&core).then_some(core)
}

/// The core of a value, if it is one piece of it, so that only the ends were removed.
pub fn without_ends(variable: Variable, raw: &str) -> Option<String> {
    let core = core(variable, raw);
    raw.contains(&core).then_some(core)
}

/// The value with each suspect replaced by what it was taken for, or by nothing.
pub fn replaced(variable: Variable, value: &str) -> impl Iterator<Item = char> {
    let mut suspects = suspects(variable, value).into_iter().peekable();
    value.chars().enumerate().filter_map(move |(position, character)| {
        match suspects.next_if(|(suspect, _, _)| *suspect == position) {
            Some((_, _, what)) => what.meant,
            None => Some(character),
        }
    })
}

/// Whether a character must be escaped wherever it is shown.
pub fn is_treacherous(character: char) -> bool {
    character.is_control() || suspicion(character).is_some()
}

/// What is wrong with a character.
pub struct Suspicion {
    /// Its name.
    pub name: &'static str,
    meant: Option<char>,
    letter: bool,
}

/// The characters of a value that do not belong to it, with their positions from 0.
pub fn suspects(variable: Variable, value: &str) -> Vec<(usize, char, Suspicion)> {
    let characters: Vec<char> = value.chars().take(LONGEST).collect();
    let is_name = variable == Variable::Endpoint;
    let labels = characters.chunk_by(|one, next| is_of_label(*one) && is_of_label(*next));
    let labels = labels.map(|label| (label, is_name && is_foreign(label)));
    let all = labels.flat_map(|(label, foreign)| label.iter().map(move |character| (*character, foreign)));
    all.enumerate()
        .filter_map(|(position, (character, foreign))| {
            let what = suspicion(character)?;
            (!(what.letter && foreign)).then_some((position, character, what))
        })
        .collect()
}

fn is_of_label(character: char) -> bool {
    character.is_alphanumeric() || character == '-'
}

/// Whether a host label is wholly in another script, as in an internationalised domain name.
fn is_foreign(label: &[char]) -> bool {
    label.iter().all(|character| !character.is_ascii_alphabetic())
}

fn suspicion(character: char) -> Option<Suspicion> {
    if character.is_ascii_graphic() {
        return None;
    }
    let unseen = |name| Suspicion { name, meant: None, letter: false };
    let taken_for = |name, meant| Suspicion { name, meant: Some(meant), letter: false };
    if let Some(name) = unseen_name(character) {
        return Some(unseen(name));
    }
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' | '\u{2039}' | '\u{203A}' => {
            Some(taken_for("a typographic quote", '\''))
        }
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' | '\u{AB}' | '\u{BB}' => {
            Some(taken_for("a typographic quote", '"'))
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(taken_for("a dash that is not a hyphen", '-')),
        '\u{FF01}'..='\u{FF5E}' => {
            let meant = char::from_u32(u32::from(character) - 0xFEE0);
            Some(Suspicion { name: "a full-width character", meant, letter: false })
        }
        _ => look_alike(character).map(|meant| Suspicion {
            name: "a letter of another script that looks like a Latin one",
            meant: Some(meant),
            letter: true,
        }),
    }
}

fn unseen_name(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{0}' => "null character",
        '\u{1B}' => "escape character",
        '\u{85}' => "next line",
        '\u{A0}' => "no-break space",
        '\u{AD}' => "soft hyphen",
        '\u{200B}' => "zero width space",
        '\u{200C}' => "zero width non-joiner",
        '\u{200D}' => "zero width joiner",
        '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "mark of writing direction"
        }
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' | '\u{1680}' => "unusual space",
        '\u{2060}'..='\u{2064}' => "invisible joiner or operator",
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{180E}' => "invisible filler",
        '\u{FE00}'..='\u{FE0F}' => "variation selector",
        '\u{FEFF}' => "byte order mark",
        '\u{FFFD}' => "replacement character, left by a wrong decoding",
        '\u{E0000}'..='\u{E007F}' => "invisible tag",
        _ if character.is_control() && !is_whitespace(character) => "control character",
        _ => return None,
    })
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn look_alike(character: char) -> Option<char> {
    const FOREIGN: &str = "аеорсхуіјѕһԁԛԝАВЕЅІЈКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι";
    const LATIN: &str = "aeopcxyijshdqwABESIJKMHOPCTXABEZHIKMNOPTYXoavi";
    let position = FOREIGN.chars().position(|foreign| foreign == character)?;
    LATIN.chars().nth(position)
}

/// Whether a character is common whitespace. Other kinds of space count as invisible.
pub fn is_whitespace(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// The name of a character for which [`is_whitespace`] holds.
pub fn whitespace_name(character: char) -> &'static str {
    match character {
        ' ' => "space",
        '\t' => "tab",
        '\n' => "line feed",
        '\r' => "carriage return",
        '\u{b}' => "vertical tab",
        _ => "form feed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_treacherous_character_is_known() {
        for character in
            ['\u{200b}', '\u{a0}', '\u{feff}', '\u{202e}', '\u{7}', '“', '’', 'а', 'ｅ', '–', '\u{0}']
        {
            assert!(suspicion(character).is_some(), "{character:?}");
        }
        for character in ['a', ' ', '\n', 'é', '中', '…', '"'] {
            assert!(suspicion(character).is_none(), "{character:?}");
        }
    }

    #[test]
    fn look_alikes_stand_for_the_latin_letters_they_resemble() {
        for (foreign, latin) in [('а', 'a'), ('с', 'c'), ('ԝ', 'w'), ('Х', 'X'), ('Χ', 'X'), ('ι', 'i')]
        {
            assert_eq!(look_alike(foreign), Some(latin));
        }
    }

    #[test]
    fn a_domain_name_in_another_script_is_no_look_alike() {
        assert!(suspects(Variable::Endpoint, "https://хост.рф:9000").is_empty());
        assert_eq!(suspects(Variable::Endpoint, "https://cloudflаrestorage.com").len(), 1);
        assert_eq!(suspects(Variable::BucketName, "хост").len(), 3);
    }
}
