//! `--timeout` and `--deadline` hold against a server that stalls, whatever it stalls with and at whichever request.

use std::time::Duration;

use crate::adversity::child::{Ended, ended, program};
use crate::support::r2::{DeadEnd, Does, Fault, Op, Proxy, R2, Tls};
use crate::support::side_by_side::each;

/// What starting and ending a process may take on a busy machine, beyond the limits.
const MARGIN: Duration = Duration::from_secs(2);
const REQUESTS: usize = 7;
const SECOND: Duration = Duration::from_secs(1);

/// The deadline where it is not to be met.
const LONG: Duration = Duration::from_secs(6);

/// The limits of a run, one of which is met first.
#[derive(Clone, Copy, Debug)]
enum Limit {
    /// `--timeout`, for each request.
    Timeout(Duration),
    /// `--deadline`, for the whole run.
    Deadline(Duration),
}

const LIMITS: [Limit; 2] =
    [Limit::Timeout(Duration::from_millis(400)), Limit::Deadline(Duration::from_millis(1200))];

impl Limit {
    fn options(self) -> String {
        let (timeout, deadline) = match self {
            // Where the deletion stalls for ever, cleaning up ends with the deadline.
            Self::Timeout(timeout) => (timeout, LONG),
            Self::Deadline(deadline) => (30 * SECOND, deadline),
        };
        format!(
            "--json --retries 0 --timeout {}ms --deadline {}ms",
            timeout.as_millis(),
            deadline.as_millis()
        )
    }

    /// The longest that a run may take of whose requests so many stall.
    fn allows(self, stalled: u32) -> Duration {
        match self {
            Self::Timeout(timeout) => timeout * stalled,
            // Cleaning up has two seconds from when it begins, however short the deadline is.
            Self::Deadline(deadline) => deadline.max(deadline * 3 / 4 + 2 * SECOND),
        }
    }
}

