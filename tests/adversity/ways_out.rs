//! Every way out of a run cleans up, and the ledger tells the truth of what became of the object.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::adversity::child::{Ended, ended, program};
use crate::support::r2::{Fault, Op, Permission, R2, Reply, S3Error, Seen, Token};
use crate::support::side_by_side::each;

/// Somebody else's object under the prefix of the runs.
const OTHER: &str = "r2-selftest/readme.txt";
const REQUESTS: usize = 7;

/// What is left of the run, as its keys.
fn left(r2: &R2) -> Vec<String> {
    let bucket = format!("{}/", r2.bucket());
    let all = r2.left().into_iter().map(|key| key.replacen(&bucket, "", 1));
    let (others, left): (Vec<_>, Vec<_>) = all.partition(|key| key == OTHER);
    assert_eq!(others, [OTHER]);
    left
}

fn with(fault: Fault) -> R2 {
    R2::builder().object(OTHER, b"not yours").fault(fault).start()
}

/// What the report says of the object is so: what it does not call left over is not there, what it calls gone is gone,
/// and what may be left is named with its key and with what removes it.
fn ledger_is_true(r2: &R2, ended: &Ended, place: &str) {
    let report = ended.report();
    let ledger = &report.0["cleanup"];
    let (left, key) = (json!(left(r2)), r2.requests_of(Op::Put).first().and_then(|put| put.key.clone()));
    let (told, gone) = (&ledger["leftover"], &ledger["verified_gone"]);
    let none = json!([]);
    assert!(left == none || left == *told, "{place}: {left} is left, and the report says {ledger}");
    assert!(left == none || *gone == none, "{place}: {left} is left, and the report says {ledger}");
    let own = json!([key]);
    for list in ["created", "deleted", "verified_gone", "leftover"] {
        assert!(ledger[list] == none || ledger[list] == own, "{place}: {ledger}");
    }
    assert!(ledger["created"] == none || *gone == own || *told == own, "{place}: {ledger}");
    if *told == own {
        is_explained(&report.findings(), key.as_deref().unwrap(), place);
    }
    let written = r2.requests().into_iter().filter(Seen::is_write);
    assert!(written.into_iter().all(|seen| seen.key == key), "{place}");
}

/// An error has the key of what may be left and a command that removes it.
fn is_explained(findings: &[&Value], key: &str, place: &str) {
    let told = findings.iter().find(|finding| {
        let code = finding["code"].as_str().unwrap();
        finding["severity"] == "error"
            && code.starts_with("cleanup.")
            && finding["evidence"].to_string().contains(key)
    });
    let told = told.or_else(|| findings.iter().find(|finding| finding["code"] == "cleanup.unknown"));
    let told = told.unwrap_or_else(|| panic!("{place}: {key} is not explained by {findings:#?}"));
    let commands = told["fix"].as_array().unwrap().iter().filter_map(|step| step["command"].as_str());
    assert!(
        commands.into_iter().any(|command| command.contains(&format!("--key '{key}'"))),
        "{place}: {told:#}"
    );
}

