//! How each fault is brought about: by settings, on the wire, in a proxy, by a certificate, or in the answers.
//!
//! The error codes and messages are R2's own, as its documentation and its users' reports have them.

use std::time::Duration;

use super::alteration;
use super::environment::{Access, BUCKET, Pairs, hex};
use super::fault::DemoFault;
use super::front::{Effect, Trouble, When};
use super::reply::Reply;
use super::wire::Wire;
use crate::exchange::Operation::{self, DeleteObject, GetObject, ListObjectsV2, PutObject};
use crate::settings::Variable;

/// What differs from a healthy demo.
pub enum Staging {
    /// The settings: faulty ones, which the rules find before anything is sent.
    Environment(fn(&mut Pairs)),
    /// The settings: well-formed ones that do not suit the healthy server.
    Access(fn(&mut Access)),
    /// The port: nobody listens there.
    NobodyListens,
    /// The server: one that fails below HTTP.
    Wire(Wire),
    /// The server: one that fails below TLS.
    WireUnderTls(Wire),
    /// The way: a proxy that fails.
    Proxy(Wire),
    /// The way: a proxy's port where nobody listens.
    NoProxyListens,
    /// The certificate: nobody vouches for it.
    SelfSigned,
    /// The answers to some requests.
    Answers(Trouble),
}

const ALL: &[Operation] = &[ListObjectsV2, PutObject, GetObject, DeleteObject];
const WRITES: &[Operation] = &[PutObject, DeleteObject];

/// The first bytes of a server of another protocol.
const SSH: &[u8] = b"SSH-2.0-OpenSSH_9.6\r\n";
/// An answer of which most is missing.
const TRUNCATED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 1000\r\n\r\n\
    <?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>";
/// A fatal TLS alert (RFC 8446, section 6): `handshake_failure`, as R2 sends it for an account that it does not serve.
const HANDSHAKE_FAILURE: &[u8] = &[21, 3, 3, 0, 2, 2, 40];
/// A fatal TLS alert: `protocol_version`.
const PROTOCOL_VERSION: &[u8] = &[21, 3, 3, 0, 2, 2, 70];
const PROXY_FORBIDDEN: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
const PROXY_LOGIN: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
    Proxy-Authenticate: Basic realm=\"demo\"\r\nContent-Length: 0\r\n\r\n";

const PORTAL_PAGE: &str = "<!DOCTYPE html><html><head><title>Welcome to the hotspot</title></head>\
    <body>Please sign in to use the network.</body></html>";
const FIREWALL_PAGE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head>\
    <body>Checking that you are not a robot.</body></html>";
const DAMAGED_LISTING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <ListBucketResult><Name>demo-recordings</Name><KeyCount>0</KeyCou";
const ACCESS_DENIED: Reply = Reply::error(403, "AccessDenied", "Access Denied");
const INTERNAL_MESSAGE: &str = "We encountered an internal error. Please try again.";

/// Longer than the program finds quick.
const SLOW: Duration = Duration::from_millis(2500);
/// So far ahead is the clock of a server whose time zone was taken for UTC, in seconds.
const AN_HOUR: i64 = 3600;

