//! Uploads in the forms of the AWS SDKs since January 2025: a checksum in a header field, or the content in a frame
//! (`aws-chunked`) whose trailer has it. Read as <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>
//! describes it, and compared with what boto3 sends (`tests/foreign_clients.rs`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::S3Error;
use super::http::Request;

const FIELD: &str = "x-amz-checksum-crc32";
const STREAMING: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
/// So many chunks, and lines of a trailer, are read at most.
const MOST: usize = 4096;

/// What a server makes of such uploads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SdkUploads {
    /// It reads them, and refuses a checksum that does not fit.
    #[default]
    Read,
    /// It refuses them, with this status.
    Refuse(u16),
    /// It takes the frame for content, as servers do that know nothing of it.
    KeepFrame,
}

/// Whether a request is an upload of this kind.
pub fn is_sdk_upload(request: &Request) -> bool {
    is_framed(request) || request.header(FIELD).is_some()
}

fn is_framed(request: &Request) -> bool {
    request.header("x-amz-content-sha256") == Some(STREAMING)
}

/// The content of an upload, held against its checksum.
pub fn content(request: &Request, uploads: SdkUploads) -> Result<Vec<u8>, S3Error> {
    match uploads {
        SdkUploads::Refuse(status) if is_sdk_upload(request) => Err(refusal(status)),
        SdkUploads::Read if is_framed(request) => framed(request),
        SdkUploads::Read | SdkUploads::Refuse(_) | SdkUploads::KeepFrame => {
            let announced = request.header(FIELD).map(str::to_owned);
            verified(request.body.clone(), announced.as_deref())
        }
    }
}

/// As R2 is reported to refuse it: amd/gaia#3029 for 401; local R2 for 500 and 501.
fn refusal(status: u16) -> S3Error {
    match status {
        401 => S3Error::unauthorized(),
        403 => S3Error::access_denied(),
        500 => S3Error::internal(),
        _ => S3Error::new(status, "NotImplemented", &format!("{STREAMING} not implemented")),
    }
}

/// Chunk by chunk, then the trailer, which has to be the one that was announced.
fn framed(request: &Request) -> Result<Vec<u8>, S3Error> {
    let mut rest = request.body.as_slice();
    let mut content = Vec::new();
    for _ in 0..MOST {
        let size = line(&mut rest)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| S3Error::incomplete_body())?;
        if size == 0 {
            break;
        }
        let chunk = rest.get(..size).ok_or_else(S3Error::incomplete_body)?;
        content.extend_from_slice(chunk);
        rest = &rest[size..];
        if !line(&mut rest)?.is_empty() {
            return Err(S3Error::incomplete_body());
        }
    }
    let announced = request.header("x-amz-decoded-content-length").and_then(|length| length.parse().ok());
    if announced != Some(content.len()) {
        return Err(S3Error::incomplete_body());
    }
    let trailer = trailer(&mut rest)?;
    if request.header("x-amz-trailer") != Some(FIELD) || trailer.is_none() || !rest.is_empty() {
        return Err(S3Error::incomplete_body());
    }
    verified(content, trailer.as_deref())
}

/// The value of the one field that a trailer has.
fn trailer(rest: &mut &[u8]) -> Result<Option<String>, S3Error> {
    let mut found = None;
    for _ in 0..MOST {
        let field = line(rest)?;
        if field.is_empty() {
            break;
        }
        let (name, value) = field.split_once(':').ok_or_else(S3Error::incomplete_body)?;
        if name.eq_ignore_ascii_case(FIELD) {
            found = Some(value.trim().to_owned());
        }
    }
    Ok(found)
}

fn line(rest: &mut &[u8]) -> Result<String, S3Error> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n").ok_or_else(S3Error::incomplete_body)?;
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 2..];
    Ok(text)
}

fn verified(content: Vec<u8>, announced: Option<&str>) -> Result<Vec<u8>, S3Error> {
    match announced {
        Some(announced) if STANDARD.encode(crc32(&content).to_be_bytes()) != announced => {
            Err(S3Error::bad_digest())
        }
        Some(_) | None => Ok(content),
    }
}

/// The CRC32 that gzip has too (RFC 1952, section 8), by its table.
fn crc32(bytes: &[u8]) -> u32 {
    let entry = |number: u32| {
        (0..8).fold(number, |value, _| if value % 2 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 })
    };
    let mut register = 0xffff_ffff_u32;
    for byte in bytes {
        register = entry((register ^ u32::from(*byte)) & 0xff) ^ (register >> 8);
    }
    register ^ 0xffff_ffff
}

/// The end of a body in HTTP's own chunks (RFC 9112, section 7.1), with the content: nothing before all of it is there.
///
/// # Errors
/// When it is no such body.
pub fn unchunked(bytes: &[u8]) -> Result<Option<(usize, Vec<u8>)>, ()> {
    let (mut at, mut content) = (0, Vec::new());
    loop {
        let Some(end) = bytes[at..].windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&bytes[at..at + end]).map_err(|_| ())?;
        let size =
            usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16).map_err(|_| ())?;
        at += end + 2;
        let after = at.checked_add(size).and_then(|end| end.checked_add(2)).ok_or(())?;
        let Some(chunk) = bytes.get(at..after) else { return Ok(None) };
        if !chunk.ends_with(b"\r\n") {
            return Err(());
        }
        content.extend_from_slice(&chunk[..size]);
        at = after;
        if size == 0 {
            return Ok(Some((at, content)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As boto3 1.44.8 sent it over https, recorded behind the head.
    const RECORDED: &[u8] =
        b"35\r\nc\r\nhello,world\n\r\n0\r\nx-amz-checksum-crc32:aKhRWQ==\r\n\r\n\r\n0\r\n\r\n";

    fn upload(body: &[u8]) -> Request {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Request {
            headers: vec![
                field("X-Amz-Content-SHA256", STREAMING),
                field("X-Amz-Trailer", FIELD),
                field("X-Amz-Decoded-Content-Length", "12"),
            ],
            body: body.to_vec(),
            ..Request::default()
        }
    }

    #[test]
    fn what_boto3_sends_is_read() {
        let (length, frame) = unchunked(RECORDED).expect("chunks").expect("all of it");
        assert_eq!(length, RECORDED.len());
        assert_eq!(content(&upload(&frame), SdkUploads::Read).expect("content"), b"hello,world\n");
        assert_eq!(content(&upload(&frame), SdkUploads::KeepFrame).expect("content"), frame);
        for status in [401, 500, 501] {
            let refused = content(&upload(&frame), SdkUploads::Refuse(status)).expect_err("refused");
            assert_eq!(refused.status, status);
        }
    }

    #[test]
    fn no_damage_and_no_part_is_read_for_the_whole() {
        for end in 0..RECORDED.len() {
            assert_eq!(unchunked(&RECORDED[..end]), Ok(None), "{end}");
        }
        let (_, frame) = unchunked(RECORDED).expect("chunks").expect("all of it");
        for at in 0..frame.len() {
            assert!(content(&upload(&frame[..at]), SdkUploads::Read).is_err(), "{at}");
            let mut damaged = frame.clone();
            damaged[at] ^= 1;
            // The name of a field may be in either case.
            let is_case = damaged[at].eq_ignore_ascii_case(&frame[at]);
            assert!(is_case || content(&upload(&damaged), SdkUploads::Read).is_err(), "{at}");
        }
    }
}
