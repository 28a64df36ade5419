//! Whatever a server sends, the program's memory stays small. Its peak is measured from outside.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::adversity::child::{Ended, Started, is_shipped, program};
use crate::adversity::probes::leftover;
use crate::support::r2::{Fault, Op, R2, Reply, Tls};
use crate::support::side_by_side::each;

/// The most that a run may need, in KiB: 16 MiB as the program is shipped. Without optimisation its code and its frames
/// are larger, and so is the bound.
pub fn bound() -> u64 {
    if is_shipped() { 16 * 1024 } else { 32 * 1024 }
}

/// From which request on a server misbehaves. Without optimisation only from the upload on, which brings most tries.
fn beginnings() -> std::ops::RangeInclusive<usize> {
    if is_shipped() { 1..=6 } else { 2..=2 }
}

/// As much as the program reads of a listing or an error.
const XML: usize = 64 * 1024;
/// As much as it takes for a head, less what else is in it.
const HEAD: usize = 60 * 1024;
/// GNU time, which writes the peak of its child's resident set in KiB, and its processor time.
const TIME: &str = "/usr/bin/time";

/// What a run took of the machine.
pub struct Used {
    /// The peak of its resident set, in KiB.
    pub peak: u64,
    /// While other programs run, a clock on the wall would say little.
    pub processor: Duration,
}

/// Runs the program; its peak resident set in KiB.
fn peak(program: &Command) -> (Ended, u64) {
    let (ended, used) = measured(program);
    (ended, used.peak)
}

/// Runs the program, and measures it.
pub fn measured(program: &Command) -> (Ended, Used) {
    let is_there = Path::new(TIME).metadata().is_ok_and(|file| file.permissions().mode() & 0o111 != 0);
    if is_there { timed(program) } else { sampled(program) }
}

/// Measured by the kernel, to the program's last moment.
fn timed(program: &Command) -> (Ended, Used) {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("used");
    let mut command = Command::new(TIME);
    command.args(["--quiet", "--format=%M %U %S", "--output"]).arg(&told).arg(program.get_program());
    command.args(program.get_args()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = Started::new(&mut command).end();
    let told = std::fs::read_to_string(told).unwrap();
    let [peak, user, system] = told.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{told}") };
    let processor = [user, system].map(|time| Duration::from_secs_f64(time.parse().unwrap())).iter().sum();
    (ended, Used { peak: peak.parse().unwrap(), processor })
}

/// Where GNU time is not installed: the kernel's high-water mark and its count, looked at until the program ends.
fn sampled(program: &Command) -> (Ended, Used) {
    let mut again = Command::new(program.get_program());
    again.args(program.get_args()).env_clear();
    again.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut used = Used { peak: 0, processor: Duration::ZERO };
    let ended = Started::new(&mut again).end_watched(|id| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let mark = mark.and_then(|mark| mark.trim().strip_suffix(" kB")?.parse().ok());
        used.peak = used.peak.max(mark.unwrap_or(0));
        used.processor = processor_time(id).unwrap_or(used.processor);
    });
    assert!(used.peak > 0, "the program ended before it could be looked at");
    (ended, used)
}

/// What the kernel has counted for a process that runs, in hundredths of a second.
fn processor_time(id: u32) -> Option<Duration> {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, after_name) = status.rsplit_once(')')?;
    let hundredths: Option<Vec<u64>> =
        after_name.split_whitespace().skip(11).take(2).map(|field| field.parse().ok()).collect();
    Some(Duration::from_millis(hundredths?.iter().sum::<u64>() * 10))
}

/// A gzip member of about 64 KiB that unpacks to a thousandfold: a deflate block of fixed codes that repeats one byte.
fn bomb() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.number(0b011, 3);
    bits.code(0x30 + u32::from(b'x'), 8);
    while bits.bytes.len() < XML - 64 {
        // Length 258, distance 1.
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    bits.number(0, 7);
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], bits.bytes.as_slice(), &[0; 8]].concat()
}

