//! How each fault is produced: by settings, by a proxy, by a certificate, or by the simulator.
//!
//! Where the simulator can refuse a request by itself, for a missing permission for instance, it does.

use std::time::Duration;

use simulator::{Builder, Fault, Op, Permission, R2, S3Error, SdkUploads, Tls, Token, Xml};

use super::environment::{Access, BUCKET, Pairs};
use super::fault::DemoFault;
use crate::settings::Variable;
use crate::settings::sdk::Sdk;

/// What differs from a healthy demo.
pub enum Staging {
    /// Faulty settings, which the rules find before anything is sent.
    Environment(fn(&mut Pairs)),
    /// A server, and a change to the well-formed settings that reach it.
    Server(Box<Builder>, fn(&mut Access)),
    /// A port on which nothing listens.
    NobodyListens,
    /// A proxy that refuses with this status.
    Proxy(u16),
    /// A proxy's port on which nothing listens.
    NoProxyListens,
}

/// The first bytes of a server of another protocol.
const SSH: &[u8] = b"SSH-2.0-OpenSSH_9.6\r\n";
/// Fatal TLS alerts (RFC 8446, section 6): R2 sends the first for an account that it does not serve.
const HANDSHAKE_FAILURE: Tls = Tls::Alert(40);
const PROTOCOL_VERSION: Tls = Tls::Alert(70);

const PORTAL_PAGE: &str = "<!DOCTYPE html><html><head><title>Welcome to the hotspot</title></head>\
    <body>Please sign in to use the network.</body></html>";
const FIREWALL_PAGE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head>\
    <body>Checking that you are not a robot.</body></html>";
const OTHER_ETAG: &str = "\"d41d8cd98f00b204e9800998ecf8427e\"";

const EXPIRATION: &str = "expiry-date=\"Fri, 25 Dec 2026 00:00:00 GMT\", rule-id=\"temporary files\"";

/// The header field by which `MinIO` is recognised.
const MINIO: (&str, &str) = ("x-minio-deployment-id", "1a2b3c4d-demo");

/// Longer than the limit beyond which a response is reported as slow.
const SLOW: Duration = Duration::from_millis(2500);
/// The offset of a clock whose time zone was taken for UTC, in seconds.
const AN_HOUR: i64 = 3600;

/// Nothing differs.
pub fn healthy() -> Staging {
    with(|server| server)
}

