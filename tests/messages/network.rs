//! The way to the server, and the server: names, TLS, answers.

use super::Section;
use super::case::{Case, Staged};
use crate::support::cli::Cli;
use crate::support::r2::{Builder, DeadEnd, Fault, Jurisdiction, Op, R2, S3Error, Tls};

/// A run with a server's own settings, these in the place of some, and options.
pub fn of(r2: R2, changes: &[(&str, &str)], options: &str) -> Staged {
    let cli = Cli::new("--no-env-file").args(options).envs(r2.env_with(changes));
    Staged { cli, kept: vec![Box::new(r2)] }
}

/// A server behind R2's own host, reached through a proxy of its own.
pub fn on_r2() -> Builder {
    R2::builder().r2_host(Jurisdiction::Default)
}

fn tls(kind: Tls) -> Staged {
    of(R2::builder().tls(kind).start(), &[], "--timeout 1s --retries 0")
}

fn faulty(fault: Fault) -> Staged {
    of(on_r2().fault(fault).start(), &[], "--timeout 1s --retries 0")
}

/// No name may be longer than 253 characters (RFC 1035, section 2.3.4): the resolver refuses this one without asking
/// anybody.
fn nameless() -> Staged {
    let label = ["a-name"; 9].join("-") + "s";
    let endpoint = format!("https://{}", [label.as_str(); 4].join("."));
    of(R2::start(), &[("R2_ENDPOINT", &endpoint), ("HTTPS_PROXY", "")], "")
}

fn unanswering() -> Staged {
    let dead = DeadEnd::unanswering();
    let mut staged = of(R2::start(), &[("R2_ENDPOINT", &dead.endpoint())], "--timeout 1s --retries 0");
    staged.kept.push(Box::new(dead));
    staged
}

/// A case's name, what its verdict must name, and what the server does.
type Answer = (&'static str, &'static [&'static str], fn() -> Fault);

const LOOPBACK: &str = "127.0.0.1";
const CERTIFICATE: &str = "The certificate of 127.0.0.1";
pub const HOST: &str = "4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com";

pub fn section() -> Section {
    let mut cases = vec![
        Case::new("The endpoint's name has no address", &["a-name-a-name", "does not resolve"], nameless),
        Case::new("The endpoint's port does not answer", &[LOOPBACK, "1 s"], unanswering),
    ];
    let handshakes: [(&str, &[&str], Tls); 6] = [
        ("The certificate is by an inspecting proxy", &[CERTIFICATE, "not trusted"], Tls::UnknownIssuer),
        ("The certificate has expired", &[CERTIFICATE, "expired"], Tls::Expired),
        ("The certificate is not valid yet", &[CERTIFICATE, "not valid yet"], Tls::NotYetValid),
        ("The certificate is for another host", &[LOOPBACK, "another host"], Tls::WrongName),
        ("The TLS handshake is never answered", &[LOOPBACK, "1 s"], Tls::Silence),
        ("The TLS handshake is reset", &[LOOPBACK, "reset"], Tls::Reset),
    ];
    for (name, names, kind) in handshakes {
        cases.push(Case::new(name, names, move || tls(kind)));
    }
    let answers: [Answer; 6] = [
        ("R2 answers with 500", &[HOST, "ListObjectsV2"], || Fault::on(Op::Any).error(S3Error::internal())),
        ("R2 answers with a page of the edge, 502", &[HOST, "ListObjectsV2"], || {
            Fault::on(Op::Any).html(502, "<html><h1>Bad gateway</h1></html>")
        }),
        ("R2 answers that there are too many requests", &[HOST, "ListObjectsV2"], || {
            Fault::on(Op::Any).error(S3Error::too_many())
        }),
        ("The upload is reset", &[HOST, "PutObject"], || Fault::on(Op::Put).reset()),
        ("The download stops halfway", &[HOST, "GetObject"], || Fault::on(Op::Get).first(1).truncate(300)),
        ("The server knows no deletions", &[HOST, "DeleteObject"], || Fault::on(Op::Delete).status(405)),
    ];
    cases.extend(
        answers.into_iter().map(|(name, names, fault)| Case::new(name, names, move || faulty(fault()))),
    );
    Section {
        title: "Network and server",
        about: "Names, ports, TLS and answers. What runs against R2's own host is answered by a simulator.",
        cases,
    }
}
