//! The lines of an env file: `dotenvy` reads them; beside it, this counts them and looks at their raw text for what
//! `dotenvy` does not tell. Of a line nothing is kept but its number: it may hold a secret.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::feeder::{Fed, Feeder};
use super::{Entry, Trouble};
use crate::base::secret::Secret;
use crate::settings::{Variable, confidential};

/// What one value may grow to, in bytes, as others take the places of its `$NAME`s, and all of them together.
const LARGEST: usize = 2 * 1024 * 1024;
/// No sensible env file sets more variables; so many are kept as they stand.
const MOST: usize = 1000;

/// Reads all entries up to the first line that cannot be read. Of more than [`MOST`], only what concerns this program is
/// kept, and what may be a secret goes to `secrets`.
pub fn parse(bytes: &[u8], shown: &str, secrets: &mut Vec<Secret>) -> (Vec<Entry>, Option<Trouble>) {
    // `dotenvy` passes over this mark when it loads a file, but not when it iterates.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let fed = Rc::new(Cell::new(Fed::default()));
    let mut iterator = dotenvy::from_read_iter(Feeder::new(bytes, &fed));
    let mut entries: Vec<Entry> = Vec::new();
    let dollars = bytes.split(|byte| *byte == b'$').count() - 1;
    let (mut longest, mut total, mut ours) = (longest_variable(), 0, BTreeMap::new());
    loop {
        let before = fed.get();
        if dollars.saturating_mul(longest) > LARGEST || total > LARGEST {
            return (entries, Some(growth(before.lines + 1, shown)));
        }
        if dollars == 0 {
            // It would keep each value in memory, for a `$` to come.
            iterator = dotenvy::from_read_iter(Feeder::new(&bytes[before.bytes..], &fed));
        }
        let next = iterator.next();
        let lines = Lines::meaningful(&bytes[before.bytes..fed.get().bytes], before.lines);
        match next {
            None => return (entries, None),
            Some(Ok((name, value))) => {
                longest = longest.max(value.len());
                total += value.len();
                if entries.len() < MOST || concerns_us(&name, &mut ours) {
                    entries.push(lines.entry(name, value));
                } else {
                    secrets.extend(confidential::of_another(&name, &value));
                }
            }
            Some(Err(error)) => return (entries, Some(lines.trouble(&error, shown))),
        }
    }
}

/// Whether a variable is ours, and not yet repeated more often than anybody would.
fn concerns_us(name: &str, ours: &mut BTreeMap<Variable, usize>) -> bool {
    let variable = Variable::ALL.into_iter().find(|variable| variable.name() == name);
    let count = variable.map(|variable| ours.entry(variable).or_default());
    count.is_some_and(|count| std::mem::replace(count, *count + 1) < MOST / 10)
}

/// The length of the longest value that a `$` can stand for at the start of a file.
fn longest_variable() -> usize {
    std::env::vars_os().map(|(_, value)| value.len()).max().unwrap_or_default()
}

/// What is said of values that repeat other values, which repeat others: a few lines of that fill any memory.
fn growth(line: usize, shown: &str) -> Trouble {
    let why = "so many `$` stand for so long values that they might grow beyond 2 MiB";
    let evidence = format!("line {line} of {shown} and those after it are not read: {why}");
    Trouble { evidence: vec![evidence], line: Some(line), found: true }
}

/// The lines that one entry spans: more than one if its value is quoted over their ends.
struct Lines {
    first: usize,
    last: usize,
    text: String,
}

impl Lines {
    /// These lines, of which so many stand before them, without the empty ones and comments that `dotenvy` passed over on
    /// its way.
    fn meaningful(span: &[u8], before: usize) -> Self {
        let lines = || span.split_inclusive(|byte| *byte == b'\n');
        let count = lines().count();
        let skipped = lines().position(|line| !is_passed_over(line)).unwrap_or(count.saturating_sub(1));
        let start: usize = lines().take(skipped).map(<[u8]>::len).sum();
        let text = String::from_utf8_lossy(&span[start..]).into_owned();
        Self { first: before + skipped + 1, last: before + count, text }
    }

