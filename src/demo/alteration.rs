//! Changes to a server's answers that make a good answer a false one.

use http::HeaderValue;
use http::header::{CONTENT_TYPE, ETAG};
use http::response::Parts;

/// Changes an answer's head and returns its new body.
pub type Alteration = fn(&mut Parts, &[u8]) -> Vec<u8>;

/// Where a listing's entries begin and end.
const ENTRY: (&str, &str) = ("<Contents>", "</Contents>");

/// The entity tag of other bytes.
pub fn other_etag(head: &mut Parts, body: &[u8]) -> Vec<u8> {
    head.headers.insert(ETAG, HeaderValue::from_static("\"d41d8cd98f00b204e9800998ecf8427e\""));
    body.to_vec()
}

/// A listing without its entries.
pub fn no_entries(_: &mut Parts, body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    let (Some(start), Some(end)) = (text.find(ENTRY.0), text.rfind(ENTRY.1)) else { return body.to_vec() };
    [&text[..start], &text[end + ENTRY.1.len()..]].concat().into_bytes()
}

/// A listing whose objects are longer than they are.
pub fn other_size(_: &mut Parts, body: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(body).replace("<Size>", "<Size>1").into_bytes()
}

/// One byte in the middle is another one.
pub fn other_bytes(_: &mut Parts, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    let middle = body.len() / 2;
    if let Some(byte) = body.get_mut(middle) {
        *byte ^= 1;
    }
    body
}

/// Nothing at all.
pub fn no_bytes(_: &mut Parts, _: &[u8]) -> Vec<u8> {
    Vec::new()
}

/// The type of a web page.
pub fn html_type(head: &mut Parts, body: &[u8]) -> Vec<u8> {
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    body.to_vec()
}