/// A way in which a single request goes wrong, and its name.
type Trouble = (&'static str, fn(Fault) -> Fault);

fn troubles() -> Vec<Trouble> {
    vec![
        ("denied", |fault| fault.error(S3Error::access_denied())),
        ("denied, but performed", |fault| fault.error(S3Error::access_denied()).although_performed()),
        ("500, but performed", |fault| fault.error(S3Error::internal()).although_performed()),
        ("503", |fault| fault.error(S3Error::unavailable())),
        ("a page under 200", |fault| fault.html(200, "<html>Welcome</html>")),
        ("a page under 200, performed", |fault| fault.html(200, "<html>Welcome</html>").although_performed()),
        ("an error under 200", |fault| {
            fault.answer(Reply::xml(200, "<Error><Code>InternalError</Code></Error>")).although_performed()
        }),
        ("broken XML", |fault| fault.answer(Reply::xml(200, "<Error><Co")).although_performed()),
        ("204 for nothing", |fault| fault.status(204)),
        ("404 without a document", |fault| fault.status(404)),
        ("another object", |fault| fault.other_object(b"timestamp,spo2,pulse\n")),
        ("reset after performing", Fault::reset),
        ("reset, unperformed", |fault| fault.reset().unperformed()),
        ("reset at the head", Fault::reset_at_head),
        ("closed after performing", Fault::close),
        ("silent after performing", Fault::silence),
        ("silent, unperformed", |fault| fault.silence().unperformed()),
        ("broken off", |fault| fault.reset_after(20)),
        ("not HTTP", |fault| fault.raw(b"SSH-2.0-OpenSSH_9.9\r\n")),
        ("forgetful", Fault::forgets),
        ("keeping", Fault::keeps),
        ("unlisted", Fault::unlisted),
        ("stale", Fault::stale),
    ]
}

#[test]
fn whatever_goes_wrong_with_a_request_the_ledger_is_true() {
    let mut cases = Vec::new();
    for (name, trouble) in troubles() {
        for number in 1..=REQUESTS {
            // Only this request; or all from here on, as when a network goes away.
            cases.push((format!("{name}, request {number}"), trouble(Fault::on(Op::Any).nth(number))));
            // A server that says no to the upload and to every read, and stored it all the same, cannot be seen through:
            // what is under the key is nobody's to delete, and each token without rights is answered like this.
            if name == "denied, but performed" && number <= 3 {
                continue;
            }
            cases.push((
                format!("{name}, from request {number}"),
                trouble(Fault::on(Op::Any).after(number - 1)),
            ));
        }
    }
    let told = each(&cases, |(place, fault)| {
        let r2 = with(fault.clone());
        let ended = ended(&mut program(&r2, "--json --retries 0 --timeout 1s --deadline 5s"));
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{place}: {}", ended.stderr);
        ledger_is_true(&r2, &ended, place);
        let told = ended.report().0["cleanup"]["leftover"] != json!([]);
        (told, !left(&r2).is_empty())
    });
    let count = |which: fn(&(bool, bool)) -> bool| told.iter().copied().filter(which).count();
    println!("ways out: {} failing runs", cases.len());
    println!(
        "  left an object: {}, each told; said that one may be left: {}",
        count(|run| run.1),
        count(|run| run.0)
    );
    assert!(count(|run| run.1 && !run.0) == 0);
}

#[test]
fn the_deadline_cuts_each_check_off_and_the_object_is_deleted_or_reported() {
    let cases: Vec<_> = (1..=REQUESTS).flat_map(|number| [(number, true), (number, false)]).collect();
    each(&cases, |(number, performed)| {
        let fault = Fault::on(Op::Any).nth(*number).silence();
        let r2 = with(if *performed { fault } else { fault.unperformed() });
        let ended = ended(&mut program(&r2, "--json --deadline 2s --timeout 30s"));
        let place = format!("request {number}");
        ledger_is_true(&r2, &ended, &place);
        let report = ended.report();
        // A deletion or its proof that hangs leaves time for another one.
        let expected = if *number < 6 { (Some(1), Some("run.deadline")) } else { (Some(0), None) };
        assert_eq!((ended.status.code(), report.root_cause()), expected, "{place}");
        assert!(ended.took < Duration::from_secs(4), "{place}: {:?}", ended.took);
        // The time that is kept for cleaning up is enough.
        assert_eq!(left(&r2), Vec::<String>::new(), "{place}");
        assert_eq!(report.0["cleanup"]["leftover"], json!([]), "{place}");
    });
}

#[test]
fn an_upload_that_may_have_been_stored_although_its_answer_says_no_is_deleted() {
    for (name, trouble) in troubles().into_iter().filter(|(name, _)| name.contains("perform")) {
        let r2 = with(trouble(Fault::on(Op::Put).first(1)));
        let ended = ended(&mut program(&r2, "--json --retries 0 --timeout 1s"));
        ledger_is_true(&r2, &ended, name);
        assert_eq!(left(&r2), Vec::<String>::new(), "{name}");
        assert!(r2.operations().contains(&Op::Delete), "{name}: {:?}", r2.operations());
    }
}

#[test]
fn the_command_in_the_report_removes_what_was_left() {
    let prefix = "app/probes-";
    let r2 = R2::builder().token(Token::new(Permission::NoDelete)).token(Token::read_write()).start();
    let run = ended(program(&r2, "--json --deadline 2s").args(["--prefix", prefix]));
    let report = run.report();
    let finding = report.finding("cleanup.leftover");
    let command = finding["fix"][0]["command"].as_str().unwrap();
    assert_eq!(command, "r2-selftest clean --prefix 'app/probes-'");
    // The run may still be going, as far as its marker says.
    std::thread::sleep(Duration::from_secs(4));
    let r2_after = R2::builder().object("app/probes-x", b"not yours").start();
    for (key, object) in r2.objects(&r2.bucket()) {
        r2_after.put_object(&r2_after.bucket(), &key, &object.body);
    }
    let program = crate::adversity::child::file();
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().env("PATH", program.parent().unwrap()).envs(r2_after.env());
    let clean =
        ended(shell.arg("-c").arg(format!("{command} --yes")).current_dir(env!("CARGO_TARGET_TMPDIR")));
    assert_eq!(clean.status.code(), Some(0), "{}{}", clean.stdout, clean.stderr);
    assert_eq!(r2_after.left(), ["app-files/app/probes-x"]);
}
