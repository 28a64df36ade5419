//! What evidence may show: no secret, no part of one, and nothing that looks like one in any place.

use std::collections::HashSet;
use std::sync::OnceLock;

use masking::{PART, Redactor, Secret};

use super::characters::is_treacherous;
use super::lists::TOKEN_PREFIXES;

/// This many letters and digits in a row are taken for a secret: the length of the shortest that Cloudflare issues, an
/// API token's value without its prefix (<https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>).
const LONG_RUN: usize = 40;

/// The secrets of this run, which no evidence may hold.
pub struct Disclosure {
    long: Vec<Secret>,
    /// Their parts; made for the first text, so never if there is nothing to report.
    parts: OnceLock<Redactor>,
    /// Those that are too short to have parts, in lower case.
    short: HashSet<String>,
}

impl Disclosure {
    /// Collects the secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let lines = secrets.into_iter().flat_map(|secret| secret.expose().lines());
        let lines = lines.filter(|line| !line.is_empty());
        let (short, long): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.chars().count() < PART);
        let long = long.into_iter().map(|line| Secret::new(line.to_owned())).collect();
        let short = short.into_iter().map(str::to_lowercase).collect();
        Self { long, parts: OnceLock::new(), short }
    }

    /// The text for evidence and fixes, with odd characters escaped; none if it may not be shown.
    pub fn show(&self, text: &str) -> Option<String> {
        let leaks = looks_secret(text)
            || self.short.contains(&text.to_lowercase())
            || self.parts().longest_hit(text) > 0;
        (!leaks).then(|| escaped(text))
    }

    fn parts(&self) -> &Redactor {
        self.parts.get_or_init(|| Redactor::of_own(&self.long))
    }

    /// The text in backticks, or a phrase instead.
    pub fn quote(&self, text: &str) -> String {
        match self.show(text) {
            Some(text) => format!("`{text}`"),
            None => format!("a value of {} characters that is not shown", text.chars().count()),
        }
    }
}

/// Whether a value spans several lines. An unclosed quote makes the following lines part of the value, with their secrets.
pub fn spans_lines(value: &str) -> bool {
    value.trim().contains(['\n', '\r'])
}

/// Whether a text looks like a secret, wherever it stands.
pub fn looks_secret(text: &str) -> bool {
    spans_lines(text) || has_long_run(text) || has_token(text) || has_aws_key(text) || is_long_base64(text)
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
}

fn has_long_run(text: &str) -> bool {
    runs(text).any(|run| run.len() >= LONG_RUN)
}

fn has_token(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    TOKEN_PREFIXES.iter().any(|prefix| lower.contains(prefix))
}

fn has_aws_key(text: &str) -> bool {
    runs(text).any(|run| run.len() == 20 && (run.starts_with("AKIA") || run.starts_with("ASIA")))
}

fn is_long_base64(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric() && !"+/=_".contains(character)).any(
        |run| {
            let has = |class: fn(&u8) -> bool| run.as_bytes().iter().any(class);
            run.len() >= LONG_RUN
                && has(u8::is_ascii_uppercase)
                && has(u8::is_ascii_lowercase)
                && has(u8::is_ascii_digit)
        },
    )
}

/// A URL without its user info and its query, which may hold a signature.
pub fn without_user_info(url: &str) -> String {
    let start = url.find("://").map_or(0, |position| position + 3);
    let host = url.rfind('@').map_or(start, |position| position + 1);
    let end =
        url[host.max(start)..].find(['?', '#']).map_or(url.len(), |position| host.max(start) + position);
    let (before, rest) = if host > start { ("***@", &url[host..end]) } else { ("", &url[start..end]) };
    let after = if end < url.len() { "?***" } else { "" };
    if host < start { "***".to_owned() } else { format!("{}{before}{rest}{after}", &url[..start]) }
}

/// The text with control and invisible characters escaped, and cut if it is very long.
fn escaped(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown = String::new();
    for character in text.chars().take(LONGEST) {
        match character {
            '`' => shown.push('\''),
            _ if is_treacherous(character) => {
                shown.extend(character.escape_unicode());
            }
            _ => shown.push(character),
        }
    }
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_recognised_wherever_it_stands() {
        let hex = "0123456789abcdef".repeat(4);
        for text in [
            hex.as_str(),
            &format!("https://{hex}.example.com"),
            "cfut_abc",
            "https://x/cfat_0123",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in [
            "photos",
            "https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com",
            "",
            "us-east-1",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }

    #[test]
    fn user_info_and_query_are_taken_out_of_an_endpoint() {
        for (url, shown) in [
            ("https://host/path", "https://host/path"),
            ("https://user:pass@host/path", "https://***@host/path"),
            ("https://user:pa/ss@word@host", "https://***@host"),
            ("user:pass@host", "***@host"),
            ("https://host/?X-Amz-Signature=1", "https://host/?***"),
            ("https://host#part", "https://host?***"),
            ("a@b://c", "***"),
            ("https://us?er@host", "https://***@host"),
            ("", ""),
        ] {
            assert_eq!(without_user_info(url), shown);
        }
    }

    #[test]
    fn a_part_of_a_secret_is_not_shown_in_any_case() {
        let disclosure = Disclosure::new([&Secret::new("HunterTwoHunterTwo".to_owned())]);
        assert_eq!(disclosure.show("https://xhuntertwox.example"), None);
        assert_eq!(disclosure.show("photos\u{200b}`").as_deref(), Some("photos\\u{200b}'"));
    }
}
