//! The static binary in a root that holds nothing else: no shell, no C library, no certificates, no `/tmp`, no home, as a
//! user that nobody knows and who can write nowhere. Needs root for `chroot`, and the binary's path in
//! `R2_SELFTEST_STATIC`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]

use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::thread;

use serde_json::Value;
use simulator::{Op, R2, Tls};
use tempfile::TempDir;

/// A user that no list of users has.
const NOBODY: &str = "51966:51966";
/// Where the tests' own name server listens: a loopback address that nothing else uses.
const NAME_SERVER: &str = "127.0.0.77";
/// A name that only that server knows.
const NAME: &str = "r2.empty-root.test";

/// An empty root with the program in it.
fn root() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let binary = std::env::var_os("R2_SELFTEST_STATIC").expect("R2_SELFTEST_STATIC names the static binary");
    fs::copy(binary, root.path().join("r2-selftest")).unwrap();
    open_to_all(root.path());
    root
}

/// `tempdir` makes folders that only their owner may enter.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
}

fn put(root: &TempDir, path: &str, content: &[u8]) {
    let file = root.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

fn inside(root: &TempDir, env: &[(String, String)], arguments: &[&str]) -> Output {
    Command::new("/usr/sbin/chroot")
        .arg(format!("--userspec={NOBODY}"))
        .args([root.path(), Path::new("/r2-selftest")])
        .args(arguments)
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// The server's settings, under a name or under its address, with what more a test sets.
fn settings(r2: &R2, host: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let endpoint = r2.endpoint().replace("127.0.0.1", host).replace("localhost", host);
    let mut env: Vec<(String, String)> =
        r2.env().into_iter().filter(|(name, _)| name.starts_with("R2_")).collect();
    env.retain(|(name, _)| name != "R2_ENDPOINT");
    env.push(("R2_ENDPOINT".to_owned(), endpoint));
    env.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    env
}

/// The certificate of the authority that signed the server's, as a PEM file's bytes.
fn authority(r2: &R2) -> Vec<u8> {
    fs::read(r2.authority_file()).unwrap()
}

#[test]
#[ignore = "needs root and R2_SELFTEST_STATIC"]
fn the_demo_passes_there() {
    let output = inside(&root(), &[], &["demo"]);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("PASS"));
}

#[test]
#[ignore = "needs root and R2_SELFTEST_STATIC"]
fn the_public_roots_are_in_the_program() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let output = inside(&root(), &settings(&r2, "127.0.0.1", &[]), &["--json", "--no-experiments"]);
    let report = report(&output);
    // Refused because nobody whom it trusts signed the certificate, and not for want of anybody whom it trusts.
    assert_eq!(report["root_cause"], "tls.untrusted", "{report:#}");
}

#[test]
#[ignore = "needs root and R2_SELFTEST_STATIC"]
fn a_run_passes_over_tls_with_a_name_from_dns() {
    let r2 = R2::builder().tls(Tls::Good).named(NAME).start();
    let root = root();
    put(&root, "ca.pem", &authority(&r2));
    put(&root, "etc/resolv.conf", format!("nameserver {NAME_SERVER}\n").as_bytes());
    let names = name_server();
    let output = inside(&root, &settings(&r2, NAME, &[("AWS_CA_BUNDLE", "/ca.pem")]), &["--json"]);
    let report = report(&output);
    assert!(output.status.success(), "{report:#}");
    assert_eq!(r2.requests_of(Op::Put).len(), 1);
    assert_eq!(names.try_iter().next().as_deref(), Some(NAME), "the name was not asked for");
    assert!(r2.left().is_empty());
}

#[test]
#[ignore = "needs root and R2_SELFTEST_STATIC"]
fn the_systems_roots_are_found_where_alpine_and_debian_keep_them() {
    let r2 = R2::builder().tls(Tls::Good).start();
    for path in ["etc/ssl/cert.pem", "etc/ssl/certs/ca-certificates.crt"] {
        let root = root();
        put(&root, path, &authority(&r2));
        let output = inside(&root, &settings(&r2, "127.0.0.1", &[]), &["--json", "--client", "native"]);
        assert!(output.status.success(), "{path}: {:#}", report(&output));
    }
}

#[test]
#[ignore = "needs root and R2_SELFTEST_STATIC"]
fn a_report_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let r2 = R2::builder().start();
    let output = inside(&root(), &settings(&r2, "127.0.0.1", &[]), &["--output", "report.json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(r2.requests().is_empty());
}

/// Answers every question with 127.0.0.1, and reports the names that it was asked for.
fn name_server() -> mpsc::Receiver<String> {
    let socket = UdpSocket::bind((NAME_SERVER, 53)).expect("port 53 of a loopback address");
    let (asked, names) = mpsc::channel();
    thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            let question = &packet[..length];
            let (name, end) = name_in(question);
            let wants_ipv4 = question[end..].starts_with(&[0, 1]);
            if asked.send(name).is_err() || socket.send_to(&answer(question, end, wants_ipv4), from).is_err()
            {
                return;
            }
        }
    });
    names
}

/// The name in a question of DNS (RFC 1035, section 4.1.2), and where it ends.
fn name_in(question: &[u8]) -> (String, usize) {
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).into_owned());
        at += length + 1;
    }
    (labels.join("."), at + 1)
}

fn answer(question: &[u8], end: usize, with_address: bool) -> Vec<u8> {
    let mut answer = question[..end + 4].to_vec();
    // A response without an error, of one question and at most one answer.
    answer[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, u8::from(with_address), 0, 0, 0, 0]);
    if with_address {
        // The question's name, type A, class IN, a minute, four bytes.
        answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    answer
}
