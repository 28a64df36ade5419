//! Uploads in the form in which the application's SDK sends them: granted, refused, or stored with their frame.

mod checksums;

use std::fs;
use std::path::Path;

use crate::support::r2::{Fault, Op, R2, S3Error, SdkUploads, Seen, Tls};
use crate::support::run::{ALL, PREFIX, REFUSED_UPLOAD, Run, run_with};

/// A version that frames its uploads over https.
const NEW: [&str; 2] = ["--sdk", "boto3==1.44.8"];
const OLD: [&str; 2] = ["--sdk", "boto3==1.34.144"];
/// What is left in the plain form is found, read, deleted and looked for; then the same of the refused upload.
const TWO_UPLOADS: [Op; 10] =
    [Op::List, Op::HeadBucket, Op::Put, Op::Put, Op::Get, Op::Delete, Op::Get, Op::Get, Op::Delete, Op::Get];

fn server(uploads: SdkUploads, tls: bool) -> R2 {
    let server = R2::builder().sdk_uploads(uploads);
    if tls { server.tls(Tls::Good).start() } else { server.start() }
}

fn upload(r2: &R2) -> Seen {
    r2.requests_of(Op::Put).remove(0)
}

fn sdk<'a>(run: &'a Run<'_>) -> &'a serde_json::Value {
    &run.report["environment"]["sdk"]
}

#[test]
fn what_is_sent_is_the_form_of_the_sdk() {
    for (options, variable, tls, form) in [
        (NEW, "", true, "trailer"),
        (NEW, "when_supported", true, "trailer"),
        (NEW, "", false, "header"),
        (NEW, "When_Required", true, "plain"),
        (NEW, "when_required", false, "plain"),
        (OLD, "", true, "plain"),
        (OLD, "when_supported", false, "plain"),
    ] {
        let r2 = server(SdkUploads::Read, tls);
        let env: &[(&str, &str)] = &[("AWS_REQUEST_CHECKSUM_CALCULATION", variable)];
        let run = run_with(&r2, if variable.is_empty() { &[] } else { env }, &options);
        run.passes_with(&[]).sends(&ALL).leaves_nothing();
        assert_eq!(sdk(&run)["version"], options[1]);
        let put = upload(&r2);
        let has = |name: &str| put.header(name).is_some();
        let sent = match (has("x-amz-trailer"), has("x-amz-checksum-crc32")) {
            (true, false) => "trailer",
            (false, true) => "header",
            (false, false) => "plain",
            (true, true) => "both",
        };
        assert_eq!(sent, form, "{options:?} {variable} {tls}");
        assert_eq!(has("content-md5"), form == "plain", "one checksum at most");
        assert_eq!(put.header("if-none-match"), Some("*"));
    }
}

#[test]
fn the_settings_of_the_sdk_in_its_file_and_in_the_env_file_count() {
    let folder = tempfile::tempdir().unwrap();
    let (config, env_file) = (folder.path().join("config"), folder.path().join(".env"));
    fs::write(&config, "[default]\nrequest_checksum_calculation = when_required\n").unwrap();
    fs::write(&env_file, "AWS_REQUEST_CHECKSUM_CALCULATION=when_required\n").unwrap();
    let r2 = server(SdkUploads::Refuse(501), true);
    run_with(&r2, &[], &NEW).fails_at("upload", "service.sdk-checksum");
    run_with(&r2, &[("AWS_CONFIG_FILE", config.to_str().unwrap())], &NEW).passes_with(&[]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.env_clear().envs(r2.env()).args(NEW).arg("--env-file").arg(&env_file);
    assert_eq!(command.output().unwrap().status.code(), Some(0));
}

#[test]
fn an_upload_that_only_the_form_keeps_from_being_granted_is_not_the_tokens_fault() {
    for (status, tls) in [(401, true), (403, true), (501, true), (501, false), (400, false)] {
        let r2 = server(SdkUploads::Refuse(status), tls);
        let run = run_with(&r2, &[], &NEW);
        run.fails_at("upload", "service.sdk-checksum").statuses("wpfssp");
        run.says("in the plain form returned 200");
        run.sends(&TWO_UPLOADS).leaves_nothing();
        let fix = run.finding("service.sdk-checksum")["fix"][0].to_string();
        assert!(fix.contains("Set AWS_REQUEST_CHECKSUM_CALCULATION to `when_required`"), "{fix}");
        assert_eq!(run.report["cleanup"]["created"].as_array().unwrap().len(), 1);
        assert_eq!(run.report["cleanup"]["verified_gone"].as_array().unwrap().len(), 2);
        // What it advises works.
        run_with(&r2, &[("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")], &NEW).passes_with(&[]);
        run_with(&r2, &[], &OLD).passes_with(&[]);
    }
    let r2 = server(SdkUploads::Refuse(500), true);
    let run = run_with(&r2, &[], &[NEW[0], NEW[1], "--retries", "0"]);
    run.fails_at("upload", "service.sdk-checksum").sends(&TWO_UPLOADS).leaves_nothing();
}

#[test]
fn what_is_refused_in_both_forms_is_reported_as_before() {
    let r2 = R2::builder().tls(Tls::Good).fault(Fault::on(Op::Put).error(S3Error::access_denied())).start();
    let run = run_with(&r2, &[], &NEW);
    run.fails_at("upload", "permission.denied").leaves_nothing();
    assert_eq!(r2.requests_of(Op::Put).len(), 2);
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::access_denied())).start();
    run_with(&r2, &[], &OLD).fails_at("upload", "permission.denied").sends(&REFUSED_UPLOAD);
}

