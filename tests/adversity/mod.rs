//! Nothing left behind, nothing harmed, nothing endless. The figures of `docs/reliability.md` are what these tests print
//! with `--nocapture`.

mod child;
mod clean;
#[cfg(target_os = "linux")]
mod core_files;
#[cfg(target_os = "linux")]
mod endurance;
#[cfg(target_os = "linux")]
mod env_files;
mod inputs;
mod kill;
mod links;
#[cfg(target_os = "linux")]
mod memory;
mod overwriting;
mod owner;
mod perseverance;
mod probes;
mod relay;
mod repeat;
mod roots;
#[cfg(target_os = "linux")]
mod signals;
mod stalls;
mod targets;
mod unread;
mod ways_out;
