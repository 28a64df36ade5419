//! Secrets in the parts of an env file that are not parsed: comments, lines that cannot be parsed, UTF-16, files that are too
//! long. They become no settings; no output may hold them.
//!
//! Parsing is as lenient as possible: a false hit only masks a word.

use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::RangeInclusive;
use std::path::Path;

use masking::Secret;

use crate::base::worker::Worker;
use crate::settings::confidential::{is_secret_name, logins_in};
use crate::settings::{Variable, disclosure};

/// Maximum number of bytes of a line: the longest credential that the head of a request can carry.
const LONGEST_LINE: u64 = 16 * 1024;
/// Maximum number of bytes of a file that is too long.
const LONGEST_FILE: u64 = 16 * 1024 * 1024;
/// How much is kept for each reason, in bytes.
const ROOM: usize = 128 * 1024;
/// In unparsable text, this many characters in a row may be a secret whatever comes before them.
const FEWEST: usize = 8;

/// The secrets in the comments of an env file and in its unparsable lines, counted from 1.
pub fn secrets(bytes: &[u8], unread: &[RangeInclusive<usize>]) -> Vec<Secret> {
    let mut found = Found::default();
    let mut unread = unread.iter().peekable();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        while unread.next_if(|lines| *lines.end() <= index).is_some() {}
        found.look_at(line, unread.peek().is_some_and(|lines| lines.contains(&(index + 1))));
    }
    found.secrets
}

/// The secrets in a file that is too long to be read.
pub fn secrets_of_file(worker: &Worker, path: &Path) -> Vec<Secret> {
    let mut found = Found::default();
    let Ok(file) = worker.beginning(path, LONGEST_FILE) else { return Vec::new() };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(1..) => found.look_at(&line, true),
            Ok(0) | Err(_) => return found.secrets,
        }
    }
}

#[derive(Default)]
struct Found {
    secrets: Vec<Secret>,
    /// How many bytes are kept of what is named or shaped as a secret, and of what only may be one, which must not take the
    /// room of the first.
    bytes: [usize; 2],
}

/// Why a text is kept.
#[derive(Clone, Copy)]
enum Reason {
    Plain = 0,
    Possible = 1,
}

impl Found {
    fn look_at(&mut self, line: &[u8], unread: bool) {
        let room = usize::try_from(LONGEST_LINE).unwrap_or(usize::MAX);
        let line = &line[..line.len().min(room)];
        // UTF-16 has a zero beside each letter of ASCII.
        let bytes: Vec<u8> = line.iter().copied().filter(|byte| *byte != 0).collect();
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_matches(|c: char| c.is_whitespace() || "\u{feff}\u{fffd}".contains(c));
        let comment = text.starts_with('#');
        if !unread && !comment {
            return;
        }
        let (text, unread) = (text.trim_start_matches(['#', ' ']), unread && !comment);
        match text.split_once(['=', ':']) {
            Some((name, value)) => self.look_at_pair(name, value, unread),
            None if unread => self.look_at_words(text),
            None => {}
        }
        for login in logins_in(text) {
            self.keep(login.expose(), Reason::Plain);
        }
    }

    fn look_at_pair(&mut self, name: &str, value: &str, unread: bool) {
        let name = name.trim().trim_start_matches("export").trim();
        let value = value.trim().trim_matches(['"', '\'', '`', ',', ';']);
        let is_public = Variable::ALL.iter().any(|ours| ours.name() == name && !ours.is_secret());
        if disclosure::looks_secret(value) || (!is_public && is_secret_name(name)) {
            self.keep(value, Reason::Plain);
            value.split_whitespace().for_each(|word| self.keep(word, Reason::Plain));
        } else if unread && !is_public && value.chars().count() >= FEWEST {
            self.keep(value, Reason::Possible);
        }
        if unread {
            self.look_at_words(name);
        }
    }

    /// In text without certain names, any word that is no name may be a secret.
    fn look_at_words(&mut self, text: &str) {
        for word in text.split_whitespace().filter(|word| word.chars().count() >= FEWEST && !is_name(word)) {
            let reason = if disclosure::looks_secret(word) { Reason::Plain } else { Reason::Possible };
            self.keep(word, reason);
        }
    }

    fn keep(&mut self, text: &str, reason: Reason) {
        let bytes = &mut self.bytes[reason as usize];
        if !text.is_empty() && *bytes + text.len() <= ROOM {
            *bytes += text.len();
            self.secrets.push(Secret::new(text.to_owned()));
        }
    }
}

/// Whether a word has the form of a variable's name.
fn is_name(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && !disclosure::looks_secret(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8], unread: Option<usize>) -> Vec<String> {
        let unread: Vec<_> = unread.map(|first| first..=usize::MAX).into_iter().collect();
        secrets(bytes, &unread).iter().map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn secrets_are_found_where_nobody_reads_them() {
        for (text, unread) in [
            ("# R2_SECRET_ACCESS_KEY=hunter-two-42\n", None),
            ("#export OLD_TOKEN = 'hunter-two-42'\n", None),
            ("A=1\nR2_SECRET_ACCESS_KEY hunter-two-42\n", Some(2)),
            ("A='x\nSOMETHING=hunter-two-42\n", Some(1)),
            ("hunter-two-42=\n", Some(1)),
            ("r2_secret_acess_key: \"hunter-two-42\",\n", Some(1)),
            ("# postgres://app:hunter-two-42@db/app\n", None),
        ] {
            assert!(found(text.as_bytes(), unread).contains(&"hunter-two-42".to_owned()), "{text}");
            let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(found(&utf_16, Some(1)).contains(&"hunter-two-42".to_owned()), "{text} in UTF-16");
        }
    }

    #[test]
    fn what_is_no_secret_is_not_taken_for_one() {
        let text = "# A comment: nothing else\nR2_BUCKET_NAME=photos-of-ours\nPORT=8787\nR2_REGION auto\n";
        assert_eq!(found(text.as_bytes(), None), [""; 0]);
        let unread = found(b"R2_BUCKET_NAME=photos of ours\nR2_REGION=auto-of-ours\n", Some(1));
        assert_eq!(unread, [""; 0]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let lines: String = (0..20_000)
            .map(|n| format!("A_SECRET={n}-0123456789012345678901234567890\n"))
            .collect::<Vec<_>>()
            .concat();
        assert!(found(lines.as_bytes(), None).iter().map(String::len).sum::<usize>() <= 2 * ROOM);
        assert!(found(&vec![b'x'; 1 << 20], Some(1)).iter().all(|value| value.len() <= 16 * 1024));
    }
}
