//! `--output`: opened before anything is sent, written whole, readable by its owner only.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::cli::{Cli, NOWHERE, Ran, wait};
use crate::support::r2::{Fault, Op, R2};
use crate::support::report::Report;

fn mode(ran: &Ran, name: &str) -> u32 {
    fs::metadata(ran.file(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn each_ending_has_its_form_and_only_the_owner_may_read_it() {
    let names = ["a.json", "b.txt", "c.md", "d.html"];
    let ran =
        names.iter().fold(Cli::new("demo --color always"), |cli, name| cli.arg("--output").arg(name)).run();
    assert_eq!(ran.status, 0);
    assert_eq!(ran.files(), names);
    assert_eq!(names.map(|name| mode(&ran, name)), [0o600; 4]);
    let told = format!("\nThe report is also in {}.\n", names.join(", "));
    assert!(ran.stdout.ends_with(&told), "{}", ran.stdout);
    let report = Report::read(&fs::read(ran.file("a.json")).unwrap());
    assert_eq!(report.exit_code(), 0);
    let text = fs::read_to_string(ran.file("b.txt")).unwrap();
    assert!(!text.contains('\u{1b}'), "no colour in a file");
    assert!(text.starts_with("r2-selftest ") && text.contains("\nPASS  "), "{text}");
    assert!(text.contains("204") && text.contains("NoSuchKey"), "a file holds the requests: {text}");
    let read = |name: &str| fs::read_to_string(ran.file(name)).unwrap();
    assert!(read("c.md").starts_with("## r2-selftest: PASS\n"), "{}", read("c.md"));
    assert!(read("d.html").starts_with("<!DOCTYPE html>\n") && read("d.html").ends_with("</html>\n"));
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
    cli("-").run().refused(&["--output needs a file", "standard output"]);
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
        Cli::new("demo").arg("--output").arg(name).run().refused(&[name, ".json", ".md", ".html or .txt"]);
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

/// The program under a shell that has done something first, with the arguments after it.
fn after(preparation: &str, arguments: &str) -> Cli {
    let script = format!("{preparation}; exec \"{}\" {arguments}", env!("CARGO_BIN_EXE_r2-selftest"));
    Cli::new_program("/bin/sh").arg("-c").arg(script)
}

#[test]
fn only_the_owner_may_read_a_file_whatever_the_umask_says() {
    let ran = after("umask 0", "demo --output a.json --output b.txt").run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!([mode(&ran, "a.json"), mode(&ran, "b.txt")], [0o600; 2]);
}

#[test]
fn a_link_that_leads_nowhere_is_refused() {
    for (target, link) in [("absent.json", "link.json"), ("loop.json", "loop.json")] {
        let cli = Cli::new("demo --output").arg(link);
        symlink(target, cli.here().join(link)).unwrap();
        let ran = cli.run();
        ran.refused(&[link, "leads nowhere"]);
        assert!(fs::symlink_metadata(ran.file(link)).unwrap().is_symlink());
        assert_eq!(ran.files(), [link]);
    }
}

#[test]
fn the_same_file_by_two_ways_is_refused() {
    let cli = Cli::new("demo --output a.json --output link/a.json");
    symlink(".", cli.here().join("link")).unwrap();
    cli.run().refused(&["a.json", "twice"]);
    let cli = Cli::new("demo --output a.json --output b.json").file("a.json", "old");
    symlink("a.json", cli.here().join("b.json")).unwrap();
    cli.run().refused(&["b.json", "twice"]);
}

#[test]
fn a_name_that_is_no_text_is_a_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(b"\xFF.json");
    let ran = Cli::new("demo --output").arg(name).run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let path = ran.file("").join(name);
    Report::read(&fs::read(path).unwrap());
}

#[test]
fn a_redirected_report_and_a_file_of_the_same_name_do_not_mix() {
    let cli = Cli::new("demo --json --output a.json");
    let stdout = fs::File::create(cli.here().join("a.json")).unwrap();
    let mut cli = cli;
    cli.command().stdout(stdout).stderr(Stdio::piped());
    let child = cli.spawn();
    let ran = cli.ran(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    Report::read(&fs::read(ran.file("a.json")).unwrap());
}

/// A disk that is full, as far as this process can tell.
#[test]
fn a_full_disk_under_a_file_keeps_the_old_one_and_is_told() {
    let r2 = R2::start();
    let call = "--no-env-file --json --output a.json --output b.txt";
    let ran = after("trap '' XFSZ; ulimit -f 1", call).envs(r2.env()).file("a.json", "old").run();
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot write") && ran.stderr.contains("a.json"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("bug"), "{}", ran.stderr);
    assert_eq!(Report::read(ran.stdout.as_bytes()).exit_code(), 0);
    assert_eq!(fs::read_to_string(ran.file("a.json")).unwrap(), "old");
    assert_eq!(ran.files(), ["a.json"]);
    assert!(r2.left().is_empty());
}

/// A run whose upload takes a while, killed by these signals one after the other.
fn killed(signals: &[&str]) -> Ran {
    let r2 = R2::builder().fault(Fault::on(Op::Any).after(2).delay(Duration::from_secs(20))).start();
    let mut cli = Cli::new("--no-env-file --output a.json").envs(r2.env()).file("a.json", "old");
    cli.command().stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = cli.spawn();
    let started = Instant::now();
    while r2.requests().len() < 3 && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    for signal in signals {
        let pid = child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, pid.as_str()]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(300));
    }
    if signals == ["-KILL"] {
        assert_eq!(child.wait().unwrap().code(), None);
        return cli.ran(std::process::Command::new("true").output().unwrap());
    }
    assert_eq!(wait(&mut child), 143);
    cli.ran(child.wait_with_output().unwrap())
}

#[test]
fn a_killed_run_leaves_the_old_file_as_it_was() {
    let ran = killed(&["-KILL"]);
    assert_eq!(fs::read_to_string(ran.file("a.json")).unwrap(), "old");
    // Nobody can tidy up after SIGKILL, but what is left holds nothing.
    for other in ran.files().into_iter().filter(|name| name != "a.json") {
        assert_eq!(fs::metadata(ran.file(&other)).unwrap().len(), 0, "{other}");
    }
    let ran = killed(&["-TERM", "-TERM"]);
    assert_eq!(fs::read_to_string(ran.file("a.json")).unwrap(), "old");
    assert_eq!(ran.files(), ["a.json"]);
}

#[test]
fn a_folder_that_goes_away_during_the_run_is_told() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).delay(Duration::from_secs(1))).start();
    let mut cli = Cli::new("--no-env-file --output gone/a.json").envs(r2.env());
    let folder = cli.here().join("gone");
    fs::create_dir(&folder).unwrap();
    cli.command().stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = cli.spawn();
    while r2.requests().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    fs::remove_dir_all(&folder).unwrap();
    let ran = cli.ran(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot write") && ran.stderr.contains("gone/a.json"), "{}", ran.stderr);
    assert!(ran.stdout.contains("keep its files") && r2.left().is_empty(), "{}", ran.stdout);
}
