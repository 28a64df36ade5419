//! Signals at every moment of a run: after SIGINT and SIGTERM nothing is left and the report is whole; after SIGKILL
//! `clean` removes what is left; and in no run is anything of others touched.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::child::{Ended, Started, ended, program};
use crate::side_by_side::each;
use crate::support::r2::{Fault, Op, R2, Seen};
use crate::support::report::Report;
use crate::support::run::PREFIX;

/// How long the server holds what is to be interrupted.
const HOLD: Duration = Duration::from_millis(250);
/// Requests of a run.
const REQUESTS: usize = 6;
/// So many runs are interrupted at no moment in particular.
const AT_RANDOM: u64 = 50;
/// Somebody else's objects, beside and under the prefix of the runs.
const OTHERS: [&str; 2] = ["csvs/patient-4711.csv", "r2-selftest/readme.txt"];
/// The deadline of a run that is to be killed: `clean` leaves its object alone until then.
const SHORT: Duration = Duration::from_secs(2);
/// The time for cleaning up after a signal.
const BUDGET: Duration = Duration::from_secs(5);
/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Int,
    Term,
    Kill,
}

impl Sent {
    const ALL: [Self; 3] = [Self::Int, Self::Term, Self::Kill];

    fn name(self) -> &'static str {
        match self {
            Self::Int => "INT",
            Self::Term => "TERM",
            Self::Kill => "KILL",
        }
    }

    fn status(self) -> i32 {
        match self {
            Self::Int => 130,
            Self::Term => 143,
            Self::Kill => 137,
        }
    }
}

/// When the signal is sent. Requests are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// The connection is there, and nothing has been sent on it.
    Connected,
    /// The server has the request's head, and has not read its body, let alone performed it.
    Head(usize),
    /// The server has performed the request and holds its answer back.
    Performed(usize),
    /// The server has sent the answer's head and holds the body back.
    Begun(usize),
    /// The server has sent the answer: the next request is about to be sent.
    Answered(usize),
    /// Some time after the connection.
    After(Duration),
    /// Some time after the start, when signals may not be heeded yet.
    Starting(Duration),
}

impl Moment {
    fn all() -> Vec<Self> {
        let moments = [Self::Head, Self::Performed, Self::Begun, Self::Answered];
        let of_requests = (1..=REQUESTS).flat_map(|number| moments.map(|moment| moment(number)));
        [Self::Connected].into_iter().chain(of_requests).chain(random()).collect()
    }

    /// What the server has to do for this moment to last.
    fn fault(self) -> Fault {
        let of = |number| Fault::on(Op::Any).nth(number);
        match self {
            Self::Connected => Fault::on(Op::Connection).nth(1).delay(HOLD),
            Self::Head(number) => of(number).slow_reader(HOLD),
            Self::Performed(number) => of(number).delay(HOLD),
            Self::Begun(number) => of(number).pause(HOLD),
            // So that the run is not over before a signal can arrive.
            Self::Answered(number) => Fault::on(Op::Any).after(number).delay(HOLD),
            // So that a whole run takes about as long as the longest of the delays.
            Self::After(_) | Self::Starting(_) => Fault::on(Op::Any).delay(Duration::from_millis(8)),
        }
    }

    /// Waits for it; tells whether it came.
    fn wait(self, run: &mut Started, r2: &R2) -> bool {
        let answered = |number: usize| {
            move || r2.requests().get(number - 1).is_some_and(|request| request.answered.is_some())
        };
        match self {
            Self::Connected => run.until(|| r2.connections() == 1),
            Self::Head(number) => run.until(|| r2.requests().len() >= number),
            Self::Performed(number) | Self::Answered(number) => run.until(answered(number)),
            Self::Begun(number) => {
                let came = run.until(answered(number));
                std::thread::sleep(Duration::from_millis(5));
                came
            }
            Self::After(delay) => {
                let came = run.until(|| r2.connections() == 1);
                std::thread::sleep(delay);
                came
            }
            Self::Starting(delay) => {
                std::thread::sleep(delay);
                true
            }
        }
    }
}

/// Delays up to what a run takes, the same in each call (`SplitMix64` with a fixed seed).
fn random() -> impl Iterator<Item = Moment> {
    (1..=AT_RANDOM).map(|number| {
        let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let delay = Duration::from_micros((mixed ^ (mixed >> 31)) % 60_000);
        if number % 10 == 0 { Moment::Starting(delay) } else { Moment::After(delay) }
    })
}

/// A run that was sent a signal, and its server.
struct Interrupted {
    sent: Sent,
    moment: Moment,
    r2: R2,
    ended: Ended,
}

impl Interrupted {
    fn new(sent: Sent, moment: Moment) -> Self {
        let others = OTHERS.into_iter().fold(R2::builder(), |r2, key| r2.object(key, b"not yours"));
        let r2 = others.fault(moment.fault()).start();
        let deadline = if sent == Sent::Kill { SHORT } else { Duration::from_mins(1) };
        let options = format!("--json --deadline {}s", deadline.as_secs());
        let mut run = Started::new(&mut program(&r2, &options));
        assert!(moment.wait(&mut run, &r2), "{moment:?} does not come");
        run.signal(sent.name());
        let ended = run.end();
        Self { sent, moment, r2, ended }
    }

