//! In a run: somebody else's object under the run's key stays as it is, whatever became of the upload.

use std::time::Duration;

use serde_json::json;

use crate::adversity::child::{Ended, Started, program};
use crate::support::r2::{Fault, Op, R2, Reply, S3Error};
use crate::support::side_by_side::each;

const THEIRS: &[u8] = b"timestamp,spo2,pulse\n1,97,71\n";
const HOLD: Duration = Duration::from_millis(250);

/// Runs against a server with this fault. While it holds its answer to the first such request, somebody puts an object
/// under the run's key.
fn met(fault: Fault, op: Op, number: usize) -> (R2, String, Ended) {
    let r2 = R2::builder().fault(fault).fault(Fault::on(op).nth(number).delay(HOLD)).start();
    let mut run = Started::new(&mut program(&r2, "--json --retries 0 --timeout 2s --deadline 8s"));
    assert!(run.until(|| r2.requests_of(op).len() == number));
    let key = r2.requests_of(Op::Put)[0].key.clone().unwrap();
    std::thread::sleep(HOLD / 2);
    r2.put_object(&r2.bucket(), &key, THEIRS);
    let ended = run.end();
    (r2, key, ended)
}

/// The object is as it was, nothing was deleted, and no advice is given that would delete it.
fn is_untouched(r2: &R2, key: &str, ended: &Ended, place: &str) {
    let objects = r2.objects(&r2.bucket());
    assert_eq!(objects.get(key).map(|object| &object.body[..]), Some(THEIRS), "{place}: {}", ended.stdout);
    assert!(r2.requests_of(Op::Delete).is_empty(), "{place}");
    let report = ended.report();
    assert_eq!(report.0["cleanup"]["deleted"], json!([]), "{place}");
    assert_eq!(report.0["cleanup"]["verified_gone"], json!([]), "{place}");
    assert!(!ended.stdout.contains("s3api delete-object"), "{place}: {}", ended.stdout);
}

#[test]
fn an_upload_that_is_refused_for_whatever_reason_deletes_nobody_elses_object() {
    let put = || Fault::on(Op::Put).unperformed();
    let refusals = [
        ("412", put().status(412)),
        ("412, a page", put().html(412, "<html>no</html>")),
        ("409", put().status(409)),
        ("409 of S3", put().error(S3Error::new(409, "OperationAborted", "again"))),
        ("304", put().status(304)),
        ("403", put().status(403)),
        ("403 of S3", put().error(S3Error::access_denied())),
        ("400 of S3", put().error(S3Error::bad_digest())),
        ("401 of S3", put().error(S3Error::unauthorized())),
        ("404", put().status(404)),
        ("500", put().status(500)),
        ("503 of S3", put().error(S3Error::unavailable())),
        ("520", put().html(520, "<html>error code: 520</html>")),
        ("a page under 200", put().html(200, "<html>Welcome</html>")),
        ("an error under 200", put().answer(Reply::xml(200, "<Error><Code>InternalError</Code></Error>"))),
        ("a redirect", put().redirect(307, "http://127.0.0.1:9/")),
        ("reset", put().reset()),
        ("closed", put().close()),
        ("not HTTP", put().raw(b"SSH-2.0-OpenSSH_9.9\r\n")),
    ];
    each(&refusals, |(name, fault)| {
        let (r2, key, ended) = met(fault.clone(), Op::Put, 1);
        is_untouched(&r2, &key, &ended, name);
        let codes = ended.report().codes().join(" ");
        assert!(codes.contains("cleanup.not-ours"), "{name}: {codes}");
    });
}

#[test]
fn what_replaced_the_object_before_the_download_stays() {
    for (op, number) in [(Op::Put, 1), (Op::List, 2)] {
        let (r2, key, ended) = met(Fault::on(Op::Connection), op, number);
        is_untouched(&r2, &key, &ended, "replaced");
        let report = ended.report();
        assert_eq!(ended.status.code(), Some(1));
        assert!(report.codes().contains(&"cleanup.not-ours"), "{}", ended.stdout);
    }
}

#[test]
fn bytes_that_were_changed_on_their_way_do_not_keep_the_object_from_being_deleted() {
    let get = || Fault::on(Op::Get).nth(1);
    for fault in [get().corrupt(), get().shortened(20), get().lengthened(b"more"), get().content(b"")] {
        let r2 = R2::builder().fault(fault).start();
        let ended = crate::adversity::child::ended(&mut program(&r2, "--json"));
        assert_eq!(r2.left(), Vec::<String>::new(), "{}", ended.stdout);
        assert_eq!(ended.report().0["cleanup"]["leftover"], json!([]), "{}", ended.stdout);
    }
}

#[test]
fn a_key_that_cannot_be_read_after_a_refused_upload_is_left_alone() {
    let refused = Fault::on(Op::Put).status(412);
    let r2 = R2::builder().fault(refused).fault(Fault::on(Op::Get).error(S3Error::access_denied())).start();
    let ended = crate::adversity::child::ended(&mut program(&r2, "--json"));
    assert_eq!(ended.status.code(), Some(1));
    assert!(r2.requests_of(Op::Delete).is_empty(), "{:?}", r2.operations());
}
