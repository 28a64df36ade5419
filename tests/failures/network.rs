//! Below TLS and HTTP: names without an address, ports without a listener, silence, broken connections, other protocols.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;
use std::time::Duration;

use crate::support::r2::{DeadEnd, Fault, Op, R2, Tls};
use crate::support::report::Report;
use crate::support::run::{ALL, REFUSED_UPLOAD, Run, run, run_with};

fn with(fault: Fault) -> R2 {
    R2::builder().fault(fault).start()
}

fn once(r2: &R2) -> Run<'_> {
    run_with(r2, &[], &["--retries", "0"])
}

/// A run against another address than the server's; the server sees nothing of it.
fn at<'a>(r2: &'a R2, endpoint: &str, options: &[&str]) -> Run<'a> {
    let run = run_with(r2, &[("R2_ENDPOINT", endpoint), ("HTTPS_PROXY", "")], options);
    run.sends(&[]).leaves_nothing();
    run
}

/// No name may be longer than 253 characters (RFC 1035, section 2.3.4): the resolver refuses this one of 255 without
/// asking anybody, and the application's client takes it.
fn unresolvable() -> String {
    let label = ["a-name"; 9].join("-") + "s";
    [label.as_str(); 4].join(".")
}

#[test]
fn a_name_without_an_address_is_reported_with_the_name() {
    let r2 = R2::start();
    let run = at(&r2, &format!("https://{}", unresolvable()), &[]);
    run.fails_at("connect", "network.dns")
        .says("looking up the host")
        .says(&unresolvable())
        .statuses("wfssss");
    let finding = run.finding("network.dns").to_string();
    assert!(finding.contains("Correct the host in R2_ENDPOINT"), "{finding}");
    assert_eq!(
        run.check("connect")["requests"].as_array().unwrap().len(),
        1,
        "a wrong name is not tried again"
    );
}

#[test]
fn on_railway_a_name_without_an_address_leads_to_the_dns_logs() {
    let r2 = R2::start();
    let endpoint = format!("https://{}", unresolvable());
    let place = ("RAILWAY_ENVIRONMENT_NAME", "production");
    let run = run_with(&r2, &[("R2_ENDPOINT", &endpoint), ("HTTPS_PROXY", ""), place], &[]);
    let finding = run.finding("network.dns").to_string();
    assert!(finding.contains(&format!("`@qname:{}`", unresolvable())), "{finding}");
    assert!(finding.contains("https://docs.railway.com/observability/logs"), "{finding}");
}

#[test]
fn a_refused_connection_is_reported_with_its_address_and_at_once() {
    let (r2, dead) = (R2::start(), DeadEnd::refusing());
    let runs: Vec<_> = (0..5).map(|_| at(&r2, &dead.endpoint(), &[])).collect();
    for run in &runs {
        run.fails_at("connect", "network.refused")
            .says(&format!("{} (IPv4): Connection refused", dead.address));
        run.statuses("wfssss");
        assert_eq!(run.check("connect")["requests"].as_array().unwrap().len(), 1, "a refusal is an answer");
    }
    let quickest = runs.iter().map(|run| run.took).min().unwrap();
    assert!(quickest < Duration::from_millis(200), "{quickest:?}");
}

#[test]
fn each_address_of_a_name_is_reported_with_its_family_and_what_came_of_it() {
    let (r2, dead) = (R2::start(), DeadEnd::refusing());
    let run = at(&r2, &format!("http://localhost:{}", dead.address.port()), &[]);
    run.fails_at("connect", "network.refused").says(&format!("{} (IPv4)", dead.address));
    let title = run.finding("network.refused")["title"].as_str().unwrap();
    assert!(title.starts_with("localhost refuses connections on port"), "{title}");
}

/// The kernel refuses TCP to a broadcast or multicast address without sending anything.
#[test]
fn an_address_without_a_route_is_reported_with_its_family() {
    let r2 = R2::start();
    let run = at(&r2, "https://255.255.255.255", &[]);
    run.fails_at("connect", "network.unreachable").says("255.255.255.255:443 (IPv4)").statuses("wfssss");
    assert!(!run.finding("network.unreachable")["evidence"].to_string().contains("IPv6"));
    let run = at(&r2, "https://[ff02::1]", &[]);
    run.fails_at("connect", "network.unreachable").says("[ff02::1]:443 (IPv6)").says("only IPv6 addresses");
    // Railway's switch is of use on Railway only.
    let fix = |run: &Run<'_>| run.finding("network.unreachable")["fix"].to_string();
    assert!(!fix(&run).contains("Railway"), "{}", fix(&run));
    let railway = [
        ("R2_ENDPOINT", "https://[ff02::1]"),
        ("HTTPS_PROXY", ""),
        ("RAILWAY_ENVIRONMENT_NAME", "production"),
    ];
    let run = run_with(&r2, &railway, &[]);
    assert!(fix(&run).contains("Outbound IPv6"), "{}", fix(&run));
}

