//! Signals at every moment of a run: after SIGINT and SIGTERM nothing is left and the report is whole; after SIGKILL
//! `clean` removes what is left; and in no run is anything of others touched.

mod once;
mod second;

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::adversity::child::{Ended, Signal, Started, ended, program};
use crate::support::r2::{ACCOUNT, Builder, Fault, Jurisdiction, Op, R2, Seen};
use crate::support::report::Report;
use crate::support::run::PREFIX;
use crate::support::side_by_side::each;

/// How long the server holds what is to be interrupted.
const HOLD: Duration = Duration::from_millis(250);
/// Requests of a run.
const REQUESTS: usize = 7;
/// So many runs are interrupted at no moment in particular.
const AT_RANDOM: u64 = 50;
/// Somebody else's objects, beside and under the prefix of the runs.
const OTHERS: [&str; 2] = ["csvs/patient-4711.csv", "r2-selftest/readme.txt"];
/// The deadline of a run that is to be killed: `clean` leaves its object alone until then, and on a busy machine it is not to
/// be over before the signal comes.
const SHORT: Duration = Duration::from_secs(5);
/// The time for cleaning up after a signal.
const BUDGET: Duration = Duration::from_secs(5);
/// What starting and ending a process may take on a busy machine.
const MARGIN: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Int,
    Term,
    Kill,
}

impl Sent {
    const ALL: [Self; 3] = [Self::Int, Self::Term, Self::Kill];

    fn signal(self) -> Signal {
        match self {
            Self::Int => Signal::INT,
            Self::Term => Signal::TERM,
            Self::Kill => Signal::KILL,
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
    /// Those of a run of so many requests.
    fn all(requests: usize) -> impl Iterator<Item = Self> {
        let moments = [Self::Head, Self::Performed, Self::Begun, Self::Answered];
        let of_requests = (1..=requests).flat_map(move |number| moments.map(|moment| moment(number)));
        [Self::Connected].into_iter().chain(of_requests)
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
    /// The status of a run that nothing interrupts.
    whole: i32,
}

impl Interrupted {
    fn new(sent: Sent, moment: Moment) -> Self {
        Self::at((R2::builder(), 0), "", sent, moment)
    }

    /// A run with these options against this server, with the status that it would have.
    fn at((server, whole): (Builder, i32), options: &str, sent: Sent, moment: Moment) -> Self {
        let others = OTHERS.into_iter().fold(server, |r2, key| r2.object(key, b"not yours"));
        let r2 = others.fault(moment.fault()).start();
        let deadline = if sent == Sent::Kill { SHORT } else { Duration::from_mins(1) };
        let options = format!("--json --deadline {}s {options}", deadline.as_secs());
        let mut run = Started::new(&mut program(&r2, &options));
        assert!(moment.wait(&mut run, &r2), "{moment:?} does not come");
        run.signal(sent.signal());
        let ended = run.end();
        Self { sent, moment, r2, ended, whole }
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
        self.ended.status.code() == Some(self.whole) && self.ended.report().verdict() != "interrupted"
    }

    /// The keys under which it uploaded something.
    fn uploaded(&self) -> BTreeSet<String> {
        self.r2.requests_of(Op::Put).into_iter().filter_map(|put| put.key).collect()
    }

    /// Each request is about the run's own object or prefix, or lists where all runs write.
    fn touches_its_own_only(&self) {
        let requests = self.r2.requests();
        let own = self.uploaded();
        for request in &requests {
            match &request.key {
                Some(key) => assert!(own.contains(key), "{:?}: {request:?}", self.moment),
                None if request.op == Op::HeadBucket => {}
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
        let gone = cleanup["verified_gone"].as_array().unwrap();
        let gone: BTreeSet<_> = gone.iter().map(|key| key.as_str().unwrap().to_owned()).collect();
        assert_eq!(gone, self.uploaded(), "{place}: {cleanup}");
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
    let cases: Vec<_> = Moment::all(REQUESTS)
        .chain(random())
        .flat_map(|moment| Sent::ALL.map(|sent| (sent, moment)))
        .collect();
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
    let left = clean_up_after(&killed, 1);
    println!("  objects left after SIGKILL: {left}, all removed by clean; objects of others touched: 0");
    assert!(left > 10, "{left}: a killed run does leave its object");
}

/// Calls `clean` where something is left; how many objects that were. A run has so many keys at most.
fn clean_up_after(killed: &[&Interrupted], keys: usize) -> usize {
    let left: Vec<_> = killed.iter().map(|run| run.left().len()).collect();
    assert!(left.iter().all(|count| *count <= keys));
    for run in killed {
        run.r2.clear_faults();
        assert!([Some(run.whole), None].contains(&run.ended.status.code()), "{}", run.ended.stdout);
    }
    // The runs are over once their deadlines are, the last of which began a moment ago.
    std::thread::sleep(SHORT + Duration::from_millis(100));
    each(killed, |run| {
        let clean = ended(&mut program(&run.r2, "clean --yes"));
        assert_eq!(clean.status.code(), Some(0), "{}", clean.stdout);
        assert_eq!(run.left(), Vec::<String>::new(), "{:?}: {}", run.moment, clean.stdout);
        let written = run.r2.requests().into_iter().filter(Seen::is_write);
        let written: BTreeSet<_> = written.map(|request| request.key).collect();
        assert!(written.len() <= keys, "{written:?}");
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
    run.signal(sent.signal());
    (r2, run)
}
