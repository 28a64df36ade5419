//! XML written by hand, and the ways in which an XML answer can differ from the expected one.

/// Text with XML's five special characters escaped.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            other => out.push(other),
        }
    }
    out
}

/// What becomes of an XML document on its way out. The first eight still say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Xml {
    /// The namespace is left out.
    WithoutNamespace,
    /// Each element carries a namespace prefix.
    Prefixed,
    /// Each element begins a line, with the text of leaves untouched.
    Spaced,
    /// Letters and digits of the texts are written as numeric entities.
    Entities,
    /// Texts are in CDATA sections.
    Cdata,
    /// A byte order mark comes first.
    ByteOrderMark,
    /// There are comments and unknown elements between the known ones.
    Strangers,
    /// Elements stand in the opposite order.
    Reversed,
    /// Everything after so many bytes is missing, and the length agrees.
    Truncated(usize),
    /// The end tags do not match.
    Malformed,
    /// A document type that expands without end.
    Bomb,
    /// Nothing at all.
    Empty,
}

impl Xml {
    /// The document, changed.
    pub fn change(self, document: &str) -> Vec<u8> {
        match self {
            Self::WithoutNamespace => without_namespace(document),
            Self::Prefixed => prefixed(document),
            Self::Spaced => document.replace("><", ">\n  <"),
            Self::Entities => in_texts(document, entities),
            Self::Cdata => in_texts(document, |text| format!("<![CDATA[{}]]>", unescaped(text))),
            Self::ByteOrderMark => format!("\u{feff}{document}"),
            Self::Strangers => strangers(document),
            Self::Reversed => reversed(document),
            Self::Truncated(length) => document.chars().take(length).collect(),
            Self::Malformed => document.replacen("</", "</Not", 1),
            Self::Bomb => bomb(document),
            Self::Empty => String::new(),
        }
        .into_bytes()
    }
}

fn without_namespace(document: &str) -> String {
    let Some((before, rest)) = document.split_once(" xmlns=\"") else { return document.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

fn prefixed(document: &str) -> String {
    let (head, body) = document.split_once("?>").unwrap_or(("<?xml version=\"1.0\"", document));
    let named = body.replace("</", "\u{0}").replace('<', "<s3:").replace('\u{0}', "</s3:");
    let named = if named.contains(" xmlns=") {
        named.replacen(" xmlns=", " xmlns:s3=", 1)
    } else {
        named.replacen('>', " xmlns:s3=\"http://s3.amazonaws.com/doc/2006-03-01/\">", 1)
    };
    format!("{head}?>{named}")
}

fn strangers(document: &str) -> String {
    let (head, body) = document.split_once("?>").unwrap_or(("<?xml version=\"1.0\"", document));
    let more = "><!-- note --><Unknown a=\"1\"><b/></Unknown><";
    format!("{head}?><!-- note -->{}", body.replace("><", more))
}

/// The document with the children of each element in the opposite order. No element is inside one of its own name.
fn reversed(document: &str) -> String {
    let start = document.find("?>").map_or(0, |end| end + 2);
    format!("{}{}", &document[..start], siblings_reversed(&document[start..]))
}

fn siblings_reversed(mut text: &str) -> String {
    let mut out = String::new();
    while let Some((open, rest)) = text.split_once('>').filter(|(open, _)| open.starts_with('<')) {
        let close = format!("</{}>", open[1..].split(' ').next().unwrap_or_default());
        let Some((inner, after)) = rest.split_once(&close) else { break };
        out = format!("{open}>{}{close}{out}", siblings_reversed(inner));
        text = after;
    }
    if out.is_empty() { text.to_owned() } else { out }
}

/// The document with a change made to each text between two tags.
fn in_texts(document: &str, change: impl Fn(&str) -> String) -> String {
    let mut pieces = document.split('>');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (text, tag) =
            piece.split_once('<').map_or((piece, String::new()), |(t, tag)| (t, format!("<{tag}")));
        let text = if text.is_empty() { String::new() } else { change(text) };
        out = format!("{out}>{text}{tag}");
    }
    out
}

fn entities(text: &str) -> String {
    unescaped(text).chars().map(|character| format!("&#{};", u32::from(character))).collect()
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

fn bomb(document: &str) -> String {
    let body = document.split_once("?>").map_or(document, |(_, body)| body);
    let mut entities = String::from("<!ENTITY e0 \"boom\">");
    for level in 1..12 {
        let inner = format!("&e{};", level - 1).repeat(10);
        entities = format!("{entities}<!ENTITY e{level} \"{inner}\">");
    }
    let text = "&e11;";
    let body = in_texts(body, |_| text.to_owned());
    format!("<?xml version=\"1.0\"?><!DOCTYPE x [{entities}]>{body}")
}

/// The document with the text of each such element replaced.
pub fn with_text(document: &str, element: &str, text: &str) -> String {
    each(document, element, |open, close| format!("{open}{}{close}", escaped(text)))
}

/// The document without these elements.
pub fn without(document: &str, element: &str) -> String {
    each(document, element, |_, _| String::new())
}

fn each(document: &str, element: &str, change: impl Fn(&str, &str) -> String) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut pieces = document.split(&open);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.split_once(&close).map_or("", |(_, rest)| rest);
        out = out + &change(&open, &close) + rest;
    }
    out
}