#[test]
fn a_connection_that_is_never_made_ends_with_the_time_limit() {
    let (r2, dead) = (R2::start(), DeadEnd::unanswering());
    let run = at(&r2, &dead.endpoint(), &["--timeout", "1s"]);
    run.fails_at("connect", "network.timeout").says("while connecting: timed out after 1s");
    run.says("127.0.0.1 (IPv4): no connection in that time").statuses("wfssss");
    // Without a connection the firewall comes first; where there is one, no firewall is at fault.
    assert!(run.finding("network.timeout")["fix"][0].to_string().contains("in the firewall"));
    assert!(run.took >= Duration::from_secs(1) && run.took < Duration::from_secs(4), "{:?}", run.took);
    assert_eq!(run.check("connect")["requests"].as_array().unwrap().len(), 1, "its time is used up");
}

#[test]
fn a_server_that_says_nothing_ends_with_the_time_limit() {
    for fault in [Fault::on(Op::Connection).silence(), Fault::on(Op::List).silence()] {
        let r2 = with(fault);
        let run = run_with(&r2, &[], &["--timeout", "1s"]);
        run.fails_at("connect", "network.timeout")
            .says("waiting for the response")
            .says("connected to 127.0.0.1:");
        run.statuses("wfssss").leaves_nothing();
        assert!(!run.finding("network.timeout")["fix"].to_string().contains("firewall"));
        assert!(run.took < Duration::from_secs(4), "{:?}", run.took);
    }
}

#[test]
fn an_upload_that_is_never_answered_is_cleaned_up() {
    let r2 = with(Fault::on(Op::Put).silence());
    let run = run_with(&r2, &[], &["--timeout", "1s"]);
    run.fails_at("upload", "network.timeout").statuses("wpfssp").sends(&REFUSED_UPLOAD).leaves_nothing();
}

#[test]
fn an_answer_that_stops_in_its_middle_ends_with_the_time_limit() {
    let r2 = with(Fault::on(Op::List).stall_after(20));
    let run = run_with(&r2, &[], &["--timeout", "1s"]);
    run.fails_at("connect", "network.timeout").says("reading the response").says("had begun with status 200");
    run.sends(&[Op::List]);
}

#[test]
fn a_reset_is_reported_with_what_was_going_on() {
    for (fault, doing) in [
        (Fault::on(Op::Connection).reset(), ""),
        (Fault::on(Op::List).reset(), "waiting for the response"),
        (Fault::on(Op::List).reset_after(20), "reading the response"),
    ] {
        let r2 = with(fault);
        let run = once(&r2);
        run.fails_at("connect", "network.reset").says(doing).says("127.0.0.1:").statuses("wfssss");
        run.leaves_nothing();
    }
}

#[test]
fn a_reset_after_the_handshake_is_no_fault_of_tls() {
    let r2 = R2::builder().tls(Tls::Good).fault(Fault::on(Op::List).reset()).start();
    let run = once(&r2);
    run.fails_at("connect", "network.reset").says("waiting for the response").sends(&[Op::List]);
    assert!(run.check("connect")["phases"]["tls_ms"].is_number());
}

#[test]
fn a_reset_that_comes_back_is_reported_with_every_attempt() {
    let r2 = with(Fault::on(Op::List).reset());
    let run = run(&r2);
    run.fails_at("connect", "network.reset")
        .says("attempt 1: connection reset")
        .says("attempt 3: connection reset");
    run.sends(&[Op::List; 3]);
}

#[test]
fn a_connection_that_is_closed_without_an_answer_is_reported() {
    for (fault, sent) in
        [(Fault::on(Op::Connection).close(), &[][..]), (Fault::on(Op::List).close(), &[Op::List][..])]
    {
        let r2 = with(fault);
        let run = once(&r2);
        run.fails_at("connect", "network.closed")
            .says("connected to 127.0.0.1:")
            .sends(sent)
            .leaves_nothing();
    }
}

