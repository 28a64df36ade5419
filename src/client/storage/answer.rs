//! Parses the two XML documents that S3 sends: errors and listings. Missing and additional elements are tolerated; work is
//! bounded by the input.

mod trail;
mod well_formed;

use masking::printable::printable;
use quick_xml::de::from_str;
use quick_xml::events::Event;
use serde::{Deserialize, Deserializer};

use crate::client::exchange::Answer;

/// Longest code that is kept, in characters; the longest of S3 has half of that.
const LONGEST_CODE: usize = 128;
/// Longest message that is kept, in characters. Each attempt of each request keeps its own.
const LONGEST_MESSAGE: usize = 2048;

/// The error document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct S3Error {
    /// The machine-readable reason, `NoSuchBucket` for one.
    #[serde(rename = "Code", default, deserialize_with = "trimmed::<_, LONGEST_CODE>")]
    pub code: String,
    /// The reason in words; some servers leave it out.
    #[serde(rename = "Message", default, deserialize_with = "trimmed::<_, LONGEST_MESSAGE>")]
    pub message: String,
    /// The text from which the server calculated the signature, for comparing and not for showing; few servers send it.
    #[serde(rename = "StringToSign", default, deserialize_with = "lines")]
    pub signed_text: Box<str>,
    /// The key that it is about, if it names one.
    #[serde(rename = "Key")]
    pub key: Option<Box<str>>,
    /// The bucket that it is about, if it names one.
    #[serde(rename = "BucketName")]
    pub bucket: Option<Box<str>>,
    /// The region that it expects or names.
    #[serde(rename = "Region", default, deserialize_with = "named")]
    pub region: Option<Box<str>>,
    /// The address that it sends the client to, if it does.
    #[serde(rename = "Endpoint", default, deserialize_with = "named")]
    pub endpoint: Option<Box<str>>,
    /// The server's id of the request, for its support.
    #[serde(rename = "RequestId", default, deserialize_with = "named")]
    pub request_id: Option<Box<str>>,
    /// Whether the body is this document and nothing else, which is required of what verifies something.
    #[serde(skip)]
    pub is_all: bool,
}

/// One object of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedObject {
    /// Its key.
    #[serde(rename = "Key")]
    pub key: String,
    /// Its size in bytes.
    #[serde(rename = "Size")]
    pub size: Option<u64>,
    /// Its entity tag; some servers leave it out.
    #[serde(rename = "ETag")]
    pub etag: Option<String>,
    /// When it was written.
    #[serde(rename = "LastModified")]
    pub last_modified: Option<String>,
    /// Its storage class; some servers leave it out.
    #[serde(rename = "StorageClass")]
    pub storage_class: Option<String>,
}

/// The listing document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listing {
    /// The bucket, as the server names it.
    #[serde(rename = "Name")]
    pub name: Option<String>,
    /// The prefix, as the server understood it.
    #[serde(rename = "Prefix")]
    pub prefix: Option<String>,
    /// How many objects are listed, as the server counts them.
    #[serde(rename = "KeyCount")]
    pub key_count: Option<usize>,
    /// The greatest number of objects of a page, as the server understood it.
    #[serde(rename = "MaxKeys")]
    pub max_keys: Option<String>,
    /// Whether there are more pages, in the server's spelling.
    #[serde(rename = "IsTruncated")]
    pub truncated: Option<String>,
    /// The token of the next page, if there is one.
    #[serde(rename = "NextContinuationToken")]
    pub next: Option<String>,
    /// The objects.
    #[serde(rename = "Contents", default)]
    pub contents: Vec<ListedObject>,
}

/// What the body of an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// An S3 error.
    Error(Box<S3Error>),
    /// A listing.
    Listing(Box<Listing>),
    /// Nothing at all.
    Empty,
    /// Begins as one of S3's documents, but cannot be read to its end; with the parser's reason.
    Malformed(String),
    /// Something else: HTML, JSON, plain text.
    Foreign,
}

/// The documents that are read, by their root elements.
const ROOTS: [&str; 2] = [ERROR, LISTING];
const ERROR: &str = "Error";
const LISTING: &str = "ListBucketResult";

/// Parses an answer's body, by its root element.
pub fn document(answer: &Answer) -> Document {
    let text = answer.text();
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Document::Empty;
    }
    match root_element(text) {
        Ok(Some(ERROR)) => parsed(from_str(text).map(|error| {
            Document::Error(Box::new(S3Error { is_all: trail::is_one_document(text), ..error }))
        })),
        Ok(Some(LISTING)) => parsed(from_str(text).map(|listing| {
            if !trail::is_one_document(text) {
                return Document::Malformed("something stands before or after the listing".to_owned());
            }
            well_formed::fault(&answer.body).map_or(Document::Listing(Box::new(listing)), Document::Malformed)
        })),
        Err(reason) if may_become_ours(text) => Document::Malformed(reason),
        Ok(_) | Err(_) => Document::Foreign,
    }
}

/// Whether an answer that grants something has no body, or a document that boto3 can read to its end; it fails on any other.
pub fn is_readable(answer: &Answer) -> bool {
    let is_document = || trail::is_one_document(answer.text().trim_start_matches('\u{feff}'));
    answer.body.is_empty() || (is_document() && well_formed::fault(&answer.body).is_none())
}

fn parsed(result: Result<Document, quick_xml::DeError>) -> Document {
    result.unwrap_or_else(|error| Document::Malformed(error.to_string()))
}

/// The root element if it is a known one, whatever its namespace's prefix; or why there is none.
fn root_element(text: &str) -> Result<Option<&'static str>, String> {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let name = start.local_name();
                return Ok(ROOTS.into_iter().find(|known| known.as_bytes() == name.as_ref()));
            }
            Ok(Event::Eof) => return Err("it ends before its first element".to_owned()),
            Err(error) => return Err(error.to_string()),
            Ok(_) => {}
        }
    }
}

/// Whether a text without a complete element is the beginning of one of S3's documents.
fn may_become_ours(text: &str) -> bool {
    let Some(markup) = text.strip_prefix('<') else { return false };
    let name = markup.split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or_default();
    name == "?xml" || (!local.is_empty() && ROOTS.iter().any(|known| known.starts_with(local)))
}

/// Text of several lines; empty if it is longer than such a text can be.
fn lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<str>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(if text.len() > LONGEST_MESSAGE { "".into() } else { text.trim().into() })
}

/// A name, if there is anything in it.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<str>>, D::Error> {
    let name = trimmed::<_, LONGEST_CODE>(deserializer)?;
    Ok((!name.is_empty()).then(|| name.into_boxed_str()))
}

/// Text without the indentation of the document and without control characters, cut at `MOST` characters.
fn trimmed<'de, D: Deserializer<'de>, const MOST: usize>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let text = printable(text.trim());
    let cut = text.char_indices().nth(MOST).map(|(end, _)| format!("{}…", &text[..end]));
    Ok(cut.unwrap_or(text))
}

#[cfg(test)]
mod tests;
