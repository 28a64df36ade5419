//! Servers that are not R2, and what stands in front of one: each is answered by its own name and in its own words.

use super::{Situation, USUAL, each, fails, warns};
use crate::support::r2::{Fault, Jurisdiction, Op, R2, S3Error};

/// A server on this machine that is no R2.
fn local(fault: Fault) -> R2 {
    R2::builder().fault(fault.without("Server").without("CF-RAY")).start()
}

/// A server under a name, reached through a proxy.
fn named(host: &str, fault: Fault) -> R2 {
    R2::builder().r2_host(Jurisdiction::Default).named(host).fault(fault).start()
}

fn refused(op: Op, status: u16, code: &str, message: &str) -> Fault {
    Fault::on(op).error(S3Error::new(status, code, message))
}

/// The error of a provider that Cloudflare has no part in.
fn foreign(host: &str, status: u16, code: &str, message: &str) -> R2 {
    named(host, refused(Op::Any, status, code, message).without("Server").without("CF-RAY"))
}

fn page(host: &str, status: u16, text: &str) -> R2 {
    named(host, Fault::on(Op::Any).html(status, text))
}

const NOT_OF_R2: &[&str] = &["dash.cloudflare.com", "R2 API token", "cloudflarestatus", "R2's list"];

/// A situation at a server that is not R2, whose answer leads to no page of Cloudflare's.
const ELSEWHERE: Situation = Situation { options: "--no-experiments", never: NOT_OF_R2, ..USUAL };

/// A domain of the user's own in front of something that Cloudflare does not reach.
const CUSTOM_DOMAIN: Situation = Situation {
    set: &[("R2_ENDPOINT", "https://files.example")],
    ends: fails(
        "http.custom-domain",
        &["files.example"],
        "Set R2_ENDPOINT to `https://`, the account id and",
    ),
    never: &["cloudflarestatus", "--retries 5"],
    ..USUAL
};