    /// What is left of the run, as its keys.
    fn left(&self) -> Vec<String> {
        let bucket = format!("{}/", self.r2.bucket());
        let keys = self.r2.left().into_iter().map(|key| key.replacen(&bucket, "", 1));
        let (others, left): (Vec<_>, Vec<_>) = keys.partition(|key| OTHERS.contains(&key.as_str()));
        assert_eq!(others, OTHERS, "{:?}: objects of others are gone", self.moment);
        left
    }

    /// Whether the program never got as far as to heed signals, which is before it sends anything.
    fn was_starting(&self) -> bool {
        let starting = self.ended.status.code().is_none() && self.sent != Sent::Kill;
        assert!(!starting || (self.r2.requests().is_empty() && self.ended.stdout.is_empty()));
        starting
    }

    /// Whether it had done its work when the signal came: after the last answer, or late, on a busy machine.
    fn was_done(&self) -> bool {
        self.ended.status.code() == Some(0) && ["pass", "warn"].contains(&self.ended.report().verdict())
    }

    /// Each request is about the run's own object or prefix, or lists where all runs write.
    fn touches_its_own_only(&self) {
        let requests = self.r2.requests();
        let own = requests.iter().find(|request| request.op == Op::Put).and_then(|put| put.key.clone());
        for request in &requests {
            match &request.key {
                Some(_) => assert_eq!(request.key, own, "{:?}", self.moment),
                None => assert!(prefix(request).starts_with(PREFIX), "{:?}: {request:?}", self.moment),
            }
        }
        let objects = self.r2.objects(&self.r2.bucket());
        assert!(OTHERS.iter().all(|key| objects[*key].body == b"not yours"), "{:?}", self.moment);
    }

    /// After a signal that can be heeded: the status says which, the report is whole, and nothing is left.
    fn ended_in_order(&self) {
        let place = format!("{:?} at {:?}", self.sent, self.moment);
        assert_eq!(self.left(), Vec::<String>::new(), "{place}: {}", self.ended.stdout);
        if self.was_starting() || self.was_done() {
            return;
        }
        assert_eq!(self.ended.status.code(), Some(self.sent.status()), "{place}: {}", self.ended.stderr);
        let report = self.ended.report();
        assert_eq!((report.verdict(), self.ended.stderr.as_str()), ("interrupted", ""), "{place}");
        let cleanup = &report.0["cleanup"];
        assert_eq!(cleanup["leftover"], serde_json::json!([]), "{place}: {cleanup}");
        let uploaded = self.r2.requests().iter().any(|request| request.op == Op::Put);
        let gone = cleanup["verified_gone"].as_array().unwrap();
        assert_eq!(gone.len(), usize::from(uploaded), "{place}: {cleanup}");
        assert!(self.ended.took < BUDGET, "{place}: {:?}", self.ended.took);
    }
}

fn prefix(request: &Seen) -> &str {
    let parameter = request.query.iter().find(|(name, _)| name == "prefix");
    parameter.map_or("", |(_, value)| value)
}

#[test]
fn a_signal_at_any_moment_leaves_nothing_behind_and_touches_nothing_else() {
    let started = Instant::now();
    let cases: Vec<_> =
        Moment::all().into_iter().flat_map(|moment| Sent::ALL.map(|sent| (sent, moment))).collect();
    let runs = each(&cases, |(sent, moment)| Interrupted::new(*sent, *moment));
    // What a server still has to perform when its client is gone is performed by now.
    std::thread::sleep(HOLD);
    for run in &runs {
        run.touches_its_own_only();
    }
    let (killed, heeded): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.sent == Sent::Kill);
    for run in &heeded {
        run.ended_in_order();
    }
    let of = |sent| runs.iter().filter(|run| run.sent == sent).count();
    let starting = heeded.iter().filter(|run| run.was_starting()).count();
    let done = heeded.iter().filter(|run| run.was_done()).count();
    assert!(starting + done < heeded.len() / 4, "{starting} and {done}: most signals come in time");
    let longest = heeded.iter().map(|run| run.ended.took).max().unwrap();
    println!("kill matrix: {} runs in {:.1} s", runs.len(), started.elapsed().as_secs_f64());
    println!("  SIGINT {}, SIGTERM {}, SIGKILL {}", of(Sent::Int), of(Sent::Term), of(Sent::Kill));
    println!(
        "  before signals are heeded, and so before anything is sent: {starting}; after the last answer: {done}"
    );
    println!("  objects left after SIGINT and SIGTERM: 0; longest run {:.2} s", longest.as_secs_f64());
    let left = clean_up_after(&killed);
    println!("  objects left after SIGKILL: {left}, all removed by clean; objects of others touched: 0");
    assert!(left > 10, "{left}: a killed run does leave its object");
}

