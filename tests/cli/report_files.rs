//! `--output`: opened before anything is sent, written whole, readable by its owner only.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use crate::support::cli::{Cli, NOWHERE, Ran};
use crate::support::r2::R2;
use crate::support::report::Report;

fn mode(ran: &Ran, name: &str) -> u32 {
    fs::metadata(ran.file(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn each_ending_has_its_form_and_only_the_owner_may_read_it() {
    let ran = Cli::new("demo --color always --output a.json --output b.txt").run();
    assert_eq!(ran.status, 0);
    assert_eq!(ran.files(), ["a.json", "b.txt"]);
    assert_eq!([mode(&ran, "a.json"), mode(&ran, "b.txt")], [0o600; 2]);
    let report = Report::read(&fs::read(ran.file("a.json")).unwrap());
    assert_eq!(report.exit_code(), 0);
    let text = fs::read_to_string(ran.file("b.txt")).unwrap();
    assert!(!text.contains('\u{1b}'), "no colour in a file");
    assert!(text.starts_with("r2-selftest ") && text.contains("\nPASS  ") && text.ends_with(".\n"), "{text}");
    assert!(text.contains("204") && text.contains("NoSuchKey"), "a file holds the requests: {text}");
}

#[test]
fn the_file_and_standard_output_hold_the_same_report() {
    for (call, status) in [("demo", 0), ("--no-env-file", 1)] {
        let ran = Cli::new(call).args("--json --output a.json").run();
        assert_eq!(ran.report().exit_code(), status);
        assert_eq!(fs::read_to_string(ran.file("a.json")).unwrap(), ran.stdout);
    }
}

#[test]
fn a_file_that_is_there_is_replaced_and_closed_to_others() {
    let cli = Cli::new("demo --output a.json").file("a.json", "x".repeat(100_000));
    fs::set_permissions(cli.here().join("a.json"), fs::Permissions::from_mode(0o644)).unwrap();
    let ran = cli.run();
    Report::read(&fs::read(ran.file("a.json")).unwrap());
    assert_eq!(mode(&ran, "a.json"), 0o600);
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let r2 = R2::start();
    let cli = |path: &str| Cli::new("--no-env-file --json").envs(r2.env()).arg("--output").arg(path);
    cli("absent/a.json").run().refused(&["`absent/a.json`", "`absent`", "no such folder"]);
    cli("file/a.json").file("file", "").run().refused(&["`file/a.json`", "no folder"]);
    let folder = cli("taken.json");
    fs::create_dir(folder.here().join("taken.json")).unwrap();
    folder.run().refused(&["`taken.json`", "no file"]);
    cli("").run().refused(&["--output"]);
    assert_eq!(r2.connections(), 0);
}

#[test]
fn a_folder_without_the_right_to_write_is_refused() {
    let cli = Cli::new("demo --output closed/a.json");
    let closed = cli.here().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        return; // The superuser may write anywhere.
    }
    cli.run().refused(&["`closed/a.json`", "permission"]);
}

#[test]
fn an_unknown_ending_is_refused_with_those_that_are_known() {
    for name in ["report", "report.xml", "report.JSON.gz", ".json"] {
        Cli::new("demo").arg("--output").arg(name).run().refused(&[name, ".json", ".txt"]);
    }
}

#[test]
fn the_ending_may_be_in_capitals() {
    let ran = Cli::new("demo --output A.JSON").run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    Report::read(&fs::read(ran.file("A.JSON")).unwrap());
}

#[test]
fn the_same_file_twice_is_refused() {
    Cli::new("demo --output a.json --output ./a.json").run().refused(&["a.json", "twice"]);
}

#[test]
fn nothing_is_left_behind_by_a_refused_command_line() {
    let ran = Cli::new("demo --output good.json --output absent/bad.json").run();
    ran.refused(&["absent/bad.json"]);
    assert_eq!(ran.files(), Vec::<String>::new());
}

#[test]
fn a_link_is_followed_to_the_file_that_it_names() {
    let cli = Cli::new("demo --output link.json").file("real.json", "old");
    symlink("real.json", cli.here().join("link.json")).unwrap();
    let ran = cli.run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(fs::symlink_metadata(ran.file("link.json")).unwrap().is_symlink());
    Report::read(&fs::read(ran.file("real.json")).unwrap());
}

#[test]
fn a_pipe_or_a_device_is_no_report_file() {
    let ran = Cli::new("demo --output pipe.json");
    let made = std::process::Command::new("mkfifo").arg(ran.here().join("pipe.json")).status().unwrap();
    assert!(made.success());
    ran.run().refused(&["pipe.json", "no file"]);
}

#[test]
fn a_failed_run_writes_its_files_too_and_leaves_no_others() {
    let ran = Cli::new("--retries 0 --json --output a.json --output b.txt").envs(NOWHERE).run();
    assert_eq!(ran.report().exit_code(), 1);
    assert_eq!(ran.files(), ["a.json", "b.txt"]);
    let text = fs::read_to_string(ran.file("b.txt")).unwrap();
    assert!(text.contains("network.refused") && text.contains("FAIL"), "{text}");
    assert_eq!(fs::metadata(ran.file("a.json")).unwrap().nlink(), 1);
}

/// Whoever gave up on standard output still wants the file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_does_not_cost_the_file() {
    let mut cli = Cli::new("demo --output a.json");
    cli.command()
        .stdout(fs::File::options().write(true).open("/dev/full").unwrap())
        .stderr(std::process::Stdio::piped());
    let child = cli.spawn();
    let ran = cli.ran(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 2);
    assert_eq!(Report::read(&fs::read(ran.file("a.json")).unwrap()).exit_code(), 0);
}
