//! `clean` judges the whole object, by both clocks, and again right before it deletes.

use super::*;
use crate::support::r2::S3Error;

/// How long the server holds what something is to happen in.
const HOLD: Duration = Duration::from_millis(250);

/// The first lines of a text.
fn lines(text: &str, count: usize) -> String {
    text.split_inclusive('\n').take(count).collect()
}

/// Objects under a run's key that only begin, or only end, as a run's object does.
fn recordings() -> Vec<(String, Vec<u8>)> {
    let past = from_now(time::Duration::minutes(-1));
    let edits: [&dyn Fn(String) -> String; 9] = [
        &|own| own + "1795668754,97,71\n",
        &|own| own + "\n",
        &|own| own.trim_end().to_owned(),
        &|own| lines(&own, 1) + "patient 4711\n1,97,71\n",
        &|own| lines(&own, 3) + "1,97,71\n",
        &|own| lines(&own, 32),
        &|own| own.replace("# nonce ", "# patient "),
        &|own| own.replace("spo2", "SpO2"),
        &|own| own.replacen(",9", ",8", 1),
    ];
    let object = |edit: &&dyn Fn(String) -> String| {
        let id = run_id(time::Duration::hours(3));
        (key(id), edit(String::from_utf8(body(id, &past)).unwrap()).into_bytes())
    };
    edits.iter().map(object).collect()
}

#[test]
fn a_recording_that_only_begins_as_a_runs_object_is_left_alone() {
    let others = recordings();
    let r2 = holding(&others, R2::builder());
    let ended = clean(&r2, "--yes");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stdout);
    only_these_are_gone(&r2, &[], &others);
}

#[test]
fn a_part_or_another_form_of_an_object_proves_nothing() {
    for fault in [
        Fault::on(Op::Get).edit(|reply| {
            reply.status = 206;
            reply.set("Content-Range", format!("bytes 0-{}/999999", reply.body.len() - 1));
        }),
        Fault::on(Op::Get).edit(|reply| reply.status = 206),
        Fault::on(Op::Get).edit(|reply| reply.status = 203),
        Fault::on(Op::Get).header("Content-Range", "bytes 0-699/999999"),
        Fault::on(Op::Get).header("Content-Encoding", "gzip"),
    ] {
        let left = leftovers(1);
        let r2 = holding(&left, R2::builder().fault(fault));
        let ended = clean(&r2, "--yes");
        assert!(ended.stdout.contains("1 object with a name like ours"), "{}", ended.stdout);
        only_these_are_gone(&r2, &[], &left);
    }
}

#[test]
fn a_run_is_over_when_it_is_by_both_clocks() {
    // Over for a minute by this machine's clock, and not for four minutes by the server's; and the other way round.
    for (clock, over_by) in [(-300, -1), (300, 4)] {
        let id = run_id(time::Duration::minutes(30));
        let running = [(key(id), body(id, &from_now(time::Duration::minutes(over_by))))];
        let r2 = holding(&running, R2::builder().clock(clock));
        let ended = clean(&r2, "--yes");
        assert!(ended.stdout.contains("1 object of runs that may still be going"), "{}", ended.stdout);
        let when = "Run `r2-selftest clean` again when it is later than 20";
        assert!(ended.stdout.contains(&running[0].0) && ended.stdout.contains(when), "{}", ended.stdout);
        only_these_are_gone(&r2, &[], &running);
    }
}

/// Somebody replaces the object while `clean` is at the request that the server holds, the so-manieth of its kind.
fn replaced_at(number: usize, input: Option<&[u8]>) -> (R2, Vec<(String, Vec<u8>)>, Ended) {
    let left = leftovers(1);
    let hold = Fault::on(Op::Get).nth(number).delay(HOLD);
    let r2 = holding(&left, R2::builder().fault(hold));
    let mut command = program(&r2, if input.is_some() { "clean" } else { "clean --yes" });
    if let Some(input) = input {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(input).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        command.stdin(file);
    }
    let mut run = Started::new(&mut command);
    assert!(run.until(|| r2.requests_of(Op::Get).len() == number));
    std::thread::sleep(HOLD / 2);
    let theirs = vec![(left[0].0.clone(), b"patient 4711, 97 %".to_vec())];
    r2.put_object(&r2.bucket(), &theirs[0].0, &theirs[0].1);
    (r2, theirs, run.end())
}

