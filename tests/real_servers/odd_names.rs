//! Bucket names and endpoint paths that a URL parser would take for something else, against servers that hold buckets.

use super::support::servers::{Access, Kind, Server};
use super::{Run, assert_nothing_changed, server_in_use};

/// Names that end, change or leave the path of a URL at this bucket or at one beside it: nothing that the server holds is
/// touched, neither the bucket with an object nor the empty one.
fn assert_no_odd_name_touches_a_bucket(kind: Kind) {
    let (empty, full) = (Server::start(kind), server_in_use(kind));
    let runs = [&empty, &full].map(|server| with_odd_names(&server.access));
    assert_eq!(empty.keys(), Vec::<String>::new(), "the empty bucket is still there");
    assert_nothing_changed(&full);
    for (setting, run) in runs.iter().flatten() {
        assert_eq!((run.exit, run.failure().0), (Some(1), "config"), "{setting}: {:#}", run.report);
    }
}

fn with_odd_names(access: &Access) -> Vec<(String, Run)> {
    let Access { bucket, endpoint, .. } = access;
    let names = [
        format!("{bucket}#prod"),
        format!("{bucket}#"),
        format!("{bucket}?"),
        format!("{bucket}?x=1"),
        format!("x\\..\\{bucket}"),
        format!("{bucket}\\"),
        format!("x/../{bucket}"),
        format!("{bucket}%23"),
        format!("{bucket};"),
        ".".to_owned(),
        "..".to_owned(),
    ];
    let paths =
        [format!("/{bucket}#"), format!("/{bucket}?"), format!("/x/..\\{bucket}/.."), "/..".to_owned()];
    let names = names.into_iter().map(|name| ("R2_BUCKET_NAME", name));
    let endpoints = paths.into_iter().map(|path| ("R2_ENDPOINT", format!("{endpoint}{path}")));
    let run = |(variable, value): (&str, String)| {
        let run = Run::with(access, &[(variable, &value)]);
        (value, run)
    };
    names.chain(endpoints).map(run).collect()
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn no_odd_name_touches_a_bucket_on_rclone() {
    assert_no_odd_name_touches_a_bucket(Kind::Rclone);
}

#[test]
#[ignore = "needs the servers of tests/servers/install; run by .ci/run"]
fn no_odd_name_touches_a_bucket_on_moto() {
    assert_no_odd_name_touches_a_bucket(Kind::Moto);
}