#[test]
fn a_frame_that_is_stored_as_content_is_reported_and_deleted() {
    let r2 = server(SdkUploads::KeepFrame, true);
    let run = run_with(&r2, &[], &NEW);
    run.fails_at("upload", "integrity.content").says("took the frame of the SDK's upload").leaves_nothing();
    assert_eq!(run.report["cleanup"]["verified_gone"].as_array().unwrap().len(), 1);
    // A server that says nothing of what it stored is found out by the download.
    let quiet = R2::builder()
        .sdk_uploads(SdkUploads::KeepFrame)
        .tls(Tls::Good)
        .fault(Fault::on(Op::Put).without("ETag"))
        .fault(Fault::on(Op::List).without_element("ETag"))
        .start();
    let run = run_with(&quiet, &[], &NEW);
    run.says("took the frame of the SDK's upload").leaves_nothing();
    assert_eq!(run.status, 1);
}

#[test]
fn both_objects_are_cleaned_up_whatever_happens_to_the_second_upload() {
    for fault in [
        Fault::on(Op::Put).nth(2).error(S3Error::access_denied()),
        Fault::on(Op::Put).nth(2).reset(),
        Fault::on(Op::Put).nth(2).silence(),
        Fault::on(Op::Put).nth(2).html(200, "<html>Welcome</html>"),
        Fault::on(Op::Delete).nth(1).error(S3Error::internal()),
        Fault::on(Op::Delete).nth(1).reset(),
        Fault::on(Op::Get).nth(1).error(S3Error::internal()),
    ] {
        let r2 = R2::builder().sdk_uploads(SdkUploads::Refuse(501)).fault(fault).start();
        let run = run_with(&r2, &[], &[NEW[0], NEW[1], "--timeout", "700ms", "--retries", "1"]);
        assert_eq!(run.status, 1);
        assert!(r2.left().is_empty(), "{:#}", run.report);
        let keys: Vec<_> = r2.requests_of(Op::Put).iter().filter_map(|put| put.key.clone()).collect();
        assert!(keys.iter().all(|key| key.starts_with(PREFIX)) && keys[0] != keys[1], "{keys:?}");
    }
}

#[test]
fn a_second_object_that_cannot_be_deleted_is_reported_with_its_key() {
    let r2 = R2::builder()
        .sdk_uploads(SdkUploads::Refuse(501))
        .fault(Fault::on(Op::Delete).error(S3Error::access_denied()))
        .start();
    let run = run_with(&r2, &[], &[NEW[0], NEW[1], "--deadline", "4s"]);
    let plain = r2.requests_of(Op::Put)[1].key.clone().unwrap();
    assert_eq!(r2.left().len(), 1);
    let left = run.report["cleanup"]["leftover"].to_string();
    assert!(left.contains(&plain), "{:#}", run.report["cleanup"]);
    assert!(run.finding("cleanup.leftover").to_string().contains(&plain));
}

/// A virtual environment with this version of boto3.
fn environment(place: &Path, version: &str) {
    fs::create_dir_all(place.join(format!("lib/python3.12/site-packages/boto3-{version}.dist-info")))
        .unwrap();
}

#[test]
fn the_version_that_is_installed_decides_and_an_unknown_one_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    environment(folder.path(), "1.44.8");
    let place = folder.path().to_str().unwrap();
    let r2 = server(SdkUploads::Read, false);
    let run = run_with(&r2, &[("VIRTUAL_ENV", place)], &[]);
    run.passes_with(&[]);
    assert_eq!((&sdk(&run)["version"], &sdk(&run)["found"]), (&"boto3==1.44.8".into(), &place.into()));
    assert!(upload(&r2).header("x-amz-checksum-crc32").is_some());
    let r2 = server(SdkUploads::Read, false);
    let run = run_with(&r2, &[], &[]);
    if sdk(&run).is_null() {
        assert!(run.report["checks"][2]["detail"].as_str().unwrap().ends_with("; SDK unknown"));
        assert!(upload(&r2).header("content-md5").is_some());
    }
}

#[test]
fn an_sdk_that_is_not_known_is_refused_before_anything_is_sent() {
    let r2 = R2::start();
    for sdk in ["boto3", "aws-sdk-js==3.0", "boto3==new"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
        command.env_clear().envs(r2.env()).args(["--no-env-file", "--sdk", sdk]);
        assert_eq!(command.output().unwrap().status.code(), Some(2), "{sdk}");
    }
    assert!(r2.requests().is_empty());
}

