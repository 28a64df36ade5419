//! What is not proven, or not even tried, and what an unknown jurisdiction leads to.

use super::*;

/// The bucket's listing was granted before: that it is granted by another way, or that others answer, explains nothing.
#[test]
fn a_head_bucket_that_breaks_off_calls_for_no_experiment_with_the_listing() {
    let r2 = on_r2().fault(Fault::on(Op::HeadBucket).reset()).start();
    let run = run_trying(&r2, &[], &["--retries", "0"]);
    run.fails_at("connect", "network.reset");
    assert!(experiments(&run).is_empty(), "{:#}", run.report);
    assert_eq!(r2.operations(), [Op::List, Op::HeadBucket]);
}

/// A label that this program does not know may be a new jurisdiction, or a mistake: the server knows.
#[test]
fn where_an_unknown_jurisdiction_does_not_exist_the_known_ones_are_tried() {
    let new = format!("{ACCOUNT}.mars.{DOMAIN}");
    let endpoint = format!("https://{new}");
    let r2 = on_r2().named(&new).tls_for(&new, Tls::Alert(40)).bucket_in(Jurisdiction::Us, BUCKET).start();
    let run = run_trying(&r2, &[("R2_ENDPOINT", &endpoint)], &[]);
    proves(&run, "connect", "bucket.jurisdiction", &[&host(Jurisdiction::Us), "succeeded"]);
    run.leaves_nothing();
    let target = &run.report["target"];
    assert_eq!((&target["kind"], &target["jurisdiction"]), (&"r2".into(), &"mars".into()));
}
