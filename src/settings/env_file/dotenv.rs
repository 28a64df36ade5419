//! The grammar of python-dotenv 1.2.4, which the application's `load_dotenv()` reads env files by. It knows no variable and
//! no finding.
//!
//! Each function names the expression of `dotenv/parser.py` or `dotenv/variables.py` that it follows. A test compares both
//! on generated files, with python-dotenv itself.

use std::borrow::Cow;

/// One statement of an env file.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The line on which it begins, from 1.
    pub first: usize,
    /// The line on which it ends.
    pub last: usize,
    /// Its text.
    pub text: &'a str,
    /// Its content.
    pub content: Content,
}

/// The content of a statement.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// A name with its value, before references are replaced.
    Set(String, String),
    /// A name without an equals sign: an earlier value of it is withdrawn.
    Bare(String),
    /// It cannot be read. python-dotenv logs a warning and continues after it.
    Unreadable,
}

/// The statements of a text, in their order.
pub struct Statements<'a> {
    rest: &'a str,
    line: usize,
}

/// A syntax error.
struct Unexpected;

impl<'a> Statements<'a> {
    /// Those of this text, whose lines end in line feeds only: Python's text files make them so (`open`, newline=None).
    pub fn of(text: &'a str) -> Self {
        // `Reader.__init__`: a byte order mark is skipped.
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 }
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.matches('\n').count();
        self.rest = rest;
        passed
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !belongs(character)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    fn starts_with(&self, character: char) -> bool {
        self.rest.starts_with(character)
    }

    /// `parse_binding`, without its error handling.
    fn statement(&mut self) -> Result<Option<Content>, Unexpected> {
        self.export();
        let key = self.key()?;
        self.take_while(is_blank);
        let value = if self.starts_with('=') { Some(self.after_equals()?) } else { None };
        self.comment_and_end()?;
        Ok(match (key, value) {
            (Some(name), Some(value)) => Some(Content::Set(name, value)),
            (Some(name), None) => Some(Content::Bare(name)),
            (None, _) => None,
        })
    }

    /// `_export`: the word and at least one blank.
    fn export(&mut self) {
        if let Some(rest) = self.rest.strip_prefix("export")
            && rest.starts_with(is_blank)
        {
            self.advance("export".len());
            self.take_while(is_blank);
        }
    }

    /// `parse_key`: none before a comment, else `_single_quoted_key` or `_unquoted_key`.
    fn key(&mut self) -> Result<Option<String>, Unexpected> {
        if self.starts_with('#') {
            return Ok(None);
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let end = rest.find('\'').filter(|end| *end > 0).ok_or(Unexpected)?;
            self.advance(end + 2);
            return Ok(Some(rest[..end].to_owned()));
        }
        let key = self.take_while(|character| !is_space(character) && character != '=' && character != '#');
        if key.is_empty() { Err(Unexpected) } else { Ok(Some(key.to_owned())) }
    }

    /// `_equal_sign`, and in `parse_binding` what follows it: behind a blank, a `#` begins a comment.
    fn after_equals(&mut self) -> Result<String, Unexpected> {
        self.advance(1);
        let blank = !self.take_while(is_blank).is_empty();
        if blank && self.starts_with('#') { Ok(String::new()) } else { self.value() }
    }

    /// `parse_value`.
    fn value(&mut self) -> Result<String, Unexpected> {
        match self.rest.chars().next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            None | Some('\n') => Ok(String::new()),
            Some(_) => Ok(without_comment(self.take_while(|character| character != '\n'))),
        }
    }

    /// `_single_quoted_value` and `_double_quoted_value`: up to the next quote that no backslash escapes, over line ends.
    fn quoted(&mut self, quote: char) -> Result<String, Unexpected> {
        let mut escaped = false;
        let inside = &self.rest[1..];
        let end = inside.find(|character| {
            let ends = !escaped && character == quote;
            escaped = !escaped && character == '\\';
            ends
        });
        let end = end.ok_or(Unexpected)?;
        self.advance(end + 2);
        Ok(unescaped(
            &inside[..end],
            if quote == '"' { escape_in_double_quotes } else { escape_in_single_quotes },
        ))
    }

    /// `_comment` and `_end_of_line`.
    fn comment_and_end(&mut self) -> Result<(), Unexpected> {
        self.take_while(is_blank);
        if self.starts_with('#') {
            self.take_while(|character| character != '\n');
        }
        match self.rest.chars().next() {
            None => Ok(()),
            Some('\n') => {
                self.advance(1);
                Ok(())
            }
            Some(_) => Err(Unexpected),
        }
    }
}

