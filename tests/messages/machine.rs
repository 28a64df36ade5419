//! What the machine brings: Railway, proxies and certificates in the environment.

use super::Section;
use super::case::{Case, Staged};
use super::network::{HOST, of, on_r2};
use super::variables::{ALL, SOUND};
use crate::support::cli::Cli;
use crate::support::r2::{BUCKET, DeadEnd, Does, Fault, Op, Proxy, R2, S3Error};

/// What a container of Railway has.
const RAILWAY: [(&str, &str); 4] = [
    ("RAILWAY_ENVIRONMENT_NAME", "production"),
    ("RAILWAY_SERVICE_NAME", "app"),
    ("RAILWAY_DEPLOYMENT_ID", "8d2f6c1e-90ab-4cde-8f01-23456789abcd"),
    ("RAILWAY_REPLICA_REGION", "europe-west4-drams3a"),
];

/// What a verdict on a proxy must name.
const OUR_PROXY: &[&str] = &["HTTPS_PROXY", "http://127.0.0.1:55555"];

/// R2's own host through another proxy than the server's own.
fn through(does: Does) -> Staged {
    let proxy = Proxy::builder().does(does).start();
    let url = proxy.url();
    let mut staged = of(on_r2().start(), &[("HTTPS_PROXY", &url)], "--timeout 1s --retries 0");
    staged.kept.push(Box::new(proxy));
    staged
}

fn with_variable(name: &str, value: &str) -> Staged {
    of(on_r2().start(), &[(name, value)], "--retries 0")
}

/// A server that refuses a body without a hash in the words of a missing permission.
fn wants_hashes() -> R2 {
    let unhashed = Fault::on(Op::Any).with("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    on_r2().fault(unhashed.error(S3Error::access_denied())).start()
}

fn through_nobody() -> Staged {
    let dead = DeadEnd::refusing();
    let mut staged = of(on_r2().start(), &[("HTTPS_PROXY", &dead.endpoint())], "");
    staged.kept.push(Box::new(dead));
    staged
}

pub fn section() -> Section {
    let on_railway = || Cli::new("--no-env-file --format text").envs(RAILWAY);
    let cases = vec![
        Case::new("On Railway, nothing is set", ALL, on_railway),
        Case::new("On Railway, R2_BUCKET_NAME is empty", &["R2_BUCKET_NAME is empty"], move || {
            on_railway().envs(SOUND).env("R2_BUCKET_NAME", "")
        }),
        Case::new("On Railway, the bucket does not exist", &[BUCKET, "127.0.0.1"], || {
            let Staged { cli, kept } = of(R2::builder().without_bucket().start(), &[], "--format text");
            Staged { cli: cli.envs(RAILWAY), kept }
        }),
        Case::new("HTTPS_PROXY names a port where nobody listens", OUR_PROXY, through_nobody),
        Case::new("HTTPS_PROXY names a proxy that refuses R2", OUR_PROXY, || through(Does::Refuse(403))),
        Case::new("HTTPS_PROXY names a proxy that wants a login", OUR_PROXY, || through(Does::Refuse(407))),
        Case::new("HTTPS_PROXY names a proxy that never answers", OUR_PROXY, || through(Does::Stall)),
        Case::new("HTTPS_PROXY names a server that is not a proxy", OUR_PROXY, || through(Does::Babble)),
        Case::new(
            "HTTPS_PROXY names a proxy that closes its tunnels",
            &["ListObjectsV2", "the proxy http://127.0.0.1:55555", ".r2.cloudflarestorage.com"],
            || through(Does::OpenAndClose),
        ),
        Case::new("HTTPS_PROXY names a SOCKS proxy", &["HTTPS_PROXY names a SOCKS proxy", "boto3"], || {
            with_variable("HTTPS_PROXY", "socks5://127.0.0.1:9")
        }),
        Case::new(
            "AWS_CA_BUNDLE names a file that does not exist",
            &["AWS_CA_BUNDLE names a file that does not exist", "boto3"],
            || with_variable("AWS_CA_BUNDLE", "/no-such-folder/roots.pem"),
        ),
        Case::new("AWS_PROFILE in the env file names no profile", &["AWS_PROFILE"], || {
            let server = on_r2().start();
            let cli = Cli::new("--env-file app.env").envs(server.env());
            let cli = cli.file("app.env", "# storage\nAWS_PROFILE=clinic\n");
            Staged { cli, kept: vec![Box::new(server)] }
        }),
        Case::new("AWS_DATA_PATH leads to another description of S3", &["AWS_DATA_PATH"], || {
            let Staged { cli, kept } = with_variable("AWS_DATA_PATH", ".");
            Staged { cli: cli.file("endpoints.json", "{}"), kept }
        }),
        Case::new("boto3's file has the bucket before the host, and the server has not", &[BUCKET], || {
            let server = on_r2().named("store.example").start();
            let variables = [("R2_ENDPOINT", "https://store.example"), ("AWS_CONFIG_FILE", "boto3.ini")];
            let Staged { cli, kept } = of(server, &variables, "--retries 0");
            Staged { cli: cli.file("boto3.ini", "[default]\ns3 =\n  addressing_style = virtual\n"), kept }
        }),
        Case::new("boto3's file leaves the hashes out, and the server wants them", &[HOST, "hash"], || {
            let Staged { cli, kept } = of(wants_hashes(), &[("AWS_CONFIG_FILE", "boto3.ini")], "--retries 0");
            Staged { cli: cli.file("boto3.ini", "[default]\ns3 =\n  payload_signing_enabled = no\n"), kept }
        }),
        Case::new("An older boto3 leaves the hash of an upload out", &[HOST, "hash"], || {
            of(wants_hashes(), &[], "--retries 0 --sdk boto3==1.34.144")
        }),
        Case::new("HTTPS_PROXY cannot be used, and no_proxy counts", &["HTTPS_PROXY"], || {
            of(
                on_r2().start(),
                &[("HTTPS_PROXY", "socks5://127.0.0.1:9"), ("no_proxy", "x.example")],
                "--retries 0",
            )
        }),
    ];
    Section {
        title: "The machine",
        about: "What surrounds the settings: Railway, proxies, certificates.",
        cases,
    }
}
