//! The probe object: the one object that a run writes, shaped like the application's own files.

use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::base::clock;

/// The prefix under which probe objects are written unless `--prefix` says otherwise.
pub const DEFAULT_PREFIX: &str = "r2-selftest/";
/// The probe's content type.
pub const CONTENT_TYPE: &str = "text/csv";
/// The part of the key that is the same for every run, in the layout of the application's own files.
const NAME: &str = "csvs/probe.csv";
/// The same for the second object, which a run writes if an upload in the SDK's form is refused.
const PLAIN_NAME: &str = "csvs/probe-plain.csv";
/// The end of the first line of every probe object.
const MARKER_END: &str = ", synthetic data, safe to delete";
/// The beginning of the second line.
const NONCE: &str = "# nonce ";
/// Upper bound of a probe object, in bytes.
pub const LONGEST_BODY: usize = 4096;
/// Upper bound of a run, whatever its options.
pub const LONGEST_RUN: Duration = Duration::from_hours(1);
/// Rows of the synthetic recording, one a second.
const ROWS: u8 = 30;

/// The object of a run: no other run has this key or these bytes.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Identifies the run; part of the key.
    pub run_id: Uuid,
    /// The prefix that all runs share, as `--prefix` says.
    pub prefix: String,
    /// The prefix that only this run's object has, `<prefix><run>/`.
    pub own_prefix: String,
    /// The object's key, `<prefix><run>/csvs/<name>.csv`.
    pub key: String,
    /// The key of a second object with the same bytes, for an upload in another form.
    pub plain_key: String,
    /// The object's bytes.
    pub body: Vec<u8>,
}

impl Probe {
    /// A new probe of a run that is over after `lifetime` at the latest.
    ///
    /// The run's id holds its time, so that listings show the oldest run first, and 74 random bits, so that no existing key
    /// is met by chance (RFC 9562, section 5.7).
    pub fn new(prefix: &str, lifetime: Duration) -> Self {
        let run_id = Uuid::now_v7();
        let own_prefix = format!("{prefix}{run_id}/");
        let over_by = clock::now() + lifetime;
        Self {
            prefix: prefix.to_owned(),
            run_id,
            key: format!("{own_prefix}{NAME}"),
            plain_key: format!("{own_prefix}{PLAIN_NAME}"),
            own_prefix,
            body: recording(run_id, over_by, Uuid::new_v4(), clock::now().unix_timestamp()),
        }
    }

    /// Another probe under the same prefix.
    pub fn another(&self, lifetime: Duration) -> Self {
        Self::new(&self.prefix, lifetime)
    }

    /// The prefix to list without seeing foreign keys: that of all runs, or, if that is the whole bucket, that of this run.
    pub fn shared_prefix(&self) -> &str {
        if self.prefix.is_empty() { &self.own_prefix } else { &self.prefix }
    }

    /// The second object.
    pub fn second(&self) -> Self {
        Self { key: self.plain_key.clone(), ..self.clone() }
    }

    /// The MD5 of the body in hexadecimal, which is the `ETag` of an object that was written in one piece.
    pub fn etag(&self) -> String {
        format!("{:x}", md5::compute(&self.body))
    }
}

/// An object that a run wrote, recognised by its key and by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The run.
    pub run_id: Uuid,
    /// The latest time at which the run was over.
    pub over_by: OffsetDateTime,
}

/// The run that a key belongs to, if it is exactly the key of a run under this prefix.
pub fn run_of_key(key: &str, prefix: &str) -> Option<Uuid> {
    let (run, name) = key.strip_prefix(prefix)?.split_once('/')?;
    let run_id = Uuid::try_parse(run).ok()?;
    ([NAME, PLAIN_NAME].contains(&name) && run_id.get_version_num() == 7 && run_id.to_string() == run)
        .then_some(run_id)
}

/// The start of a run, from its id.
pub fn began(run_id: Uuid) -> Option<OffsetDateTime> {
    let (seconds, nanoseconds) = run_id.get_timestamp()?.to_unix();
    let began = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    began.checked_add(time::Duration::nanoseconds(nanoseconds.into()))
}

