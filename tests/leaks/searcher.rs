//! Looks for secrets in what the program wrote, from the other end than the program's own filter does: that one undoes
//! escapes in the text, this one writes each part of the secret down in every way and looks for the result.

use std::collections::HashMap;

use super::encoding::ENCODINGS;
use crate::support::cli::Ran;

/// So many characters in a row are a recognisable part of a secret.
const PART: usize = 8;
/// Forms are told apart by so many bytes first.
const START: usize = 6;
const SLOTS: usize = 1 << 16;

/// Everything that may be in no output, by its first bytes.
pub struct Searcher {
    forms: HashMap<[u8; START], Vec<(&'static str, String)>>,
    /// Whether any form may begin like this: most places in a text are done with by this alone.
    begins: Vec<bool>,
}

/// Where `begins` has the answer for what begins with these bytes.
fn slot(start: [u8; START]) -> usize {
    let [a, b, c, d, ..] = start;
    (u32::from_le_bytes([a, b, c, d]).wrapping_mul(0x9e37_79b1) >> (u32::BITS - SLOTS.ilog2())) as usize
}

impl Searcher {
    /// For all parts of these secrets.
    pub fn new(secrets: &[&str]) -> Self {
        let mut searcher = Self { forms: HashMap::new(), begins: vec![false; SLOTS] };
        for secret in secrets {
            let letters: Vec<char> = secret.chars().collect();
            for part in letters.windows(PART).map(String::from_iter) {
                searcher.add(&part);
            }
        }
        searcher
    }

    /// Parts that are mostly white space are no parts: every text is laid out with it.
    fn add(&mut self, part: &str) {
        if part.chars().filter(|letter| !letter.is_whitespace()).count() < PART / 2 {
            return;
        }
        for (name, encode) in ENCODINGS {
            let whole = encode(part);
            // The last characters of base64 depend on what comes after the secret, the first ones on what comes before.
            let form = match name {
                "base64" | "base64, for URLs" => whole.trim_end_matches('=')[..part.len() * 8 / 6].to_owned(),
                "base32" | "base32, lower" => whole[..part.len() * 8 / 5].to_owned(),
                "base64, one on" => whole[2..(part.len() + 1) * 8 / 6].to_owned(),
                "base64, for URLs, two on" => whole[3..(part.len() + 2) * 8 / 6].to_owned(),
                _ => whole,
            };
            let form = form.trim().to_lowercase();
            if let Some(start) = form.as_bytes().first_chunk() {
                self.begins[slot(*start)] = true;
                self.forms.entry(*start).or_default().push((name, form));
            }
        }
    }

    /// What is found in a text, as it stands and with its lines joined.
    pub fn search(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let joined: String = lower.split_whitespace().collect();
        self.search_exactly(&lower).or_else(|| self.search_exactly(&joined))
    }

    fn search_exactly(&self, text: &str) -> Option<String> {
        let bytes = text.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let start = bytes[at..].first_chunk()?;
            if !self.begins[slot(*start)] {
                return None;
            }
            let forms = self.forms.get(start)?;
            let found = forms.iter().find(|(_, form)| bytes[at..].starts_with(form.as_bytes()));
            found.map(|(name, form)| format!("`{form}` ({name})"))
        })
    }

    /// Asserts that nothing is found in anything that a run wrote.
    ///
    /// # Panics
    /// When something is.
    pub fn finds_nothing_in(&self, ran: &Ran) {
        let files = ran.files().into_iter().filter(|name| name.starts_with("report."));
        let files = files.map(|name| (name.clone(), std::fs::read_to_string(ran.file(&name)).unwrap()));
        let streams = [("stdout".to_owned(), ran.stdout.clone()), ("stderr".to_owned(), ran.stderr.clone())];
        for (name, text) in files.chain(streams) {
            if let Some(found) = self.search(&text) {
                panic!("{found} is in {name}:\n{text}");
            }
        }
    }
}

#[test]
fn the_searcher_finds_each_encoding() {
    let secret = "aB3/dE+f=hI\"j'K&l<m\\n é🔑p";
    for (name, encode) in ENCODINGS {
        let text = format!("before {}, after", encode(secret));
        assert!(Searcher::new(&[secret]).search(&text).is_some(), "{name}: {text}");
        assert_eq!(Searcher::new(&["another-secret-of-mine"]).search(&text), None, "{name}: {text}");
    }
}
