//! `ListObjectsV2` and `ListBuckets`.

use std::collections::BTreeSet;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::clock::iso_date;
use super::error::S3Error;
use super::http::Request;
use super::reply::Reply;
use super::service::Call;
use super::sigv4::encoded_path;
use super::store::{Object, Objects, Store};
use super::xml::escaped;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
const MOST_KEYS: usize = 1000;
const KNOWN: [&str; 10] = [
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "continuation-token",
    "start-after",
    "encoding-type",
    "fetch-owner",
    "marker",
    "x-id",
];

/// What a listing is asked for.
struct Query {
    prefix: String,
    delimiter: String,
    after: String,
    max_keys: usize,
    /// Keys and prefixes are percent-encoded in the answer.
    encoded: bool,
}

impl Query {
    fn of(request: &Request) -> Result<Self, S3Error> {
        if request.query().iter().any(|(name, _)| !KNOWN.contains(&name.as_str())) {
            return Err(S3Error::not_implemented());
        }
        let text = |name: &str| request.parameter(name).unwrap_or_default();
        let after = match request.parameter("continuation-token") {
            Some(token) => key_of(&token).ok_or_else(|| S3Error::invalid_argument("continuation-token"))?,
            None => text("start-after").max(text("marker")),
        };
        let max_keys = request.parameter("max-keys").map_or(Ok(MOST_KEYS), |number| number.parse());
        let max_keys = max_keys.map_err(|_| S3Error::max_keys())?.min(MOST_KEYS);
        let encoded = request.parameter("encoding-type").as_deref() == Some("url");
        Ok(Self { prefix: text("prefix"), delimiter: text("delimiter"), after, max_keys, encoded })
    }
}

/// One page of a listing.
#[derive(Default)]
struct Page<'a> {
    objects: Vec<(&'a String, &'a Object)>,
    common: BTreeSet<String>,
    last: String,
    truncated: bool,
}

impl Page<'_> {
    fn count(&self) -> usize {
        self.objects.len() + self.common.len()
    }
}

/// One page of the bucket's objects.
pub fn objects(call: &Call<'_>, objects: &Objects) -> Result<Reply, S3Error> {
    let query = Query::of(call.request)?;
    let page = page(&query, objects);
    Ok(Reply::xml(200, document(&call.place.bucket, &query, &page)))
}

fn page<'a>(query: &Query, objects: &'a Objects) -> Page<'a> {
    let mut page = Page::default();
    let from = query.prefix.clone().max(query.after.clone());
    let listed = objects.range(from..).take_while(|(key, _)| key.starts_with(&query.prefix));
    for (key, object) in listed.filter(|(_, object)| object.listed) {
        let group = common_prefix(query, key);
        let sorted_as = group.as_ref().unwrap_or(key);
        if *sorted_as <= query.after || group.as_ref().is_some_and(|group| page.common.contains(group)) {
            continue;
        }
        if page.count() >= query.max_keys {
            page.truncated = true;
            break;
        }
        page.last.clone_from(sorted_as);
        match group {
            Some(group) => drop(page.common.insert(group)),
            None => page.objects.push((key, object)),
        }
    }
    page
}

fn common_prefix(query: &Query, key: &str) -> Option<String> {
    let rest = key.strip_prefix(&query.prefix).filter(|_| !query.delimiter.is_empty())?;
    let end = rest.find(&query.delimiter)? + query.delimiter.len();
    Some(format!("{}{}", query.prefix, &rest[..end]))
}

fn document(bucket: &str, query: &Query, page: &Page<'_>) -> String {
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"{NAMESPACE}\">");
    element(&mut xml, "Name", bucket);
    let named = |name: &str| if query.encoded { encoded_path(name) } else { name.to_owned() };
    page.objects.iter().for_each(|(key, object)| contents(&mut xml, &named(key), object));
    element(&mut xml, "IsTruncated", &page.truncated.to_string());
    if page.truncated {
        element(&mut xml, "NextContinuationToken", &token_of(&page.last));
    }
    for prefix in &page.common {
        let _ = write!(xml, "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escaped(&named(prefix)));
    }
    element(&mut xml, "Prefix", &named(&query.prefix));
    if !query.delimiter.is_empty() {
        element(&mut xml, "Delimiter", &named(&query.delimiter));
    }
    if query.encoded {
        element(&mut xml, "EncodingType", "url");
    }
    element(&mut xml, "MaxKeys", &query.max_keys.to_string());
    element(&mut xml, "KeyCount", &page.count().to_string());
    xml + "</ListBucketResult>"
}

fn contents(xml: &mut String, key: &str, object: &Object) {
    xml.push_str("<Contents>");
    element(xml, "Key", key);
    element(xml, "Size", &object.body.len().to_string());
    element(xml, "LastModified", &iso_date(object.modified));
    element(xml, "ETag", &object.etag());
    element(xml, "StorageClass", "STANDARD");
    xml.push_str("</Contents>");
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>{}</{name}>", escaped(text));
}

fn token_of(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

fn key_of(token: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

/// The account's buckets in the jurisdiction of the host.
pub fn buckets(call: &Call<'_>, store: &Store) -> Reply {
    let here = |place: &&super::settings::Place| {
        place.account == call.place.account && place.jurisdiction == call.place.jurisdiction
    };
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListAllMyBucketsResult xmlns=\"{NAMESPACE}\"><Buckets>"
    );
    for place in store.buckets.keys().filter(here) {
        xml.push_str("<Bucket>");
        element(&mut xml, "CreationDate", &iso_date(call.settings.clock.now()));
        element(&mut xml, "Name", &place.bucket);
        xml.push_str("</Bucket>");
    }
    Reply::xml(200, xml + "</Buckets></ListAllMyBucketsResult>")
}