    fn entry(&self, name: String, value: String) -> Entry {
        let substituted = self.value().map_or_else(Vec::new, |value| scan(value).substituted);
        Entry { name, value: Secret::new(value), line: self.first, substituted }
    }

    fn value(&self) -> Option<&str> {
        self.text.split_once('=').map(|(_, value)| value.trim())
    }

    fn trouble(&self, error: &dotenvy::Error, shown: &str) -> Trouble {
        let line = if matches!(error, dotenvy::Error::Io(_)) { self.last } else { self.first };
        let named = self.variable().map_or_else(String::new, |variable| format!(" ({})", variable.name()));
        let reason = if matches!(error, dotenvy::Error::Io(_)) {
            "it holds bytes that are not UTF-8"
        } else {
            self.reason()
        };
        let mut evidence = vec![format!("line {line} of {shown}{named} cannot be read: {reason}")];
        if self.last > line {
            evidence.push(format!("everything up to line {} is taken for a part of it", self.last));
        }
        Trouble { evidence, line: Some(line), found: true }
    }

    /// Which of our variables the line sets. Any other name might be a secret that stands alone on its line.
    fn variable(&self) -> Option<Variable> {
        let line = without_export(&self.text);
        let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        Variable::ALL.into_iter().find(|variable| variable.name() == name)
    }

    fn reason(&self) -> &'static str {
        let line = without_export(&self.text);
        let Some(value) = self.value() else { return "it has no equals sign after a variable's name" };
        let name = line.split('=').next().unwrap_or_default().trim_end();
        if !is_name(name) {
            return "what stands before the equals sign is no variable's name";
        }
        let scan = scan(value);
        if scan.bad_escape {
            "a backslash stands before a character that it cannot escape"
        } else if scan.open {
            "a quote or `${` is opened and never closed"
        } else if scan.loose {
            "a value with a blank in it is not in quotes"
        } else {
            "the file ends in a blank without a line feed, or `$NAME` stands right before a closing quote"
        }
    }
}

fn is_passed_over(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"#")
}

fn without_export(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(line, str::trim_start)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// What the raw text of a value tells.
#[derive(Default)]
struct Scan {
    substituted: Vec<String>,
    bad_escape: bool,
    open: bool,
    loose: bool,
}

/// Walks through a value by the rules of `dotenvy` 0.15: nothing is replaced inside single quotes or after a backslash,
/// and a blank outside quotes ends the value.
fn scan(value: &str) -> Scan {
    let mut scan = Scan::default();
    let mut quote = None;
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => scan.bad_escape |= !characters.next().is_some_and(|next| "\\'\"$ n".contains(next)),
            (_, '$') => scan.substituted.push(name_after_dollar(&mut characters)),
            (None, '\'' | '"') => quote = Some(character),
            (None, ' ' | '\t') => {
                let rest: String = characters.by_ref().collect();
                scan.loose = !matches!(rest.trim_start().chars().next(), None | Some('#'));
            }
            _ => {}
        }
    }
    scan.open =
        quote.is_some() || scan.substituted.iter().any(|name| name.starts_with('{') && !name.ends_with('}'));
    scan
}

