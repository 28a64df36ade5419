//! The program on a terminal: a pseudo-terminal of a known size, and what the program writes to it.
#![allow(dead_code, reason = "each file of tests uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::cli::{Cli, wait};

/// What a call showed on a terminal.
pub struct Shown {
    pub status: i32,
    /// With the lines' ends as everywhere, escape sequences and all.
    pub text: String,
}

/// Runs a call to its end on a terminal with this many columns, with this typed into it.
pub fn on_terminal(mut cli: Cli, columns: u16, typed: &str) -> Shown {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    tcsetwinsize(&ours, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let flags = i32::try_from(OpenptFlags::NOCTTY.bits()).unwrap();
    let theirs =
        OpenOptions::new().read(true).write(true).custom_flags(flags).open(name.to_str().unwrap()).unwrap();
    let mut child = {
        let stream = || theirs.as_fd().try_clone_to_owned().unwrap();
        cli.command().stdin(stream()).stdout(stream()).stderr(stream());
        cli.spawn()
    };
    // The command keeps copies of the terminal, and while anybody has one, its output does not end.
    drop((theirs, cli));
    let mut ours = File::from(ours);
    ours.write_all(typed.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    // Linux ends it by an error.
    let _ = ours.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    Shown { status: wait(&mut child), text }
}