/// What a server does with an answer, and its name.
type Stall = (&'static str, fn(Fault) -> Fault);

/// Stalls of a single answer. The status and the body are such that there is something to stall with.
fn stalls() -> [Stall; 6] {
    [
        ("accepts and says nothing", Fault::silence),
        ("headers, a byte a second", |fault| fault.dribble_head(SECOND)),
        ("body, a byte a second", |fault| fault.html(200, "<html>Welcome</html>").dribble(SECOND)),
        ("error's body, a byte a second", |fault| fault.html(500, "<html>Oh</html>").dribble(SECOND)),
        ("endless body, slowly", |fault| fault.html(200, "<html>").stall_after(3)),
        ("headers for ever, slowly", |fault| {
            fault.header("X-Filler", &"x".repeat(60_000)).dribble_head(SECOND / 20)
        }),
    ]
}

/// Floods end a request by their size, long before its time is over.
fn floods() -> [Stall; 4] {
    [
        ("endless body", |fault| fault.html(200, "<html>").endless_body()),
        ("endless error", |fault| fault.html(500, "<html>").endless_body()),
        ("endless headers", Fault::endless_headers),
        ("100 Continue for ever", Fault::endless_continue),
    ]
}

/// The run failed, in time.
fn in_time(ended: &Ended, limit: Limit, stalled: u32, place: &str) {
    assert_eq!(ended.status.code(), Some(1), "{place}: {}", ended.stdout);
    let report = ended.report();
    assert_eq!(report.verdict(), "fail", "{place}");
    let allowed = limit.allows(stalled) + MARGIN;
    assert!(ended.took < allowed, "{place}: {:?}, and not {allowed:?}", ended.took);
}

#[test]
fn no_stall_of_an_answer_holds_a_run_beyond_its_limits() {
    for limit in LIMITS {
        println!("stalls, {limit:?}");
        for (name, stall) in stalls().into_iter().chain(floods()) {
            // The second request is a HEAD, whose answer has no body that could stall: the status decides.
            let bodiless = name.contains("body");
            let numbers: Vec<_> = (1..=REQUESTS).filter(|number| !(bodiless && *number == 2)).collect();
            let took = each(&numbers, |number| {
                let place = format!("{name}, request {number}, {limit:?}");
                let r2 = R2::builder().fault(stall(Fault::on(Op::Any).nth(*number))).start();
                let ended = ended(&mut program(&r2, &limit.options()));
                in_time(&ended, limit, 1, &place);
                let report = ended.report();
                let told = !report.0["cleanup"]["leftover"].as_array().unwrap().is_empty();
                assert!(told || r2.left().is_empty(), "{place}: {:?}", r2.left());
                ended.took
            });
            println!("  {name}: longest run {:.2} s", took.iter().max().unwrap().as_secs_f64());
        }
    }
}

#[test]
fn a_server_that_always_stalls_is_abandoned_in_time() {
    let mut cases = Vec::new();
    for limit in LIMITS {
        for (name, stall) in stalls().into_iter().take(3).chain(floods()) {
            cases.extend(
                [0, 1, 2, 4].map(|first| (limit, name, stall(Fault::on(Op::Any).after(first)), first)),
            );
        }
    }
    each(&cases, |(limit, name, fault, first)| {
        let r2 = R2::builder().fault(fault.clone()).start();
        let ended = ended(&mut program(&r2, &limit.options()));
        let limit = if matches!(limit, Limit::Timeout(_)) { Limit::Deadline(LONG) } else { *limit };
        in_time(&ended, limit, 4, &format!("{name} after {first}, {limit:?}"));
    });
}

/// The program against an endpoint that is not the server's own.
fn towards(r2: &R2, limit: Limit, variables: &[(&str, String)]) -> Ended {
    let mut command = program(r2, &limit.options());
    ended(command.envs(variables.iter().map(|(name, value)| (*name, value))))
}

#[test]
fn no_stall_of_a_connection_holds_a_run_beyond_its_limits() {
    for limit in LIMITS {
        println!("stalls of the connection, {limit:?}");
        let told = |name: &str, ended: &Ended| {
            in_time(ended, limit, 1, name);
            println!("  {name}: {:.2} s", ended.took.as_secs_f64());
        };
        let r2 = R2::start();
        let dead_end = DeadEnd::unanswering();
        told("TCP: nobody accepts", &towards(&r2, limit, &[("R2_ENDPOINT", dead_end.endpoint())]));
        let silent = R2::builder().fault(Fault::on(Op::Connection).silence()).start();
        told("TCP: accepts and says nothing", &towards(&silent, limit, &[]));
        let greeting = R2::builder().tls(Tls::Silence).start();
        told("TLS: the greeting is swallowed", &towards(&greeting, limit, &[]));
        let dribbling =
            R2::builder().fault(Fault::on(Op::Connection).delay(30 * SECOND)).tls(Tls::Good).start();
        told("TLS: accepts and says nothing", &towards(&dribbling, limit, &[]));
        for (name, does) in
            [("proxy: CONNECT is swallowed", Does::Stall), ("proxy: 100 Continue for ever", Does::Flood)]
        {
            let proxy = Proxy::builder().does(does).start();
            let through = [("R2_ENDPOINT", "https://127.0.0.1:9".to_owned()), ("HTTPS_PROXY", proxy.url())];
            told(name, &towards(&r2, limit, &through));
        }
        let through =
            [("R2_ENDPOINT", "https://127.0.0.1:9".to_owned()), ("HTTPS_PROXY", dead_end.endpoint())];
        told("proxy: nobody accepts", &towards(&r2, limit, &through));
    }
}

#[test]
fn a_later_connection_may_stall_as_well() {
    for limit in LIMITS {
        // The upload's connection is broken off, and no other comes about.
        let r2 = R2::builder()
            .fault(Fault::on(Op::Put).close())
            .fault(Fault::on(Op::Connection).after(1).silence())
            .start();
        let ended = ended(&mut program(&r2, &limit.options()));
        let limit = if matches!(limit, Limit::Timeout(_)) { Limit::Deadline(LONG) } else { limit };
        in_time(&ended, limit, 2, "later connections");
        assert_eq!(r2.left().len(), 1);
        assert!(ended.report().codes().contains(&"cleanup.unknown"));
    }
}

#[test]
fn repetitions_and_the_pauses_that_a_server_asks_for_end_with_the_deadline() {
    for retry_after in ["0", "1", "30", "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "-1", "soon"] {
        let fault = Fault::on(Op::Any).after(1).status(503).header("Retry-After", retry_after);
        let r2 = R2::builder().fault(fault).start();
        let ended = ended(&mut program(&r2, "--json --retries 10 --deadline 1500ms"));
        in_time(&ended, Limit::Deadline(Duration::from_millis(1500)), 1, retry_after);
    }
}

#[test]
fn clean_keeps_to_its_deadline_as_well() {
    let (key, body) = crate::adversity::probes::leftover();
    let numbers: Vec<_> = (1..=4).collect();
    for (name, stall) in stalls().into_iter().chain(floods()) {
        let took = each(&numbers, |number| {
            let r2 = R2::builder().object(&key, &body).fault(stall(Fault::on(Op::Any).nth(*number))).start();
            let ended = ended(&mut program(&r2, "clean --yes --retries 0 --timeout 30s --deadline 1200ms"));
            assert!(matches!(ended.status.code(), Some(0 | 1)), "{name}, request {number}: {}", ended.stderr);
            assert!(
                ended.status.success() || !ended.stdout.contains("deleted, and verified"),
                "{}",
                ended.stdout
            );
            ended.took
        });
        let longest = took.iter().max().unwrap();
        println!("clean, deadline 1.2 s: {name}: longest call {:.2} s", longest.as_secs_f64());
        assert!(*longest < Duration::from_millis(1200) + MARGIN, "{name}: {longest:?}");
    }
}
