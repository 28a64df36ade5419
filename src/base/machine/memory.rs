//! What the process does to itself before anything else: its memory holds secrets, and no file may come to hold that
//! memory.

/// Switches core files off, and with them other programs' looks into this one: a crash would write the secrets to a
/// disk, or send them to whoever collects core files. What a system refuses stays as it is.
#[cfg(unix)]
pub fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    // Where core files go to a program (`|` in core_pattern), the limit does not count.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Windows writes no core files unless somebody asks for them.
#[cfg(not(unix))]
pub fn keep_memory_private() {}