/// Bits as deflate packs them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.count.is_multiple_of(8) {
            self.bytes.push(0);
        }
        *self.bytes.last_mut().unwrap() |= u8::try_from(bit & 1).unwrap() << (self.count % 8);
        self.count += 1;
    }

    /// Numbers begin with their lowest bit.
    fn number(&mut self, number: u32, length: u32) {
        (0..length).for_each(|place| self.bit(number >> place));
    }

    /// Codes begin with their highest.
    fn code(&mut self, code: u32, length: u32) {
        (0..length).rev().for_each(|place| self.bit(code >> place));
    }
}

/// A text of this length, in the middle of others.
fn filled(before: &str, filling: &str, after: &str) -> Vec<u8> {
    let count = (XML - before.len() - after.len()) / filling.len();
    format!("{before}{}{after}", filling.repeat(count)).into_bytes()
}

fn nested(depth: usize, root: &str) -> Vec<u8> {
    format!("<{root}>{}{}</{root}>", "<a>".repeat(depth), "</a>".repeat(depth)).into_bytes()
}

/// An XML document that ends exactly where reading stops, or goes on.
fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let open = |root: &str| format!("<{root}>{}", "<a>".repeat(21_000)).into_bytes();
    let entry = "<Contents><Key>k</Key></Contents>";
    vec![
        ("an error nested 9,000 deep", nested(9000, "Error")),
        (
            "an error's code nested 9,000 deep",
            [b"<Error>".to_vec(), nested(9000, "Code"), b"</Error>".to_vec()].concat(),
        ),
        ("a listing nested 9,000 deep", nested(9000, "ListBucketResult")),
        ("a listing nested 21,000 deep, never closed", open("ListBucketResult")),
        ("an error nested 21,000 deep, never closed", open("Error")),
        ("a listing full of entries", filled("<ListBucketResult>", entry, "</ListBucketResult>")),
        ("a listing full of other elements", filled("<ListBucketResult>", "<a/>", "</ListBucketResult>")),
        (
            "a listing that mixes entries and others",
            filled("<ListBucketResult>", "<a/><Contents><Key>k</Key></Contents>", "</ListBucketResult>"),
        ),
        ("a message of 64 KiB", filled("<Error><Code>Odd</Code><Message>", "ä&lt;", "</Message></Error>")),
        ("a code of 64 KiB", filled("<Error><Code>", "Odd", "</Code></Error>")),
        ("a tag of 64 KiB", filled("<Error", " a='b'", "></Error>")),
        (
            "entities in entities",
            filled("<!DOCTYPE a [<!ENTITY a 'a'>", "<!ENTITY b '&a;&a;&a;'>", "]><Error>&b;</Error>"),
        ),
    ]
}

/// What a server can pour out, and its name.
fn floods() -> Vec<(String, Fault)> {
    let all = || Fault::on(Op::Any);
    let mut floods = Vec::new();
    for number in beginnings() {
        let from = || all().after(number - 1);
        let message = Reply::xml(503, filled("<Error><Message>", "x", "</Message></Error>"));
        let fields = (0..100).map(|field| (format!("X-{field}"), "x".repeat(580)));
        let full = fields
            .fold(message.header("Retry-After", "0"), |reply, (name, value)| reply.header(&name, value));
        floods.push((format!("a hundred fields and a message from request {number}"), from().answer(full)));
        for (name, value) in [("CF-RAY", "0"), ("Date", "Sun, "), ("ETag", "\"")] {
            let long = from().header(name, &value.repeat(HEAD / value.len()));
            floods.push((format!("a {name} of 60 KiB from request {number}"), long));
        }
        floods.push((
            format!("endless bodies from request {number}"),
            from().html(200, "<html>").endless_body(),
        ));
        floods.push((
            format!("endless errors from request {number}"),
            from().html(503, "<html>").endless_body(),
        ));
        floods.push((format!("endless headers from request {number}"), from().endless_headers()));
        floods.push((format!("100 Continue for ever from request {number}"), from().endless_continue()));
        for status in [200, 503] {
            let zip =
                Reply::new(status).header("Content-Encoding", "gzip").header("Content-Type", "text/csv");
            floods.push((
                format!("gzip bombs under {status} from request {number}"),
                from().answer(zip.body(bomb())),
            ));
            for (name, document) in documents() {
                let reply = Reply::xml(status, document)
                    .header("X-Filler", "x".repeat(HEAD))
                    .header("Retry-After", "0");
                floods.push((format!("{name}, under {status} from request {number}"), from().answer(reply)));
            }
        }
    }
    floods
}