fn name_after_dollar(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut name = String::new();
    if characters.next_if_eq(&'{').is_some() {
        name.push('{');
        while let Some(character) = characters.next_if(|character| *character != '}') {
            name.push(character);
        }
        name.extend(characters.next());
    } else {
        while let Some(character) = characters.next_if(|character| character.is_alphanumeric()) {
            name.push(character);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8], shown: &str) -> (Vec<Entry>, Option<Trouble>) {
        super::parse(bytes, shown, &mut Vec::new())
    }

    fn trouble(text: &str) -> Trouble {
        parse(text.as_bytes(), ".env").1.expect("trouble")
    }

    #[test]
    fn entries_carry_the_line_on_which_they_begin() {
        let text = "# comment\n\nA=1\r\n  # more\nexport B=\"two\nlines\"\n\nC='x' # end\nA=2\n";
        let (entries, trouble) = parse(text.as_bytes(), ".env");
        let found: Vec<_> = entries.iter().map(|e| (e.name.as_str(), e.value.expose(), e.line)).collect();
        assert_eq!(found, [("A", "1", 3), ("B", "two\nlines", 5), ("C", "x", 8), ("A", "2", 9)]);
        assert!(trouble.is_none());
    }

    #[test]
    fn a_bad_line_is_named_by_number_and_reason_and_never_shown() {
        for (text, line, reason) in [
            (
                "A=1\nR2_BUCKET_NAME=hunter two\n",
                2,
                "(R2_BUCKET_NAME) cannot be read: a value with a blank in it",
            ),
            ("A=1\n\n# x\nR2_REGION='hunter\nB=2\n", 4, "opened and never closed"),
            ("R2_REGION=hun\\ter\n", 1, "a backslash stands before"),
            ("hunter\n", 1, "no equals sign"),
            ("hunter-two=3\n", 1, "no variable's name"),
            ("R2_REGION hunter\n", 1, "(R2_REGION) cannot be read: it has no equals sign"),
            ("R2_REGION=${hunter\n", 1, "opened and never closed"),
            ("A=\"$hunter\"\n", 1, "right before a closing quote"),
            ("A=hunter ", 1, "ends in a blank"),
        ] {
            let trouble = trouble(text);
            let evidence = trouble.evidence.join("\n");
            assert_eq!(trouble.line, Some(line), "{text}");
            assert!(evidence.contains(reason) && !evidence.contains("hunter"), "{text}: {evidence}");
        }
    }

    #[test]
    fn values_that_double_with_every_line_end_before_the_memory_does() {
        let laughs: Vec<String> = (1..60).map(|n| format!("A{n}=$A{0}$A{0}\n", n - 1)).collect();
        let text = format!("A0=hunter-hunter-hunter\n{}", laughs.concat());
        let (entries, trouble) = parse(text.as_bytes(), ".env");
        let trouble = trouble.expect("trouble");
        assert!(
            trouble.evidence[0].contains("might grow beyond 2 MiB")
                && !trouble.evidence[0].contains("hunter")
        );
        assert!(entries.iter().map(|entry| entry.value.expose().len()).sum::<usize>() < 2 * LARGEST);
        let harmless: Vec<String> = (0..60).map(|n| format!("B{n}=$A0-{n}\n")).collect();
        assert!(parse(format!("A0=hunter\n{}", harmless.concat()).as_bytes(), ".env").1.is_none());
    }

    #[test]
    fn an_unclosed_quote_tells_how_far_it_reaches() {
        assert_eq!(
            trouble("A='x\nB=2\nC=3\n").evidence[1],
            "everything up to line 3 is taken for a part of it"
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_named_by_their_line() {
        let (entries, trouble) = parse(b"A=1\nB=\xE4\n", ".env");
        assert_eq!((entries.len(), trouble.and_then(|trouble| trouble.line)), (1, Some(2)));
    }

    #[test]
    fn what_the_loader_replaces_is_noticed_and_what_it_leaves_is_not() {
        for (text, names) in [
            ("A=a$b-c", vec!["b"]),
            ("A=\"${ONE}$TWO_x\"", vec!["{ONE}", "TWO"]),
            ("A='a$b'", vec![]),
            ("A=a\\$b", vec![]),
            ("A=ab$", vec![""]),
            ("A=ab # $c", vec![]),
            ("A=ab#$c", vec!["c"]),
        ] {
            let (entries, trouble) = parse(text.as_bytes(), ".env");
            assert!(trouble.is_none(), "{text}");
            assert_eq!(entries[0].substituted, names, "{text}");
        }
    }
}
