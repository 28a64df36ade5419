//! Secrets with something around them: neither they nor what came along is shown, and no form of either.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::searcher::Searcher;
use crate::support::cli::{Cli, NOWHERE};
use crate::support::r2::{Fault, Jurisdiction, Op, R2, S3Error};
use crate::support::report::Report;
use crate::support::side_by_side::each;

const SECRET: &str = NOWHERE[3].1;
const RUN: &str = "--retries 0 -v --output report.json --output report.txt";
const OTHER: &str = "an-older-pass-phrase";

#[test]
fn no_part_of_a_secret_is_shown_whatever_came_along_with_it() {
    let ways = [
        "@ # was OTHER",
        "OTHER: @",
        "NAME=@",
        "OTHER=@",
        "-n @\\n",
        "<@>",
        "[OTHER](@)",
        "{\"secretAccessKey\":\"@\",\"password\":\"OTHER\"}",
        "OTHER @",
        "@:OTHER",
        "op://OTHER/@",
        "encrypted:@",
        "/run/secrets/@",
        "os.environ['OTHER']",
    ];
    let searcher = Searcher::new(&[SECRET, OTHER]);
    each(&ways, |way| {
        for name in ["R2_SECRET_ACCESS_KEY", "R2_ACCESS_KEY_ID", "R2_SESSION_TOKEN"] {
            let value = way.replace("NAME", name).replace("OTHER", OTHER).replace('@', SECRET);
            let ran = Cli::new(RUN).envs(NOWHERE).env(name, &value).run();
            searcher.finds_nothing_in(&ran);
            Report::read(&std::fs::read(ran.file("report.json")).unwrap());
        }
    });
}

/// A public setting whose value came with something is not shown at all: the same may stand behind a secret.
#[test]
fn what_came_along_with_a_setting_is_not_shown() {
    for way in [
        "@ # OTHER",
        "{\"bucket\":\"@\",\"password\":\"OTHER\"}",
        "R2_BUCKET_NAME=@ # OTHER",
        "op://OTHER/bucket",
    ] {
        let value = way.replace("OTHER", OTHER).replace('@', "app-files");
        let ran = Cli::new(RUN).envs(NOWHERE).env("R2_BUCKET_NAME", &value).run();
        if !way.starts_with("op:") {
            Searcher::new(&[OTHER]).finds_nothing_in(&ran);
        }
        let report = Report::read(&std::fs::read(ran.file("report.json")).unwrap());
        let setting = report.0["settings"].as_array().unwrap();
        let bucket = setting.iter().find(|setting| setting["name"] == "R2_BUCKET_NAME").unwrap();
        assert!(bucket["value"].is_null(), "{bucket}");
    }
}

/// What somebody reads who decodes a secret is one: a server may say it, another setting may hold it.
#[test]
fn what_a_secret_decodes_to_is_not_shown() {
    let decoded = "hunter-two-of-the-clinic";
    for secret in [
        STANDARD.encode(decoded),
        format!("{}\n", STANDARD.encode(decoded)),
        STANDARD.encode(STANDARD.encode(decoded)),
        format!("{{\"secret\":\"{}\"}}", decoded.replace('-', "\\u002d")),
        decoded.replace('-', "%2D"),
    ] {
        let message = format!("I know {decoded}");
        let r2 = R2::builder()
            .fault(Fault::on(Op::List).error(S3Error::new(400, "InvalidRequest", &message)))
            .start();
        let ran = Cli::new(RUN).envs(r2.env()).env("R2_SECRET_ACCESS_KEY", &secret).run();
        assert_eq!(ran.status, 1);
        Searcher::new(&[decoded]).finds_nothing_in(&ran);
        for name in ["R2_BUCKET_NAME", "R2_REGION", "R2_ENDPOINT"] {
            let ran =
                Cli::new(RUN).envs(NOWHERE).env("R2_SECRET_ACCESS_KEY", &secret).env(name, decoded).run();
            Searcher::new(&[decoded]).finds_nothing_in(&ran);
        }
    }
}

/// The experiment signs with the value alone, and the server says it.
#[test]
fn what_an_experiment_tries_is_not_shown() {
    let fault = |secret: &str| {
        Fault::on(Op::List).error(S3Error::new(400, "InvalidRequest", &format!("I know {secret}")))
    };
    let probe = R2::builder().r2_host(Jurisdiction::Default).start();
    let secret = probe.token().secret.clone();
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault(&secret)).start();
    for value in [format!("{secret} # x"), STANDARD.encode(&secret), format!("-n {secret}\\n")] {
        let ran = Cli::new(RUN).envs(r2.env()).env("R2_SECRET_ACCESS_KEY", &value).run();
        assert_eq!(ran.status, 1);
        Searcher::new(&[&secret]).finds_nothing_in(&ran);
    }
}
