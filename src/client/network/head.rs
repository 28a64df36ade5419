//! Framing: whether the head of an answer describes its body unambiguously, and correctly. Otherwise the answer is rejected.

use http::header::CONTENT_LENGTH;
use http::response::Parts;

use crate::client::exchange::{Field, Headers};

/// Python's `http.client` reads so many lines of fields, the empty one at their end included (`_MAXHEADERS`).
const PYTHON_LINES: usize = 100;
/// The longest of them (`_MAXLINE`).
const PYTHON_LINE: usize = 65_536;

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

/// Whether Python's `http.client`, by which boto3 reads answers, reads this one too: no empty line before it, no interim
/// response but `100 Continue`, one length, and neither too many fields nor too long ones.
///
/// # Errors
/// With a sentence about the answer, when it does not.
pub fn fits_python(head: &Parts, interim: Option<u16>, begins_empty: bool) -> Result<(), String> {
    let longest = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    let (fields, longest) = (head.headers.len(), longest.max().unwrap_or_default());
    if begins_empty {
        Err("it begins with an empty line, on which Python's HTTP client fails".to_owned())
    } else if let Some(status) = interim {
        Err(format!(
            "the interim response {status} came before it, which Python's HTTP client takes for the answer"
        ))
    } else if head.headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
        Err("its Content-Length is given more than once, and boto3 fails on that".to_owned())
    } else if fields >= PYTHON_LINES {
        Err(format!("it has {fields} header fields, and Python's HTTP client reads {}", PYTHON_LINES - 1))
    } else if longest > PYTHON_LINE {
        Err(format!("a header field has {longest} bytes, and Python's HTTP client reads {PYTHON_LINE}"))
    } else {
        Ok(())
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
