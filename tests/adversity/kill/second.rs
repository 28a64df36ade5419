//! Signals at every moment of a run that uploads a second object, in the plain form, because the SDK's form was refused.

use super::*;
use crate::support::r2::{S3Error, SdkUploads};

/// Requests of such a run: of each object the upload, and the search for what is left of it.
const BOTH: usize = 10;

/// A server that refuses the SDK's form, and one that has stored the object all the same.
fn servers() -> [fn() -> Builder; 2] {
    [
        || R2::builder().sdk_uploads(SdkUploads::Refuse(501)),
        || {
            let refusal = S3Error::new(501, "NotImplemented", "A header you provided is not implemented.");
            R2::builder().fault(Fault::on(Op::Put).nth(1).error(refusal).although_performed())
        },
    ]
}

#[test]
fn a_signal_at_any_moment_leaves_neither_of_two_objects() {
    let started = Instant::now();
    let signals = || Moment::all(BOTH).flat_map(|moment| Sent::ALL.map(|sent| (sent, moment)));
    let cases: Vec<_> =
        servers().into_iter().flat_map(|server| signals().map(move |case| (server, case))).collect();
    let runs = each(&cases, |(server, (sent, moment))| {
        Interrupted::at((server(), 1), "--sdk boto3==1.44.8 --no-experiments", *sent, *moment)
    });
    std::thread::sleep(HOLD);
    for run in &runs {
        run.touches_its_own_only();
        assert!(run.uploaded().len() <= 2, "{:?}", run.moment);
    }
    let two = runs.iter().filter(|run| run.uploaded().len() == 2).count();
    assert!(two > runs.len() / 2, "{two} of {}: most signals come after the second upload", runs.len());
    let (killed, heeded): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.sent == Sent::Kill);
    for run in &heeded {
        run.ended_in_order();
    }
    let done = heeded.iter().filter(|run| run.was_done()).count();
    assert!(done < heeded.len() / 4, "{done}: most signals come in time");
    let most = killed.iter().map(|run| run.left().len()).max();
    let left = clean_up_after(&killed, 2);
    println!("kill matrix, two objects: {} runs in {:.1} s", runs.len(), started.elapsed().as_secs_f64());
    println!("  objects left after SIGINT and SIGTERM: 0; after SIGKILL: {left}, all removed by clean");
    assert!(most == Some(2) && left > 10, "{most:?} {left}: a killed run does leave both objects");
}