/// Calls `clean` where something is left; how many objects that were.
fn clean_up_after(killed: &[&Interrupted]) -> usize {
    let left: Vec<_> = killed.iter().map(|run| run.left().len()).collect();
    assert!(left.iter().all(|count| *count <= 1));
    for run in killed {
        run.r2.clear_faults();
        assert!([Some(0), None].contains(&run.ended.status.code()), "{}", run.ended.stdout);
    }
    // The runs are over once their deadlines are, the last of which began a moment ago.
    std::thread::sleep(SHORT + Duration::from_millis(100));
    each(killed, |run| {
        let clean = ended(&mut program(&run.r2, "clean --yes"));
        assert_eq!(clean.status.code(), Some(0), "{}", clean.stdout);
        assert_eq!(run.left(), Vec::<String>::new(), "{:?}: {}", run.moment, clean.stdout);
        let written = run.r2.requests().into_iter().filter(Seen::is_write);
        let keys: std::collections::BTreeSet<_> = written.map(|request| request.key).collect();
        assert!(keys.len() <= 1, "{keys:?}");
    });
    left.iter().sum()
}

/// Starts a run against a server with a fault, and sends a signal once it has seen so many requests; the answer to the
/// last one is held back until then.
fn interrupted_at(fault: Fault, requests: usize, sent: Sent) -> (R2, Started) {
    let hold = Fault::on(Op::Any).nth(requests).delay(HOLD);
    let r2 = R2::builder().fault(hold).fault(fault).start();
    let mut run = Started::new(&mut program(&r2, "--json --timeout 30s"));
    assert!(run.until(|| r2.requests().len() == requests));
    run.signal(sent.name());
    (r2, run)
}

#[test]
fn a_second_signal_ends_the_program_at_once_and_names_what_may_be_left() {
    for (first, second) in [(Sent::Int, Sent::Int), (Sent::Term, Sent::Term), (Sent::Term, Sent::Int)] {
        let (r2, mut run) = interrupted_at(Fault::on(Op::Delete).silence().unperformed(), 4, first);
        assert!(run.until(|| r2.operations().contains(&Op::Delete)));
        let at = Instant::now();
        run.signal(second.name());
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
        (Fault::on(Op::Put).silence(), 2, false),
        (Fault::on(Op::Put).silence().unperformed(), 2, false),
        (Fault::on(Op::Delete).silence(), 4, false),
        (Fault::on(Op::Delete).silence().unperformed(), 4, true),
        (Fault::on(Op::Delete).dribble_head(Duration::from_millis(100)).unperformed(), 5, true),
        (Fault::on(Op::Get).nth(2).silence(), 4, false),
        (Fault::on(Op::Any).after(3).silence().unperformed(), 4, true),
        (Fault::on(Op::Connection).after(1).silence(), 4, true),
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
            assert!(report.finding("cleanup.unknown").to_string().contains(&key));
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
        let (r2, run) = interrupted_at(Fault::on(Op::Put).slow_reader(late), 2, sent);
        let ended = run.end();
        std::thread::sleep(late);
        assert_eq!(r2.left(), Vec::<String>::new(), "{}", ended.stdout);
        assert_eq!(ended.status.code(), Some(sent.status()));
        assert_eq!(r2.operations(), [Op::List, Op::Put, Op::Delete, Op::Get]);
    }
}

#[test]
fn a_hangup_ends_a_run_in_order_too() {
    let r2 = R2::builder().fault(Fault::on(Op::Get).nth(1).delay(HOLD)).start();
    let mut run = Started::new(&mut program(&r2, "--json"));
    assert!(run.until(|| r2.operations().contains(&Op::Get)));
    run.signal("HUP");
    let ended = run.end();
    assert_eq!((ended.status.code(), ended.report().verdict()), (Some(129), "interrupted"));
    assert!(r2.left().is_empty());
}

#[test]
fn an_interrupted_run_writes_its_report_files_and_one_that_is_ended_at_once_leaves_none() {
    for second in [false, true] {
        let delete = Fault::on(Op::Delete);
        let r2 = R2::builder().fault(if second { delete.silence() } else { delete.delay(HOLD) }).start();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.json");
        let mut run = Started::new(program(&r2, "--quiet").arg("--output").arg(&file));
        assert!(run.until(|| r2.operations().contains(&Op::Get)));
        run.signal("TERM");
        assert!(run.until(|| r2.operations().contains(&Op::Delete)));
        if second {
            run.signal("TERM");
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
fn an_interrupted_demo_takes_its_folder_away() {
    for signals in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let entries = || std::fs::read_dir(folder.path()).unwrap().count();
        let mut command = Command::new(crate::child::file());
        command.env_clear().env("TMPDIR", folder.path()).args(["demo", "--fault", "slow", "--json"]);
        let mut run = Started::new(&mut command);
        assert!(run.until(|| entries() == 1));
        std::thread::sleep(HOLD);
        for _ in 0..signals {
            run.signal("INT");
        }
        assert_eq!(run.end().status.code(), Some(130));
        assert_eq!(entries(), 0);
    }
}
