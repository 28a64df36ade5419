//! Runs that pass with a warning: the verdict says what the warning is about.

use super::Section;
use super::case::{Case, Staged};
use super::network::{HOST, of, on_r2};
use crate::support::cli::Cli;
use crate::support::r2::{BUCKET, Fault, Op, Proxy, R2, Tls};

fn with(name: &'static str, value: &'static str) -> Staged {
    of(on_r2().start(), &[(name, value)], "")
}

fn faulty(fault: Fault) -> Staged {
    of(on_r2().fault(fault).start(), &[], "")
}

/// R2's own host, with the settings in a file of which these are further lines.
fn with_lines(before: &str, after: &str) -> Staged {
    let r2 = on_r2().start();
    let (settings, around): (Vec<_>, Vec<_>) =
        r2.env().into_iter().partition(|(name, _)| name.starts_with("R2_"));
    let lines: Vec<_> = settings.into_iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let lines = lines.concat();
    let cli = Cli::new("--env-file app.env").envs(around).file("app.env", format!("{before}{lines}{after}"));
    Staged { cli, kept: vec![Box::new(r2)] }
}

/// A server that is reached by a bare name, through a proxy for plain HTTP.
fn on_a_private_network() -> Staged {
    let r2 = R2::start();
    let proxy = Proxy::builder().map("minio:9000", r2.address).start();
    let changes = [("R2_ENDPOINT", "http://minio:9000"), ("HTTP_PROXY", &*proxy.url())];
    let mut staged = of(r2, &changes, "");
    staged.kept.push(Box::new(proxy));
    staged
}

pub fn section() -> Section {
    let cases = vec![
        Case::new("R2_REGION is one that R2 tolerates", &["R2_REGION is `us-east-1`", "`auto`"], || {
            with("R2_REGION", "us-east-1")
        }),
        Case::new("R2_REGION is a location hint", &["R2_REGION is `weur`", "a location hint"], || {
            with("R2_REGION", "weur")
        }),
        Case::new(
            "The account id is in upper case",
            &["R2_ENDPOINT has upper-case letters in its account id"],
            || with("R2_ENDPOINT", "https://4F1C0E5AB27D4936A8C1F0B3D5E79A62.r2.cloudflarestorage.com"),
        ),
        Case::new(
            "The server is on a private network",
            &["R2_ENDPOINT uses plain http"],
            on_a_private_network,
        ),
        Case::new("The server is not R2", &["127.0.0.1 is not Cloudflare R2"], || of(R2::start(), &[], "")),
        Case::new("Two lines of the env file differ", &["R2_BUCKET_NAME", "app.env"], || {
            with_lines("R2_BUCKET_NAME=older-files\n", "")
        }),
        Case::new("Another loader stops in the env file", &["R2_ENABLED", "app.env"], || {
            with_lines("APP_TITLE=Our files\n", "")
        }),
        Case::new("A line of another program is not read", &["line 7 of app.env", "unclosed quote"], || {
            with_lines("", "NOTE='fine\n")
        }),
        Case::new(
            "The environment and the env file differ",
            &["R2_ENABLED in the environment", "app.env"],
            || {
                let Staged { cli, kept } = with_lines("", "");
                Staged { cli: cli.env("R2_ENABLED", "TRUE"), kept }
            },
        ),
        Case::new("A proxy variable cannot be used by other clients", &["HTTPS_PROXY", "SOCKS"], || {
            of(
                R2::builder().tls(Tls::Good).start(),
                &[("HTTPS_PROXY", "socks5://127.0.0.1:9"), ("NO_PROXY", "")],
                "--client native --accept config.endpoint-not-r2",
            )
        }),
        Case::new("The clock is five minutes slow", &["clock", HOST, "5 minutes"], || {
            of(on_r2().clock(300).start(), &[], "")
        }),
        Case::new("A request succeeded only when repeated", &["PutObject", HOST], || {
            faulty(Fault::on(Op::Put).first(1).status(503))
        }),
        Case::new("A lifecycle rule will delete the files", &["lifecycle rule", BUCKET], || {
            let rule = "expiry-date=\"Fri, 25 Dec 2026 00:00:00 GMT\", rule-id=\"old\"";
            faulty(Fault::on(Op::Put).header("x-amz-expiration", rule))
        }),
        Case::new("The bucket keeps old versions", &["version", BUCKET], || {
            faulty(Fault::on(Op::Delete).header("x-amz-version-id", "1"))
        }),
        Case::new("With --strict, a warning fails the run", &["R2_REGION is `us-east-1`"], || {
            of(on_r2().start(), &[("R2_REGION", "us-east-1")], "--strict")
        }),
    ];
    Section {
        title: "Warnings",
        about: "Runs that pass, with something to know; `--strict` makes a failure of it.",
        cases,
    }
}
