//! No output holds a secret, whatever it is made of and whoever says it; and masking one breaks no document.

use crate::support::cli::{Cli, NOWHERE, Ran};
use crate::support::r2::{Fault, Op, R2, Token};
use crate::support::report::{Report, text};

/// Characters in a row by which a secret can be recognised.
const PART: usize = 8;

fn assert_hidden(ran: &Ran, secret: &str) {
    let letters: Vec<char> = secret.chars().collect();
    for part in letters.windows(PART).map(String::from_iter) {
        for (name, stream) in [("output", &ran.stdout), ("error", &ran.stderr)] {
            assert!(!stream.contains(&part), "`{part}` is in standard {name}:\n{stream}");
        }
    }
}

/// Secrets that look like parts of a JSON report. Those that its own fields are made of are no secrets.
#[test]
fn a_secret_that_looks_like_json_leaves_the_report_whole() {
    for secret in [
        "\"duration_ms\": 1,\n  \"verdict\": \"pass\"",
        "\\\\\\\\\\\\\\\\\"\"\"\"\"\"\"\"",
        "\\\"\\\"\\\"\\\"\\\"\\u0000",
        "}}}}}}}}]]]]]]]]",
        "                    ",
        "fingerprint",
        "schema_version",
        "ключ-от-всех-дверей",
        "\u{1f511}\u{1f511}\u{1f511}\u{1f511}",
    ] {
        for name in ["R2_SECRET_ACCESS_KEY", "R2_SESSION_TOKEN", "R2_ACCESS_KEY_ID"] {
            let ran = Cli::new("--json --no-env-file --retries 0 --output a.json")
                .envs(NOWHERE)
                .env(name, secret)
                .run();
            let report = ran.report();
            assert_eq!(report.exit_code(), 1);
            assert_eq!(std::fs::read_to_string(ran.file("a.json")).unwrap(), ran.stdout);
        }
    }
}

#[test]
fn a_secret_that_the_server_echoes_is_masked_everywhere_and_told() {
    let mut token = Token::read_write();
    token.session = Some("session/token+of=many~letters-0123456789".to_owned());
    let session = token.session.clone().unwrap();
    for format in ["json", "text", "markdown", "html", "railway"] {
        let echo = Fault::on(Op::Put).echo(400, "InvalidRequest");
        let r2 = R2::builder().token(token.clone()).fault(echo).start();
        let ran = Cli::new("-v --output a.json --output b.txt --output c.md --output d.html --format")
            .args(format)
            .envs(r2.env())
            .run();
        assert_eq!(ran.status, 1);
        assert_hidden(&ran, &session);
        assert_hidden(&ran, &token.secret);
        for name in ["a.json", "b.txt", "c.md", "d.html"] {
            let file = std::fs::read_to_string(ran.file(name)).unwrap();
            assert!(!file.contains(&session[..PART]) && !file.contains(&token.secret[..PART]));
            assert!(file.contains("[redacted]"), "{file}");
        }
        let report = Report::read(&std::fs::read(ran.file("a.json")).unwrap());
        assert_eq!(report.finding("run.redacted")["severity"], "note");
    }
}

#[test]
fn a_secret_in_a_tag_is_refused_and_masked_in_the_demo() {
    let secret = NOWHERE[3].1;
    for tag in [format!("--tag={secret}=a"), format!("--tag=b={secret}")] {
        let ran = Cli::new("--json --retries 0").envs(NOWHERE).arg(tag).run();
        ran.refused(&["--tag holds a part of the secret of R2_SECRET_ACCESS_KEY"]);
        assert_hidden(&ran, secret);
    }
    let tags = [format!("--tag={secret}=a"), format!("--tag=b={secret}")];
    let ran = Cli::new("demo --json").envs(NOWHERE).arg(&tags[0]).arg(&tags[1]).run();
    assert_hidden(&ran, secret);
    assert_eq!(ran.report().0["tags"], serde_json::json!({ "[redacted]": "a", "b": "[redacted]" }));
}

#[test]
fn a_secret_on_the_command_line_of_an_env_file_is_not_echoed_by_the_report() {
    let secret = NOWHERE[3].1;
    let ran = Cli::new("--json").arg(format!("--env-file={secret}.env")).envs(NOWHERE).run();
    assert_hidden(&ran, secret);
    assert_eq!(text(&ran.report().0["environment"]["env_file"]), "[redacted].env");
}

#[test]
fn credentials_in_the_endpoint_are_not_shown() {
    let ran = Cli::new("--json -v")
        .envs(NOWHERE)
        .env("R2_ENDPOINT", "http://somebody:pass-phrase@127.0.0.1:9")
        .run();
    ran.report();
    for text in [
        Cli::new("-v").envs(NOWHERE).env("R2_ENDPOINT", "http://somebody:pass-phrase@127.0.0.1:9").run(),
        ran,
    ] {
        assert_hidden(&text, "pass-phrase");
    }
}