#[test]
fn an_upload_whose_connection_is_lost_is_cleaned_up_whether_it_was_stored_or_not() {
    for (fault, code) in [
        (Fault::on(Op::Put).reset(), "network.reset"),
        (Fault::on(Op::Put).reset_at_head(), "network.reset"),
        (Fault::on(Op::Put).close(), "network.closed"),
        (Fault::on(Op::Put).close().unperformed(), "network.closed"),
    ] {
        let r2 = with(fault);
        let run = once(&r2);
        run.fails_at("upload", code).statuses("wpfssp").sends(&REFUSED_UPLOAD).leaves_nothing();
    }
}

#[test]
fn an_answer_that_is_cut_short_is_reported_with_its_status() {
    let r2 = with(Fault::on(Op::List).truncate(20));
    once(&r2).fails_at("connect", "network.truncated").says("had begun with status 200").sends(&[Op::List]);
    let r2 = with(Fault::on(Op::List).chunked().truncate(20));
    once(&r2).fails_at("connect", "network.truncated").sends(&[Op::List]);
    let r2 = R2::builder().tls(Tls::Good).fault(Fault::on(Op::List).truncate_silently(20)).start();
    once(&r2).fails_at("connect", "network.truncated").sends(&[Op::List]);
}

#[test]
fn a_download_that_is_cut_short_is_no_download() {
    for (fault, code) in [
        (Fault::on(Op::Get).nth(1).truncate(100), "network.truncated"),
        (Fault::on(Op::Get).nth(1).reset_after(100), "network.reset"),
    ] {
        let r2 = with(fault);
        let run = once(&r2);
        run.fails_at("download", code).statuses("wpppfp").sends(&ALL).leaves_nothing();
    }
}

#[test]
fn what_is_not_http_is_reported() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"220 mail.example ESMTP\r\n",
        b"\x15\x03\x03\x00\x02\x02\x16",
        b"\0\0\0\0",
    ] {
        let r2 = with(Fault::on(Op::List).raw(bytes));
        let run = once(&r2);
        run.fails_at("connect", "network.not-http").says("connected to 127.0.0.1:").statuses("wfssss");
        run.sends(&[Op::List]).leaves_nothing();
    }
    let r2 = with(Fault::on(Op::Connection).raw(b"SSH-2.0-OpenSSH_9.9\r\n"));
    once(&r2).fails_at("connect", "network.not-http").sends(&[]);
}

#[test]
fn plain_http_to_a_port_that_speaks_tls_is_reported() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let run =
        run_with(&r2, &[("R2_ENDPOINT", &r2.endpoint().replace("https://", "http://"))], &["--retries", "0"]);
    assert!(
        matches!(run.root(), "network.not-http" | "network.closed" | "network.reset"),
        "{:#}",
        run.report
    );
    run.fails_at("connect", run.root()).sends(&[]).leaves_nothing();
}

/// Descriptors 0 to 2, the epoll instances and the pipes of signals take what this limit leaves.
#[test]
fn a_process_without_files_to_open_is_distinguished_from_a_network_without_a_route() {
    let r2 = R2::start();
    let run = starved(&r2, 9);
    let report = Report::read(&run.stdout);
    assert_eq!((run.status.code(), report.root_cause()), (Some(1), Some("run.exhausted")), "{:#}", report.0);
    assert_eq!(report.check("connect")["status"], "fail");
    assert!(report.evidence("run.exhausted").contains("Too many open files"));
    assert!(r2.operations().is_empty() && r2.left().is_empty());
}

/// Whatever the limit, there is no false pass, and nobody panics.
#[test]
fn no_limit_of_open_files_passes_falsely() {
    for limit in 6..12 {
        let r2 = R2::start();
        let status = starved(&r2, limit).status.code();
        match status {
            Some(0) => assert_eq!(r2.operations(), ALL),
            Some(1) => assert!(r2.left().is_empty()),
            _ => panic!("{limit}: {status:?}"),
        }
    }
}

/// The program under a limit of open files. What whoever started the tests had open would count, too, so it is closed.
fn starved(r2: &R2, limit: u32) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_r2-selftest");
    let close =
        "for file in /dev/fd/*; do file=${file##*/}; if ((file > 2)); then eval \"exec $file>&-\"; fi; done";
    let script = format!("{close}; ulimit -n {limit}; exec {program} --json --no-env-file");
    Command::new("bash").arg("-c").arg(script).env_clear().envs(r2.env()).output().unwrap()
}
