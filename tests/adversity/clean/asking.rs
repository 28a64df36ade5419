//! What is asked before anything is deleted, and what no answer means.

use super::*;
use crate::support::cli::Cli;
use crate::support::terminal::on_terminal;

#[test]
fn nothing_is_deleted_without_a_yes() {
    let left = leftovers(2);
    for (answer, yes) in [
        (&b"y\n"[..], true),
        (b"Y\n", true),
        (b"yes\n", true),
        (b"y", true),
        (b"  y  \n", true),
        (b"n\n", false),
        (b"no\n", false),
        (b"\n", false),
        (b"", false),
        (b"\ny\n", false),
        (b"maybe\n", false),
        (b"yy\n", false),
        (b"\xff\xfe\n", false),
        (&[b'y'; 4096], false),
    ] {
        let r2 = holding(&left, R2::builder());
        let ended = asked(&r2, answer);
        assert_eq!(
            ended.status.code(),
            Some(i32::from(!yes)),
            "{answer:?}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(ended.stdout.contains("Delete these 2 objects? [y/N]"), "{}", ended.stdout);
        assert_eq!(ended.stdout.contains("Nothing was deleted"), !yes, "{}", ended.stdout);
        let hint = "not a terminal; to delete without being asked, run `r2-selftest clean --yes`";
        assert_eq!(ended.stdout.contains(hint), !yes, "{}", ended.stdout);
        only_these_are_gone(&r2, if yes { &left } else { &[] }, if yes { &[] } else { &left });
    }
}

#[test]
fn on_a_terminal_a_no_needs_no_advice() {
    let left = leftovers(1);
    for (typed, gone) in [("n\n", false), ("\n", false), ("y\n", true)] {
        let r2 = holding(&left, R2::builder());
        let cli = Cli::new("clean --no-env-file --color never").envs(r2.env());
        let shown = on_terminal(cli, 80, typed);
        assert_eq!((shown.status, shown.text.contains("Nothing was deleted.\n")), (i32::from(!gone), !gone));
        assert!(!shown.text.contains("--yes"), "{}", shown.text);
        assert_eq!(r2.left().is_empty(), gone);
    }
}

#[test]
fn a_closed_standard_input_is_a_no() {
    let left = leftovers(1);
    let r2 = holding(&left, R2::builder());
    let program = program(&r2, "clean");
    let mut shell = Command::new("sh");
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.args(["-c", "exec \"$0\" \"$@\" <&-"]).arg(program.get_program()).args(program.get_args());
    let ended = ended(&mut shell);
    assert_eq!(ended.status.code(), Some(1), "{}{}", ended.stdout, ended.stderr);
    only_these_are_gone(&r2, &[], &left);
}

#[test]
fn an_empty_bucket_is_clean_and_nothing_is_asked() {
    let r2 = R2::start();
    let ended = clean(&r2, "");
    assert_eq!((ended.status.code(), r2.operations()), (Some(0), vec![Op::List]), "{}", ended.stdout);
    assert!(ended.stdout.contains("No run has left an object under `r2-selftest/`"), "{}", ended.stdout);
}

#[test]
fn faulty_settings_and_a_missing_prefix_are_reported_before_anything_is_sent() {
    let r2 = holding(&leftovers(1), R2::builder());
    let missing = ended(program(&r2, "clean --yes").env_remove("R2_BUCKET_NAME"));
    assert_eq!(missing.status.code(), Some(1), "{}", missing.stdout);
    assert!(missing.stdout.contains("error config.missing"), "{}", missing.stdout);
    let whole = ended(program(&r2, "clean --yes").args(["--prefix", ""]));
    assert_eq!((whole.status.code(), whole.stdout.as_str()), (Some(2), ""));
    assert!(whole.stderr.contains("--prefix"), "{}", whole.stderr);
    assert!(r2.requests().is_empty());
}
