//! The rows of checks on terminals of every width: why a check failed stays readable whatever the host is called.

use textwrap::core::display_width;

use super::*;
use crate::report::text;

/// The rows of a report whose `connect` failed for this reason, on a terminal of this width.
fn rows(detail: &str, width: usize) -> Vec<String> {
    let mut value = one("network");
    value["checks"][1]["detail"] = detail.into();
    let layout = Layout { width, full: false, requests: false, ..LAYOUT };
    let shown = text::whole(&report(&value), &layout);
    let rows = shown.lines().skip_while(|line| !line.contains("connect"));
    rows.take_while(|line| !line.contains("skipped")).map(str::to_owned).collect()
}

/// Hosts as long as they can be, with how each begins and ends.
fn hosts() -> [(String, &'static str, &'static str); 2] {
    let account = "4f1c0e5ab27d4936a8c1f0b3d5e79a62";
    [
        (format!("{}.{}", "a".repeat(63), "z".repeat(63)), "aaaa", "zzz"),
        (format!("{account}.fedramp.r2.cloudflarestorage.com"), "4f1c", "com"),
    ]
}

#[test]
fn the_host_is_cut_and_the_reason_stays() {
    for (host, start, end) in hosts() {
        for (detail, reason) in [
            (format!("the name `{host}` could not be resolved"), "could not be resolved"),
            (format!("HeadBucket: the name `{host}` could not be resolved"), "could not be resolved"),
            (format!("TLS: the certificate is not for {host}"), "certificate is not for"),
            (format!("{host}: connection refused"), "connection refused"),
        ] {
            for width in [80, 100] {
                let rows = rows(&detail, width);
                assert_eq!(rows.len(), 1, "{rows:#?}");
                assert!(
                    rows[0].contains(reason) && rows[0].contains(start) && rows[0].contains(end),
                    "{rows:#?}"
                );
                assert!(display_width(&rows[0]) <= width, "{rows:#?}");
            }
            for width in [40, 50, 62] {
                let rows = rows(&detail, width);
                assert!(rows.iter().all(|row| display_width(row) <= width), "{rows:#?}");
                let (_, first) = rows[0].split_once("connect").expect("the name of the check");
                // The first line ends with the duration.
                let first =
                    first.rsplit_once("  ").map_or(first, |(text, _)| text.trim_end_matches(" 1").trim());
                let joined: Vec<&str> =
                    std::iter::once(first).chain(rows[1..].iter().map(|row| row.trim())).collect();
                let joined = joined.join(" ");
                assert!(
                    joined.contains(reason) && joined.contains(start) && joined.contains(end),
                    "{joined}"
                );
            }
        }
    }
}

#[test]
fn what_fits_is_not_changed() {
    assert!(rows("403 AccessDenied", 80)[0].contains("connect   403 AccessDenied  "));
    assert!(rows("403 AccessDenied", 40)[0].contains("connect   403 AccessDenied"));
}

/// Where nothing is long but the whole, its end is cut, as before.
#[test]
fn a_reason_of_many_words_is_cut_at_its_end() {
    let rows = rows(&"some words ".repeat(20), 80);
    assert!(rows[0].contains("some words some words") && rows[0].contains('…'), "{rows:#?}");
    assert!(rows.len() == 1 && display_width(&rows[0]) <= 80, "{rows:#?}");
}
