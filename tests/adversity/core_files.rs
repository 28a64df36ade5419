//! The memory holds secrets: no core file is written of it, and no other program looks into it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::adversity::child::{Signal, Started, file};
use crate::adversity::inputs::settings;
use crate::support::cli::copy_program;
use crate::support::r2::{Fault, Op, R2};

/// Nobody in particular.
const NOBODY: u32 = 65_534;

fn limits(id: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
    limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned()
}

#[test]
fn core_files_are_switched_off() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).silence()).start();
    let mut shell = Command::new("/bin/sh");
    let script = "ulimit -c unlimited 2>/dev/null; exec \"$0\" --json --no-env-file --deadline 3s";
    let mut run = Started::new(shell.env_clear().envs(r2.env()).args(["-c", script]).arg(file()));
    run.until(|| !r2.requests_of(Op::Put).is_empty());
    let limits = limits(run.id());
    run.signal(Signal::TERM);
    run.end();
    let numbers: Vec<_> = limits.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"], "{limits}");
}

/// What the kernel keeps of a process that may not be dumped belongs to the superuser, its environment included; and the
/// process itself still reads what it needs of it.
#[test]
fn other_programs_of_the_same_user_cannot_look_into_it() {
    let folder = tempfile::tempdir().unwrap();
    if std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY)).is_err() {
        return; // Only the superuser can start a program as somebody else.
    }
    let copy = folder.path().join("r2-selftest");
    copy_program(file(), &copy);
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
    let r2 =
        R2::builder().fault(Fault::on(Op::Put).first(1).delay(std::time::Duration::from_secs(1))).start();
    // The settings come through a descriptor, which the process opens by way of /proc/self.
    fs::write(folder.path().join("settings"), settings(&r2)).unwrap();
    let mut command = Command::new(&copy);
    command.env_clear().args(["--json", "--env-file", "/dev/stdin"]).uid(NOBODY).gid(NOBODY);
    let stdin = fs::File::open(folder.path().join("settings")).unwrap();
    let mut run = Started::new(command.current_dir(folder.path()).stdin(stdin));
    assert!(run.until(|| !r2.requests_of(Op::Put).is_empty()));
    let owner = fs::metadata(format!("/proc/{}/environ", run.id())).unwrap().uid();
    let ended = run.end();
    assert_eq!(owner, 0);
    assert_eq!(ended.status.code(), Some(0), "{}{}", ended.stdout, ended.stderr);
}