const SITUATIONS: &[Situation] = &[
    Situation {
        what: "MinIO by its service's name, in plain HTTP, and not started",
        set: &[("R2_ENDPOINT", "http://minio:9000"), ("HTTP_PROXY", "http://127.0.0.1:9")],
        ends: fails("proxy.unreachable", &["http://127.0.0.1:9"], "Unset HTTP_PROXY"),
        never: &["Change `http://` to `https://`"],
        ..USUAL
    },
    Situation {
        what: "MinIO by its service's name, in plain HTTP",
        server: R2::start,
        set: &[("R2_ENDPOINT", "http://minio:9000"), ("HTTP_PROXY", "{by-name}")],
        ends: warns(
            "config.endpoint-insecure",
            &["R2_ENDPOINT uses plain http"],
            "Accept the warning if you trust this network.",
        ),
        never: &["Change `http://` to `https://`", "localhost"],
        ..USUAL
    },
    Situation {
        what: "the console's port, with a refusal that looks like one of rights",
        server: || local(refused(Op::Any, 403, "AccessDenied", "S3 API Requests must be made to API port.")),
        ends: fails(
            "http.wrong-port",
            &["127.0.0.1 is not the S3 API's"],
            "Set R2_ENDPOINT to the port of the S3 API in the environment",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "the console's port, with a refusal of the request",
        server: || {
            local(refused(Op::Any, 400, "InvalidArgument", "S3 API Requests must be made to API port."))
        },
        ends: fails(
            "http.wrong-port",
            &["127.0.0.1 is not the S3 API's"],
            "Set R2_ENDPOINT to the port of the S3 API in the environment",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a quota that is used up",
        server: || local(refused(Op::Put, 403, "QuotaExceeded", "The bucket's quota is exceeded.")),
        ends: fails(
            "service.storage-full",
            &["127.0.0.1 has no room for PutObject"],
            "Delete what is not needed",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a gateway that changes the host, before a storage that says only that the signature is wrong",
        server: || local(refused(Op::Any, 403, "SignatureDoesNotMatch", "The signatures do not match.")),
        ends: fails("auth.signature", &["127.0.0.1"], "Let the gateway in front of the storage pass Host"),
        ..ELSEWHERE
    },
    Situation {
        what: "R2's keys at AWS",
        server: || {
            foreign("s3.amazonaws.com", 403, "InvalidAccessKeyId", "It does not exist in our records.")
        },
        set: &[("R2_ENDPOINT", "https://s3.amazonaws.com")],
        ends: fails(
            "auth.other-provider",
            &["Amazon S3 does not know the keys", "R2"],
            "Set R2_ENDPOINT to `https://`, the account id and `.r2.cloudflarestorage.com` in the environment.",
        ),
        never: &["dash.cloudflare.com", "two minutes"],
        ..ELSEWHERE
    },
    Situation {
        what: "R2's keys at Backblaze",
        server: || {
            foreign("s3.eu-central-003.backblazeb2.com", 403, "InvalidAccessKeyId", "Malformed Access Key Id")
        },
        set: &[("R2_ENDPOINT", "https://s3.eu-central-003.backblazeb2.com")],
        ends: fails("auth.other-provider", &["Backblaze B2 does not know the keys"], "Set R2_ENDPOINT to"),
        never: &["dash.cloudflare.com", "two minutes"],
        ..ELSEWHERE
    },
    Situation {
        what: "a key of another kind at Backblaze",
        server: || {
            foreign("s3.eu-central-003.backblazeb2.com", 403, "InvalidAccessKeyId", "Malformed Access Key Id")
        },
        set: &[
            ("R2_ENDPOINT", "https://s3.eu-central-003.backblazeb2.com"),
            ("R2_ACCESS_KEY_ID", "003abc0000000000000000001"),
        ],
        ends: fails(
            "auth.unauthorized",
            &["R2_ACCESS_KEY_ID"],
            "Set both keys to an active pair of Backblaze B2",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a server of another region",
        server: || {
            let message =
                "The authorization header is malformed; the region 'auto' is wrong; expecting 'eu-central-1'";
            local(refused(Op::Any, 400, "AuthorizationHeaderMalformed", message))
        },
        ends: fails(
            "config.region",
            &["R2_REGION is `auto`", "`eu-central-1`"],
            "Set R2_REGION to `eu-central-1` in the environment.",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a server that refuses a header without saying why",
        server: || local(refused(Op::Any, 400, "AuthorizationHeaderMalformed", "BadRequest")),
        ends: fails(
            "service.unexpected",
            &["127.0.0.1", "ListObjectsV2", "400 AuthorizationHeaderMalformed"],
            "Act on the server's own message",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a domain whose origin Cloudflare cannot resolve",
        server: || page("files.example", 530, "error code: 1016"),
        ..CUSTOM_DOMAIN
    },
    Situation {
        what: "a domain whose tunnel is not connected",
        server: || page("files.example", 530, "<title>Error 1033 | files.example</title>"),
        ..CUSTOM_DOMAIN
    },
    Situation {
        what: "a domain whose server has an invalid certificate",
        server: || page("files.example", 526, "<title>Invalid SSL certificate</title>"),
        ..CUSTOM_DOMAIN
    },
    Situation {
        what: "R2's own edge, which cannot read what a proxy made of the request",
        server: || {
            let bare = "<html><head><title>400 Bad Request</title></head><center>cloudflare</center></html>";
            R2::builder().r2_host(Jurisdiction::Default).fault(Fault::on(Op::Any).html(400, bare)).start()
        },
        ends: fails("http.edge-refused", &["{host}", "ListObjectsV2"], "Run once without the proxy."),
        never: &["sign-in page"],
        ..USUAL
    },
    Situation {
        what: "a redirect to the bucket's own region",
        server: || {
            let error = S3Error::new(301, "PermanentRedirect", "Use the specified endpoint.")
                .with("Endpoint", "app-files.s3.eu-central-1.amazonaws.com");
            named("s3.amazonaws.com", Fault::on(Op::Any).error(error).without("Server").without("CF-RAY"))
        },
        set: &[("R2_ENDPOINT", "https://s3.amazonaws.com")],
        ends: fails(
            "http.redirect",
            &["s3.amazonaws.com"],
            "Set R2_ENDPOINT to `app-files.s3.eu-central-1.amazonaws.com`",
        ),
        ..ELSEWHERE
    },
    Situation {
        what: "a lifecycle rule over all files",
        server: || {
            let rule = "expiry-date=\"Fri, 25 Dec 2026 00:00:00 GMT\", rule-id=\"old\"";
            R2::builder()
                .r2_host(Jurisdiction::Default)
                .fault(Fault::on(Op::Put).header("x-amz-expiration", rule))
                .start()
        },
        ends: warns("bucket.expires", &["app-files"], "Limit the lifecycle rule to a prefix"),
        ..USUAL
    },
];

#[test]
fn a_server_is_answered_by_its_own_name_and_words() {
    each(SITUATIONS);
}