/// What boto3 sent, recorded by `tests/servers/boto3-record.py`.
const RECORDED: &str = include_str!("../servers/boto3-uploads.json");

#[test]
fn each_form_is_the_one_that_boto3_was_recorded_to_send() {
    let recorded: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
    let content = recorded["content"].as_str().unwrap();
    for (scheme, tls) in [("https", true), ("http", false)] {
        let r2 = server(SdkUploads::Read, tls);
        let version = format!("boto3=={}", recorded["boto3"].as_str().unwrap());
        run_with(&r2, &[], &["--sdk", &version]).passes_with(&[]);
        let (put, theirs) = (upload(&r2), &recorded[scheme]);
        let authorization = put.header("authorization").unwrap();
        let signed = authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
        assert_eq!(serde_json::json!(signed.split(';').collect::<Vec<_>>()), theirs["signed"]);
        // What differs from run to run, or says who asks.
        let of_the_moment = ["host", "user-agent", "x-amz-date", "authorization"];
        let names = put.headers.iter().map(|(name, _)| name.to_lowercase());
        let own: std::collections::BTreeSet<_> =
            names.filter(|name| !of_the_moment.contains(&name.as_str())).collect();
        let fields = theirs["fields"].as_object().unwrap();
        assert!(own.iter().eq(fields.keys()), "{own:?} {fields:#?}");
        // What follows from the content has another value, of the same form.
        let of_the_content = [
            "content-length",
            "x-amz-decoded-content-length",
            "x-amz-checksum-crc32",
            "x-amz-content-sha256",
        ];
        for (name, value) in fields {
            let (ours, value) = (put.header(name).unwrap(), value.as_str().unwrap());
            let follows = of_the_content.contains(&name.as_str()) && !value.starts_with("STREAMING");
            assert!(ours == value || follows, "{name}: {ours}, and not {value}");
        }
        let body = String::from_utf8(put.body.clone()).unwrap();
        if tls {
            // The frame, without the chunks of HTTP around it.
            let start = body.find("\r\n").unwrap();
            let length = usize::from_str_radix(&body[..start], 16).unwrap();
            let stored = &body[start + 2..start + 2 + length];
            let sum = body.split("x-amz-checksum-crc32:").nth(1).unwrap().trim_end();
            let theirs = theirs["body"].as_str().unwrap().split_once("\r\n").unwrap().1;
            let theirs = theirs.strip_suffix("\r\n0\r\n\r\n").unwrap();
            let as_theirs = theirs.replace(content, stored).replacen('c', &format!("{length:x}"), 1);
            let their_sum = theirs.split("x-amz-checksum-crc32:").nth(1).unwrap().trim_end();
            assert_eq!(body, as_theirs.replace(their_sum, sum));
        }
    }
}

#[test]
fn the_body_waits_for_the_servers_word_and_not_for_long() {
    let second = std::time::Duration::from_secs(1);
    let r2 = server(SdkUploads::Read, true);
    let run = run_with(&r2, &[], &NEW);
    run.passes_with(&[]);
    assert!(run.took < second, "a server that says 100 Continue makes nobody wait: {:?}", run.took);
    let mute = R2::builder().tls(Tls::Good).fault(Fault::on(Op::Put).without_continue()).start();
    let run = run_with(&mute, &[], &NEW);
    run.passes_with(&[]).sends(&ALL).leaves_nothing();
    assert!(run.took >= second, "{:?}", run.took);
    assert!(upload(&mute).body.starts_with(b"2bc\r\n"));
}

#[test]
fn an_answer_before_the_body_ends_the_connection_and_disturbs_no_later_request() {
    for status in [401, 417, 501] {
        let early = Fault::on(Op::Put).first(1).without_continue().answer_early().status(status);
        let r2 = R2::builder().tls(Tls::Good).fault(early).start();
        let run = run_with(&r2, &[], &NEW);
        run.fails_at("upload", "service.sdk-checksum").sends(&TWO_UPLOADS).leaves_nothing();
        assert_eq!(r2.connections(), 2, "{status}");
    }
}

#[test]
fn clean_finds_what_either_form_left() {
    for uploads in [SdkUploads::Refuse(501), SdkUploads::KeepFrame] {
        let r2 = server(uploads, true);
        r2.add_fault(Fault::on(Op::Delete).error(S3Error::access_denied()));
        run_with(&r2, &[], &[NEW[0], NEW[1], "--deadline", "5s"]);
        assert_eq!(r2.left().len(), 1, "{uploads:?}");
        r2.clear_faults();
        // The run is over by then, by the server's clock and by this machine's.
        std::thread::sleep(std::time::Duration::from_secs(7));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
        command.env_clear().envs(r2.env()).args(["clean", "--yes", "--no-env-file"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(
            r2.left(),
            Vec::<String>::new(),
            "{uploads:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}