/// How a fault is produced.
pub fn staging(fault: DemoFault) -> Staging {
    use DemoFault as F;
    let any = || Fault::on(Op::Any);
    // A fault in an object's content is for the download, not for the read after the deletion.
    let download = || Fault::on(Op::Get).first(1);
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
            set(pairs, Variable::SecretAccessKey, &Token::read_write().value);
        }),
        F::ProvenToken => reached(|access| access.token.secret.clone_from(&access.token.value)),
        F::SwappedKeys => Staging::Environment(swap_keys),

        F::OtherRegion => {
            with(|server| server.region("eu-central-1").fault(Fault::on(Op::Any).header(MINIO.0, MINIO.1)))
        }

        F::Refused => Staging::NobodyListens,
        F::Timeout => faulty(any().silence()),
        F::Reset => faulty(any().reset()),
        F::Closed => faulty(any().close()),
        F::Truncated => faulty(any().truncate(57)),
        F::NotHttp => faulty(Fault::on(Op::Connection).raw(SSH)),

        F::ProxyDown => Staging::NoProxyListens,
        F::ProxyAuth => Staging::Proxy(407),
        F::ProxyDenied => Staging::Proxy(403),

        F::TlsUntrusted => {
            with(|server| server.tls(Tls::SelfSigned).issued_to("r2-selftest demo").named("127.0.0.1"))
        }
        F::TlsVersion => with(|server| server.tls(PROTOCOL_VERSION)),
        F::TlsHandshake => with(|server| server.tls(HANDSHAKE_FAILURE)),
        F::NotTls => reached(|access| access.endpoint = access.endpoint.replace("http:", "https:")),

        F::WrongPort => faulty(any().error(S3Error::console_port()).header(MINIO.0, MINIO.1)),
        F::Redirect => faulty(any().redirect(301, "https://www.example.com/moved")),
        F::CaptivePortal => faulty(any().html(200, PORTAL_PAGE)),
        F::Waf => faulty(any().html(403, FIREWALL_PAGE).header("cf-mitigated", "challenge")),
        F::Garbled => faulty(any().xml(Xml::Truncated(140))),

        F::UnknownKey => reached(|access| access.token.id = Token::read_write().id),
        F::WrongSecret => reached(|access| access.token.secret = Token::read_write().secret),
        F::ClockSkew => with(|server| server.clock(AN_HOUR)),
        F::LostSignature => faulty(any().error(S3Error::invalid_argument("Authorization"))),
        F::Expired => faulty(any().error(S3Error::expired_request())),

        F::Denied => with(|server| server.token(Token::new(Permission::None))),
        F::ReadOnly => with(|server| server.token(Token::read_only())),
        F::HeadBucket => faulty(Fault::on(Op::HeadBucket).status(403)),
        F::NotEntitled => faulty(any().error(S3Error::not_entitled())),
        F::NoBucket => reached(|access| "demo-recording".clone_into(&mut access.bucket)),
        F::Locked => with(|server| server.lock("", 403)),

        F::Expires => faulty(Fault::on(Op::Put).header("x-amz-expiration", EXPIRATION)),
        F::WrongEtag => faulty(Fault::on(Op::Put).etag(OTHER_ETAG)),
        F::NotListed => faulty(Fault::on(Op::Put).unlisted()),
        F::LostWrite => faulty(Fault::on(Op::Put).forgets()),
        F::WrongSize => faulty(Fault::on(Op::List).replace("<Size>", "<Size>1")),
        F::WrongBytes => faulty(download().corrupt()),
        F::Empty => faulty(download().content(b"")),
        F::WrongType => faulty(download().content_type("text/html")),
        F::KeyExists => faulty(Fault::on(Op::Put).error(S3Error::precondition())),

        F::Error => faulty(any().error(S3Error::internal())),
        F::Unavailable => faulty(any().error(unavailable())),
        F::Quota => faulty(Fault::on(Op::Put).error(S3Error::storage_full()).header(MINIO.0, MINIO.1)),
        F::RateLimited => faulty(Fault::on(Op::Put).error(S3Error::too_many())),
        F::Unsupported => faulty(Fault::on(Op::Put).error(S3Error::storage_class())),
        F::Unfamiliar => faulty(any().error(S3Error::new(400, "SomethingNew", "An error of tomorrow."))),
        F::SdkChecksum => {
            Staging::Server(Box::new(server().sdk_uploads(SdkUploads::Refuse(501))), |access| {
                access.sdk = Sdk::parse("boto3==1.44.8").ok();
            })
        }
        F::Flaky => faulty(Fault::on(Op::Put).first(1).error(unavailable())),
        F::Slow => faulty(download().delay(SLOW)),

        F::StillThere => faulty(Fault::on(Op::Delete).keeps()),
        F::Unproven => faulty(Fault::on(Op::Get).after(1).error(S3Error::access_denied())),
        F::Deadline => faulty(download().silence()),
    }
}

/// A server without faults. It sends no header fields of Cloudflare's edge, so that no report holds an invented ray id.
fn server() -> Builder {
    R2::builder().bucket(BUCKET).fault(Fault::on(Op::Any).without("Server").without("CF-RAY"))
}

fn with(change: fn(Builder) -> Builder) -> Staging {
    Staging::Server(Box::new(change(server())), |_| {})
}

fn faulty(fault: Fault) -> Staging {
    Staging::Server(Box::new(server().fault(fault)), |_| {})
}

fn reached(change: fn(&mut Access)) -> Staging {
    Staging::Server(Box::new(server()), change)
}

/// Unavailable, but not because of too many requests, which the message of R2 would say.
fn unavailable() -> S3Error {
    S3Error { message: S3Error::internal().message, ..S3Error::unavailable() }
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
