//! Whatever stands in a bucket's name, a prefix or the path of an endpoint: each request that goes out is one of the
//! program's own operations, and everything else is refused before anything is sent.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{R2, Seen};

const PREFIX: &str = "r2-selftest/";
const NEIGHBOUR: &str = "patients/recording.csv";
/// The buckets of the server: what shortened, decoded or resolved names lead to.
const BUCKETS: [&str; 7] = ["app-files", "recordings", "other", "x", "a", "advfiles", "adv-files"];

const NAMES: [&str; 44] = [
    "recordings#prod",
    "recordings#",
    "recordings?",
    "recordings?acl",
    "#",
    "?",
    "x\\..\\other",
    "x/../other",
    "\\",
    "/",
    "//",
    ".",
    "..",
    "...",
    "./x",
    "../x",
    "%",
    "%2e",
    "%2E%2e",
    "adv%2Dfiles",
    "recordings%23",
    "recordings%3Facl",
    "recordings;x",
    ";",
    "recordings&x=1",
    "&",
    "a b",
    "adv files",
    " x",
    "x ",
    "\tx",
    "x\nother",
    "ä",
    "ｘ",
    "x\u{200b}",
    "é/x",
    "a:b",
    "a@b",
    "a+b",
    "a*b",
    "$x",
    "arn:aws:s3:us-east-1:123456789012:accesspoint/x",
    "{x}",
    "\"x\"",
];
const PATHS: [&str; 30] = [
    "#",
    "?",
    "#x",
    "?x",
    "/#",
    "/?",
    "\\",
    "/\\",
    "/x\\..\\other",
    "/.",
    "/..",
    "/x/..",
    "/x/../recordings",
    "/%2e",
    "/%2e%2E",
    "/x/%2e%2e",
    "//",
    "///",
    "//x",
    "/x//",
    "/x//y",
    "/%2F",
    "/x%2f..",
    "/%5c",
    "/%",
    "/ä",
    "/a b",
    "/\t",
    "/%61",
    "/x@y",
];
const PREFIXES: [&str; 20] = [
    "..", ".", "../", "./", "a/../", "a/./b", "/", "//", "a//b", "?", "#", "a?b", "a#b", "%2e", "a%2fb",
    "\\", "a\\b", "a b", "ä", "\u{1}",
];

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
    /// An experiment may list once more, without what stands around the bucket's name or the endpoint.
    fn owns(&self, seen: &Seen) -> bool {
        let repaired = || self.owns_at(without_end(self.path), without_ends(self.bucket), seen);
        let is_listing = seen.method == "GET" && seen.target.contains('?');
        self.owns_at(self.path, self.bucket, seen) || (self.has_odd_ends() && is_listing && repaired())
    }

    fn has_odd_ends(&self) -> bool {
        without_end(self.path) != self.path || without_ends(self.bucket) != self.bucket
    }

    fn owns_at(&self, path: &str, bucket: &str, seen: &Seen) -> bool {
        let path = path.strip_suffix('/').unwrap_or(path);
        let plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let mut parts = path.split('/').skip(1).chain([bucket]);
        let own_place = parts.all(|part| plain(part) && !["", ".", ".."].contains(&part));
        let Some(rest) = seen.target.strip_prefix(&format!("{path}/{bucket}/")) else { return false };
        own_place
            && match seen.method.as_str() {
                "GET" if rest.starts_with('?') => self.owns_listing(seen),
                "GET" | "PUT" | "DELETE" => self.owns_key(rest),
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

/// A path without what no endpoint has after it.
fn without_end(path: &str) -> &str {
    // A backslash right behind the host or its port is no path at all.
    let path = if path.starts_with('\\') { "" } else { path };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = without_ends(path).trim_end_matches('\\');
    if path.ends_with("//") { path.trim_end_matches('/') } else { path }
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
        assert_eq!(r2.requests().len(), 6, "{bucket} {prefix}");
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
    let outcome = TestRunner::new(config).run(&kinds, |(path, bucket, prefix, which, clean)| {
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
