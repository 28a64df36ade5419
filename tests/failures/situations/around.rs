//! What surrounds the settings: proxies, root certificates, and boto3's own variables. boto3 decides by rules of its own.

use super::{Situation, UNSET, USUAL, each, fails};
use crate::support::r2::{Fault, Op, R2, SdkUploads, Tls};

/// A server with TLS on this machine, whose root nobody knows.
fn private_root() -> R2 {
    R2::builder().tls(Tls::Good).start()
}

/// A server that refuses the form in which boto3 uploads since 1.36.
fn without_frames() -> R2 {
    R2::builder().tls(Tls::Good).sdk_uploads(SdkUploads::Refuse(401)).start()
}

/// What an internet provider answers in plain text in R2's place.
fn block_page() -> R2 {
    let host = "4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com";
    R2::builder()
        .r2_host(crate::support::r2::Jurisdiction::Default)
        .tls_for(host, Tls::Plain)
        .fault(Fault::on(Op::Any).html(200, "<title>Blocked</title>"))
        .start()
}

const PASSWORD: &[&str] = &["Secret7", "P@Sec", "Secret7#9"];

const SITUATIONS: &[Situation] = &[
    Situation {
        what: "an `@` and a `#` in the proxy's password",
        set: &[("HTTPS_PROXY", "http://ana:P@Secret7#9@proxy.clinic.example:3128")],
        ends: fails(
            "proxy.unreadable",
            &["HTTPS_PROXY"],
            "Percent-encode the user name and the password in HTTPS_PROXY",
        ),
        never: PASSWORD,
        ..USUAL
    },
    Situation {
        what: "a slash in the proxy's password",
        set: &[("HTTPS_PROXY", "http://ana:Secret7/x@proxy.clinic.example:3128")],
        ends: fails(
            "proxy.unreadable",
            &["HTTPS_PROXY"],
            "Percent-encode the user name and the password in HTTPS_PROXY",
        ),
        never: PASSWORD,
        ..USUAL
    },
    Situation {
        what: "a SOCKS proxy",
        set: &[("HTTPS_PROXY", "socks5://127.0.0.1:1080")],
        ends: fails(
            "proxy.unsupported",
            &["HTTPS_PROXY names a SOCKS proxy, which boto3 cannot use"],
            "Unset HTTPS_PROXY",
        ),
        ..USUAL
    },
    Situation {
        what: "a proxy in quotes",
        set: &[("HTTPS_PROXY", "\"http://127.0.0.1:9\"")],
        ends: fails("proxy.unsupported", &["HTTPS_PROXY"], "Unset HTTPS_PROXY"),
        ..USUAL
    },
    Situation {
        what: "two spellings, of which the lower-case one wins",
        set: &[("https_proxy", "http://127.0.0.1:9")],
        ends: fails("proxy.unreachable", &["http://127.0.0.1:9"], "Unset https_proxy"),
        ..USUAL
    },
    Situation {
        what: "a proxy for everything, which boto3 does not read",
        server: private_root,
        set: &[("ALL_PROXY", "http://127.0.0.1:9"), ("HTTPS_PROXY", UNSET)],
        ..USUAL
    },
    Situation {
        what: "a root that the system knows, and boto3 does not",
        server: private_root,
        set: &[("AWS_CA_BUNDLE", UNSET)],
        ends: fails("tls.client-roots", &["boto3 does not trust", "127.0.0.1"], "Set AWS_CA_BUNDLE to"),
        ..USUAL
    },
    Situation {
        what: "a root in boto3's own variable",
        server: private_root,
        set: &[("SSL_CERT_FILE", UNSET)],
        ..USUAL
    },
    Situation {
        what: "a root in the other variable that boto3 reads",
        server: private_root,
        set: &[("SSL_CERT_FILE", UNSET), ("AWS_CA_BUNDLE", UNSET), ("REQUESTS_CA_BUNDLE", "{roots}")],
        ..USUAL
    },
    Situation {
        what: "a bundle of roots that is not there",
        server: private_root,
        set: &[("AWS_CA_BUNDLE", "/no-such-folder/roots.pem")],
        ends: fails(
            "config.client-environment",
            &["AWS_CA_BUNDLE names a file that does not exist"],
            "Unset AWS_CA_BUNDLE",
        ),
        ..USUAL
    },
    Situation {
        what: "a profile that is not there",
        set: &[("AWS_PROFILE", "clinic")],
        ends: fails("config.client-environment", &["AWS_PROFILE names a profile"], "Unset AWS_PROFILE"),
        ..USUAL
    },
    Situation {
        what: "a mode of retries that does not exist",
        set: &[("AWS_RETRY_MODE", "sometimes")],
        ends: fails("config.client-environment", &["AWS_RETRY_MODE", "boto3 takes"], "Unset AWS_RETRY_MODE"),
        ..USUAL
    },
    Situation {
        what: "an upload in the form of a new boto3, at a storage that does not know it",
        server: without_frames,
        options: "--sdk boto3==1.44.8",
        ends: fails(
            "service.sdk-checksum",
            &["127.0.0.1", "PutObject", "boto3"],
            "Set AWS_REQUEST_CHECKSUM_CALCULATION to `when_required`",
        ),
        ..USUAL
    },
    Situation {
        what: "a provider's block page at R2's host, in plain HTTP on 443",
        server: block_page,
        ends: fails(
            "tls.not-tls",
            &["{host} does not speak TLS on port 443"],
            "Have the proxy pass the host's TLS through, without inspection.",
        ),
        never: &["emove the port", "rite `http://`"],
        ..USUAL
    },
];

#[test]
fn what_surrounds_the_settings_is_judged_as_boto3_would_meet_it() {
    each(SITUATIONS);
}
