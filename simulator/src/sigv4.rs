//! Signature version 4 in the `Authorization` header, checked as AWS specifies it ("Authenticating Requests: Using the
//! Authorization Header" in the S3 API reference). Nothing here comes from the program or from its S3 library.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use ring::hmac;
use sha2::{Digest, Sha256};

use super::http::{Request, decoded};
use super::reply::hex;

/// All bytes but RFC 3986's unreserved ones.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An `Authorization` header taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// The access key id.
    pub key_id: String,
    /// The day, as `YYYYMMDD`.
    pub date: String,
    /// The region.
    pub region: String,
    /// The service, which is `s3`.
    pub service: String,
    /// The names of the signed headers, in lower case.
    pub signed_headers: Vec<String>,
    /// The signature, in hexadecimal.
    pub signature: String,
}

impl Authorization {
    /// None if it is no version 4, or not whole.
    pub fn parse(header: &str) -> Option<Self> {
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let [key_id, date, region, service, "aws4_request"] =
            field("Credential")?.split('/').collect::<Vec<_>>()[..]
        else {
            return None;
        };
        Some(Self {
            key_id: key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: field("SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: field("Signature")?.to_owned(),
        })
    }

    /// Whether a header that has to be signed is not: `host`, and every `x-amz-*` that came.
    pub fn leaves_unsigned(&self, request: &Request) -> bool {
        let needed = |name: &str| name == "host" || name.starts_with("x-amz-");
        let came = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        came.filter(|name| needed(name)).any(|name| !self.signed_headers.contains(&name))
    }
}

/// What the server calculates from a request: the two texts, and the signature.
#[derive(Clone, Debug)]
pub struct Calculated {
    /// The request in its canonical form.
    pub canonical_request: String,
    /// The text that is signed.
    pub string_to_sign: String,
    /// The signature, in hexadecimal.
    pub signature: String,
}

/// The signature that the request should have, had it been made with this secret.
pub fn calculate(request: &Request, authorization: &Authorization, secret: &str) -> Calculated {
    let Authorization { date, region, service, signed_headers, .. } = authorization;
    let canonical_request = canonical_request(request, signed_headers);
    let time = request.header("x-amz-date").unwrap_or_default();
    let digest = hex(&Sha256::digest(canonical_request.as_bytes()));
    let string_to_sign =
        format!("AWS4-HMAC-SHA256\n{time}\n{date}/{region}/{service}/aws4_request\n{digest}");
    let first = hmac(format!("AWS4{secret}").as_bytes(), date);
    let key = [region, service, "aws4_request"].iter().fold(first, |key, part| hmac(&key, part));
    let signature = hex(&hmac(&key, &string_to_sign));
    Calculated { canonical_request, string_to_sign, signature }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn canonical_request(request: &Request, signed: &[String]) -> String {
    let path = encoded_path(&decoded(request.path()));
    let headers: String =
        signed.iter().map(|name| format!("{name}:{}\n", canonical_value(request, name))).collect();
    let announced = request.header("x-amz-content-sha256").map(str::to_owned);
    let digest = announced.unwrap_or_else(|| hex(&Sha256::digest(&request.body)));
    let query = canonical_query(request);
    format!("{}\n{path}\n{query}\n{headers}\n{}\n{digest}", request.method, signed.join(";"))
}

fn canonical_query(request: &Request) -> String {
    let mut pairs: Vec<_> =
        request.query().iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.sort();
    pairs.join("&")
}

fn canonical_value(request: &Request, name: &str) -> String {
    let same = request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let values: Vec<_> =
        same.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    values.join(",")
}

/// A path, percent-encoded but for its slashes.
pub(crate) fn encoded_path(text: &str) -> String {
    encoded(text).replace("%2F", "/")
}

fn encoded(text: &str) -> String {
    percent_encode(text.as_bytes(), RESERVED).to_string()
}
