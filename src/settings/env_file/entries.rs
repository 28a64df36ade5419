//! What an env file sets, as the application's loader sees it, within bounds. Of a line that cannot be parsed, only
//! its number and the name of our variable in it are kept: the rest may hold a secret.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use masking::Secret;

use super::dotenv::{Content, Reference, Statement, Statements, resolve};
use super::{Entry, Trouble, Unreadable};
use crate::settings::{Variable, confidential};

/// Upper bound of all values together, in bytes, after references are replaced.
const LARGEST: usize = 2 * 1024 * 1024;
/// Up to this many entries are kept; of the rest, only what concerns this program.
const MOST: usize = 1000;

/// The value of a variable of the environment.
pub type Known<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The content of an env file.
#[derive(Default)]
pub struct Contents {
    /// What it sets, in its order.
    pub entries: Vec<Entry>,
    /// The lines that cannot be read, in their order.
    pub unreadable: Vec<Unreadable>,
    /// The last line on which one of our variables is without an equals sign, which withdraws its value.
    pub bare: BTreeMap<Variable, usize>,
    /// Why the rest is not read.
    pub trouble: Option<Trouble>,
    /// The lines that were not parsed, to be searched for secrets.
    pub unread: Vec<RangeInclusive<usize>>,
    /// Secrets of entries that are not kept.
    pub secrets: Vec<Secret>,
}

/// Reads a text whose lines end in line feeds. Of more than [`MOST`] entries, only what concerns this program is kept.
pub fn read(text: &str, shown: &str, environment: Known<'_>) -> Contents {
    let mut reading = Reading { environment, refers: text.contains("${"), total: 0, ours: BTreeMap::new() };
    let (mut contents, mut values) = (Contents::default(), HashMap::new());
    for statement in Statements::of(text) {
        if reading.total > LARGEST {
            contents.trouble = Some(growth(statement.first, shown));
            contents.unread.push(statement.first..=usize::MAX);
            break;
        }
        reading.add(statement, &mut contents, &mut values);
    }
    contents
}

/// The inputs of reading.
struct Reading<'a> {
    environment: Known<'a>,
    /// Whether any value refers to another: only then all of them are kept.
    refers: bool,
    total: usize,
    ours: BTreeMap<Variable, usize>,
}

impl Reading<'_> {
    fn add(
        &mut self,
        statement: Statement<'_>,
        contents: &mut Contents,
        values: &mut HashMap<String, String>,
    ) {
        let Statement { first, last, text, content } = statement;
        match content {
            Content::Set(name, value) => {
                let (value, references) = self.resolved(&value, values);
                self.total += value.len();
                if !is_usual(&name) {
                    // An unusual name may be a secret in the wrong place.
                    contents.unread.push(first..=last);
                }
                if self.refers {
                    values.insert(name.clone(), value.clone());
                }
                // `os.environ` rejects both, so the loader fails on the whole file.
                if value.contains('\0') || name.contains(['\0', '=']) {
                    contents.trouble.get_or_insert_with(|| refused(first));
                }
                if contents.entries.len() < MOST || self.concerns_us(&name) {
                    contents.entries.push(Entry { name, value: Secret::new(value), line: first, references });
                } else {
                    contents.secrets.extend(confidential::of_another(&name, &value));
                }
            }
            Content::Bare(name) => {
                if self.refers {
                    values.insert(name.clone(), String::new());
                }
                if let Some(variable) = ours(&name) {
                    contents.bare.insert(variable, first);
                } else {
                    // A name without a value may be a secret.
                    contents.unread.push(first..=last);
                }
            }
            Content::Unreadable => {
                contents.unread.push(first..=last);
                if contents.unreadable.len() < MOST {
                    let line = text.lines().next().unwrap_or_default();
                    let reason = reason(line);
                    contents.unreadable.push(Unreadable { line: first, last, variable: named(line), reason });
                }
            }
        }
    }

    /// A value with its references replaced: the environment comes before the file.
    fn resolved(&self, value: &str, values: &HashMap<String, String>) -> (String, Vec<Reference>) {
        resolve(value, |name| {
            let in_environment = (self.environment)(name).map(Cow::Owned);
            in_environment.or_else(|| values.get(name).map(|value| Cow::Owned(value.clone())))
        })
    }

    /// Whether a variable is ours, and has not reached the bound of repetitions.
    fn concerns_us(&mut self, name: &str) -> bool {
        let count = ours(name).map(|variable| self.ours.entry(variable).or_default());
        count.is_some_and(|count| std::mem::replace(count, *count + 1) < MOST / 10)
    }
}

/// Whether a shell would accept a name, too.
fn is_usual(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.".contains(letter))
}

fn ours(name: &str) -> Option<Variable> {
    Variable::ALL.into_iter().find(|variable| variable.name() == name)
}

