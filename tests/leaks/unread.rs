//! Secrets that the program has no use for: in parts of an env file that nobody can read, under misspelt names, and what
//! R2 makes of an API token. A server that happens to know one must not get it printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::searcher::Searcher;
use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Fault, Op, R2, S3Error, Token};

const HIDDEN: &str = "q7Zx-k2Vw-p9Lm-t4Rb";
const RUN: &str =
    "--retries 0 -v --output report.json --output report.txt --output report.md --output report.html";

/// A server whose words hold this text.
fn telling(text: &str) -> R2 {
    R2::builder().fault(Fault::on(Op::Any).error(S3Error::new(400, "InvalidRequest", text))).start()
}

fn hides(ran: &Ran, what: &str, name: &str) {
    assert_eq!(ran.status, 1, "{name}: {}", ran.stderr);
    assert!(ran.stdout.contains("verdict") || ran.stdout.contains("FAIL"), "{name}: {}", ran.stdout);
    Searcher::new(&[what]).finds_nothing_in(ran);
}

#[test]
fn what_stands_where_nobody_can_read_it_is_not_shown() {
    let long = format!("{}R2_SECRET_ACCESS_KEY={HIDDEN}\n", "# filling\n".repeat(110_000));
    let utf_16 = |text: &str, big: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let plain = format!("R2_SECRET_ACCESS_KEY={HIDDEN}\n");
    for (name, content) in [
        ("behind a line without `=`", format!("R2_REGION auto\n{plain}").into_bytes()),
        ("in the line itself", format!("R2_SECRET_ACCESS_KEY {HIDDEN}\n").into_bytes()),
        ("alone on a line", format!("{HIDDEN}\n").into_bytes()),
        ("before an equals sign", format!("{HIDDEN}=\n").into_bytes()),
        ("behind a quote that is never closed", format!("A='x\n{plain}").into_bytes()),
        ("behind bytes that are no text", [&b"A=\xE4\n"[..], plain.as_bytes()].concat()),
        (
            "under any name where a quote swallows it",
            format!("A='x\nSOMETHING={HIDDEN}\nB='y'\n").into_bytes(),
        ),
        ("in a comment", format!("A=1\n# R2_SECRET_ACCESS_KEY={HIDDEN}\n").into_bytes()),
        ("in UTF-16", utf_16(&plain, false)),
        ("in UTF-16, big-endian", utf_16(&plain, true)),
        ("at the end of a file that is too long", long.into_bytes()),
    ] {
        let r2 = telling(&format!("I know {HIDDEN}"));
        let ran =
            Cli::new(RUN).file(".env", content).envs(r2.env()).env("RAILWAY_ENVIRONMENT_NAME", HIDDEN).run();
        hides(&ran, HIDDEN, name);
    }
}

#[test]
fn what_stands_under_a_misspelt_name_is_not_shown() {
    for name in [
        "R2_SECRET_KEY",
        "R2_SECRET_ACESS_KEY",
        "R2_SECERT_ACESS_KEY",
        "r2_secret_access_key",
        "R2-SECRET-ACCESS-KEY",
        "R2_SCRT_ACCES_KEY",
        "R2_SESION_TOCKEN",
        "AWS_SECRET_ACCESS_KEY",
        "DB_PASSPHRASE",
    ] {
        let r2 = telling(&format!("I know {HIDDEN}"));
        let ran = Cli::new(RUN).args("--no-env-file").envs(r2.env()).env(name, HIDDEN).run();
        hides(&ran, HIDDEN, name);
        if !name.contains('-') {
            let ran = Cli::new(RUN).file(".env", format!("{name}={HIDDEN}\n")).envs(r2.env()).run();
            hides(&ran, HIDDEN, name);
        }
    }
}

/// On R2 the SHA-256 of an API token is the secret access key.
#[test]
fn the_secret_that_an_api_token_stands_for_is_not_shown() {
    let bare = "AbC3fGh1jKlM2nOp4QrS6tUv8WxY0z1aB5dE7gH9";
    for (name, token) in
        [("R2_SECRET_ACCESS_KEY", bare), ("R2_SECRET_ACCESS_KEY", "hunter-two-42"), ("R2_TOKEN", bare)]
    {
        let digest = Sha256::digest(token);
        let secret = hex::encode(digest);
        for text in [secret.clone(), secret.to_uppercase(), STANDARD.encode(digest), STANDARD.encode(&secret)]
        {
            let r2 = R2::builder()
                .token(
                    Token::read_write()
                        .credentials("minio", if name == "R2_TOKEN" { "minio-two-42" } else { token }),
                )
                .fault(Fault::on(Op::Any).error(S3Error::new(
                    400,
                    "InvalidRequest",
                    &format!("I know {text}"),
                )))
                .start();
            let ran = Cli::new(RUN).args("--no-env-file").envs(r2.env()).env(name, token).run();
            hides(&ran, &secret, name);
            for part in text.as_bytes().windows(12) {
                let part = std::str::from_utf8(part).unwrap();
                assert!(!ran.stdout.contains(part), "{name}: {part} in {}", ran.stdout);
            }
        }
    }
}

/// A login in the endpoint: whatever stands in it, no piece is shown, and no piece is looked up.
#[test]
fn no_piece_of_a_login_in_the_endpoint_is_shown() {
    for login in [
        "ana:P@Secret7#9",
        "ana:correct/horse",
        "ana:correct?horse",
        "ana:correct@horse",
        "ana:correct\\horse",
    ] {
        for host in
            ["127.0.0.1:9", "localhost:9/x", "4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com"]
        {
            let r2 = R2::start();
            let ran = Cli::new(RUN)
                .args("--no-env-file --timeout 1s")
                .envs(r2.env())
                .env("R2_ENDPOINT", format!("https://{login}@{host}"))
                .run();
            assert_eq!(ran.status, 1);
            let all = ran.stdout.clone() + &std::fs::read_to_string(ran.file("report.json")).unwrap();
            for piece in ["Secret7", "P@Se", "correct", "horse", "ana:", "#9"] {
                assert!(!all.contains(piece), "{login}: {piece} in {all}");
            }
        }
    }
}