#[test]
fn whatever_a_server_sends_memory_stays_small() {
    let floods = floods();
    let peaks = each(&floods, |(name, fault)| {
        // TLS needs memory of its own.
        let r2 = R2::builder().tls(Tls::Good).fault(fault.clone()).start();
        // Every try is kept until the report is written.
        let (ended, peak) = peak(&program(&r2, "--json --retries 10 --timeout 5s --deadline 20s"));
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{name}: {:?} {}", ended.status, ended.stderr);
        assert!(ended.report().0["checks"].is_array());
        assert!(peak < bound(), "{name}: {peak} KiB");
        peak
    });
    let (peak, name) = peaks.iter().zip(floods.iter().map(|(name, _)| name)).max().unwrap();
    println!(
        "memory: {} kinds of floods, bound {} KiB, highest peak {peak} KiB: {name}",
        floods.len(),
        bound()
    );
}

#[test]
fn text_and_report_files_need_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let message = filled("<Error><Code>Odd</Code><Message>", "ä&lt;", "</Message></Error>");
    let fault = Fault::on(Op::Any).after(1).answer(Reply::xml(503, message).header("Retry-After", "0"));
    let r2 = R2::builder().tls(Tls::Good).fault(fault).start();
    let mut program = program(&r2, "--verbose --retries 10 --deadline 20s");
    for name in ["a.json", "b.txt", "c.json"] {
        program.arg("--output").arg(folder.path().join(name));
    }
    let (ended, peak) = peak(&program);
    println!("memory: as text, with three report files, {peak} KiB");
    assert!(ended.status.code() == Some(1) && peak < bound(), "{peak} KiB: {}", ended.stderr);
}

#[test]
fn a_usual_run_needs_little() {
    let plain = R2::start();
    let tls = R2::builder().tls(Tls::Good).start();
    let untrusted = R2::builder().tls(Tls::UnknownIssuer).start();
    for (name, r2, status) in
        [("over HTTP", &plain, 0), ("over TLS", &tls, 0), ("with all roots", &untrusted, 1)]
    {
        let mut program = program(r2, "--json");
        if status == 1 {
            // The system's certificates and the bundled ones, and nobody's own.
            program.env_remove("SSL_CERT_FILE").env_remove("AWS_CA_BUNDLE").args(["--client", "native"]);
        }
        let (ended, peak) = peak(&program);
        println!("memory: a run {name}, {peak} KiB");
        assert_eq!(ended.status.code(), Some(status), "{}", ended.stdout);
        assert!(peak < bound(), "{name}: {peak} KiB");
    }
}

#[test]
fn clean_needs_no_more_however_much_is_listed() {
    let (key, body) = leftover();
    let floods = floods().into_iter().filter(|(name, _)| name.ends_with(" 1") || name.ends_with(" 2"));
    let floods: Vec<_> = floods.collect();
    let peaks = each(&floods, |(name, fault)| {
        let r2 = R2::builder().tls(Tls::Good).object(&key, &body).fault(fault.clone()).start();
        let (ended, peak) = peak(&program(&r2, "clean --yes --retries 10 --timeout 5s --deadline 10s"));
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{name}: {:?} {}", ended.status, ended.stderr);
        assert!(peak < bound(), "{name}: {peak} KiB");
        peak
    });
    println!("memory: clean, highest peak {} KiB", peaks.iter().max().unwrap());
}
