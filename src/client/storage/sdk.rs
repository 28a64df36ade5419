//! The forms in which the application's SDK sends an upload, byte for byte as boto3 does: recorded in
//! `tests/servers/boto3-uploads.json`. The settings decide which one is sent.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, DATE, EXPECT, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3::signing;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use time::OffsetDateTime;
use url::Url;

use crate::client::exchange::Field;
use crate::settings::Settings;
use crate::settings::payload::Payload;
use crate::settings::sdk::Sdk;

/// The maximum length that the framing of an upload in one chunk adds.
pub const MOST_FRAMING: usize = 64;
/// Removed when a CRC32 is sent: R2 accepts one checksum.
const MD5: HeaderName = HeaderName::from_static("content-md5");
const CRC32: HeaderName = HeaderName::from_static("x-amz-checksum-crc32");
const ALGORITHM: HeaderName = HeaderName::from_static("x-amz-sdk-checksum-algorithm");
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const PAYLOAD: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const STREAMING: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
/// Says that the signature holds no hash of the body.
pub(super) const UNHASHED: (HeaderName, HeaderValue) =
    (PAYLOAD, HeaderValue::from_static("UNSIGNED-PAYLOAD"));
/// Asks for the checksum of an object beside it.
pub(super) const WITH_CHECKSUM: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-amz-checksum-mode"), HeaderValue::from_static("ENABLED"));

/// The form of an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The bytes, with their MD5.
    #[default]
    Plain,
    /// The same, with no hash in the signature: boto3 before 1.36, over https.
    Unhashed,
    /// The bytes, with their CRC32 in a header field: boto3 from 1.36 on, over http.
    Header,
    /// The bytes in a frame that ends with their CRC32: boto3 from 1.36 on, over https.
    Trailer,
}

impl Form {
    /// The form in which an SDK sends its uploads to this endpoint.
    pub fn of(sdk: Option<&Sdk>, settings: &Settings) -> Self {
        let is_tls = settings.endpoint.is_tls();
        match sdk {
            Some(sdk) if sdk.adds_checksums() && is_tls => Self::Trailer,
            Some(sdk) if sdk.adds_checksums() => Self::Header,
            Some(sdk) if sdk.sends_md5() && is_tls && settings.payload == Payload::Usual => Self::Unhashed,
            Some(_) | None => Self::Plain,
        }
    }

    /// Whether only the SDK sends uploads so: rust-s3 does not.
    pub fn is_the_sdks(self) -> bool {
        match self {
            Self::Plain | Self::Unhashed => false,
            Self::Header | Self::Trailer => true,
        }
    }

    /// Whether the other requests of a run are not like it, so that the plain form may be granted where this one is refused.
    /// What is then stored, they delete.
    pub fn is_of_uploads_only(self) -> bool {
        match self {
            Self::Plain => false,
            Self::Unhashed | Self::Header | Self::Trailer => true,
        }
    }
}

impl Form {
    /// Whether the signature of an upload holds no hash of it; `never` is how it is configured. A frame has a value of its own.
    pub(super) fn is_unhashed(self, never: bool) -> bool {
        match self {
            Self::Plain | Self::Header => never,
            Self::Unhashed => true,
            Self::Trailer => false,
        }
    }
}

/// The inputs of a signature.
pub(super) struct Signer<'a> {
    pub(super) settings: &'a s3::Bucket,
    pub(super) time: OffsetDateTime,
    pub(super) url: &'a Url,
}

/// Turns the fields of the plain form into those of the object's form and signs them anew: the fields that S3 reads, without
/// those that an HTTP client adds.
pub(super) fn head(
    (form, body): (Form, &[u8]),
    mut fields: HeaderMap,
    changes: HeaderMap,
    signer: &Signer<'_>,
) -> Result<HeaderMap, String> {
    for plain in [MD5, AUTHORIZATION, DATE, CONTENT_LENGTH] {
        fields.remove(plain);
    }
    fields.insert(ALGORITHM, HeaderValue::from_static("CRC32"));
    if form == Form::Trailer {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("aws-chunked"));
        fields.insert(TRAILER, HeaderValue::from_static(CRC32_NAME));
        fields.insert(DECODED_LENGTH, HeaderValue::from(body.len()));
        fields.insert(PAYLOAD, HeaderValue::from_static(STREAMING));
    } else {
        fields.insert(CRC32, HeaderValue::from_str(&checksum(body)).map_err(|error| error.to_string())?);
    }
    set(&mut fields, changes);
    sign("PUT", &mut fields, signer)?;
    fields.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    fields.insert(EXPECT, HeaderValue::from_static("100-continue"));
    if form == Form::Trailer {
        fields.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    Ok(fields)
}

const CRC32_NAME: &str = "x-amz-checksum-crc32";

