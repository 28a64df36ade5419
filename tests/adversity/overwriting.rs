//! A run overwrites nothing, and neither reads nor shows anything of others.

use crate::adversity::child::{ended, program};
use crate::adversity::probes::look_alikes;
use crate::support::r2::{Fault, Op, R2, S3Error};
use crate::support::run::{ALL, PREFIX, run};
use crate::support::side_by_side::each;

/// What stands in the names and bytes of other people's objects, and must be read nowhere.
const PATIENT: &str = "Oyelaran-1951";

fn hospital() -> crate::support::r2::Builder {
    let names = [
        format!("csvs/{PATIENT}.csv"),
        format!("!{PATIENT}.csv"),
        format!("{PREFIX}!{PATIENT}/csvs/probe.csv"),
        format!("{PREFIX}{PATIENT}.csv"),
        format!("zzz/{PATIENT}.pdf"),
    ];
    names.iter().fold(R2::builder(), |r2, name| r2.object(name, PATIENT.as_bytes()))
}

#[test]
fn every_upload_refuses_to_overwrite_and_none_makes_a_bucket() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).first(2).error(S3Error::unavailable())).start();
    run(&r2);
    let uploads = r2.requests_of(Op::Put);
    assert_eq!(uploads.len(), 3, "repeated ones too");
    assert!(uploads.iter().all(|upload| upload.header("if-none-match") == Some("*")));
    assert!(r2.requests().iter().all(|seen| seen.header("cf-create-bucket-if-missing").is_none()));
    assert!(
        r2.requests().iter().all(|seen| !matches!(seen.op, Op::CreateBucket | Op::ListBuckets | Op::Other))
    );
}

#[test]
fn a_server_that_ignores_the_condition_loses_nothing() {
    let others = look_alikes();
    let builder = R2::builder().fault(Fault::on(Op::Put).overwrites());
    let r2 = others.iter().fold(builder, |r2, (key, body)| r2.object(key, body)).start();
    let keys: Vec<_> = each(&[(); 8], |()| {
        let run = ended(&mut program(&r2, "--json"));
        assert_eq!(run.status.code(), Some(0), "{}", run.stdout);
        run.report().0["cleanup"]["created"][0].as_str().unwrap().to_owned()
    });
    assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 8, "no key twice");
    let objects = r2.objects(&r2.bucket());
    assert_eq!(objects.len(), others.len());
    assert!(others.iter().all(|(key, body)| objects[key].body == *body));
}

#[test]
fn a_key_that_is_taken_stays_as_it_is() {
    for status in [412, 403] {
        let refusal = if status == 412 { S3Error::precondition() } else { S3Error::locked() };
        let r2 = R2::builder()
            .fault(Fault::on(Op::Put).error(refusal))
            .fault(Fault::on(Op::Get).html(200, PATIENT))
            .start();
        let ended = ended(&mut program(&r2, "--json"));
        assert_eq!(r2.operations(), [Op::List, Op::HeadBucket, Op::Put, Op::Get], "nothing is deleted");
        assert_eq!(ended.status.code(), Some(1));
        assert!(!ended.stdout.contains(PATIENT));
        assert_eq!(ended.report().check("delete")["status"], "skip");
    }
}

#[test]
fn nothing_of_others_is_listed_or_read_or_shown() {
    for prefix in [PREFIX, "probes/", ""] {
        for arguments in ["--json", "--verbose", "--verbose --color always", "--quiet"] {
            let r2 = hospital().start();
            let folder = tempfile::tempdir().unwrap();
            let files = ["report.json", "report.txt"].map(|name| folder.path().join(name));
            let mut command = program(&r2, arguments);
            command.args(["--prefix", prefix]);
            for file in &files {
                command.arg("--output").arg(file);
            }
            let ended = ended(&mut command);
            assert_eq!(ended.status.code(), Some(0), "{}", ended.stdout);
            let written = files.map(|file| std::fs::read_to_string(file).unwrap());
            for text in [&ended.stdout, &ended.stderr, &written[0], &written[1]] {
                assert!(!text.contains(PATIENT), "{text}");
            }
            assert_eq!(r2.operations(), ALL);
            let own = r2.requests_of(Op::Put)[0].key.clone().unwrap();
            for seen in r2.requests() {
                let listed = seen.query.iter().find(|(name, _)| name == "prefix").map(|(_, value)| value);
                let allowed = |listed: &String| !listed.is_empty() && own.starts_with(listed.as_str());
                assert!(
                    seen.op == Op::HeadBucket
                        || seen.key.as_ref() == Some(&own)
                        || listed.is_some_and(allowed),
                    "{seen:?}"
                );
            }
        }
    }
}

#[test]
fn other_peoples_bytes_in_a_wrong_answer_are_shown_by_no_more_than_what_differs() {
    for arguments in ["--json", "--verbose"] {
        let other = Fault::on(Op::Get).nth(1).other_object(PATIENT.repeat(40).as_bytes());
        let r2 = hospital().fault(other).start();
        let ended = ended(&mut program(&r2, arguments));
        assert_eq!(ended.status.code(), Some(1));
        assert!(!ended.stdout.contains(PATIENT), "{}", ended.stdout);
    }
}

#[test]
fn clean_shows_nothing_of_others() {
    let r2 = hospital().start();
    let ended = ended(&mut program(&r2, "clean --yes"));
    assert_eq!(ended.status.code(), Some(0));
    assert!(!ended.stdout.contains(PATIENT), "{}", ended.stdout);
    assert!(r2.operations().iter().all(|op| *op == Op::List));
}