/// The problem of values that refer to values that refer to others: a few such lines can fill any memory.
fn growth(line: usize, shown: &str) -> Trouble {
    let evidence = format!(
        "line {line} of {shown} makes the values, with their references replaced, longer than 2 MiB; it and the lines after it \
         are not read"
    );
    Trouble::at(line, evidence)
}

fn refused(line: usize) -> Trouble {
    let evidence = format!(
        "line {line} contains a zero byte, or an equals sign in a name: Python refuses it, and load_dotenv() ends with an \
         exception"
    );
    Trouble::at(line, evidence)
}

/// Our variable that an unparsable line sets. Any other name might be a secret.
fn named(line: &str) -> Option<Variable> {
    let line = line.trim_start();
    let line = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
    let line = line.trim_start().trim_start_matches(['\'', '"']);
    let end =
        line.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(line.len());
    ours(&line[..end])
}

/// Why the line cannot be parsed, as far as the line shows.
fn reason(line: &str) -> &'static str {
    match line.split_once('=') {
        None => "no `=`",
        Some((name, _)) if name.trim().is_empty() => "no name before `=`",
        Some((name, _)) if name.trim().trim_start_matches("export").trim().contains(char::is_whitespace) => {
            "more than a name before `=`"
        }
        Some((_, value)) => match value.trim_start().chars().next() {
            Some(quote @ ('\'' | '"')) if value.trim_start()[1..].contains(quote) => {
                "text after the closing quote"
            }
            Some('\'' | '"') => "unclosed quote",
            Some(_) | None => "no valid name before `=`",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Contents {
        read(text, ".env", &|name| (name == "HOST").then(|| "outside".to_owned()))
    }

    fn set(text: &str) -> Vec<(String, String, usize)> {
        let value = |entry: &Entry| (entry.name.clone(), entry.value.expose().to_owned(), entry.line);
        contents(text).entries.iter().map(value).collect()
    }

    #[test]
    fn entries_carry_the_line_on_which_they_begin() {
        let text = "# comment\n\nA=1\n  # more\nexport B=\"two\nlines\"\n\nC='x' # end\nA=2\n";
        let found = set(text);
        let found: Vec<_> =
            found.iter().map(|(name, value, line)| (name.as_str(), value.as_str(), *line)).collect();
        assert_eq!(found, [("A", "1", 3), ("B", "two\nlines", 5), ("C", "x", 8), ("A", "2", 9)]);
    }

    #[test]
    fn references_are_replaced_from_the_environment_first() {
        let text = "HOST=inside\nA=${HOST}\nB='${A}/b'\nC=${NONE:-c}\nD=${NONE}\nE=$A ${A:B}\nF\nG=${F:-g}\n";
        let values: Vec<String> = set(text).into_iter().map(|(_, value, _)| value).collect();
        assert_eq!(values, ["inside", "outside", "outside/b", "c", "", "$A ${A:B}", ""]);
        let unresolved: Vec<_> = contents(text)
            .entries
            .iter()
            .filter(|entry| entry.references.iter().any(|reference| !reference.stands_for_something))
            .map(|entry| entry.name.clone())
            .collect();
        assert_eq!(unresolved, ["D"]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_known_by_number_variable_and_reason() {
        for (text, line, variable, reason) in [
            ("A=1\nR2_BUCKET_NAME='a' 'b'\n", 2, Some(Variable::BucketName), "after the closing quote"),
            ("A=1\n\n# x\nR2_REGION='hunter\nB=2\n", 4, Some(Variable::Region), "unclosed"),
            ("hunter two\n", 1, None, "no `=`"),
            ("=hunter\n", 1, None, "no name before"),
            ("R2_REGION hunter\n", 1, Some(Variable::Region), "no `=`"),
        ] {
            let contents = contents(text);
            let [unreadable] = contents.unreadable.as_slice() else { panic!("{text}") };
            assert_eq!((unreadable.line, unreadable.variable), (line, variable), "{text}");
            assert!(unreadable.reason.contains(reason), "{text}: {}", unreadable.reason);
        }
    }

    #[test]
    fn a_quote_that_closes_in_another_line_swallows_what_is_between() {
        let contents = contents("A='x\nR2_REGION='auto'\nB=2\n");
        assert_eq!((contents.unreadable[0].line, contents.unreadable[0].last), (1, 2));
        assert_eq!(contents.entries.len(), 1);
    }

    #[test]
    fn values_that_double_with_every_line_end_before_the_memory_does() {
        let laughs: Vec<String> = (1..60).map(|n| format!("A{n}=${{A{0}}}${{A{0}}}\n", n - 1)).collect();
        let contents = contents(&format!("A0=hunter-hunter-hunter\n{}", laughs.concat()));
        let trouble = contents.trouble.expect("trouble");
        assert!(trouble.evidence[0].contains("longer than 2 MiB") && !trouble.evidence[0].contains("hunter"));
        assert!(contents.entries.iter().map(|entry| entry.value.expose().len()).sum::<usize>() < 3 * LARGEST);
    }
}