/// Recognises the bytes of a run. What its id does not determine (its end, its nonce, its time) is read from the bytes; then
/// the whole object is generated again and compared. A file that only begins like a probe object is not recognised.
pub fn recognise(run_id: Uuid, body: &[u8]) -> Option<Marked> {
    let mut lines = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST_BODY)?.lines();
    let over_by = lines.next()?.strip_prefix(&marker(run_id))?.strip_suffix(MARKER_END)?;
    let over_by = OffsetDateTime::parse(over_by, &Rfc3339).ok()?;
    let nonce = Uuid::try_parse(lines.next()?.strip_prefix(NONCE)?).ok()?;
    let start = lines.nth(1)?.split(',').next()?.parse().ok()?;
    let is_a_time = OffsetDateTime::from_unix_timestamp(start).is_ok();
    (is_a_time && recording(run_id, over_by, nonce, start) == body).then_some(Marked { run_id, over_by })
}

/// The beginning of the first line of every probe object.
fn marker(run_id: Uuid) -> String {
    format!("# r2-selftest probe, run {run_id}, over by ")
}

/// A made-up pulse-oximetry recording, which begins at `start`, in seconds since 1970. Only the
/// nonce determines its values, so that no two runs have the same bytes and objects of earlier versions are recognised.
fn recording(run_id: Uuid, over_by: OffsetDateTime, nonce: Uuid, start: i64) -> Vec<u8> {
    let noise = Sha256::digest(nonce.as_bytes());
    let over_by = over_by.replace_nanosecond(0).unwrap_or(over_by).format(&Rfc3339).unwrap_or_default();
    let mut csv = format!("{}{over_by}{MARKER_END}\n{NONCE}{nonce}\ntimestamp,spo2,pulse\n", marker(run_id));
    for (row, byte) in (0..ROWS).zip(noise) {
        // Writing to a string cannot fail.
        let _ = writeln!(csv, "{},{},{}", start + i64::from(row), 94 + byte % 6, 60 + (byte >> 3));
    }
    csv.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_two_probes_share_a_key_or_their_bytes() {
        let (one, two) = (Probe::new("p/", LONGEST_RUN), Probe::new("p/", LONGEST_RUN));
        assert_ne!(one.key, two.key);
        assert_ne!(one.body, two.body);
        assert_ne!(one.etag(), two.etag());
    }

    #[test]
    fn the_key_has_the_layout_of_the_application() {
        let probe = Probe::new("r2-selftest/", LONGEST_RUN);
        assert_eq!(probe.key, format!("r2-selftest/{}/csvs/probe.csv", probe.run_id));
        assert!(probe.key.starts_with(&probe.own_prefix));
    }

    #[test]
    fn the_body_is_a_small_recording() {
        let body = String::from_utf8(Probe::new("", LONGEST_RUN).body).expect("text");
        assert!(body.len() < LONGEST_BODY);
        assert_eq!(body.lines().filter(|line| !line.starts_with('#')).count(), usize::from(ROWS) + 1);
    }

    /// As version 0.1.0 wrote it.
    const OLD: &str = include_str!("probe/0.1.0.csv");

    #[test]
    fn what_earlier_versions_wrote_is_recognised() {
        let run_id = Uuid::try_parse("01a21632-4bd3-76a6-9fb3-5753a9f8b3c5").expect("id");
        assert!(recognise(run_id, OLD.as_bytes()).is_some());
    }

    #[test]
    fn a_probe_is_recognised_by_its_key_and_its_bytes_together() {
        let probe = Probe::new("p/", LONGEST_RUN);
        assert_eq!(run_of_key(&probe.key, "p/"), Some(probe.run_id));
        let marked = recognise(probe.run_id, &probe.body).expect("recognised");
        assert_eq!(marked.run_id, probe.run_id);
        assert!(marked.over_by > clock::now() && began(probe.run_id).expect("time") <= clock::now());
        assert_eq!(recognise(Uuid::now_v7(), &probe.body), None, "another run's bytes");
    }

    proptest! {
        #[test]
        fn no_key_panics_and_only_a_runs_very_key_is_one(
            key in prop_oneof![any::<String>(), "(p/)?[0-9a-f-]{30,40}/(csvs/probe\\.csv)?"], prefix in "(p/)?",
        ) {
            if let Some(run_id) = run_of_key(&key, &prefix) {
                let keys = [NAME, PLAIN_NAME].map(|name| format!("{prefix}{run_id}/{name}"));
                prop_assert!(keys.contains(&key));
            }
        }

        #[test]
        fn no_runs_id_panics_whatever_time_it_claims(bits in any::<u128>()) {
            let version_7 = bits & !(0xf << 76) | 7 << 76;
            for bits in [bits, version_7, version_7 | 0xffff_ffff_ffff << 80] {
                let run_id = Uuid::from_u128(bits);
                let _ = (began(run_id), run_of_key(&format!("p/{run_id}/{NAME}"), "p/"));
            }
        }

        #[test]
        fn no_bytes_are_a_marker_that_panics(body in prop::collection::vec(any::<u8>(), 0..200), time in "\\PC{0,40}") {
            let run_id = Uuid::now_v7();
            prop_assert_eq!(recognise(run_id, &body), None);
            let marked = format!("{}{time}{MARKER_END}\n", marker(run_id));
            prop_assert_eq!(recognise(run_id, marked.as_bytes()), None);
            let whole = Probe::new("p/", LONGEST_RUN);
            let rest: Vec<u8> = whole.body.splitn(2, |byte| *byte == b'\n').nth(1).expect("rest").to_vec();
            let almost = [format!("{}{time}{MARKER_END}\n", marker(whole.run_id)).as_bytes(), &rest].concat();
            if let Some(read) = recognise(whole.run_id, &almost) {
                prop_assert_eq!(read.over_by.format(&Rfc3339).expect("time"), time);
            }
        }

        #[test]
        fn no_time_of_a_first_row_panics(start in any::<i64>()) {
            let probe = Probe::new("p/", LONGEST_RUN);
            let text = String::from_utf8(probe.body.clone()).expect("text");
            let first = text.lines().nth(3).expect("row");
            let (time, _) = first.split_once(',').expect("time");
            let edited = text.replacen(time, &start.to_string(), 1);
            prop_assert_eq!(recognise(probe.run_id, edited.as_bytes()).is_some(), edited == text);
        }

        #[test]
        fn damage_anywhere_is_seen(at in 0_usize..700, byte in any::<u8>()) {
            let probe = Probe::new("p/", LONGEST_RUN);
            let mut body = probe.body.clone();
            let at = at % body.len();
            prop_assume!(body[at] != byte);
            body[at] = byte;
            let read = recognise(probe.run_id, &body);
            // Another digit in the time is a valid time too; every other change is no object of a run.
            prop_assert!(read.is_none() || (71..91).contains(&at), "{}", String::from_utf8_lossy(&body));
        }

        #[test]
        fn more_or_less_than_the_whole_is_not_recognised(cut in 1_usize..700, more in "\\PC{1,40}|\n") {
            let probe = Probe::new("p/", LONGEST_RUN);
            let kept = probe.body.len().saturating_sub(cut);
            prop_assert_eq!(recognise(probe.run_id, &probe.body[..kept]), None);
            prop_assert_eq!(recognise(probe.run_id, &[&probe.body[..], more.as_bytes()].concat()), None);
        }
    }

    #[test]
    fn what_only_looks_like_a_probe_is_not_recognised() {
        let run_id = Uuid::now_v7();
        let upper = run_id.to_string().to_uppercase();
        let patient = Uuid::new_v4();
        for key in [
            format!("p/{run_id}/csvs/other.csv"),
            format!("p/{run_id}/csvs/probe.csv.bak"),
            format!("p/{run_id}/pdfs/probe.csv"),
            format!("p/{upper}/csvs/probe.csv"),
            format!("p/{}/csvs/probe.csv", run_id.simple()),
            format!("p/{patient}/csvs/probe.csv"),
            format!("q/{run_id}/csvs/probe.csv"),
            format!("p/x/{run_id}/csvs/probe.csv"),
            "p/csvs/probe.csv".to_owned(),
        ] {
            assert_eq!(run_of_key(&key, "p/"), None, "{key}");
        }
        for body in [&b""[..], b"timestamp,spo2,pulse\n", b"# r2-selftest probe, run ", &[0xff; 40]] {
            assert_eq!(recognise(run_id, body), None);
        }
    }
}
