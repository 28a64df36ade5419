//! A value with its name: a whole line of an env file, a label of a page, a field of a JSON document.

use serde_json::Value;

use super::{Layer, text};
use crate::base::text::counted;
use crate::settings::Variable;
use crate::settings::characters::is_whitespace;

/// Commands before a name that is set.
const COMMANDS: [&str; 8] = ["export ", "set ", "setx ", "ENV ", "ARG ", "--env ", "-e ", "$env:"];
/// Upper bound of a label, in bytes.
const LONGEST_LABEL: usize = 60;
/// Maximum depth of a field in a document of a secret store.
const DEPTH: usize = 4;

/// A value after a name, as in a line of a file or on a page.
struct Named<'a> {
    name: &'a str,
    value: &'a str,
}

impl Named<'_> {
    /// Whether the name is that of the variable, in any spelling: then it is no part of the value.
    fn is_own(&self, variable: Variable) -> bool {
        let plain = plain(self.name);
        fields_of(variable).iter().copied().chain([variable.name()]).any(|own| self::plain(own) == plain)
    }
}

/// `NAME=` or `NAME: ` with the variable's own name, perhaps with a command before it.
pub fn own_assignment(variable: Variable, value: &str) -> Option<(Layer, String)> {
    assigned(value).filter(|named| named.is_own(variable)).map(|named| without_name(&named))
}

/// The same with any name.
pub fn assignment(_: Variable, value: &str) -> Option<(Layer, String)> {
    assigned(value).map(|named| without_name(&named))
}

fn assigned(value: &str) -> Option<Named<'_>> {
    let command = COMMANDS.iter().find(|command| value.starts_with(**command)).copied().unwrap_or_default();
    let line = value[command.len()..].trim_start();
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(line.len());
    let (name, after) = line.split_at(end);
    let after = after.trim_start_matches(is_whitespace);
    let rest = [":=", "=", ":"].iter().find_map(|sign| after.strip_prefix(sign));
    let rest = rest.or_else(|| (!command.is_empty() && end < line.len()).then_some(after))?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || rest.starts_with("//") {
        return None;
    }
    Some(Named { name, value: rest.trim_start_matches(is_whitespace) })
}

fn without_name(named: &Named<'_>) -> (Layer, String) {
    // Any other name may be part of a secret.
    let known = Variable::ALL.iter().any(|variable| variable.name() == named.name);
    let seen =
        if known { format!("begins with the name {}", named.name) } else { "begins with a name".to_owned() };
    (text("the name of a variable", seen), named.value.to_owned())
}

/// A label of the variable before a colon, as on pages and in mails: `Access Key ID: …`.
pub fn own_label(variable: Variable, value: &str) -> Option<(Layer, String)> {
    labelled(value).filter(|named| named.is_own(variable)).map(|named| without_label(&named))
}

/// The same with any words.
pub fn label(_: Variable, value: &str) -> Option<(Layer, String)> {
    labelled(value).map(|named| without_label(&named))
}

fn labelled(value: &str) -> Option<Named<'_>> {
    let marks = [": ", ":\t", ":\n", "\u{ff1a}", " = ", " => ", "\t", " | "];
    let (at, mark) = marks.iter().filter_map(|mark| Some((value.find(mark)?, *mark))).min()?;
    let name = value[..at].trim();
    let rest = value[at + mark.len()..].trim_start();
    let fits = !name.is_empty() && name.len() <= LONGEST_LABEL;
    fits.then_some(Named { name, value: rest })
}

fn without_label(named: &Named<'_>) -> (Layer, String) {
    let length = counted(named.name.chars().count(), "character");
    (text("a label", format!("begins with a label of {length}")), named.value.to_owned())
}

/// The value's field in a JSON document, or the only text in it.
pub fn json(variable: Variable, value: &str) -> Option<(Layer, String)> {
    let value = value.trim();
    if !value.starts_with(['{', '[']) {
        return None;
    }
    let document: Value = serde_json::from_str(value).ok()?;
    if let Some((name, found)) = field(&document, variable, DEPTH) {
        let seen = format!("is a JSON document, with the value in its field `{name}`");
        return Some((text("JSON around the value", seen), found.to_owned()));
    }
    let mut texts = Vec::new();
    collect(&document, DEPTH, &mut texts);
    let [only] = texts.as_slice() else { return None };
    let seen = "is a JSON document with one text in it";
    Some((text("JSON around the value", seen), (*only).to_owned()))
}

/// The field of a document with the name of the variable.
fn field(document: &Value, variable: Variable, depth: usize) -> Option<(&'static str, &str)> {
    let Value::Object(fields) = document else { return None };
    let own = |name: &str| fields_of(variable).iter().copied().find(|known| plain(known) == plain(name));
    let here = fields.iter().find_map(|(name, value)| Some((own(name)?, value.as_str()?)));
    here.or_else(|| {
        let deeper = depth.checked_sub(1)?;
        fields.values().find_map(|value| field(value, variable, deeper))
    })
}

fn collect<'a>(document: &'a Value, depth: usize, texts: &mut Vec<&'a str>) {
    let inner: Vec<&Value> = match document {
        Value::String(text) => return texts.push(text),
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return,
    };
    for value in inner.into_iter().filter(|_| depth > 0) {
        collect(value, depth - 1, texts);
    }
}

/// Letters and digits in lower case, without the provider's name before them.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    let bare = ["cloudflare", "r2", "aws", "s3"].iter().find_map(|provider| letters.strip_prefix(provider));
    bare.unwrap_or(&letters).to_owned()
}

/// How documents of Cloudflare, AWS and secret stores name a variable's value.
const fn fields_of(variable: Variable) -> &'static [&'static str] {
    match variable {
        Variable::Enabled => &["enabled", "R2_ENABLED"],
        Variable::Endpoint => &["endpoint", "endpointUrl", "url", "jurisdictionEndpoint"],
        Variable::AccessKeyId => &["accessKeyId", "accessKey", "keyId", "id", "username"],
        Variable::SecretAccessKey => {
            &["secretAccessKey", "accessKeySecret", "secretKey", "secret", "password"]
        }
        Variable::SessionToken => &["sessionToken", "token"],
        Variable::BucketName => &["bucketName", "bucket", "name"],
        Variable::Region => &["region", "defaultRegion"],
    }
}
