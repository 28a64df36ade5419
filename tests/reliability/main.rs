//! Nothing left behind, nothing harmed, nothing endless. The figures of `docs/reliability.md` are what these tests print
//! with `--nocapture`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/mod.rs"]
mod support;

mod child;
mod clean;
#[cfg(target_os = "linux")]
mod endurance;
#[cfg(target_os = "linux")]
mod env_files;
mod kill;
#[cfg(target_os = "linux")]
mod memory;
mod overwriting;
mod probes;
mod side_by_side;
mod stalls;
mod ways_out;