#[test]
fn what_replaced_an_object_that_was_found_is_not_deleted() {
    // The first read finds it; the second is the one right before its deletion.
    for number in [1, 2] {
        let (r2, theirs, ended) = replaced_at(number, Some(b"y\n"));
        assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
        assert!(
            ended.stdout.contains("left alone, because it is no longer what was found"),
            "{}",
            ended.stdout
        );
        let objects = r2.objects(&r2.bucket());
        assert_eq!(objects[&theirs[0].0].body, theirs[0].1, "read {number}");
        for deletion in r2.requests_of(Op::Delete) {
            assert_eq!(deletion.answered, Some(412), "{deletion:?}");
        }
    }
}

#[test]
fn a_server_without_conditions_is_cleaned_all_the_same() {
    let conditional = |status: u16, code: &'static str| {
        Fault::on(Op::Delete).first(1).error(S3Error::new(status, code, "If-Match"))
    };
    for fault in [
        conditional(501, "NotImplemented"),
        conditional(400, "InvalidArgument"),
        conditional(412, "PreconditionFailed"),
        Fault::on(Op::Get).without("ETag"),
        Fault::on(Op::Get).edit(|reply| {
            let weak = format!("W/{}", reply.get("ETag").unwrap_or_default());
            reply.set("ETag", weak);
        }),
    ] {
        let left = leftovers(1);
        let r2 = holding(&left, R2::builder().fault(fault));
        let ended = clean(&r2, "--yes");
        assert_eq!(ended.status.code(), Some(0), "{}", ended.stdout);
        only_these_are_gone(&r2, &left, &[]);
        assert!(r2.requests_of(Op::Delete).last().unwrap().header("if-match").is_none());
    }
}

#[test]
fn each_deletion_names_the_object_that_was_read() {
    let left = leftovers(2);
    let r2 = holding(&left, R2::builder());
    assert_eq!(clean(&r2, "--yes").status.code(), Some(0));
    for deletion in r2.requests_of(Op::Delete) {
        assert!(deletion.header("if-match").is_some_and(|etag| etag.len() == 34), "{deletion:?}");
    }
    only_these_are_gone(&r2, &left, &[]);
}

#[test]
fn a_deletion_of_clean_is_repeated_too() {
    for fault in [
        Fault::on(Op::Delete).first(1).status(520),
        Fault::on(Op::Delete).first(1).status(409),
        Fault::on(Op::Delete).first(4).status(408),
        Fault::on(Op::Delete).first(1).reset(),
    ] {
        let left = leftovers(1);
        let r2 = holding(&left, R2::builder().fault(fault));
        clean(&r2, "--yes --deadline 20s");
        only_these_are_gone(&r2, &left, &[]);
    }
}

/// The same client, the same files: what a run trusts and avoids, `clean` does too.
#[test]
fn clean_goes_to_the_server_as_a_run_does() {
    let object = leftover();
    let r2 = holding(std::slice::from_ref(&object), R2::builder().tls(Tls::Good));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let with = |text: &str, options: &str| {
        std::fs::write(&config, text).unwrap();
        let mut command = program(&r2, &format!("clean --yes {options}"));
        command.env_remove("AWS_CA_BUNDLE").env_remove("SSL_CERT_FILE").env("AWS_CONFIG_FILE", &config);
        ended(&mut command)
    };
    let trusting = format!("[default]\nca_bundle = {}\n", r2.authority_file().display());
    for (text, options, code) in [
        ("", "", "tls.untrusted"),
        (&trusting, "--client native", "tls.untrusted"),
        ("[default]\nretry_mode = bogus\n", "", "config.client-environment"),
        ("[default]\ns3 =\n  use_accelerate_endpoint = true\n", "", "config.client-environment"),
    ] {
        let clean = with(text, options);
        assert_eq!(clean.status.code(), Some(1), "{text}: {}", clean.stdout);
        assert!(clean.stdout.contains(code), "{text}: {}", clean.stdout);
        assert_eq!(r2.left().len(), 1);
    }
    let clean = with(&trusting, "");
    assert_eq!((clean.status.code(), r2.left()), (Some(0), Vec::new()), "{}", clean.stdout);
}
