//! Framing: whether the head of an answer describes its body unambiguously, and correctly. Otherwise the answer is rejected.

use http::response::Parts;

use crate::client::exchange::{Field, Headers};

/// Reads the header fields, and checks how the body is framed.
///
/// # Errors
/// With a sentence about the answer, when it cannot be read in one way only.
pub fn read(head: &Parts) -> Result<Headers, String> {
    let headers = Headers::read(head.status.as_u16(), &head.headers)?;
    match headers.get(Field::TransferEncoding) {
        Some(coding) if has_body(head) && !coding.trim().eq_ignore_ascii_case("chunked") => {
            Err(format!("its body was sent with the transfer encoding `{coding}`, which nobody asked for"))
        }
        Some(_) | None => Ok(headers),
    }
}

/// Compares the length of a body that was read to its end with the announced length.
///
/// # Errors
/// With a sentence about the answer, when they differ.
pub fn has_length(head: &Parts, headers: &Headers, length: usize) -> Result<(), String> {
    let announced = headers.get(Field::ContentLength).filter(|_| has_body(head));
    match announced {
        Some(announced) if announced.parse() != Ok(length) => {
            Err(format!("its Content-Length is {announced}, and its body has {length} bytes"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether an answer to GET, PUT or DELETE with this status has a body (RFC 9112, section 6.3).
fn has_body(head: &Parts) -> bool {
    !matches!(head.status.as_u16(), 204 | 304)
}
