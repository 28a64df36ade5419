//! Objects as runs write them, and objects that only look so.

use sha2::{Digest, Sha256};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::{NoContext, Timestamp, Uuid};

use crate::support::run::PREFIX;

/// A run's id, made so long ago.
pub fn run_id(age: Duration) -> Uuid {
    let began = OffsetDateTime::now_utc() - age;
    let seconds = u64::try_from(began.unix_timestamp()).unwrap();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, began.nanosecond()))
}

/// The key of a run's object.
pub fn key(run_id: Uuid) -> String {
    format!("{PREFIX}{run_id}/csvs/probe.csv")
}

/// The bytes of a run's object; `over_by` as the marker has it.
pub fn body(run_id: Uuid, over_by: &str) -> Vec<u8> {
    let marker =
        format!("# r2-selftest probe, run {run_id}, over by {over_by}, synthetic data, safe to delete");
    let nonce = Uuid::new_v4();
    let head = format!("{marker}\n# nonce {nonce}\ntimestamp,spo2,pulse\n");
    let start = OffsetDateTime::now_utc().unix_timestamp();
    let row =
        |(second, byte): (i64, u8)| format!("{},{},{}\n", start + second, 94 + byte % 6, 60 + (byte >> 3));
    let rows: String = (0..30).zip(Sha256::digest(nonce.as_bytes())).map(row).collect();
    (head + &rows).into_bytes()
}

/// A time from now, as markers have it.
pub fn from_now(time: Duration) -> String {
    (OffsetDateTime::now_utc() + time).replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap()
}

/// The key and the bytes of what a run left that was over a minute ago.
pub fn leftover() -> (String, Vec<u8>) {
    let run_id = run_id(Duration::minutes(2));
    (key(run_id), body(run_id, &from_now(Duration::minutes(-1))))
}

/// Objects that `clean` must leave alone, each for another reason.
pub fn look_alikes() -> Vec<(String, Vec<u8>)> {
    let past = from_now(Duration::minutes(-1));
    [with_our_key(&past), with_our_marker(&past), of_others()].concat()
}

/// Called like ours, with other bytes.
fn with_our_key(past: &str) -> Vec<(String, Vec<u8>)> {
    let own = |id: Uuid| body(id, past);
    let edits: [&dyn Fn(Uuid) -> Vec<u8>; 14] = [
        &|_| b"timestamp,spo2,pulse\n1,97,71\n".to_vec(),
        &|_| Vec::new(),
        &|_| vec![0xff; 900],
        &|_| own(Uuid::now_v7()),
        &|id| [b"\xef\xbb\xbf".to_vec(), own(id)].concat(),
        &|id| [b"\n".to_vec(), own(id)].concat(),
        &|id| [b" ".to_vec(), own(id)].concat(),
        &|id| own(id).to_ascii_uppercase(),
        &|id| String::from_utf8(own(id)).unwrap().replace('\n', "\r\n").into_bytes(),
        &|id| own(id)[..60].to_vec(),
        &|id| body(id, "yesterday"),
        // Larger than any object of a run.
        &|id| [own(id), vec![b'x'; 4096]].concat(),
        &|id| [own(id), vec![b'x'; 5 << 20]].concat(),
        // A run that may still be going.
        &|id| body(id, &from_now(Duration::minutes(5))),
    ];
    edits
        .iter()
        .map(|_| run_id(Duration::hours(3)))
        .zip(edits)
        .map(|(id, bytes)| (key(id), bytes(id)))
        .collect()
}

/// With a marker like ours, under other keys.
fn with_our_marker(past: &str) -> Vec<(String, Vec<u8>)> {
    let id = run_id(Duration::hours(3));
    let random = Uuid::new_v4();
    let keys = [
        format!("{PREFIX}{id}/csvs/other.csv"),
        format!("{PREFIX}{id}/csvs/probe.csv.bak"),
        format!("{PREFIX}{id}/csvs/probe.csv/"),
        format!("{PREFIX}{id}/csvs/probe.csv "),
        format!("{PREFIX}{id}/csvs/PROBE.csv"),
        format!("{PREFIX}{id}//csvs/probe.csv"),
        format!("{PREFIX}{id}/pdfs/probe.csv"),
        format!("{PREFIX}x/{id}/csvs/probe.csv"),
        format!("{PREFIX}{}/csvs/probe.csv", id.to_string().to_uppercase()),
        format!("{PREFIX}{}/csvs/probe.csv", id.simple()),
        format!("{PREFIX}{{{id}}}/csvs/probe.csv"),
        format!("{PREFIX}{random}/csvs/probe.csv"),
        format!("{PREFIX}csvs/probe.csv"),
        format!("other/{id}/csvs/probe.csv"),
        format!("{id}/csvs/probe.csv"),
        format!("R2-SELFTEST/{id}/csvs/probe.csv"),
    ];
    keys.into_iter()
        .map(|key| {
            if key.contains(&random.to_string()) { (key, body(random, past)) } else { (key, body(id, past)) }
        })
        .collect()
}

/// Other people's files, with every kind of name.
fn of_others() -> Vec<(String, Vec<u8>)> {
    let names = [
        "csvs/patient-4711.csv".to_owned(),
        format!("{PREFIX}patient-4711.csv"),
        format!("{PREFIX}Zoë Ängström/<&>\"'/ö.csv"),
        format!("{PREFIX}100%25+and more?.csv"),
        format!("{PREFIX}🫁/../csvs/probe.csv"),
        format!("{PREFIX}]]>--><!--.csv"),
        format!("{PREFIX}&amp;lt;.csv"),
        format!("{PREFIX}a\nb\tc\u{1}.csv"),
        format!("{PREFIX}{}", "long/".repeat(200)),
    ];
    names.into_iter().map(|key| (key, b"patient 4711, 97 %".to_vec())).collect()
}