/// How a fault is brought about.
#[expect(clippy::too_many_lines, reason = "a table, one row a fault")]
pub fn staging(fault: DemoFault) -> Staging {
    use DemoFault as F;
    match fault {
        F::Missing => Staging::Environment(|pairs| drop(pairs.remove(&Variable::BucketName))),
        F::Disabled => Staging::Environment(|pairs| set(pairs, Variable::Enabled, "false")),
        F::EnabledYes => Staging::Environment(|pairs| set(pairs, Variable::Enabled, "yes")),
        F::Placeholder => Staging::Environment(|pairs| {
            set(pairs, Variable::Endpoint, "https://<ACCOUNT_ID>.r2.cloudflarestorage.com");
        }),
        F::Quotes => Staging::Environment(|pairs| set(pairs, Variable::BucketName, &format!("\"{BUCKET}\""))),
        F::EndpointPath => Staging::Environment(|pairs| {
            pairs.entry(Variable::Endpoint).and_modify(|endpoint| endpoint.extend(["/", BUCKET]));
        }),
        F::ApiToken => Staging::Environment(|pairs| {
            set(pairs, Variable::SecretAccessKey, &format!("cfat_{}{}", hex(1), &hex(1)[..16]));
        }),
        F::ProvenToken => Staging::Access(|access| access.secret.clone_from(&access.token)),
        F::SwappedKeys => Staging::Environment(swap_keys),

        F::Refused => Staging::NobodyListens,
        F::Timeout => Staging::Wire(Wire::Silence),
        F::Reset => Staging::Wire(Wire::Reset),
        F::Closed => Staging::Wire(Wire::Close),
        F::Truncated => Staging::Wire(Wire::Say(TRUNCATED)),
        F::NotHttp => Staging::Wire(Wire::Say(SSH)),

        F::ProxyDown => Staging::NoProxyListens,
        F::ProxyAuth => Staging::Proxy(Wire::Say(PROXY_LOGIN)),
        F::ProxyDenied => Staging::Proxy(Wire::Say(PROXY_FORBIDDEN)),

        F::TlsUntrusted => Staging::SelfSigned,
        F::TlsVersion => Staging::WireUnderTls(Wire::Say(PROTOCOL_VERSION)),
        F::TlsHandshake => Staging::WireUnderTls(Wire::Say(HANDSHAKE_FAILURE)),
        F::NotTls => Staging::Access(|access| access.endpoint = access.endpoint.replace("http:", "https:")),

        F::Redirect => instead(ALL, Reply::html(301, "").with("location", "https://www.example.com/moved")),
        F::CaptivePortal => instead(ALL, Reply::html(200, PORTAL_PAGE)),
        F::Waf => instead(ALL, Reply::html(403, FIREWALL_PAGE).with("cf-mitigated", "challenge")),
        F::Garbled => instead(ALL, Reply::xml(200, DAMAGED_LISTING)),

        F::UnknownKey => instead(ALL, Reply::error(401, "Unauthorized", "Unauthorized")),
        F::WrongSecret => Staging::Access(|access| access.secret = hex(2)),
        F::ClockSkew => instead(
            ALL,
            Reply::error(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the server's time is too large.",
            )
            .ahead(AN_HOUR),
        ),
        F::LostSignature => instead(ALL, Reply::error(400, "InvalidArgument", "Authorization")),
        F::Expired => instead(ALL, Reply::error(403, "ExpiredRequest", "Request has expired")),

        F::Denied => instead(ALL, ACCESS_DENIED),
        F::ReadOnly => instead(WRITES, ACCESS_DENIED),
        F::NotEntitled => instead(
            ALL,
            Reply::error(403, "NotEntitled", "Please enable R2 through the Cloudflare Dashboard"),
        ),
        F::NoBucket => Staging::Access(|access| "demo-recording".clone_into(&mut access.bucket)),
        F::Locked => instead(
            &[DeleteObject],
            Reply::error(403, "ObjectLockedByBucketPolicy", "The object is locked by the bucket policy."),
        ),

        F::WrongEtag => altered(&[PutObject], alteration::other_etag),
        F::NotListed => altered(&[ListObjectsV2], alteration::no_entries),
        F::LostWrite => always(&[PutObject], Effect::ConfirmUpload),
        F::WrongSize => altered(&[ListObjectsV2], alteration::other_size),
        F::WrongBytes => altered(&[GetObject], alteration::other_bytes),
        F::Empty => altered(&[GetObject], alteration::no_bytes),
        F::WrongType => altered(&[GetObject], alteration::html_type),
        F::KeyExists => instead(
            &[PutObject],
            Reply::error(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold.",
            ),
        ),

        F::Error => instead(ALL, Reply::error(500, "InternalError", INTERNAL_MESSAGE)),
        F::Unavailable => instead(ALL, Reply::error(503, "ServiceUnavailable", INTERNAL_MESSAGE)),
        F::RateLimited => instead(
            &[PutObject],
            Reply::error(429, "TooManyRequests", "Reduce your concurrent request rate for the same object."),
        ),
        F::Unsupported => instead(
            &[PutObject],
            Reply::error(501, "NotImplemented", "Header 'x-amz-storage-class' with value '' not implemented"),
        ),
        F::Unfamiliar => instead(ALL, Reply::error(400, "SomethingNew", "An error of tomorrow.")),
        F::Flaky => Staging::Answers(Trouble {
            on: &[PutObject],
            when: When::First,
            effect: Effect::Instead(Reply::error(503, "ServiceUnavailable", INTERNAL_MESSAGE)),
        }),
        F::Slow => {
            Staging::Answers(Trouble { on: &[GetObject], when: When::First, effect: Effect::Delay(SLOW) })
        }

        F::StillThere => always(&[DeleteObject], Effect::ConfirmDeletion),
        // The first reading is the download; the second looks for the object after its deletion.
        F::Unproven => Staging::Answers(Trouble {
            on: &[GetObject],
            when: When::AfterFirst,
            effect: Effect::Instead(ACCESS_DENIED),
        }),
        F::Deadline => {
            Staging::Answers(Trouble { on: &[GetObject], when: When::First, effect: Effect::Stall })
        }
    }
}

fn instead(on: &'static [Operation], reply: Reply) -> Staging {
    always(on, Effect::Instead(reply))
}

fn altered(on: &'static [Operation], change: alteration::Alteration) -> Staging {
    always(on, Effect::Alter(change))
}

fn always(on: &'static [Operation], effect: Effect) -> Staging {
    Staging::Answers(Trouble { on, when: When::Always, effect })
}

fn set(pairs: &mut Pairs, variable: Variable, value: &str) {
    pairs.insert(variable, value.to_owned());
}

fn swap_keys(pairs: &mut Pairs) {
    if let (Some(key), Some(secret)) =
        (pairs.remove(&Variable::AccessKeyId), pairs.remove(&Variable::SecretAccessKey))
    {
        pairs.insert(Variable::AccessKeyId, secret);
        pairs.insert(Variable::SecretAccessKey, key);
    }
}
