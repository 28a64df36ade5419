//! Protects the memory of the process, which holds secrets, from core files.

/// Switches off core files and access by other processes: a crash would write the secrets to a disk, or send them to a
/// collector of core files. A refusal of the system is ignored.
#[cfg(unix)]
pub fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    // Where core files go to a program (`|` in core_pattern), the limit does not count.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Windows writes no core files unless configured to.
#[cfg(not(unix))]
pub fn keep_memory_private() {}
