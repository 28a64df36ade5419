//! `clean` removes what runs left, when it is told to, and touches nothing else.

mod asking;
mod whole;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::adversity::child::{Ended, Signal, Started, ended, program};
use crate::adversity::probes::{body, from_now, key, leftover, look_alikes, run_id};
use crate::support::r2::{Builder, Fault, Op, Permission, R2, Reply, Tls, Token};
use crate::support::run::{ALL, PREFIX, run};

/// A server whose bucket holds these objects.
fn holding(objects: &[(String, Vec<u8>)], builder: Builder) -> R2 {
    objects.iter().fold(builder, |builder, (key, body)| builder.object(key, body)).start()
}

fn leftovers(count: usize) -> Vec<(String, Vec<u8>)> {
    (0..count).map(|_| leftover()).collect()
}

fn clean(r2: &R2, options: &str) -> Ended {
    ended(&mut program(r2, &format!("clean {options}")))
}

/// The keys that deletions were asked for, once each.
fn deleted(r2: &R2) -> Vec<String> {
    let mut keys: Vec<_> = r2.requests_of(Op::Delete).into_iter().filter_map(|seen| seen.key).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn keys(objects: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut keys: Vec<_> = objects.iter().map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys
}

/// All objects but those of `gone` are there with the bytes that they had; the program read, listed and deleted nothing
/// that a run could not have written.
fn only_these_are_gone(r2: &R2, gone: &[(String, Vec<u8>)], stay: &[(String, Vec<u8>)]) {
    let objects = r2.objects(&r2.bucket());
    assert_eq!(objects.len(), stay.len());
    for (key, body) in stay {
        assert!(objects.get(key).is_some_and(|object| object.body == *body), "{key:?} was touched");
    }
    assert_eq!(deleted(r2), keys(gone));
    for seen in r2.requests() {
        assert!(matches!(seen.op, Op::List | Op::Get | Op::Delete), "{seen:?}");
        match &seen.key {
            Some(key) => assert!(key.starts_with(PREFIX) && key.ends_with("/csvs/probe.csv"), "{key}"),
            // The prefix of all runs; and a key that is gone, where its deletion had to be repeated.
            None => assert!(
                seen.query.iter().any(|(name, value)| {
                    name == "prefix" && (value == PREFIX || gone.iter().any(|(key, _)| key == value))
                }),
                "{seen:?}"
            ),
        }
    }
}

#[test]
fn a_bucket_full_of_look_alikes_loses_what_runs_left_and_nothing_else() {
    let (left, others) = (leftovers(3), look_alikes());
    for fault in [Fault::on(Op::Connection), Fault::on(Op::List).listed_size("700")] {
        let r2 = holding(&[left.clone(), others.clone()].concat(), R2::builder().fault(fault));
        let ended = clean(&r2, "--yes");
        assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
        only_these_are_gone(&r2, &left, &others);
        assert_eq!(ended.stdout.matches("deleted, and verified").count(), 3, "{}", ended.stdout);
        assert!(ended.stdout.contains("1 object of runs that may still be going"), "{}", ended.stdout);
        assert!(
            ended.stdout.contains("13 objects with a name like ours but other content"),
            "{}",
            ended.stdout
        );
        assert!(ended.stdout.contains("  and 3 more\n"), "the first ten are named: {}", ended.stdout);
        assert!(!ended.stdout.contains("patient"), "{}", ended.stdout);
    }
    println!("clean: {} look-alikes, none touched", others.len());
}

#[test]
fn thousands_of_objects_on_many_pages_are_all_found() {
    let left = leftovers(300);
    let strangers = (0..2000).map(|number| (format!("{PREFIX}{number:04}.csv"), b"1".to_vec()));
    let others: Vec<_> = strangers.collect();
    let r2 = holding(&[left.clone(), others.clone()].concat(), R2::builder());
    let ended = clean(&r2, "--yes --deadline 5m");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stdout);
    only_these_are_gone(&r2, &left, &others);
    assert!(r2.requests_of(Op::List).len() >= 23);
}