impl<'a> Iterator for Statements<'a> {
    type Item = Statement<'a>;

    fn next(&mut self) -> Option<Statement<'a>> {
        loop {
            // `_multiline_whitespace`
            self.take_while(is_space);
            if self.rest.is_empty() {
                return None;
            }
            let (first, text) = (self.line, self.rest);
            let content = self.statement().unwrap_or_else(|Unexpected| {
                // `_rest_of_line`, from the position of the error.
                self.take_while(|character| character != '\n');
                self.advance(usize::from(self.starts_with('\n')));
                Some(Content::Unreadable)
            });
            if let Some(content) = content {
                let whole = &text[..text.len() - self.rest.len()];
                let inner_ends = whole.strip_suffix('\n').unwrap_or(whole).matches('\n').count();
                return Some(Statement { first, last: first + inner_ends, text: whole, content });
            }
        }
    }
}

/// `\s`: what Python's `str.isspace` says, which counts the four separators of ASCII.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// `[^\S\r\n]`
fn is_blank(character: char) -> bool {
    is_space(character) && character != '\n'
}

/// `parse_unquoted_value`: without a comment behind a blank, and without blanks at the end.
fn without_comment(value: &str) -> String {
    let comment = value.match_indices('#').find(|(at, _)| value[..*at].ends_with(is_space));
    value[..comment.map_or(value.len(), |(at, _)| at)].trim_end_matches(is_space).to_owned()
}

/// `decode_escapes`
fn unescaped(text: &str, meaning: fn(char) -> Option<char>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let meant = if character == '\\' { characters.peek().copied().and_then(meaning) } else { None };
        if meant.is_some() {
            characters.next();
        }
        plain.push(meant.unwrap_or(character));
    }
    plain
}

/// `_double_quote_escapes`
fn escape_in_double_quotes(character: char) -> Option<char> {
    match character {
        '\\' | '\'' | '"' => Some(character),
        'a' => Some('\u{07}'),
        'b' => Some('\u{08}'),
        'f' => Some('\u{0c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{0b}'),
        _ => None,
    }
}

/// `_single_quote_escapes`
fn escape_in_single_quotes(character: char) -> Option<char> {
    matches!(character, '\\' | '\'').then_some(character)
}

/// A `${NAME}` or `${NAME:-default}` in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Whether it stands for something: a variable that is set, or its default.
    pub stands_for_something: bool,
}

/// A value with its references replaced, and these: `resolve_variables` and `_posix_variable`. `known` gives the value of a
/// name, empty for one that stands in the file without a value, and nothing for one that is not set.
pub fn resolve<'a>(value: &str, known: impl Fn(&str) -> Option<Cow<'a, str>>) -> (String, Vec<Reference>) {
    let (mut resolved, mut references) = (String::with_capacity(value.len()), Vec::new());
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((name, default, length)) = reference(rest) else {
            resolved.push_str("${");
            rest = &rest["${".len()..];
            continue;
        };
        let found = known(name);
        resolved.push_str(found.as_deref().or(default).unwrap_or_default());
        let stands_for_something = found.is_some() || default.is_some();
        references.push(Reference { name: name.to_owned(), stands_for_something });
        rest = &rest[length..];
    }
    resolved.push_str(rest);
    (resolved, references)
}

/// Name, default and length of the reference with which a text begins.
fn reference(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let inside = text.strip_prefix("${")?;
    let end = inside.find(['}', ':'])?;
    let name = &inside[..end];
    if inside[end..].starts_with('}') {
        return Some((name, None, end + 3));
    }
    let default = inside[end..].strip_prefix(":-")?;
    let length = default.find('}')?;
    Some((name, Some(&default[..length]), 2 + end + 2 + length + 1))
}
