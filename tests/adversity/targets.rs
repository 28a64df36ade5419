//! Whatever stands in a bucket's name, a prefix or the path of an endpoint: each request that goes out is one of the
//! program's own operations, and everything else is refused before anything is sent.

mod odd;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{R2, Seen};
use odd::{NAMES, PATHS, PREFIXES};

const PREFIX: &str = "r2-selftest/";
const NEIGHBOUR: &str = "patients/recording.csv";
/// The buckets of the server: what shortened, decoded or resolved names lead to.
const BUCKETS: [&str; 7] = ["app-files", "recordings", "other", "x", "a", "advfiles", "adv-files"];

fn server() -> R2 {
    let builder = BUCKETS.iter().fold(R2::builder(), |builder, bucket| builder.bucket(bucket));
    let r2 = builder.start();
    // One full bucket beside empty ones.
    r2.put_object("recordings", NEIGHBOUR, b"time,value\n");
    r2
}

/// One call of the program with settings that nobody has looked at.
struct Call<'a> {
    command: &'a str,
    path: &'a str,
    bucket: &'a str,
    prefix: &'a str,
}

impl Call<'_> {
    fn make(&self, r2: &R2) -> Ran {
        let endpoint = format!("http://{}{}", r2.address, self.path);
        let env = r2.env_with(&[("R2_ENDPOINT", &endpoint), ("R2_BUCKET_NAME", self.bucket)]);
        Cli::new(self.command).envs(env).arg(format!("--prefix={}", self.prefix)).run()
    }

    /// Whether a request is an operation on the run's object, or the listing of its prefix; judged by what was on the wire.
    /// An experiment may list once more, without what stands around the bucket's name or at the end of an odd endpoint.
    fn owns(&self, seen: &Seen) -> bool {
        let is_listing = seen.method == "GET" && seen.target.contains('?');
        let is_odd = !is_plain_place(self.path, self.bucket);
        let bucket = without_ends(self.bucket);
        let repaired = || beginnings(self.path).any(|path| self.owns_at(path, bucket, seen));
        self.owns_at(self.path, self.bucket, seen) || (is_listing && is_odd && repaired())
    }

    /// Whether there is an end that an experiment may repair.
    fn has_odd_ends(&self) -> bool {
        without_end(self.path) != self.path || without_ends(self.bucket) != self.bucket
    }

    fn owns_at(&self, path: &str, bucket: &str, seen: &Seen) -> bool {
        let place = path.strip_suffix('/').unwrap_or(path);
        let Some(rest) = seen.target.strip_prefix(&format!("{place}/{bucket}/")) else { return false };
        is_plain_place(path, bucket)
            && match seen.method.as_str() {
                "GET" if rest.starts_with('?') => self.owns_listing(seen),
                "GET" | "PUT" | "DELETE" => self.owns_key(rest),
                // Of the bucket that the settings name, nothing but whether it is there.
                "HEAD" => rest.is_empty() && self.command == RUN,
                _ => false,
            }
    }

    fn owns_listing(&self, seen: &Seen) -> bool {
        let names: BTreeSet<&str> = seen.query.iter().map(|(name, _)| name.as_str()).collect();
        let own = |(name, value): &(String, String)| name != "prefix" || value.starts_with(self.prefix);
        names.contains("prefix")
            && names.is_subset(&["list-type", "max-keys", "prefix", "continuation-token"].into())
            && seen.query.iter().all(own)
    }

    fn owns_key(&self, key: &str) -> bool {
        let run = key.strip_prefix(self.prefix).and_then(|rest| rest.strip_suffix("/csvs/probe.csv"));
        run.is_some_and(|run| {
            run.len() == 36 && run.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        })
    }

    /// Makes the call and says what is wrong with what it did.
    fn complaint(&self, r2: &R2) -> Option<String> {
        r2.forget();
        let ran = self.make(r2);
        let requests = r2.requests();
        let foreign = requests.iter().find(|seen| !self.owns(seen));
        let whole = BUCKETS.iter().all(|bucket| r2.has_bucket(bucket))
            && r2.left() == [format!("recordings/{NEIGHBOUR}")];
        let called = format!("{} {:?} {:?} {:?}", self.command, self.path, self.bucket, self.prefix);
        match foreign {
            Some(seen) => Some(format!("{called}: {} {}", seen.method, seen.target)),
            None if !whole => Some(format!("{called}: {:?} is left", r2.left())),
            None if requests.is_empty() && ran.status == 0 => {
                Some(format!("{called}: it passes without a request"))
            }
            None => None,
        }
    }
}