#[test]
fn keys_too_long_for_a_page_are_asked_for_in_smaller_ones() {
    let long = (0..300).map(|number| (format!("{PREFIX}0/{number:04}{}", "&".repeat(900)), b"1".to_vec()));
    let (left, others) = (leftovers(2), long.collect::<Vec<_>>());
    let r2 = holding(&[left.clone(), others.clone()].concat(), R2::builder());
    let ended = clean(&r2, "--yes");
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stdout);
    only_these_are_gone(&r2, &left, &others);
}

/// A listing with these keys that says that there is more.
fn page(keys: &[String], token: &str) -> Reply {
    let object = |key: &String| format!("<Contents><Key>{key}</Key><Size>99</Size></Contents>");
    let objects = keys.iter().map(object).collect::<Vec<_>>().concat();
    let xml = format!(
        "<ListBucketResult><IsTruncated>true</IsTruncated>{objects}\
         <NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>"
    );
    Reply::xml(200, xml)
}

/// A listing without end: the same page under the same or ever new names, or ever new pages.
fn endless_listing(same_token: bool, keys: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Fault {
    let count = AtomicUsize::new(0);
    Fault::on(Op::List).answer_with(move |_| {
        let number = if same_token { 0 } else { count.fetch_add(1, Ordering::Relaxed) };
        page(&keys(), &format!("token-{number}"))
    })
}

#[test]
fn an_endless_listing_ends_and_only_what_runs_left_is_deleted() {
    let left = leftovers(2);
    let own = keys(&left);
    let (first, second) = (own.clone(), own.clone());
    let mut longest = Duration::ZERO;
    for (fault, found) in [
        (endless_listing(true, move || first.clone()), true),
        (endless_listing(false, move || second.clone()), true),
        (endless_listing(false, Vec::new), false),
        (endless_listing(false, || vec![format!("{PREFIX}patient.csv")]), false),
        (endless_listing(false, || vec![key(run_id(time::Duration::hours(2)))]), false),
    ] {
        let r2 = holding(&left, R2::builder().fault(fault));
        let ended = clean(&r2, "--yes --deadline 3s");
        longest = longest.max(ended.took);
        assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
        assert_eq!(deleted(&r2), if found { own.clone() } else { Vec::new() }, "{}", ended.stdout);
        assert_eq!(r2.left().len(), if found { 0 } else { 2 });
    }
    println!("clean: an endless listing, deadline 3 s: longest {:.2} s", longest.as_secs_f64());
    assert!(longest < Duration::from_secs(5), "{longest:?}");
}

/// Calls `clean` with these bytes on its standard input.
fn asked(r2: &R2, answer: &[u8]) -> Ended {
    let mut input = tempfile::tempfile().unwrap();
    input.write_all(answer).unwrap();
    std::io::Seek::rewind(&mut input).unwrap();
    ended(program(r2, "clean").stdin(input))
}

#[test]
fn what_keeps_all_from_being_deleted_is_reported_once_and_each_key_is_named() {
    let left = leftovers(12);
    for (builder, code) in [
        (R2::builder().token(Token::new(Permission::NoDelete)), "permission.denied"),
        (R2::builder().lock(PREFIX, 403), "bucket.locked"),
        (R2::builder().fault(Fault::on(Op::Delete).keeps()), "cleanup.still-there"),
    ] {
        let r2 = holding(&left, builder);
        let ended = clean(&r2, "--yes");
        assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
        assert_eq!(ended.stdout.matches(&format!("error {code}")).count(), 1, "{}", ended.stdout);
        for key in keys(&left) {
            assert!(ended.stdout.contains(&format!("not verified as deleted: {key}")), "{}", ended.stdout);
        }
        assert!(!ended.stdout.contains("``"), "a gap where the key should be: {}", ended.stdout);
        only_these_are_gone(&r2, &left, &left);
    }
}

#[test]
fn one_locked_object_does_not_keep_the_others() {
    let left = leftovers(5);
    let r2 = holding(&left, R2::builder().lock(&left[2].0, 403));
    let ended = clean(&r2, "--yes");
    assert_eq!((ended.status.code(), r2.left().len()), (Some(1), 1), "{}", ended.stdout);
    assert!(r2.left()[0].ends_with(&left[2].0));
}

#[test]
fn what_cannot_be_listed_or_read_is_not_deleted() {
    let left = leftovers(2);
    for (builder, code) in [
        (R2::builder().token(Token::new(Permission::NoList)), "permission.denied"),
        (R2::builder().token(Token::new(Permission::WriteOnly)), "permission.denied"),
        (R2::builder().fault(Fault::on(Op::Get).status(500)), "service.error"),
        (R2::builder().fault(Fault::on(Op::List).captive_portal()), "http.not-s3"),
    ] {
        let r2 = holding(&left, builder);
        let ended = clean(&r2, "--yes --retries 0");
        assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
        assert!(ended.stdout.contains(&format!("error {code}")), "{}", ended.stdout);
        assert_eq!((deleted(&r2).len(), r2.left().len()), (0, 2));
    }
}

#[test]
fn a_signal_in_the_middle_ends_it_and_another_call_does_the_rest() {
    let left = leftovers(12);
    for (signal, status) in [(Signal::INT, Some(130)), (Signal::TERM, Some(143)), (Signal::KILL, None)] {
        let r2 = holding(&left, R2::builder().fault(Fault::on(Op::Delete).delay(Duration::from_millis(80))));
        let mut run = Started::new(&mut program(&r2, "clean --yes"));
        assert!(run.until(|| r2.requests_of(Op::Delete).len() == 4));
        run.signal(signal);
        let ended = run.end();
        assert_eq!(ended.status.code(), status, "{}", ended.stdout);
        if status.is_some() {
            assert!(ended.stdout.contains("Interrupted; run `r2-selftest clean` again"), "{}", ended.stdout);
        }
        assert!((4..12).contains(&r2.left().len()), "{:?}", r2.left());
        r2.clear_faults();
        assert_eq!(clean(&r2, "--yes").status.code(), Some(0));
        only_these_are_gone(&r2, &left, &[]);
    }
}

#[test]
fn a_signal_before_the_answer_deletes_nothing() {
    let left = leftovers(2);
    let r2 = holding(&left, R2::builder());
    let mut run = Started::new(program(&r2, "clean").stdin(Stdio::piped()));
    assert!(run.until(|| r2.requests_of(Op::Get).len() == 2));
    std::thread::sleep(Duration::from_millis(50));
    run.signal(Signal::INT);
    assert!(!run.end().status.success());
    only_these_are_gone(&r2, &[], &left);
}

#[test]
fn too_little_time_for_all_is_reported_and_more_calls_do_the_rest() {
    let left = leftovers(60);
    let r2 = holding(&left, R2::builder().fault(Fault::on(Op::Any).delay(Duration::from_millis(20))));
    let mut calls = 0;
    while !r2.left().is_empty() {
        let before = r2.left().len();
        let started = Instant::now();
        // Half of it is for searching; on a busy machine, too, something is found and deleted in it.
        let ended = clean(&r2, "--yes --deadline 2s");
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
        assert!(r2.left().len() < before, "{}", ended.stdout);
        calls += 1;
        if !r2.left().is_empty() {
            assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
            assert!(ended.stdout.contains("run `r2-selftest clean` again"), "{}", ended.stdout);
        }
    }
    assert!(calls > 1);
    only_these_are_gone(&r2, &left, &[]);
}

#[test]
fn a_passing_run_warns_of_what_an_earlier_one_left_without_a_request_more() {
    let id = run_id(time::Duration::hours(2));
    let r2 = holding(&[(key(id), body(id, &from_now(time::Duration::hours(-1))))], R2::builder());
    let run = run(&r2);
    run.passes_with(&["cleanup.earlier-run"]).sends(&ALL);
    let finding = run.finding("cleanup.earlier-run").to_string();
    assert!(finding.contains(&key(id)) && finding.contains("r2-selftest clean --prefix 'r2-selftest/'"));
    assert_eq!(r2.left(), [format!("{}/{}", r2.bucket(), key(id))], "a run deletes only what it wrote");
}

#[test]
fn a_passing_run_does_not_warn_of_a_run_that_may_still_be_going() {
    let id = run_id(time::Duration::minutes(50));
    let r2 = holding(&[(key(id), body(id, &from_now(time::Duration::minutes(5))))], R2::builder());
    run(&r2).passes_with(&[]).sends(&ALL);
}
