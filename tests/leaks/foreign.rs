//! Text that comes from outside steers no terminal, wherever it comes from and wherever it is shown.

use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Fault, Op, R2, Reply, S3Error, Tls};
use crate::support::side_by_side::each;

const HOSTILE: &str = "x\u{1b}[2J\u{1b}]0;PASS\u{7}\r\nPASS\u{9b}31m\u{85}\u{202e}\u{2066}\u{2028}\u{2029}\u{200b}\u{feff}\u{e0041}y";

/// The text without the colours that are the program's own: `ESC [ digits m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        plain.push_str(digits.strip_prefix('m').unwrap_or("\u{1b}"));
    }
    plain
}

/// What would steer a terminal, or hide in it, in all that a run wrote.
fn steering(ran: &Ran) -> Option<String> {
    let files = ran.files().into_iter().filter(|name| name.starts_with("report."));
    let files = files.map(|name| std::fs::read_to_string(ran.file(&name)).unwrap());
    let texts = files.chain([without_colours(&ran.stdout), ran.stderr.clone()]);
    texts.into_iter().find(|text| text.chars().any(|c| c != '\n' && is_harmful(c)))
}

fn is_harmful(c: char) -> bool {
    let unseen = ['\u{200b}', '\u{200e}', '\u{200f}', '\u{61c}', '\u{2028}', '\u{2029}', '\u{feff}'];
    c.is_control()
        || unseen.contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

fn harmless(ran: &Ran) {
    if let Some(text) = steering(ran) {
        panic!("{text:?}");
    }
}

const RUN: &str = "--no-env-file --retries 0 --color always -v --timeout 2s --deadline 3s --output report.json --output report.txt --output report.md --output report.html";

#[test]
fn a_hostile_name_in_a_certificate_steers_no_terminal() {
    let r2 = R2::builder().tls(Tls::HostileIssuer).start();
    let ran = Cli::new(RUN).envs(r2.env()).run();
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.contains("tls.untrusted") && ran.stdout.contains("Corp\u{fffd}[2J"), "{}", ran.stdout);
    harmless(&ran);
    let ran = Cli::new("--no-env-file --json --retries 0 --deadline 3s").envs(r2.env()).run();
    harmless(&ran);
}

#[test]
fn a_hostile_answer_steers_no_terminal() {
    let replies = [
        Reply::from(S3Error::new(403, HOSTILE, HOSTILE)),
        Reply::html(403, format!("<html><title>{HOSTILE}</title></html>")),
        Reply::new(302)
            .header("Location", "http://host/\u{9b}2J\u{202e}")
            .header("Server", "\u{9b}31m\u{2028}"),
        Reply::xml(
            200,
            format!(
                "<ListBucketResult><Name>{HOSTILE}</Name><Contents><Key>{HOSTILE}</Key></Contents></ListBucketResult>"
            ),
        ),
        Reply::new(200)
            .header("CF-Ray", "\u{9b}2J")
            .header("ETag", "\"\u{202e}\u{9b}2J\"")
            .header("Content-Type", "\u{9b}m"),
    ];
    let cases: Vec<_> =
        replies.iter().flat_map(|reply| [Op::List, Op::Put, Op::Get].map(|op| (op, reply))).collect();
    each(&cases, |(op, reply)| {
        let r2 = R2::builder().fault(Fault::on(*op).answer((*reply).clone())).start();
        for options in ["", "--json"] {
            harmless(&Cli::new(RUN).args(options).envs(r2.env()).run());
        }
    });
}

#[test]
fn hostile_settings_options_and_paths_steer_no_terminal() {
    let r2 = R2::start();
    let path = "x\u{1b}[2J\u{202e}\u{2028}y.env";
    for name in ["R2_ENDPOINT", "R2_BUCKET_NAME", "R2_REGION", "R2_ENABLED", "R2_ACCESS_KEY_ID"] {
        harmless(&Cli::new(RUN).envs(r2.env()).env(name, HOSTILE).run());
    }
    harmless(&Cli::new(RUN).envs(r2.env()).arg(format!("--tag={HOSTILE}={HOSTILE}")).run());
    for options in ["-v --retries 0 --env-file", "--json --retries 0 --env-file"] {
        harmless(&Cli::new(options).arg(path).file(path, "R2_REGION=a b\n").envs(r2.env()).run());
    }
    for option in ["--env-file", "--prefix", "--output", "--format", "--tag", "--", "explain"] {
        harmless(&Cli::new("").arg(option).arg(HOSTILE).envs(r2.env()).run());
    }
}

proptest! {
    #![proptest_config(Config { cases: 40, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_character_of_a_servers_words_steers_a_terminal(
        text in prop::collection::vec(prop_oneof![any::<char>(), prop::char::range('\u{1}', '\u{a0}'),
            prop::char::range('\u{2000}', '\u{206f}')], 1..60).prop_map(String::from_iter),
        json in any::<bool>(),
    ) {
        let words: String = text.chars().flat_map(|c| format!("&#{};", u32::from(c)).chars().collect::<Vec<_>>()).collect();
        let body = format!("<Error><Code>{words}</Code><Message>{words}</Message></Error>");
        let r2 = R2::builder().fault(Fault::on(Op::List).answer_with(move |_| Reply::xml(400, &*body))).start();
        let ran = Cli::new(RUN).args(if json { "--json" } else { "" }).envs(r2.env()).run();
        prop_assert!(steering(&ran).is_none(), "{:?}", steering(&ran));
    }
}