/// A value without what copying leaves around it.
fn without_ends(text: &str) -> &str {
    text.trim_matches(|letter: char| !letter.is_ascii_graphic() || "\"'`".contains(letter))
}

/// Whether no reader takes this path and this name for anything else: a name of letters, digits and `.-_`, segments of what
/// a path may hold (RFC 3986, section 3.3), and no dot segment however it is written.
fn is_plain_place(path: &str, bucket: &str) -> bool {
    let plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let is_dots = |text: &[u8]| [&b""[..], b".", b".."].contains(&text);
    let is_segment = |segment: &str| {
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(segment).collect();
        let odd = decoded.iter().any(|byte| byte.is_ascii_control() || b"/\\%?#".contains(byte));
        plain(segment, "-._~!$&'()*+,;=:@%") && !odd && !is_dots(&decoded)
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    let starts = path.is_empty() || path.starts_with('/');
    starts && path.split('/').skip(1).all(is_segment) && plain(bucket, ".-_") && !is_dots(bucket.as_bytes())
}

/// A path without what no endpoint has after it.
fn without_end(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // A lone `%` is what zsh prints behind a line that does not end.
    let path = without_ends(path).trim_end_matches(['\\', '%']);
    if path.ends_with("//") { path.trim_end_matches('/') } else { path }
}

/// A path and whatever it begins with: what is left of it when only its end is repaired.
fn beginnings(path: &str) -> impl Iterator<Item = &str> {
    path.char_indices().map(|(at, _)| &path[..at]).chain([path])
}

const RUN: &str = "--json --no-env-file";
const CLEAN: &str = "clean --yes --no-env-file";

#[test]
fn no_name_no_path_and_no_prefix_leads_a_request_astray() {
    let r2 = server();
    let (mut complaints, mut calls) = (Vec::new(), 0);
    for command in [RUN, CLEAN] {
        let base = Call { command, path: "", bucket: "app-files", prefix: PREFIX };
        let names = NAMES.iter().map(|bucket| Call { bucket, ..base });
        let paths = PATHS.iter().map(|path| Call { path, ..base });
        let prefixes = PREFIXES.iter().map(|prefix| Call { prefix, ..base });
        for call in names.chain(paths).chain(prefixes) {
            calls += 1;
            complaints.extend(call.complaint(&r2));
            if !r2.requests().is_empty() && !call.has_odd_ends() && call.bucket != "..." {
                complaints
                    .push(format!("{command} {:?} {:?} {:?} is sent", call.path, call.bucket, call.prefix));
            }
        }
    }
    println!(
        "targets: {calls} calls with odd names, paths and prefixes, {} of them astray",
        complaints.len()
    );
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn what_is_plain_is_sent_as_it_stands() {
    let r2 = server();
    for (bucket, prefix) in
        [("app-files", PREFIX), ("recordings", ""), ("other", "a.b/c_d-e/"), ("adv-files", "..x")]
    {
        let call = Call { command: RUN, path: "/", bucket, prefix };
        assert_eq!(call.complaint(&r2), None);
        assert_eq!(r2.requests().len(), 7, "{bucket} {prefix}");
    }
    // The server refuses this name, as R2 does; others take it.
    let call = Call { command: RUN, path: "/store/v1.2", bucket: "app.files_2", prefix: PREFIX };
    assert_eq!(call.complaint(&r2), None);
    assert!(r2.requests()[0].target.starts_with("/store/v1.2/app.files_2/?prefix="));
}

/// Pieces of which names and paths are made that some reader takes for something else.
fn odd() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "recordings",
            "x",
            "other",
            "#",
            "?",
            "\\",
            "%",
            "%2e",
            "%2F",
            "%23",
            ";",
            "&",
            ".",
            "..",
            "/",
            "//",
            "/../",
            " ",
            "@",
            ":",
            "=",
            "+",
            "ä",
            "ⓧ",
            "\u{200b}",
            "\t",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

#[test]
fn no_characters_at_all_lead_a_request_astray() {
    let r2 = server();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) };
    let kinds = (odd(), odd(), odd(), any::<[bool; 3]>(), any::<bool>());
    // The same cases in every run.
    let numbers = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome =
        TestRunner::new_with_rng(config, numbers).run(&kinds, |(path, bucket, prefix, which, clean)| {
            let call = Call {
                command: if clean { CLEAN } else { RUN },
                path: if which[0] { &path } else { "" },
                bucket: if which[1] { &bucket } else { "app-files" },
                prefix: if which[2] { &prefix } else { PREFIX },
            };
            prop_assert_eq!(call.complaint(&r2), None);
            Ok(())
        });
    assert!(outcome.is_ok(), "{outcome:?}");
}
