//! Files of sections and keys as Python's `configparser.RawConfigParser` reads them, and the blocks in them as botocore does
//! (`configloader.raw_config_parse`).

use super::words;
use crate::settings::way::python::{is_space, stripped};

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key; in lower case, but for those of a block.
    pub key: String,
    /// What it is set to.
    pub value: Value,
    /// The line of the file on which it stands.
    pub line: usize,
}

/// What a key is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, of several lines where the following ones are indented deeper.
    Text(String),
    /// Nothing on the line of the key, and pairs below it.
    Block(Vec<Pair>),
}

/// A file that was read.
#[derive(Default)]
pub struct Ini {
    sections: Vec<(String, Vec<Pair>)>,
}

/// The section whose values Python adds to all others, and which is no section itself.
const FOR_ALL: &str = "DEFAULT";

/// A file that is being read: the lines of a value are not joined yet.
#[derive(Default)]
struct Reading {
    sections: Vec<(String, Vec<Lines>)>,
    /// The indentation of the last key or section.
    indent: usize,
    /// Whether a key is above that may go on.
    open: bool,
}

/// A key with the lines of its value, each with its number.
#[derive(Clone)]
struct Lines {
    key: String,
    lines: Vec<(usize, String)>,
}

impl Ini {
    /// Parses a text.
    ///
    /// # Errors
    /// With the line that Python or botocore refuses, and why.
    pub fn parse(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut reading = Reading::default();
        // Python takes `\r` alone for the end of a line too.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        for (number, line) in (1..).zip(text.split('\n')) {
            reading.line(number, line).map_err(|why| (number, why))?;
        }
        let mut sections = reading.sections;
        let for_all = sections.iter().position(|(name, _)| name == FOR_ALL);
        let for_all = for_all.map(|place| sections.remove(place).1).unwrap_or_default();
        // The values of all sections are put together in those that have none of their own, and nowhere else.
        let whole = |(name, mut own): (String, Vec<Lines>)| {
            let missing = for_all.iter().filter(|lines| own.iter().all(|known| known.key != lines.key));
            let missing: Vec<_> = missing.cloned().collect();
            own.extend(missing);
            Ok((name, own.into_iter().map(Lines::put_together).collect::<Result<_, _>>()?))
        };
        Ok(Self { sections: sections.into_iter().map(whole).collect::<Result<_, _>>()? })
    }

    /// A section by its name.
    pub fn section(&self, name: &str) -> Option<&Vec<Pair>> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, pairs)| pairs)
    }

    /// The section of a profile: `default`, or `profile NAME`, the last that has the name.
    pub fn profile(&self, name: &str) -> Option<&Vec<Pair>> {
        let bare = self.sections.iter().rfind(|(section, _)| {
            (name == "default" && section == "default") || is_named(section, "profile", name)
        });
        bare.map(|(_, pairs)| pairs)
    }

    /// The section `sso-session NAME`.
    pub fn sso_session(&self, name: &str) -> Option<&Vec<Pair>> {
        let found = self.sections.iter().rfind(|(section, _)| is_named(section, "sso-session", name));
        found.map(|(_, pairs)| pairs)
    }
}

/// Whether a section has this kind and name: two words as a shell reads them (`configloader._parse_section`).
fn is_named(section: &str, kind: &str, name: &str) -> bool {
    let words = section.starts_with(kind).then(|| words::of(section)).flatten();
    matches!(words.as_deref(), Some([_, word]) if word == name)
}

impl Reading {
    fn line(&mut self, number: usize, line: &str) -> Result<(), &'static str> {
        let bare = stripped(line);
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        if self.open && indent > self.indent {
            if let Some(pair) = self.sections.last_mut().and_then(|(_, pairs)| pairs.last_mut()) {
                pair.lines.push((number, bare.to_owned()));
            }
            return Ok(());
        }
        self.indent = indent;
        let header = bare.strip_prefix('[').and_then(|rest| rest.rsplit_once(']'));
        match header.filter(|(name, _)| !name.is_empty()) {
            Some((name, _)) => self.section(name),
            None => self.pair(number, bare),
        }
    }

    fn section(&mut self, name: &str) -> Result<(), &'static str> {
        self.open = false;
        let known = self.sections.iter().position(|(known, _)| known == name);
        match known {
            Some(_) if name != FOR_ALL => return Err("begins a section that is there already"),
            Some(place) => {
                let again = self.sections.remove(place);
                self.sections.push(again);
            }
            None => self.sections.push((name.to_owned(), Vec::new())),
        }
        Ok(())
    }

    fn pair(&mut self, number: usize, bare: &str) -> Result<(), &'static str> {
        let Some((_, pairs)) = self.sections.last_mut() else { return Err("stands before any section") };
        let Some((key, value)) = bare.split_once(['=', ':']).filter(|(key, _)| !stripped(key).is_empty())
        else {
            return Err("has no `=`");
        };
        let key = stripped(key).to_lowercase();
        if pairs.iter().any(|known| known.key == key) {
            return Err("sets a key that its section has already");
        }
        pairs.push(Lines { key, lines: vec![(number, stripped(value).to_owned())] });
        self.open = true;
        Ok(())
    }
}

impl Lines {
    fn put_together(self) -> Result<Pair, (usize, &'static str)> {
        let Self { key, lines } = self;
        let line = lines.first().map_or(0, |(number, _)| *number);
        let value = match &lines[..] {
            [(_, first), rest @ ..] if first.is_empty() && !rest.is_empty() => {
                Value::Block(rest.iter().map(within).collect::<Result<_, _>>()?)
            }
            all => Value::Text(all.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")),
        };
        Ok(Pair { key, value, line })
    }
}

/// A pair of a block.
fn within((line, text): &(usize, String)) -> Result<Pair, (usize, &'static str)> {
    let (key, value) = text.split_once('=').ok_or((*line, "has no `=`"))?;
    Ok(Pair { key: stripped(key).to_owned(), value: Value::Text(stripped(value).to_owned()), line: *line })
}

/// The pair of a key; of several the last.
pub fn value<'a>(pairs: &'a [Pair], key: &str) -> Option<&'a Pair> {
    pairs.iter().rfind(|pair| pair.key == key)
}
