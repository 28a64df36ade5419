//! One signal at one chosen moment, and what the program owes to it.

use super::*;

#[test]
fn a_second_signal_ends_the_program_at_once_and_names_what_may_be_left() {
    for (first, second) in [(Sent::Int, Sent::Int), (Sent::Term, Sent::Term), (Sent::Term, Sent::Int)] {
        let (r2, mut run) = interrupted_at(Fault::on(Op::Delete).silence().unperformed(), 4, first);
        assert!(run.until(|| r2.operations().contains(&Op::Delete)));
        let at = Instant::now();
        run.signal(second.signal());
        let ended = run.end();
        assert!(at.elapsed() < MARGIN, "{:?}", at.elapsed());
        assert_eq!(ended.status.code(), Some(second.status()), "{}", ended.stderr);
        let key = r2.requests_of(Op::Put)[0].key.clone().unwrap();
        assert!(ended.stderr.contains(&key), "{}", ended.stderr);
        assert_eq!(ended.stdout, "", "no report is better than half of one");
        assert_eq!(r2.left(), [format!("{}/{key}", r2.bucket())]);
    }
}

#[test]
fn cleaning_up_after_a_signal_has_a_budget_and_the_report_says_when_it_was_not_enough() {
    // Each with the requests by which the signal is sent, and whether the object is then really left.
    let stalls = [
        (Fault::on(Op::Put).silence(), 3, false),
        (Fault::on(Op::Put).silence().unperformed(), 3, false),
        (Fault::on(Op::Delete).silence(), 5, false),
        (Fault::on(Op::Delete).silence().unperformed(), 5, true),
        (Fault::on(Op::Delete).dribble_head(Duration::from_millis(100)).unperformed(), 6, true),
        (Fault::on(Op::Get).nth(2).silence(), 5, false),
        (Fault::on(Op::Any).after(4).silence().unperformed(), 5, true),
        (Fault::on(Op::Connection).after(1).silence(), 5, true),
    ];
    let took = each(&stalls, |(fault, requests, left)| {
        let (r2, run) = interrupted_at(fault.clone(), *requests, Sent::Term);
        let at = Instant::now();
        let ended = run.end();
        let took = at.elapsed();
        assert_eq!(r2.left().len(), usize::from(*left), "{:?}", r2.operations());
        let report = ended.report();
        assert_eq!((report.verdict(), ended.status.code()), ("interrupted", Some(143)));
        let key = r2.requests_of(Op::Put)[0].key.clone().unwrap();
        let gone = report.0["cleanup"]["verified_gone"] == serde_json::json!([key]);
        if !gone {
            assert_eq!(report.0["cleanup"]["leftover"], serde_json::json!([key]));
            // Where a read between two deletions has seen it, that is told.
            let seen = report.codes().contains(&"cleanup.leftover");
            let code = if seen { "cleanup.leftover" } else { "cleanup.unknown" };
            assert!(report.finding(code).to_string().contains(&key));
            assert!(report.0["summary"].as_str().unwrap().contains("may be left"));
        }
        assert!(!(gone && *left));
        took
    });
    let longest = took.iter().max().unwrap();
    println!(
        "a server that stalls during clean-up holds the program for {:.2} s at most",
        longest.as_secs_f64()
    );
    assert!(*longest < BUDGET + MARGIN, "{took:?}");
}

#[test]
fn an_upload_that_is_still_on_its_way_when_the_signal_comes_does_not_outlive_its_deletion() {
    let late = Duration::from_millis(1200);
    for sent in [Sent::Int, Sent::Term] {
        let (r2, run) = interrupted_at(Fault::on(Op::Put).slow_reader(late), 3, sent);
        let ended = run.end();
        std::thread::sleep(late);
        assert_eq!(r2.left(), Vec::<String>::new(), "{}", ended.stdout);
        assert_eq!(ended.status.code(), Some(sent.status()));
        assert_eq!(r2.operations(), [Op::List, Op::HeadBucket, Op::Put, Op::Delete, Op::Get]);
    }
}

#[test]
fn a_hangup_ends_a_run_in_order_too() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(1).delay(HOLD)).start();
    let mut run = Started::new(&mut program(&r2, "--json"));
    assert!(run.until(|| r2.operations().contains(&Op::Get)));
    run.signal(Signal::HUP);
    let ended = run.end();
    assert_eq!((ended.status.code(), ended.report().verdict()), (Some(129), "interrupted"));
    assert!(r2.left().is_empty());
}

#[test]
fn an_interrupted_run_writes_its_report_files_and_one_that_is_ended_at_once_leaves_none() {
    for second in [false, true] {
        let delete = Fault::on(Op::Delete);
        // Nothing is deleted before the first signal is heeded: two that come at once may count as one.
        let held = R2::builder().fault(Fault::on(Op::Get).nth(1).silence());
        let r2 = held.fault(if second { delete.silence() } else { delete.delay(HOLD) }).start();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        let mut run = Started::new(program(&r2, "--quiet").arg("--output").arg(&file));
        assert!(run.until(|| r2.operations().contains(&Op::Get)));
        run.signal(Signal::TERM);
        assert!(run.until(|| r2.operations().contains(&Op::Delete)));
        if second {
            run.signal(Signal::TERM);
        }
        assert_eq!(run.end().status.code(), Some(143));
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names: Vec<_> = names.collect();
        if second {
            assert_eq!(names, Vec::<std::ffi::OsString>::new(), "not even a temporary one");
        } else {
            assert_eq!(names, ["report.json"]);
            let report = Report::read(&std::fs::read(&file).unwrap());
            assert_eq!((report.verdict(), report.exit_code()), ("interrupted", 143));
        }
    }
}

#[test]
fn an_interrupted_demo_has_put_nothing_on_the_disk() {
    for signals in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let entries = || std::fs::read_dir(folder.path()).unwrap().count();
        let mut command = Command::new(crate::adversity::child::file());
        command.env_clear().current_dir(folder.path()).args(["demo", "--fault", "slow"]);
        command.env("TMPDIR", folder.path()).env("HOME", folder.path());
        let mut run = Started::new(&mut command);
        let printed = run.printed();
        assert!(run.until(|| printed() || entries() > 0));
        assert_eq!(entries(), 0);
        for _ in 0..signals {
            run.signal(Signal::INT);
        }
        assert_eq!(run.end().status.code(), Some(130));
        assert_eq!(entries(), 0);
    }
}

#[test]
fn a_signal_ends_experiments_too() {
    for sent in [Sent::Int, Sent::Term] {
        let silent = Fault::on(Op::Any).host(&Jurisdiction::Eu.host(ACCOUNT)).silence();
        let r2 = R2::builder().r2_host(Jurisdiction::Default).without_bucket().fault(silent).start();
        let mut run = Started::new(&mut program(&r2, "--json"));
        assert!(run.until(|| r2.requests().len() == 2), "the listing, and the first experiment");
        run.signal(sent.signal());
        let ended = run.end();
        assert_eq!(ended.status.code(), Some(sent.status()));
        let report = ended.report();
        assert_eq!((report.verdict(), report.root_cause()), ("interrupted", Some("bucket.not-found")));
        assert_eq!(r2.requests().len(), 2, "nothing is tried after the signal");
    }
}