/// Changes fields of a request that rust-s3 has signed, and signs it anew.
pub(super) fn changed(
    method: &str,
    mut fields: HeaderMap,
    changes: HeaderMap,
    signer: &Signer<'_>,
) -> Result<HeaderMap, String> {
    // Added by rust-s3 after signing.
    let date = fields.remove(DATE);
    fields.remove(AUTHORIZATION);
    set(&mut fields, changes);
    sign(method, &mut fields, signer)?;
    fields.extend(date.map(|date| (DATE, date)));
    Ok(fields)
}

/// Each of these fields in the place of those that have its name.
fn set(fields: &mut HeaderMap, changes: HeaderMap) {
    for (name, value) in changes {
        // A field without a name is one more of the last, and each of these is the only one.
        if let Some(name) = name {
            fields.insert(name, value);
        }
    }
}

/// Adds the signature to the fields.
fn sign(method: &str, fields: &mut HeaderMap, signer: &Signer<'_>) -> Result<(), String> {
    let authorization = signature(method, fields, signer).map_err(|error| error.to_string())?;
    fields.insert(AUTHORIZATION, HeaderValue::from_str(&authorization).map_err(|error| error.to_string())?);
    Ok(())
}

/// The text that is signed.
pub(super) fn text(
    method: &str,
    fields: &HeaderMap,
    signer: &Signer<'_>,
) -> Result<String, s3::error::S3Error> {
    let payload = fields.get(PAYLOAD).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let canonical = signing::canonical_request(method, signer.url, fields, payload)?;
    signing::string_to_sign(&signer.time, &signer.settings.region, &canonical)
}

fn signature(method: &str, fields: &HeaderMap, signer: &Signer<'_>) -> Result<String, s3::error::S3Error> {
    let text = text(method, fields, signer)?;
    let Signer { settings, time, .. } = signer;
    let secret = settings.secret_key()?.unwrap_or_default();
    let key = signing::signing_key(time, &secret, &settings.region, "s3")?;
    let mut code = signing::HmacSha256::new_from_slice(&key)?;
    code.update(text.as_bytes());
    let signature = hex::encode(code.finalize().into_bytes());
    let id = settings.access_key()?.unwrap_or_default();
    let names = signing::signed_header_string(fields);
    signing::authorization_header(&id, time, &settings.region, &names, &signature)
}

/// The body of an upload in this form.
pub fn body(form: Form, content: &[u8]) -> Cow<'_, [u8]> {
    match form {
        Form::Plain | Form::Unhashed | Form::Header => Cow::Borrowed(content),
        Form::Trailer => Cow::Owned(framed(content)),
    }
}

/// One chunk, the last chunk, and the trailer (`botocore/httpchecksum.py`, `AwsChunkedWrapper`).
pub fn framed(content: &[u8]) -> Vec<u8> {
    let mut body = format!("{:x}\r\n", content.len()).into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n0\r\n{CRC32_NAME}:{}\r\n\r\n", checksum(content)).as_bytes());
    body
}

/// The content of a body that is one chunk with its trailer, and nothing else.
pub fn unframed(body: &[u8]) -> Option<&[u8]> {
    let end = body.iter().take(MOST_FRAMING).position(|byte| *byte == b'\n')?;
    let length = usize::from_str_radix(std::str::from_utf8(body.get(..end)?).ok()?.trim_end(), 16).ok()?;
    let content = body.get(end + 1..)?.get(..length)?;
    (framed(content) == body).then_some(content)
}

/// How the checksum of a content is calculated, in base64.
pub type Calculation = fn(&[u8]) -> String;

/// The checksums of downloads that boto3 calculates without further packages, in its order (`_ALGORITHMS_PRIORITY_LIST`).
pub const COMPARED: [(Field, Calculation); 4] = [
    (Field::Crc32, checksum),
    (Field::Sha1, |content| STANDARD.encode(Sha1::digest(content))),
    (Field::Sha256, |content| STANDARD.encode(Sha256::digest(content))),
    (Field::Sha512, |content| STANDARD.encode(Sha512::digest(content))),
];

/// The CRC32 of IEEE 802.3 in base64. The test object is small, so a table is not worth it.
pub fn checksum(content: &[u8]) -> String {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = content.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step));
    STANDARD.encode((!crc).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_the_one_that_boto3_sent() {
        // Recorded from boto3 1.44.8.
        let recorded = b"c\r\nhello,world\n\r\n0\r\nx-amz-checksum-crc32:aKhRWQ==\r\n\r\n";
        assert_eq!(framed(b"hello,world\n"), recorded);
        assert_eq!(unframed(recorded), Some(&b"hello,world\n"[..]));
    }

    #[test]
    fn nothing_but_a_whole_frame_is_one() {
        let whole = framed(b"some,bytes\n");
        for cut in 0..whole.len() {
            assert_eq!(unframed(&whole[..cut]), None, "{cut}");
            let mut damaged = whole.clone();
            damaged[cut] ^= 1;
            assert_eq!(unframed(&damaged), None, "{cut}");
        }
        assert_eq!(unframed(&[&whole[..], b"x"].concat()), None);
    }
}
